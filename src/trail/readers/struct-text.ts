import type { Json } from '../../kernel/index.ts';
import { parseExact } from './exact.ts';

/** Deeper text is left as it is. */
const DEEPEST = 40;

/**
 * What exports make of a struct: JSON, `{type=IAMUser, arn=null, sessioncontext={...}}` as Athena and CloudTrail Lake print it, or a dictionary as
 * Python prints it. Anything else stays text.
 */
export function structOf(text: string): Json {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'null' || trimmed === 'None') return null;
  if (!/^[{[]/.test(trimmed)) return text;
  try {
    return parseExact(trimmed);
  } catch {
    return python(trimmed) ?? printed(trimmed) ?? text;
  }
}

/** Python's repr of dictionaries, lists, strings, numbers, True, False, None. */
function python(text: string): Json | undefined {
  if (!/^[{[]\s*(['"{[\]}]|\d|True|False|None)/.test(text)) return undefined;
  let at = 0;
  const fail = Symbol('not Python');
  const space = (): void => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const string = (): string => {
    const quote = text[at++];
    let value = '';
    for (; at < text.length && text[at] !== quote; at++) {
      if (text[at] !== '\\') value += text[at];
      else {
        const char = text[++at] ?? '';
        const code = char === 'x' ? text.slice(at + 1, at + 3) : char === 'u' ? text.slice(at + 1, at + 5) : '';
        if (code !== '' && /^[0-9a-f]+$/i.test(code)) {
          value += String.fromCharCode(Number.parseInt(code, 16));
          at += code.length;
        } else value += ({ n: '\n', t: '\t', r: '\r' } as Record<string, string>)[char] ?? char;
      }
    }
    if (text[at++] !== quote) throw fail;
    return value;
  };
  const value = (depth: number): Json => {
    if (depth > DEEPEST) throw fail;
    space();
    const char = text[at];
    if (char === "'" || char === '"') return string();
    if (char === '{') {
      at++;
      const members: [string, Json][] = [];
      for (space(); text[at] !== '}'; space()) {
        const name = value(depth + 1);
        space();
        if (text[at++] !== ':') throw fail;
        members.push([String(name), value(depth + 1)]);
        space();
        if (text[at] === ',') at++;
        else if (text[at] !== '}') throw fail;
      }
      at++;
      return Object.fromEntries(members);
    }
    if (char === '[') {
      at++;
      const items: Json[] = [];
      for (space(); text[at] !== ']'; space()) {
        items.push(value(depth + 1));
        space();
        if (text[at] === ',') at++;
        else if (text[at] !== ']') throw fail;
      }
      at++;
      return items;
    }
    const word = /^(?:True|False|None|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(text.slice(at, at + 64))?.[0];
    if (word === undefined) throw fail;
    at += word.length;
    return word === 'True'
      ? true
      : word === 'False'
        ? false
        : word === 'None'
          ? null
          : /^-?\d+$/.test(word) && Number.isSafeInteger(Number(word))
            ? Number(word)
            : word;
  };
  try {
    const result = value(0);
    space();
    return at === text.length ? result : undefined;
  } catch (error) {
    if (error === fail) return undefined;
    throw error;
  }
}

/** `{a=1, b={c=x, d=null}, e=[...]}`: values are not quoted, so a comma inside of one is taken for its end unless no `name=` follows. */
function printed(text: string): Json | undefined {
  let at = 0;
  const object = (depth: number): Json | undefined => {
    if (depth > DEEPEST) return undefined;
    const members: [string, Json][] = [];
    at++;
    for (;;) {
      const name = /^\s*([A-Za-z_][\w:.-]{0,100})\s*=/.exec(text.slice(at, at + 140));
      if (!name) {
        if (/^\s*\}/.test(text.slice(at, at + 8)) && members.length === 0) {
          at = text.indexOf('}', at) + 1;
          return {};
        }
        return undefined;
      }
      at += name[0].length;
      let value: Json | undefined;
      if (text[at] === '{') value = object(depth + 1);
      else value = plain();
      if (value === undefined) return undefined;
      members.push([name[1]!, value]);
      if (text[at] === ',') at++;
      else if (text[at] === '}') {
        at++;
        return Object.fromEntries(members);
      } else return undefined;
    }
  };
  const plain = (): Json => {
    const from = at;
    let depth = 0;
    for (; at < text.length; at++) {
      const char = text[at]!;
      if (char === '[' || char === '{') depth++;
      else if (depth > 0 && (char === ']' || char === '}')) depth--;
      else if (depth === 0 && (char === '}' || (char === ',' && /^,\s*[A-Za-z_][\w:.-]{0,100}\s*=/.test(text.slice(at, at + 140))))) break;
    }
    const value = text.slice(from, at).trim();
    return value === 'null' || value === '' ? null : value;
  };
  const result = text[0] === '{' ? object(0) : undefined;
  return at === text.length ? result : undefined;
}
