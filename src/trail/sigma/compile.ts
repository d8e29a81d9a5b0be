import type { Json } from '../../kernel/index.ts';
import type { TrailRecord } from '../event.ts';
import type { FieldTest, Logic, SigmaRule } from './rule.ts';
import { type Path, pathOf, type Values, valuesAt, valuesOf } from './values.ts';

/**
 * What is known of a group of records: dotted field to the value that all of them have there. A field that is not in the map is not known.
 * `undefined` is: it is absent. `null` is: it is absent or null, as a column of a database tells it.
 */
export type Shape = { readonly [field: string]: Json | undefined };
export type Verdict = 'yes' | 'no' | 'depends';
export interface CompiledRule {
  readonly rule: SigmaRule;
  match(record: TrailRecord): boolean;
  judge(shape: Shape): Verdict;
}
/** Many rules at once. */
export interface CompiledRules {
  /** The rules that hit this record, each once. */
  match(record: TrailRecord): readonly SigmaRule[];
  /** `judgeShape` of all rules; those that are in neither list hit none of the records. */
  judge(shape: Shape): { readonly yes: readonly SigmaRule[]; readonly depends: readonly SigmaRule[] };
}

/** A record being looked at: what stands at each field, found once whatever the number of rules that ask. */
interface View {
  readonly record: TrailRecord;
  readonly slots: (Values | undefined)[];
}
type Matcher = (view: View) => boolean;
/** Fields that rules share, each with a number. */
interface Fields {
  readonly numbers: Map<string, number>;
  readonly paths: Path[];
}

/** Makes a rule ready to look at records. The record must not change while its rules are asked. */
export function compile(rule: SigmaRule): CompiledRule {
  const matcher = matcherOf(rule.logic, { numbers: new Map(), paths: [] });
  return { rule, match: (record) => matcher({ record, slots: [] }), judge: (shape) => judgeShape(rule, shape) };
}

/** Members that sort records into groups whose rules are worked out once; what a log repeats most and rules ask most. */
const GROUPED = ['eventSource', 'eventName', 'errorCode', 'eventType', 'userIdentity.type'] as const;
const MOST_GROUPS = 20_000;

/** Makes many rules ready to look at many records: fields are found once per record, and rules ruled out once per kind of call. */
export function compileAll(rules: readonly SigmaRule[]): CompiledRules {
  const fields: Fields = { numbers: new Map(), paths: [] };
  const compiled = rules.map((rule) => ({ rule, matcher: matcherOf(rule.logic, fields) }));
  const grouping = GROUPED.map((field) => slotOf(field, fields));
  const groups = new Map<string, readonly { readonly rule: SigmaRule; readonly matcher: Matcher | undefined }[]>();
  return {
    match: (record) => {
      const view: View = { record, slots: [] };
      let key: string | undefined = '';
      for (const slot of grouping) {
        const values = valuesIn(view, slot, fields);
        const value = values.nodes.length === 1 && values.lists.length === 0 ? values.nodes[0] : undefined;
        if (typeof value !== 'string' && values.present) key = undefined;
        if (key !== undefined) key += typeof value === 'string' ? `${value.length}:${value}` : '-';
      }
      let candidates = key === undefined ? compiled : groups.get(key);
      if (candidates === undefined) {
        const shape = Object.fromEntries(GROUPED.map((field, index) => [field, valuesIn(view, grouping[index]!, fields).nodes[0]]));
        const known = knownOf(shape);
        candidates = compiled.flatMap((each) => {
          const verdict = judge(each.rule.logic, known);
          return verdict === 'no' ? [] : [{ rule: each.rule, matcher: verdict === 'yes' ? undefined : each.matcher }];
        });
        if (groups.size >= MOST_GROUPS) groups.clear();
        groups.set(key!, candidates);
      }
      const hits: SigmaRule[] = [];
      for (const each of candidates) if (each.matcher === undefined || each.matcher(view)) hits.push(each.rule);
      return hits;
    },
    judge: (shape) => {
      const known = knownOf(shape);
      const verdicts = rules.map((rule) => judge(rule.logic, known));
      return { yes: rules.filter((_, index) => verdicts[index] === 'yes'), depends: rules.filter((_, index) => verdicts[index] === 'depends') };
    },
  };
}

/**
 * Answers for a whole group of records what can be answered from what they share: 'yes' each of them is a hit, 'no' none is, 'depends' they
 * must be looked at one by one.
 */
export const judgeShape = (rule: SigmaRule, shape: Shape): Verdict => judge(rule.logic, knownOf(shape));
const knownOf = (shape: Shape): ReadonlyMap<string, Values> => new Map(Object.entries(shape).map(([field, value]) => [field, valuesOf(value)]));
function judge(logic: Logic, known: ReadonlyMap<string, Values>): Verdict {
  if (logic.op === 'test') return judgeTest(logic.test, known);
  if (logic.op === 'not') {
    const inner = judge(logic.of, known);
    return inner === 'yes' ? 'no' : inner === 'no' ? 'yes' : 'depends';
  }
  const needed = logic.op === 'and' ? logic.of.length : logic.op === 'or' ? 1 : logic.n;
  let yes = 0;
  let maybe = 0;
  for (const [index, each] of logic.of.entries()) {
    const verdict = judge(each, known);
    if (verdict === 'yes') yes++;
    else if (verdict === 'depends') maybe++;
    if (yes >= needed) return 'yes';
    if (yes + maybe + logic.of.length - index - 1 < needed) return 'no';
  }
  return 'depends';
}
function judgeTest(test: FieldTest, known: ReadonlyMap<string, Values>): Verdict {
  const values = known.get(test.field);
  const other = test.other === undefined ? undefined : known.get(test.other);
  if (values === undefined || (test.other !== undefined && other === undefined)) return 'depends';
  // A null from a database may be a null in the record or nothing at all: the same to every test but this one.
  if (test.presence && values.present && values.nodes[0] === null) return 'depends';
  return test.matches(values, other) ? 'yes' : 'no';
}

function slotOf(field: string, fields: Fields): number {
  const known = fields.numbers.get(field);
  if (known !== undefined) return known;
  fields.numbers.set(field, fields.paths.length);
  return fields.paths.push(pathOf(field)) - 1;
}
const valuesIn = (view: View, slot: number, fields: Fields): Values => (view.slots[slot] ??= valuesAt(view.record, fields.paths[slot]!));

function matcherOf(logic: Logic, fields: Fields): Matcher {
  if (logic.op === 'test') {
    const { test } = logic;
    const slot = slotOf(test.field, fields);
    if (test.other === undefined) return (view) => test.matches(valuesIn(view, slot, fields), undefined);
    const other = slotOf(test.other, fields);
    return (view) => test.matches(valuesIn(view, slot, fields), valuesIn(view, other, fields));
  }
  if (logic.op === 'not') {
    const inner = matcherOf(logic.of, fields);
    return (view) => !inner(view);
  }
  const parts = logic.of.map((each) => matcherOf(each, fields));
  if (logic.op === 'and') return (view) => parts.every((part) => part(view));
  if (logic.op === 'or') return (view) => parts.some((part) => part(view));
  const { n } = logic;
  return (view) => {
    let count = 0;
    for (const part of parts) if (part(view) && ++count >= n) return true;
    return false;
  };
}
