import { Composer, type CST, type Document, isAlias, isMap, isScalar, isSeq, Parser } from 'yaml';
import { text } from '../../kernel/index.ts';
import { Unrunnable } from './rule.ts';

/** An unquoted number, kept digit for digit: account ids begin with zeros and are longer than a JavaScript number. */
export interface Digits {
  readonly digits: string;
}
/** What a YAML document holds. Maps are Maps, so that no key can reach a prototype. */
export type Plain = null | boolean | string | Digits | readonly Plain[] | PlainMap;
export type PlainMap = ReadonlyMap<string, Plain>;
export const isPlainMap = (value: Plain | undefined): value is PlainMap => value instanceof Map;
export const isDigits = (value: Plain | undefined): value is Digits => typeof value === 'object' && value !== null && 'digits' in value;
export const isList = (value: Plain | undefined): value is readonly Plain[] => Array.isArray(value);
/** A scalar as text; undefined for null, maps and lists. */
export const scalarText = (value: Plain | undefined): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : isDigits(value) ? value.digits : undefined;

const LIMITS = { chars: 1024 * 1024, documents: 1000, nodes: 50_000, depth: 40 } as const;
const TAGS = /^tag:yaml\.org,2002:(str|map|seq|null|bool|int|float)$/;

/**
 * The documents of one YAML 1.2 text, empty ones left out, each with its value or the reason why it has none. Aliases are followed, but all
 * nodes together are at most 50,000 and 40 deep; tags other than the core ones, double keys and texts of more than 1 MiB are refused.
 */
export function readYaml(source: string): ({ readonly value: Plain } | { readonly why: Unrunnable })[] {
  if (source.length > LIMITS.chars)
    return [{ why: new Unrunnable(text('the file is larger than 1 MiB, which no rule is', 'el archivo ocupa más de 1 MiB; ninguna regla es tan grande')) }];
  const documents: Document[] = [];
  try {
    const tokens = [...new Parser().parse(source)];
    // Composing recurses, and Node itself can die of a stack that is nearly full: depth is checked on the tokens.
    if (tokens.some(isDeep)) return [{ why: tooDeep() }];
    // Double keys are found below: the library compares every key with every other. It also makes each error's text pretty one by one.
    const options = { schema: 'core', uniqueKeys: false, merge: false, logLevel: 'silent', prettyErrors: false } as const;
    for (const document of new Composer(options).compose(tokens)) if (documents.push(document) > LIMITS.documents) break;
  } catch (error) {
    return [{ why: broken(error, source) }];
  }
  if (documents.length > LIMITS.documents)
    return [{ why: new Unrunnable(text('the file holds more than 1,000 documents', 'el archivo contiene más de 1000 documentos')) }];
  const answers: ({ value: Plain } | { why: Unrunnable })[] = [];
  for (const document of documents) {
    try {
      if (document.errors[0]) throw document.errors[0];
      const value = plain(document, document.contents, { nodes: LIMITS.nodes }, 0);
      if (value !== null) answers.push({ value });
    } catch (error) {
      answers.push({ why: error instanceof Unrunnable ? error : broken(error, source) });
    }
  }
  return answers;
}

const tooDeep = (): Unrunnable =>
  new Unrunnable(text('the YAML is nested more than 40 deep or holds more than 50,000 values', 'el YAML tiene más de 40 niveles o más de 50 000 valores'));
function broken(error: unknown, source: string): Unrunnable {
  const what = String(error instanceof Error ? error.message : error);
  const at = (error as { pos?: readonly number[] }).pos?.[0];
  const line = at === undefined ? '' : ` (line ${source.slice(0, at).split('\n').length})`;
  const said = `${what.split('\n', 1)[0]!.slice(0, 200)}${line}`;
  return new Unrunnable(text(`the YAML is broken: ${said}`, `el YAML está roto: ${said}`));
}
function isDeep(token: CST.Token): boolean {
  const stack: { readonly token: CST.Token | null | undefined; readonly depth: number }[] = [{ token, depth: 0 }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (next.depth > LIMITS.depth) return true;
    const depth = next.depth + 1;
    const inner = next.token;
    if (!inner) continue;
    if ('value' in inner) stack.push({ token: inner.value, depth: next.depth });
    if ('items' in inner)
      for (const item of inner.items)
        stack.push({ token: 'key' in item ? item.key : undefined, depth }, { token: 'value' in item ? item.value : undefined, depth });
  }
  return false;
}

function plain(document: Document, node: unknown, budget: { nodes: number }, depth: number): Plain {
  if (depth > LIMITS.depth || --budget.nodes < 0) throw tooDeep();
  if (node === null || node === undefined) return null;
  if (isAlias(node)) {
    const target = node.resolve(document);
    if (target === undefined) throw new Unrunnable(text(`the YAML alias *${node.source} names nothing`, `el alias YAML *${node.source} no nombra nada`));
    return plain(document, target, budget, depth + 1);
  }
  const tag = (node as { tag?: string }).tag;
  if (tag !== undefined && !TAGS.test(tag)) throw new Unrunnable(text(`the YAML uses the tag ${tag}`, `el YAML usa la etiqueta ${tag}`));
  if (isScalar(node)) {
    const value = node.value;
    if (typeof value === 'number' || typeof value === 'bigint') {
      const digits = node.source ?? String(value);
      // 0123 is an account's or a file's name more often than a number.
      return /^[-+]?(0|[1-9]\d*)(\.\d+)?$/.test(digits) ? { digits } : digits;
    }
    if (value === null || typeof value === 'boolean') return value;
    return String(value);
  }
  if (isSeq(node)) return node.items.map((item) => plain(document, item, budget, depth + 1));
  if (isMap(node)) {
    const map = new Map<string, Plain>();
    for (const pair of node.items) {
      const key = scalarText(plain(document, pair.key, budget, depth + 1));
      if (key === undefined) throw new Unrunnable(text('a YAML key is not a text', 'una clave YAML no es un texto'));
      if (map.has(key)) throw new Unrunnable(text(`the YAML key “${key}” stands twice in one map`, `la clave YAML «${key}» aparece dos veces en un mapa`));
      map.set(key, plain(document, pair.value, budget, depth + 1));
    }
    return map;
  }
  throw new Unrunnable(text('the YAML holds something that is no value', 'el YAML contiene algo que no es un valor'));
}
