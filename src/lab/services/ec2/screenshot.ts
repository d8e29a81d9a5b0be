import { greyJpeg } from './jpeg.ts';

const COLUMNS = 80;
const ROWS = 25;
const SCALE = 2;
/** A cell is 4x6 dots: glyphs of 3x5 and a gap. */
const [CELL_WIDTH, CELL_HEIGHT] = [4 * SCALE, 6 * SCALE];

/** Our own 3x5 letters: five rows of three dots, each row an octal digit. Lower case is shown as upper case. */
const GLYPHS: Record<string, string> = {
  A: '25755',
  B: '65656',
  C: '34443',
  D: '65556',
  E: '74647',
  F: '74644',
  G: '34553',
  H: '55755',
  I: '72227',
  J: '11152',
  K: '55655',
  L: '44447',
  M: '57755',
  N: '65555',
  O: '25552',
  P: '65644',
  Q: '25563',
  R: '65655',
  S: '34216',
  T: '72222',
  U: '55557',
  V: '55552',
  W: '55775',
  X: '55255',
  Y: '55222',
  Z: '71247',
  0: '35556',
  1: '26227',
  2: '61247',
  3: '61216',
  4: '55711',
  5: '74616',
  6: '34652',
  7: '71244',
  8: '25252',
  9: '25316',
  '.': '00002',
  ',': '00024',
  ':': '02020',
  ';': '02024',
  '-': '00700',
  _: '00007',
  '/': '11244',
  '\\': '44211',
  '|': '22222',
  '(': '12221',
  ')': '42224',
  '[': '32223',
  ']': '62226',
  '{': '32623',
  '}': '62326',
  '<': '12421',
  '>': '42124',
  '=': '07070',
  '+': '02720',
  '*': '05250',
  '#': '57575',
  '@': '25743',
  '!': '22202',
  '?': '61202',
  "'": '22000',
  '"': '55000',
  '%': '51245',
  '&': '25253',
  $: '36236',
  '^': '25000',
  '~': '03600',
  '`': '42000',
};

/** The last lines of a text screen, 640x304, as a JPEG. */
export function screenshot(text: string): Uint8Array {
  const width = COLUMNS * CELL_WIDTH;
  const height = Math.ceil((ROWS * CELL_HEIGHT) / 8) * 8;
  const pixels = new Uint8Array(width * height);
  const lines = text
    .split(/\r?\n/)
    .flatMap((line) => line.match(new RegExp(`.{1,${COLUMNS}}`, 'gu')) ?? [''])
    .slice(-ROWS);
  lines.forEach((line, row) => {
    [...line].forEach((character, column) => {
      const glyph = character === ' ' ? undefined : (GLYPHS[character.toUpperCase()] ?? '77777');
      if (!glyph) return;
      for (let dot = 0; dot < 15; dot++) {
        const [y, x] = [Math.floor(dot / 3), dot % 3];
        if (!((Number(glyph[y]) >> (2 - x)) & 1)) continue;
        for (let part = 0; part < SCALE * SCALE; part++) {
          const top = row * CELL_HEIGHT + y * SCALE + Math.floor(part / SCALE);
          pixels[top * width + column * CELL_WIDTH + x * SCALE + (part % SCALE)] = 200;
        }
      }
    });
  });
  return greyJpeg(pixels, width, height);
}
