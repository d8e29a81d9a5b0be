import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { BEHIND, CUT_OFF, damaged, isGzip, type Limits, MEMBER, MOST_TRIES, mostOf, TOO_MANY, type Trouble, TWICE, tooMuch } from './unpack.ts';

/** The bytes of a file from a place on; can be asked for again. */
export type Bytes = (from: number) => AsyncGenerator<Buffer>;
/** Nothing of the file is to be read. */
export class Unusable extends Error {
  readonly offset: number;
  constructor(why: string, offset: number) {
    super(why);
    this.offset = offset;
  }
}
/** Packed bytes that are given to zlib at once: what comes of them is in memory. */
const BITE = 16 << 10;
/** Each damaged place of a file that is packed twice costs reading it from its beginning. */
const INNER_TRIES = 4;

/**
 * What `unpack` gives of a file, as a stream.
 * @param size of the file
 * @param trouble `inner`: of what was packed twice; its offset is one in what the file unpacks to
 * @throws Unusable of a bomb, and of what is packed three times
 */
export async function* unpackLong(file: Bytes, size: number, limits: Limits, trouble: (one: Trouble, inner: boolean) => void): AsyncGenerator<Buffer> {
  const most = mostOf(size, limits);
  // Read several times, each trouble is told once.
  let told = -1;
  const outer = (one: Trouble): void => {
    if (one.offset > told) trouble(one, false);
    told = Math.max(told, one.offset);
  };
  const once: Bytes = (from) => gunzip(file, most, from, outer, MOST_TRIES);
  const silent: Bytes = (from) => gunzip(file, most, from, () => {}, MOST_TRIES);
  const twice = (packed: Bytes, tell: (one: Trouble) => void): AsyncGenerator<Buffer> => gunzip(packed, most, 0, tell, INNER_TRIES);
  if (!isGzip(await headOf(file(0)))) yield* asUtf8(file(0));
  else if (!isGzip(await headOf(silent(0)))) yield* asUtf8(once(0));
  else {
    if (isGzip(await headOf(twice(silent, () => {})))) throw new Unusable(TWICE, 0);
    yield* asUtf8(twice(once, (one) => trouble(one, true)));
  }
}

/** The first bytes, three if there are so many. */
async function headOf(bytes: AsyncGenerator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  for await (const part of bytes) {
    head = Buffer.concat([head, part]);
    if (head.length > 2) break;
  }
  return head;
}

/** Without a byte order mark; UTF-16, which PowerShell writes, as UTF-8. */
async function* asUtf8(bytes: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let decoder: StringDecoder | undefined;
  let [big, odd] = [false, Buffer.alloc(0)];
  const converted = (part: Buffer): Buffer => {
    if (!decoder) return part;
    if (!big) return Buffer.from(decoder.write(part));
    const units = Buffer.concat([odd, part]);
    const even = units.length - (units.length % 2);
    odd = units.subarray(even);
    return Buffer.from(decoder.write(units.subarray(0, even).swap16()));
  };
  const begin = (first: Buffer): Buffer => {
    head = undefined;
    if (first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf) return first.subarray(3);
    big = first[0] === 0xfe && first[1] === 0xff;
    if (!big && !(first[0] === 0xff && first[1] === 0xfe)) return first;
    decoder = new StringDecoder('utf16le');
    return converted(first.subarray(2));
  };
  for await (const part of bytes) {
    if (!head) yield converted(part);
    else {
      head = Buffer.concat([head, part]);
      if (head.length > 2) yield begin(head);
    }
  }
  if (head) yield begin(head);
  const rest = decoder?.end() ?? '';
  if (rest !== '') yield Buffer.from(rest);
}

/** What gzip members unpack to, from a place in it on; as `gunzip` of unpack.ts. */
async function* gunzip(packed: Bytes, most: number, from: number, trouble: (one: Trouble) => void, tries: number): AsyncGenerator<Buffer> {
  let source = cursorOf(packed(0), 0);
  let out = 0;
  /** The part of it that was asked for. */
  const asked = (part: Buffer): Buffer => {
    out += part.length;
    return out - part.length >= from ? part : part.subarray(Math.max(0, part.length - (out - from)));
  };
  try {
    for (let run = 0; ; run++) {
      const begun = source.at();
      const before = out;
      let engine = openEngine();
      let failed: Error | undefined;
      let gone = -1;
      const given = (part: Buffer): Buffer => {
        const wanted = asked(part);
        if (out > most) throw new Unusable(tooMuch(most), begun);
        return wanted;
      };
      try {
        for (let more = true; more && !engine.over(); ) {
          const bite = await source.take(BITE);
          more = bite !== undefined;
          for (const part of await engine.feed(bite)) yield given(part);
        }
      } catch (error) {
        if (error instanceof Unusable || !isZlib(error)) throw error;
        failed = error;
      }
      if (failed && isCutOff(failed)) {
        gone = source.at();
        trouble({ why: CUT_OFF, offset: gone });
      } else if (failed) {
        // Once more, byte by byte where it failed: zlib gives nothing of what it was fed last.
        const sound = begun + engine.taken();
        engine.close();
        await source.close();
        source = cursorOf(packed(begun), begun);
        engine = openEngine();
        let had = out - before;
        try {
          for (;;) {
            const bite = await source.take(source.at() < sound ? Math.min(BITE, sound - source.at()) : 1);
            for (const part of await engine.feed(bite)) {
              if (part.length > had) yield given(part.subarray(had));
              had = Math.max(0, had - part.length);
            }
            if (!bite || engine.over()) break;
          }
        } catch (error) {
          if (error instanceof Unusable || !isZlib(error)) throw error;
          source.back(1);
        }
        gone = source.at();
        trouble({ why: damaged(failed), offset: gone });
      } else if (engine.over()) source.back(source.at() - begun - engine.taken());
      engine.close();
      // Zeros are padding; anything else is told, and a member after it found.
      if (!(await source.skipZeros())) return;
      const behind = source.at();
      const found = await source.find(MEMBER);
      if (!(found && source.at() === behind) && gone < 0) trouble({ why: BEHIND, offset: behind });
      if (!found) return;
      if (run >= tries) return trouble({ why: TOO_MANY, offset: source.at() });
    }
  } finally {
    await source.close();
  }
}
const isZlib = (error: unknown): error is Error =>
  typeof (error as NodeJS.ErrnoException).code === 'string' && (error as NodeJS.ErrnoException).code!.startsWith('Z_');
const isCutOff = (error: Error): boolean => (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';

/** zlib, fed bite by bite. */
function openEngine() {
  const gunzip = createGunzip({ chunkSize: 256 << 10 });
  let out: Buffer[] = [];
  let over = false;
  let settle: (error?: Error | null) => void = () => {};
  const drain = (): void => {
    for (let part = gunzip.read() as Buffer | null; part !== null; part = gunzip.read() as Buffer | null) out.push(part);
  };
  gunzip.on('readable', drain);
  gunzip.on('error', (error) => settle(error));
  gunzip.on('end', () => {
    over = true;
    settle();
  });
  return {
    /** It takes no more: what comes now is no gzip. */
    over: () => over,
    /** Packed bytes it has taken. */
    taken: () => gunzip.bytesWritten,
    /** @param bite undefined at the end */
    async feed(bite: Buffer | undefined): Promise<readonly Buffer[]> {
      await new Promise<void>((resolve, reject) => {
        settle = (error) => (error ? reject(error) : resolve());
        if (bite) gunzip.write(bite, (error) => settle(error));
        else gunzip.end();
      });
      drain();
      const ready = out;
      out = [];
      return ready;
    },
    close: () => void gunzip.destroy(),
  };
}

/** Goes through bytes, and back a little. */
function cursorOf(bytes: AsyncGenerator<Buffer>, from: number) {
  /** What is at hand; before `at` it was taken already. */
  let held: Buffer = Buffer.alloc(0);
  let [at, place] = [0, from];
  const more = async (): Promise<boolean> => {
    const { value, done } = await bytes.next();
    if (done) return false;
    // A bite may be given back.
    const keep = held.subarray(Math.max(0, at - BITE));
    held = Buffer.concat([keep, value]);
    at = Math.min(at, BITE);
    return true;
  };
  const step = (length: number): Buffer => {
    const part = held.subarray(at, at + length);
    at += part.length;
    place += part.length;
    return part;
  };
  return {
    at: () => place,
    async take(most: number): Promise<Buffer | undefined> {
      while (at >= held.length) if (!(await more())) return undefined;
      return step(most);
    },
    back(length: number): void {
      at -= length;
      place -= length;
    },
    /** @returns false at the end */
    async skipZeros(): Promise<boolean> {
      for (;;) {
        while (at < held.length && held[at] === 0) step(1);
        if (at < held.length) return true;
        if (!(await more())) return false;
      }
    },
    /** Goes to the next place where these bytes stand. @returns false when they stand nowhere; it is at the end then */
    async find(what: Buffer): Promise<boolean> {
      for (;;) {
        const found = held.indexOf(what, at);
        if (found >= 0) {
          step(found - at);
          return true;
        }
        step(Math.max(0, held.length - at - what.length + 1));
        if (await more()) continue;
        step(held.length - at);
        return false;
      }
    },
    close: () => bytes.return(undefined),
  };
}
