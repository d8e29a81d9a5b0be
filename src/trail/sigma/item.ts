import { text } from '../../kernel/index.ts';
import { networkTest } from './address.ts';
import { encode, expand, type Piece, type Placeholders } from './encode.ts';
import { type Glob, globTest, literalOf, readGlob, STAR } from './glob.ts';
import { type Modifiers, readModifiers } from './modifiers.ts';
import { comparisonTest, fieldrefTest, numberOf, timeTest } from './numbers.ts';
import { regexTest } from './regex.ts';
import { type FieldTest, type Logic, Unrunnable } from './rule.ts';
import { isNull, loweredOf, scalarsOf, textsOf, type Values } from './values.ts';
import { isDigits, isList, isPlainMap, type Plain, scalarText } from './yaml.ts';

const LIMITS = { chars: 16_384, values: 20_000 } as const;
/** One value of an item as a test of the field's content. `equals`: plain text (lower case unless cased) that a set can look up. */
interface ValueTest {
  readonly equals?: string;
  readonly matches?: (values: Values) => boolean;
}

/**
 * One `field|modifiers: value` of a selection, as logic. Without a field the words are looked for in the whole record.
 * @throws Unrunnable
 */
export function readItem(key: string, value: Plain | undefined, placeholders: Placeholders): Logic {
  const [field = '', ...names] = key.split('|');
  const how = readModifiers(names);
  const list = isList(value) ? value : [value ?? null];
  if (list.length === 0) throw new Unrunnable(text(`“${key}” has an empty list of values`, `«${key}» tiene una lista de valores vacía`));
  for (const each of list)
    if (isPlainMap(each) || isList(each)) throw new Unrunnable(text(`“${key}” has a list or map for a value`, `«${key}» tiene una lista o un mapa como valor`));
  if (field === '' && how.kind !== 'text' && how.kind !== 're')
    throw new Unrunnable(text(`the modifier in “${key}” needs a field`, `el modificador de «${key}» necesita un campo`));
  const tests = how.kind === 'fieldref' ? list.map((each) => reference(key, field, each, how)) : combine(field, list, how, key, placeholders);
  const all: Logic[] = tests.map((test) => ({ op: 'test', test }));
  const joined: Logic = all.length === 1 ? all[0]! : { op: how.all ? 'and' : 'or', of: all };
  return how.not ? { op: 'not', of: joined } : joined;
}

function reference(key: string, field: string, value: Plain, how: Modifiers): FieldTest {
  const other = scalarText(value);
  if (other === undefined || other === '' || /[*?]/.test(other)) throw new Unrunnable(text(`“${key}” does not name a field`, `«${key}» no nombra un campo`));
  return { field, other, matches: fieldrefTest(how.place, how.cased) };
}

/** The tests of all values: one for any of them, one for each under `all`. */
function combine(field: string, list: readonly Plain[], how: Modifiers, key: string, placeholders: Placeholders): FieldTest[] {
  if (how.kind === 'exists') {
    const wanted = list.length === 1 ? scalarText(list[0]!)?.toLowerCase() : undefined;
    if (wanted !== 'true' && wanted !== 'false') throw new Unrunnable(text(`“${key}” must be true or false`, `«${key}» debe ser true o false`));
    return [{ field, presence: true, matches: (values) => values.present === (wanted === 'true') }];
  }
  // Base64 text has a case: another spelling is another value.
  const cased = how.cased || how.encodings.some((encoding) => encoding.startsWith('base64'));
  const groups = list.map((each) => valueTests(field, each, how, cased, key, placeholders));
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  if (total > LIMITS.values) throw new Unrunnable(text(`“${key}” has more than 20,000 values`, `«${key}» tiene más de 20 000 valores`));
  return (how.all ? groups : [groups.flat()]).map((group) => anyOf(field, group, cased));
}
function anyOf(field: string, group: readonly ValueTest[], cased: boolean): FieldTest {
  const equal = new Set<string>();
  const others: ((values: Values) => boolean)[] = [];
  for (const each of group) {
    if (each.equals !== undefined) equal.add(each.equals);
    if (each.matches) others.push(each.matches);
  }
  const look = cased ? textsOf : loweredOf;
  const only = others.length === 0 && equal.size === 1 ? [...equal][0]! : undefined;
  if (only !== undefined) return { field, matches: (values) => look(values).includes(only) };
  return {
    field,
    matches: (values) => (equal.size > 0 && look(values).some((each) => equal.has(each))) || others.some((matches) => matches(values)),
  };
}

function valueTests(field: string, value: Plain, how: Modifiers, cased: boolean, key: string, placeholders: Placeholders): ValueTest[] {
  if (value === null) {
    if (how.kind !== 'text' || how.encodings.length > 0)
      throw new Unrunnable(text(`“${key}” has null where a value is needed`, `«${key}» tiene null donde hace falta un valor`));
    return [{ matches: isNull }];
  }
  const written = scalarText(value)!;
  if (written.length > LIMITS.chars)
    throw new Unrunnable(text(`“${key}” has a value of more than 16,384 characters`, `«${key}» tiene un valor de más de 16 384 caracteres`));
  const texts = how.expand ? expand(written, placeholders) : [written];
  if (how.kind === 're')
    return texts.map((each) => {
      const test = regexTest(each, how.flags);
      return { matches: (values) => textsOf(values).some(test) };
    });
  if (how.kind === 'cidr')
    return texts.map((each) => {
      const test = networkTest(each);
      if (!test) throw new Unrunnable(text(`“${each.slice(0, 60)}” is no network`, `«${each.slice(0, 60)}» no es una red`));
      return { matches: (values) => scalarsOf(values).some(test) };
    });
  if (how.kind === 'number' || how.kind === 'time') {
    const wanted = numberOf(written);
    if (wanted === undefined) throw new Unrunnable(text(`“${key}” must be a number`, `«${key}» debe ser un número`));
    return [{ matches: how.kind === 'time' ? timeTest(how.part!, how.comparison, wanted) : comparisonTest(how.comparison!, wanted) }];
  }
  const out = texts.flatMap((each) => textTests(each, field, how, cased));
  if (isDigits(value) && how.place === undefined && field !== '' && how.encodings.length === 0) {
    const wanted = numberOf(written);
    if (wanted !== undefined) out.push({ matches: comparisonTest('eq', wanted) });
  }
  return out;
}
function textTests(written: string, field: string, how: Modifiers, cased: boolean): ValueTest[] {
  let pieces: Piece[] = [{ glob: readGlob(written), bytes: false }];
  for (const encoding of how.encodings) pieces = pieces.flatMap((piece) => encode(piece, encoding));
  const place = how.place ?? (field === '' ? 'contains' : undefined);
  const look = cased ? textsOf : loweredOf;
  return pieces.map(({ glob }) => {
    const ready: Glob = cased ? glob : glob.map((part) => (typeof part === 'string' ? part.toLowerCase() : part));
    const literal = literalOf(ready);
    if (literal !== undefined && place === undefined) return { equals: literal };
    const test = globTest([
      ...(place === 'contains' || place === 'endswith' ? [STAR] : []),
      ...ready,
      ...(place === 'contains' || place === 'startswith' ? [STAR] : []),
    ] as Glob);
    return { matches: (values) => look(values).some(test) };
  });
}
