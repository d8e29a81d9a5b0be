import { text } from '../../kernel/index.ts';
import { ANY, DASH, DASHES, type Glob, STAR } from './glob.ts';
import { Unrunnable } from './rule.ts';

/** A value on its way through the modifiers. `bytes`: each character is one byte, as UTF-16 encodings leave it. */
export interface Piece {
  readonly glob: Glob;
  readonly bytes: boolean;
}
/** What the caller puts in place of `%name%` under the `expand` modifier. */
export type Placeholders = { readonly [name: string]: readonly string[] };
export const ENCODINGS = ['wide', 'utf16le', 'utf16be', 'utf16', 'base64', 'base64offset', 'windash'] as const;
export type Encoding = (typeof ENCODINGS)[number];
const MOST = 1000;

const runs = (glob: Glob, change: (run: string) => Glob): Glob => glob.flatMap((part) => (typeof part === 'string' ? change(part) : [part]));

/** Applies one transforming modifier; a value may become several, any of which counts. */
export function encode(piece: Piece, encoding: Encoding): Piece[] {
  switch (encoding) {
    case 'wide':
    case 'utf16le':
      return [{ glob: runs(piece.glob, (run) => [utf16(run, false)]), bytes: true }];
    case 'utf16be':
      return [{ glob: runs(piece.glob, (run) => [utf16(run, true)]), bytes: true }];
    case 'utf16':
      return [{ glob: ['\xff\xfe', ...runs(piece.glob, (run) => [utf16(run, false)])], bytes: true }];
    case 'windash':
      return [{ glob: runs(piece.glob, dashes), bytes: piece.bytes }];
    case 'base64':
      return literals(piece).map((bytes) => ({ glob: [bytes.toString('base64')], bytes: false }));
    case 'base64offset':
      return literals(piece).flatMap((bytes) => [0, 1, 2].map((offset) => ({ glob: [shifted(bytes, offset)], bytes: false })));
  }
}
function utf16(run: string, bigEndian: boolean): string {
  const bytes = Buffer.from(run, 'utf16le');
  return (bigEndian ? bytes.swap16() : bytes).toString('latin1');
}
/** A dash or slash that begins a word is a flag's. */
function dashes(run: string): Glob {
  const out: (string | typeof DASH)[] = [];
  let from = 0;
  for (const match of run.matchAll(/\B[-/\u2013\u2014\u2015]\b/g)) {
    if (match.index > from) out.push(run.slice(from, match.index));
    out.push(DASH);
    from = match.index + 1;
  }
  if (from < run.length || out.length === 0) out.push(run.slice(from));
  return out;
}
function literals(piece: Piece): Buffer[] {
  let texts = [''];
  for (const part of piece.glob) {
    if (part === STAR || part === ANY)
      throw new Unrunnable(text('base64 of a value with wildcards has no meaning', 'base64 de un valor con comodines no tiene sentido'));
    texts = part === DASH ? texts.flatMap((each) => [...DASHES].map((dash) => each + dash)) : texts.map((each) => each + part);
    if (texts.length > MOST) throw new Unrunnable(text('windash with base64 makes more than 1,000 values', 'windash con base64 produce más de 1000 valores'));
  }
  return texts.map((each) => Buffer.from(each, piece.bytes ? 'latin1' : 'utf8'));
}
/** The characters that stay the same whatever stands before and after the value in the encoded text. */
function shifted(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset, ' '), bytes]).toString('base64');
  const tail = [0, 3, 2][(bytes.length + offset) % 3]!;
  return encoded.slice([0, 2, 3][offset], encoded.length - tail);
}

/** Replaces `%name%` by each of the values given for it. `\%` is a plain percent sign. */
export function expand(value: string, placeholders: Placeholders): string[] {
  let out = [''];
  let from = 0;
  const add = (options: readonly string[]): void => {
    out = out.flatMap((each) => options.map((option) => each + option));
    if (out.length > MOST) throw new Unrunnable(text('its placeholders make more than 1,000 values', 'sus marcadores producen más de 1000 valores'));
  };
  for (const match of value.matchAll(/\\%|%([\w .-]{1,100})%/g)) {
    add([value.slice(from, match.index)]);
    from = match.index + match[0].length;
    const name = match[1];
    if (name === undefined) add(['%']);
    else if (Object.hasOwn(placeholders, name) && placeholders[name]!.length > 0) add(placeholders[name]!);
    else
      throw new Unrunnable(
        text(`it needs values for the placeholder %${name}%, and none are given`, `necesita valores para el marcador %${name}% y no hay ninguno`),
      );
  }
  add([value.slice(from)]);
  return out;
}
