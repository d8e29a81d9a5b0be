import type { Json } from '../../../kernel/index.ts';
import { type TrailRecord, timeOf } from '../../event.ts';
import { asked, below, list, word } from './reading.ts';

const prefixOf = (rule: Json) => below(rule, 'Filter.Prefix') ?? below(rule, 'Prefix') ?? '';
const wholeBucket = (rule: Json): boolean =>
  ['', '*', '/'].includes(word(prefixOf(rule))) && ['And', 'Tag', 'ObjectSizeLessThan'].every((limit) => below(rule, `Filter.${limit}`) === undefined);

/** Days after which a lifecycle request lets objects expire, the fewest of its enabled rules; Infinity when it lets none. `whole`: rules for all objects only. */
export function shortestExpiry(record: TrailRecord, whole = false): number {
  const days = list(asked(record, 'LifecycleConfiguration.Rule'))
    .filter((rule) => below(rule, 'Status') !== 'Disabled' && (!whole || wholeBucket(rule)))
    .map((rule) => {
      const date = below(rule, 'Expiration.Date');
      if (typeof date === 'string') return Math.max(0, (Date.parse(date) - timeOf(record)) / 86_400_000);
      const days = word(below(rule, 'Expiration.Days'));
      return days === '' ? Number.NaN : Number(days);
    });
  return Math.min(Number.POSITIVE_INFINITY, ...days.slice(0, 2_000).filter((count) => Number.isFinite(count)));
}
