/** Colours of a terminal; plain text when it has none. */
export interface Paint {
  bold(s: string): string;
  dim(s: string): string;
  green(s: string): string;
  red(s: string): string;
  yellow(s: string): string;
  cyan(s: string): string;
}
export function paint(colour: boolean): Paint {
  const with_ = (open: number, close: number) => (s: string) => (colour ? `\x1b[${open}m${s}\x1b[${close}m` : s);
  return { bold: with_(1, 22), dim: with_(2, 22), green: with_(32, 39), red: with_(31, 39), yellow: with_(33, 39), cyan: with_(36, 39) };
}
/** What a terminal shows of it: colours take no room. */
const shown = (s: string): number => s.replaceAll(/\x1b\[\d+m/g, '').length;
/** Folds a sentence into lines of at most `width` characters, each with the given indent. */
export function fold(sentence: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of sentence.split(' ')) {
    if (line && shown(line) + shown(word) + 1 > width - indent.length) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].map((each) => indent + each).join('\n');
}
