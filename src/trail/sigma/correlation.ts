import { text } from '../../kernel/index.ts';
import { textsAt } from './head.ts';
import { type CorrelationType, OPERATORS, type Operator, type SigmaCorrelation, type SigmaHead, Unrunnable } from './rule.ts';
import { isPlainMap, type PlainMap, scalarText } from './yaml.ts';

/** A correlation whose `rules` and `aliases` still hold names, ids and titles as written. */
export type UnresolvedCorrelation = SigmaCorrelation;

const TYPES: readonly string[] = ['event_count', 'value_count', 'temporal', 'temporal_ordered'];
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const refuse = (en: string, es: string): Unrunnable => new Unrunnable(text(`the correlation ${en}`, `la correlación ${es}`));

/** @throws Unrunnable */
export function readCorrelation(map: PlainMap, head: SigmaHead): UnresolvedCorrelation {
  const section = map.get('correlation') as PlainMap;
  const type = scalarText(section.get('type')) ?? '';
  if (!TYPES.includes(type)) throw refuse(`is of the type “${type}”, which is not known`, `es del tipo «${type}», que no se conoce`);
  const rules = textsAt(section, 'rules');
  if (rules.length === 0) throw refuse('names no rules', 'no nombra reglas');
  if (rules.length > 100) throw refuse('names more than 100 rules', 'nombra más de 100 reglas');
  const span = /^(\d{1,9})([smhdw])$/.exec(scalarText(section.get('timespan')) ?? scalarText(section.get('timeframe')) ?? '');
  if (!span) throw refuse('has no timespan such as 10m', 'no tiene un timespan como 10m');
  const counted = countedFields(section);
  if (type === 'value_count' && counted.length === 0)
    throw refuse('does not say whose values it counts (condition: field)', 'no dice qué valores cuenta (condition: field)');
  const generate = scalarText(section.get('generate')) ?? scalarText(map.get('generate'));
  return {
    ...head,
    type: type as CorrelationType,
    rules,
    groupBy: textsAt(section, 'group-by'),
    timespan: Number(span[1]) * SECONDS[span[2]!]!,
    condition: conditionOf(section, type, new Set(rules).size),
    counted,
    aliases: aliasesOf(section),
    generate: generate?.toLowerCase() === 'true',
  };
}

function countedFields(section: PlainMap): string[] {
  const condition = section.get('condition');
  const inside = isPlainMap(condition) ? textsAt(condition, 'field') : [];
  return inside.length > 0 ? inside : textsAt(section, 'field');
}
function conditionOf(section: PlainMap, type: string, rules: number): [Operator, number][] {
  const written = section.get('condition');
  const temporal = type.startsWith('temporal');
  if (written === undefined || written === null) {
    if (temporal) return [['gte', rules]];
    throw refuse('has no condition', 'no tiene condición');
  }
  if (!isPlainMap(written))
    throw refuse('has a condition that is not a map of gt, gte, lt, lte, eq, neq', 'tiene una condición que no es un mapa de gt, gte, lt, lte, eq, neq');
  const out: [Operator, number][] = [];
  for (const [name, value] of written) {
    if (name === 'field') continue;
    if (!(OPERATORS as readonly string[]).includes(name)) throw refuse(`has the unknown condition “${name}”`, `tiene la condición desconocida «${name}»`);
    const limit = scalarText(value) ?? '';
    if (!/^\d{1,12}$/.test(limit)) throw refuse(`has a condition “${name}” without a whole number`, `tiene una condición «${name}» sin un número entero`);
    out.push([name as Operator, Number(limit)]);
  }
  if (out.length === 0) throw refuse('has no condition', 'no tiene condición');
  if (type === 'temporal_ordered' && [...Array(rules + 1).keys()].some((count) => count > 0 && meets(out, count) !== (count === rules)))
    throw refuse('asks for some of its rules in order; only all of them can be followed', 'pide algunas de sus reglas en orden; solo se pueden seguir todas');
  return out;
}
function aliasesOf(section: PlainMap): Map<string, Map<string, string>> {
  const written = section.get('aliases');
  const out = new Map<string, Map<string, string>>();
  if (written === undefined || written === null) return out;
  if (!isPlainMap(written)) throw refuse('has aliases that are not a map', 'tiene alias que no son un mapa');
  for (const [alias, fields] of written) {
    if (!isPlainMap(fields)) throw refuse(`has an alias “${alias}” that is not a map`, `tiene un alias «${alias}» que no es un mapa`);
    const byRule = new Map<string, string>();
    for (const [rule, field] of fields) {
      const name = scalarText(field);
      if (name === undefined) throw refuse(`has an alias “${alias}” without a field`, `tiene un alias «${alias}» sin campo`);
      byRule.set(rule, name);
    }
    out.set(alias, byRule);
  }
  return out;
}

const COMPARE: Readonly<Record<Operator, (count: number, limit: number) => boolean>> = {
  gt: (count, limit) => count > limit,
  gte: (count, limit) => count >= limit,
  lt: (count, limit) => count < limit,
  lte: (count, limit) => count <= limit,
  eq: (count, limit) => count === limit,
  neq: (count, limit) => count !== limit,
};
/** Whether a count satisfies all parts of a condition. */
export const meets = (condition: SigmaCorrelation['condition'], count: number): boolean =>
  condition.every(([operator, limit]) => COMPARE[operator](count, limit));
