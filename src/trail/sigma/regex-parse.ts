import { text } from '../../kernel/index.ts';
import { Unrunnable } from './rule.ts';

/** A set of UTF-16 units. */
export interface CharSet {
  readonly ranges: readonly (readonly [number, number])[];
  readonly negated: boolean;
  readonly ignoreCase: boolean;
}
export type Assertion = 'lineStart' | 'textStart' | 'lineEnd' | 'textEnd' | 'veryEnd' | 'boundary' | 'noBoundary';
export type Expression =
  | { readonly is: 'set'; readonly set: CharSet }
  | { readonly is: 'sequence'; readonly of: readonly Expression[] }
  | { readonly is: 'choice'; readonly of: readonly Expression[] }
  | { readonly is: 'repeat'; readonly of: Expression; readonly min: number; readonly max: number }
  | { readonly is: 'assertion'; readonly assertion: Assertion };
export interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

const DIGIT: readonly (readonly [number, number])[] = [[48, 57]];
const WORD: readonly (readonly [number, number])[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: readonly (readonly [number, number])[] = [
  [9, 13],
  [32, 32],
];
const invert = (ranges: readonly (readonly [number, number])[]): (readonly [number, number])[] => {
  const out: [number, number][] = [];
  let from = 0;
  for (const [low, high] of ranges) {
    if (low > from) out.push([from, low - 1]);
    from = high + 1;
  }
  out.push([from, 0xffff]);
  return out;
};
const CLASSES: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  d: DIGIT,
  D: invert(DIGIT),
  w: WORD,
  W: invert(WORD),
  s: SPACE,
  S: invert(SPACE),
};
const POSIX: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  alpha: [WORD[1]!, WORD[3]!],
  digit: DIGIT,
  alnum: [WORD[0]!, WORD[1]!, WORD[3]!],
  upper: [WORD[1]!],
  lower: [WORD[3]!],
  space: SPACE,
  word: WORD,
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
};
const CONTROL: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7, e: 27, 0: 0 };
const LIMITS = { chars: 4096, depth: 50, repeat: 1000 } as const;

const refuse = (en: string, es: string): Unrunnable =>
  new Unrunnable(text(`the regular expression cannot be used: ${en}`, `la expresión regular no se puede usar: ${es}`));

/**
 * Parses the regular expressions that Sigma allows (the regular part of PCRE: sets, groups, choices, repetitions, anchors, \b, inline flags).
 * Look-around, back references, atomic groups and possessive repetition need backtracking and are refused by name.
 */
export function parseRegex(source: string, flags: Flags): Expression {
  if (source.length > LIMITS.chars) throw refuse('it is longer than 4,096 characters', 'tiene más de 4096 caracteres');
  let at = 0;
  const peek = (what: string): boolean => source.startsWith(what, at);
  const take = (what: string): boolean => {
    if (!peek(what)) return false;
    at += what.length;
    return true;
  };
  const one = (code: number, now: Flags): Expression => ({ is: 'set', set: { ranges: [[code, code]], negated: false, ignoreCase: now.i } });

  function choice(outer: Flags, depth: number): Expression {
    if (depth > LIMITS.depth) throw refuse('its groups are nested more than 50 deep', 'sus grupos tienen más de 50 niveles');
    let now = outer;
    const options: Expression[] = [];
    let sequence: Expression[] = [];
    while (at < source.length && !peek(')')) {
      if (take('|')) {
        options.push({ is: 'sequence', of: sequence });
        sequence = [];
        continue;
      }
      const inline = /^\(\?([ims]*)(?:-([ims]+))?\)/.exec(source.slice(at, at + 16));
      if (inline) {
        at += inline[0].length;
        now = changed(now, inline[1]!, inline[2] ?? '');
        continue;
      }
      if (take('(?#')) {
        const end = source.indexOf(')', at);
        if (end < 0) throw refuse('a comment does not end', 'un comentario no termina');
        at = end + 1;
        continue;
      }
      sequence.push(repeated(atom(now, depth)));
    }
    options.push({ is: 'sequence', of: sequence });
    return options.length === 1 ? options[0]! : { is: 'choice', of: options };
  }
  function changed(now: Flags, on: string, off: string): Flags {
    const is = (flag: 'i' | 'm' | 's'): boolean => (off.includes(flag) ? false : on.includes(flag) || now[flag]);
    return { i: is('i'), m: is('m'), s: is('s') };
  }
  function repeated(of: Expression): Expression {
    let expression = of;
    for (let count = 0; ; count++) {
      const quantifier = /^(?:[*+?]|\{(\d{1,6})(,(\d{0,6}))?\})/.exec(source.slice(at, at + 20));
      if (!quantifier) return expression;
      if (count > 0) throw refuse('one repetition follows another', 'una repetición sigue a otra');
      if (of.is === 'assertion') throw refuse('it repeats an anchor', 'repite un ancla');
      at += quantifier[0].length;
      const [min, max] =
        quantifier[0] === '*'
          ? [0, Infinity]
          : quantifier[0] === '+'
            ? [1, Infinity]
            : quantifier[0] === '?'
              ? [0, 1]
              : [Number(quantifier[1]), quantifier[2] === undefined ? Number(quantifier[1]) : quantifier[3] ? Number(quantifier[3]) : Infinity];
      if (min > LIMITS.repeat || (max !== Infinity && max > LIMITS.repeat)) throw refuse('it repeats more than 1,000 times', 'repite más de 1000 veces');
      if (max < min) throw refuse('a repetition ends before it begins', 'una repetición acaba antes de empezar');
      if (take('+')) throw refuse('possessive repetition', 'repetición posesiva');
      // Lazy or not is no difference when only the existence of a match counts.
      take('?');
      expression = { is: 'repeat', of, min, max };
    }
  }
  function atom(now: Flags, depth: number): Expression {
    const char = source[at]!;
    if (char === '(') return group(now, depth);
    if (char === '[') return set(now);
    at++;
    if (char === '.') return { is: 'set', set: { ranges: now.s ? [] : [[10, 10]], negated: true, ignoreCase: false } };
    if (char === '^') return { is: 'assertion', assertion: now.m ? 'lineStart' : 'textStart' };
    if (char === '$') return { is: 'assertion', assertion: now.m ? 'lineEnd' : 'textEnd' };
    if (char === '*' || char === '+' || char === '?') throw refuse('there is nothing to repeat', 'no hay nada que repetir');
    if (char === '\\') {
      const anchor = ({ A: 'textStart', Z: 'textEnd', z: 'veryEnd', b: 'boundary', B: 'noBoundary' } as const)[source[at] as 'A'];
      if (anchor) {
        at++;
        return { is: 'assertion', assertion: anchor };
      }
      const unit = escaped();
      return typeof unit === 'number' ? one(unit, now) : { is: 'set', set: { ranges: unit, negated: false, ignoreCase: now.i } };
    }
    return one(char.charCodeAt(0), now);
  }
  function group(now: Flags, depth: number): Expression {
    at++;
    let inner = now;
    if (take('?')) {
      if (peek('=') || peek('!')) throw refuse('look-ahead', 'mira hacia delante (look-ahead)');
      if (peek('<=') || peek('<!')) throw refuse('look-behind', 'mira hacia atrás (look-behind)');
      if (peek('>')) throw refuse('an atomic group', 'un grupo atómico');
      const named = /^(?:P?<\w{1,64}>|'\w{1,64}'|([ims]*)(?:-([ims]+))?:)/.exec(source.slice(at, at + 70));
      if (!named) throw refuse('a group of an unknown kind', 'un grupo de clase desconocida');
      at += named[0].length;
      inner = changed(now, named[1] ?? '', named[2] ?? '');
    } else if (peek('*')) throw refuse('a backtracking verb', 'un verbo de vuelta atrás');
    const of = choice(inner, depth + 1);
    if (!take(')')) throw refuse('a group does not end', 'un grupo no termina');
    return of;
  }
  function escaped(): number | readonly (readonly [number, number])[] {
    const char = source[at++];
    if (char === undefined) throw refuse('it ends in a backslash', 'termina en una barra invertida');
    if (Object.hasOwn(CLASSES, char)) return CLASSES[char]!;
    const hex = /^(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,4})\}|u([0-9a-fA-F]{4}))/.exec(source.slice(at - 1, at + 7));
    if (hex) {
      at += hex[0].length - 1;
      return Number.parseInt((hex[1] ?? hex[2] ?? hex[3])!, 16);
    }
    if (/[1-9k]/.test(char)) throw refuse('a back reference', 'una referencia a un grupo anterior');
    if (Object.hasOwn(CONTROL, char)) return CONTROL[char]!;
    if (/[a-zA-Z0-9]/.test(char)) throw refuse(`the escape \\${char}`, `el escape \\${char}`);
    return char.charCodeAt(0);
  }
  function set(now: Flags): Expression {
    at++;
    const negated = take('^');
    const ranges: (readonly [number, number])[] = [];
    for (let begun = false; ; begun = true) {
      if (at >= source.length) throw refuse('a set does not end', 'un conjunto no termina');
      if (begun && take(']')) break;
      const low = member();
      if (typeof low !== 'number') {
        ranges.push(...low);
        continue;
      }
      if (!peek('-') || source[at + 1] === ']' || at + 1 >= source.length) {
        ranges.push([low, low]);
        continue;
      }
      at++;
      const high = member();
      if (typeof high !== 'number' || high < low) throw refuse('a range in a set is in the wrong order', 'un rango de un conjunto está al revés');
      ranges.push([low, high]);
    }
    return { is: 'set', set: { ranges, negated, ignoreCase: now.i } };
  }
  function member(): number | readonly (readonly [number, number])[] {
    const posix = /^\[:(\^?)(\w+):\]/.exec(source.slice(at, at + 16));
    if (posix) {
      const known = Object.hasOwn(POSIX, posix[2]!) ? POSIX[posix[2]!]! : undefined;
      if (!known) throw refuse(`the set [:${posix[2]}:]`, `el conjunto [:${posix[2]}:]`);
      at += posix[0].length;
      return posix[1] ? invert(known) : known;
    }
    const char = source[at++]!;
    if (char !== '\\') return char.charCodeAt(0);
    if (take('b')) return 8;
    return escaped();
  }

  const whole = choice(flags, 0);
  if (at < source.length) throw refuse('a closing bracket has no opening one', 'un paréntesis se cierra sin abrirse');
  return whole;
}
