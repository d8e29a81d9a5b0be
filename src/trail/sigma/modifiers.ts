import { text } from '../../kernel/index.ts';
import { ENCODINGS, type Encoding } from './encode.ts';
import type { Flags } from './regex-parse.ts';
import { Unrunnable } from './rule.ts';

export type Place = 'contains' | 'startswith' | 'endswith';
export type Comparison = 'lt' | 'lte' | 'gt' | 'gte';
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
/** What the modifiers after a field's name ask for. */
export interface Modifiers {
  readonly kind: 'text' | 're' | 'cidr' | 'exists' | 'fieldref' | 'number' | 'time';
  readonly place: Place | undefined;
  readonly encodings: readonly Encoding[];
  readonly flags: Flags;
  readonly comparison: Comparison | undefined;
  readonly part: TimePart | undefined;
  readonly all: boolean;
  readonly cased: boolean;
  readonly not: boolean;
  readonly expand: boolean;
}

const KINDS = new Map<string, Modifiers['kind']>([
  ['re', 're'],
  ['cidr', 'cidr'],
  ['exists', 'exists'],
  ['fieldref', 'fieldref'],
]);
const PLACES: readonly string[] = ['contains', 'startswith', 'endswith'];
const COMPARISONS: readonly string[] = ['lt', 'lte', 'gt', 'gte'];
const PARTS: readonly string[] = ['minute', 'hour', 'day', 'week', 'month', 'year'];
const FLAGS = new Map<string, keyof Flags>([
  ['i', 'i'],
  ['ignorecase', 'i'],
  ['m', 'm'],
  ['multiline', 'm'],
  ['s', 's'],
  ['dotall', 's'],
]);
const MEANINGS = { all: 'all', cased: 'cased', neq: 'not', expand: 'expand' } as const;

const clash = (one: string, other: string): Unrunnable =>
  new Unrunnable(text(`the modifiers ${one} and ${other} do not go together`, `los modificadores ${one} y ${other} no van juntos`));

/** @throws Unrunnable for a modifier that Sigma does not have, and for those that do not go together */
export function readModifiers(names: readonly string[]): Modifiers {
  let kind = 'text' as Modifiers['kind'];
  let kindName = '';
  let place: Place | undefined;
  let comparison: Comparison | undefined;
  let part: TimePart | undefined;
  const encodings: Encoding[] = [];
  const flags = { i: false, m: false, s: false };
  const switches = { all: false, cased: false, not: false, expand: false };
  const setKind = (next: Modifiers['kind'], name: string): void => {
    if (kindName !== '' && !(kind === 'time' && next === 'number')) throw clash(kindName, name);
    if (kind !== 'time') kind = next;
    kindName ||= name;
  };
  for (const name of names) {
    if (KINDS.has(name)) setKind(KINDS.get(name)!, name);
    else if (FLAGS.has(name)) {
      if (kind !== 're') throw new Unrunnable(text(`the modifier ${name} stands without re before it`, `el modificador ${name} va sin re delante`));
      flags[FLAGS.get(name)!] = true;
    } else if (PLACES.includes(name)) {
      if (place !== undefined) throw clash(place, name);
      place = name as Place;
    } else if (COMPARISONS.includes(name)) {
      if (comparison !== undefined) throw clash(comparison, name);
      setKind('number', name);
      comparison = name as Comparison;
    } else if (PARTS.includes(name)) {
      if (comparison !== undefined) throw clash(comparison, name);
      setKind('time', name);
      part = name as TimePart;
    } else if ((ENCODINGS as readonly string[]).includes(name)) {
      if (place !== undefined && name.startsWith('base64')) throw clash(place, name);
      encodings.push(name as Encoding);
    } else if (Object.hasOwn(MEANINGS, name)) switches[MEANINGS[name as keyof typeof MEANINGS]] = true;
    else throw new Unrunnable(text(`the modifier “${name}” is unknown`, `el modificador «${name}» es desconocido`));
  }
  if (encodings.length > 8) throw new Unrunnable(text('it has more than eight encodings', 'tiene más de ocho codificaciones'));
  if (encodings.length > 0 && kind !== 'text') throw clash(kindName, encodings[0]!);
  // `re` looks anywhere in the text already: contains adds nothing, the others would change the expression.
  if (place !== undefined && kind !== 'text' && kind !== 'fieldref' && !(kind === 're' && place === 'contains')) throw clash(kindName, place);
  if (switches.expand && kind !== 'text' && kind !== 're' && kind !== 'cidr') throw clash(kindName, 'expand');
  if (switches.cased && kind !== 'text' && kind !== 'fieldref') throw clash(kindName, 'cased');
  return { kind, place, encodings, flags, comparison, part, ...switches };
}
