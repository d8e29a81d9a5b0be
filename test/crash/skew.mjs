// Loaded into the responder with --import: a computer whose clock is wrong by so many milliseconds.
const skew = Number(process.env.CLOCK_SKEW);
const Right = globalThis.Date;
globalThis.Date = class extends Right {
  constructor(...given) {
    if (given.length === 0) super(Right.now() + skew);
    else super(...given);
  }
  static now() {
    return Right.now() + skew;
  }
};
