import { text } from '../../kernel/index.ts';
import type { Placeholders } from './encode.ts';
import { checkLogsource, textsAt } from './head.ts';
import { type Logic, mention, type SigmaHead, type SigmaRule, Unrunnable } from './rule.ts';
import { readDetection } from './selection.ts';
import { isPlainMap, type PlainMap } from './yaml.ts';

/** A Sigma filter: a further condition on rules that it names. */
export interface SigmaFilter {
  readonly head: SigmaHead;
  /** Undefined: every rule. */
  readonly rules: ReadonlySet<string> | undefined;
  readonly logic: Logic;
}

/** @throws Unrunnable */
export function readFilter(map: PlainMap, head: SigmaHead, placeholders: Placeholders): SigmaFilter {
  checkLogsource(map);
  const section = map.get('filter');
  if (!isPlainMap(section)) throw new Unrunnable(text('it has no filter section', 'no tiene sección filter'));
  const names = textsAt(section, 'rules');
  const detection = new Map([...section].filter(([name]) => name !== 'rules'));
  const any = names.length === 0 || (names.length === 1 && names[0]!.toLowerCase() === 'any');
  return { head, rules: any ? undefined : new Set(names.map((name) => name.toLowerCase())), logic: readDetection(detection, placeholders) };
}

/** Narrows the rules that the filter names, in place; answers how many. */
export function applyFilter(filter: SigmaFilter, rules: SigmaRule[]): number {
  let applied = 0;
  for (const [index, rule] of rules.entries()) {
    if (filter.rules && ![rule.uuid, rule.name.toLowerCase(), rule.id.toLowerCase()].some((name) => name !== '' && filter.rules!.has(name))) continue;
    const fields = new Set(rule.fields);
    mention(filter.logic, fields);
    rules[index] = {
      ...rule,
      logic: { op: 'and', of: [rule.logic, filter.logic] },
      fields: [...fields].filter((each) => each !== ''),
      keywords: rule.keywords || fields.has(''),
    };
    applied++;
  }
  return applied;
}
