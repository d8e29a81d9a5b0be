import type { JsonObject, Test, Value } from '../kernel/index.ts';

/**
 * JSON text with shell variables in it. A variable holds JSON text; `bare` drops the quotes around a string, `escapes`
 * says in how many JSON strings it is nested, `literal`
 * that it stands in a JMESPath literal.
 */
export type Fragment = string | { readonly name: string; readonly bare: boolean; readonly escapes: number; readonly literal?: true | undefined };
export interface Names {
  /** Shell variable that will hold the JSON text of this ref. */
  ref(ref: string): string;
  readonly token: string;
}

const inString = (text: string): string => JSON.stringify(text).slice(1, -1);
const isObject = (value: Value | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
/** The time has no character that JSON would escape, so it is the same at every depth. */
export const NOW: Fragment = { name: 'NOW', bare: false, escapes: 0 };

/** A value as JSON text. */
export function jsonText(value: Value, names: Names): Fragment[] {
  if (Array.isArray(value))
    return list(
      '[',
      value.map((item) => jsonText(item, names)),
      ']',
    );
  if (!isObject(value)) return [JSON.stringify(value)];
  if (typeof value.$ref === 'string') return [{ name: names.ref(value.$ref), bare: false, escapes: 0 }];
  if (value.$token === true || value.$now === true || value.$json !== undefined || Array.isArray(value.$join)) return ['"', ...stringText(value, names), '"'];
  return list(
    '{',
    Object.entries(value).map(([key, item]) => [`${JSON.stringify(key)}:`, ...jsonText(item, names)]),
    '}',
  );
}
const list = (open: string, items: Fragment[][], close: string): Fragment[] => [
  open,
  ...items.flatMap((item, index) => (index ? [',', ...item] : item)),
  close,
];

/** A value as the inside of a JSON string. */
function stringText(value: Value, names: Names): Fragment[] {
  if (isObject(value)) {
    if (typeof value.$ref === 'string') return [{ name: names.ref(value.$ref), bare: true, escapes: 0 }];
    if (value.$token === true) return [names.token];
    if (value.$now === true) return [NOW];
    if (value.$json !== undefined) return jsonText(value.$json, names).map(nested);
    if (Array.isArray(value.$join)) return value.$join.flatMap((part) => stringText(part, names));
  }
  return [inString(typeof value === 'string' ? value : JSON.stringify(value))];
}
const nested = (fragment: Fragment): Fragment =>
  typeof fragment === 'string' ? inString(fragment) : fragment === NOW ? fragment : { ...fragment, escapes: fragment.escapes + 1 };

/**
 * JSON text in printable ASCII without a character that a shell, a here-document, history expansion or a JMESPath
 * literal reads as its own: they are written as \uXXXX, which JSON reads back.
 */
export const plainJson = (text: string): string =>
  text
    .replace(/\\(.)/gs, (pair, next) => (next === '\\' ? '\\u005c' : pair))
    .replace(/[^ -~]|[$`!]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The shell variable of a fragment, in the form it has at its place. */
const variable = (fragment: Exclude<Fragment, string>): string =>
  `${fragment.name}${fragment.bare ? '_bare' : ''}${fragment.escapes ? `_in${fragment.escapes}` : ''}${fragment.literal ? '_literal' : ''}`;

/** Assignments that make the nested forms of the variables used, and the text of a here-document. */
export function hereDocument(fragments: readonly Fragment[]): { before: string[]; text: string; variables: boolean } {
  const used = fragments.filter((fragment) => typeof fragment !== 'string');
  const before = used.flatMap(derived);
  const text = fragments.map((fragment) => (typeof fragment === 'string' ? plainJson(fragment) : `\${${variable(fragment)}}`)).join('');
  return { before: [...new Set(before)], text, variables: used.length > 0 };
}
function derived(fragment: Exclude<Fragment, string>): string[] {
  const lines: string[] = [];
  const base = `${fragment.name}${fragment.bare ? '_bare' : ''}`;
  if (fragment.bare) lines.push(`${base}=\${${fragment.name}#\\"}; ${base}=\${${base}%\\"}`);
  for (let depth = 1; depth <= fragment.escapes; depth++) lines.push(`${base}_in${depth}=$(inside "\${${depth === 1 ? base : `${base}_in${depth - 1}`}}")`);
  if (fragment.literal) lines.push(`${variable(fragment)}=$(literal "\${${variable({ ...fragment, literal: undefined })}}")`);
  return lines;
}

/** A word of a command line: literal parts in single quotes, variables in double quotes. */
export const word = (fragments: readonly Fragment[]): string =>
  fragments.map((fragment) => (typeof fragment === 'string' ? quote(fragment) : `"\${${variable(fragment)}}"`)).join('') || "''";

/** JMESPath that is true when all tests hold. Values stand as JSON literals; lists are compared as multisets. */
export function condition(tests: readonly Test[], names: Names): Fragment[] {
  if (tests.length === 0) return ['`true`'];
  return tests.flatMap((test, index) => [index ? ' && ' : '', '(', ...oneTest(test, names), ')']);
}
function oneTest(test: Test, names: Names): Fragment[] {
  if (test.in) return test.in.flatMap((value, index) => [index ? ' || ' : '', '(', ...equals(test.path, value, names), ')']);
  return equals(test.path, test.is ?? null, names);
}
function equals(path: string, value: Value, names: Names): Fragment[] {
  const literal = (item: Value): Fragment[] => [
    '`',
    ...jsonText(item, names).map((fragment) => (typeof fragment === 'string' ? plainJson(fragment) : fragment)),
    '`',
  ];
  if (!Array.isArray(value) || value.length === 0) return [`(${path}) == `, ...literal(value)];
  const counts = new Map<string, { item: Value; count: number }>();
  for (const item of value) {
    const key = JSON.stringify(item);
    counts.set(key, { item, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  const each = [...counts.values()].flatMap(({ item, count }): Fragment[] => [` && length(${path} | [?@ == `, ...literal(item), `]) == \`${count}\``]);
  return [`type(${path}) == 'array' && length(${path}) == \`${value.length}\``, ...each];
}
