import { type Text, text } from '../../kernel/index.ts';
import type { Hit } from '../detection.ts';
import { outcomeOf, type TrailEvent, type TrailRecord } from '../event.ts';
import { caveatOf } from './overlay.ts';
import type { SigmaHead, SigmaRule } from './rule.ts';
import { pathOf, scalarsOf, valuesAt } from './values.ts';

/** A hit of a Sigma rule or correlation, with what its licence asks to be kept. */
export interface SigmaHit extends Hit {
  readonly uuid: string;
  readonly licence: string;
  readonly status: string;
  readonly references: readonly string[];
  readonly falsepositives: readonly string[];
  /** What is known to be wrong with the rule, or to weigh about this hit. Our own words, not the rule's. */
  readonly caveat?: Text;
}

export const headOfHit = (head: SigmaHead): Omit<SigmaHit, 'attempt' | 'why' | 'events' | 'caveat'> => ({
  rule: head.id,
  title: head.title,
  severity: head.level,
  attack: head.attack,
  author: head.author,
  uuid: head.uuid,
  licence: head.licence,
  status: head.status,
  references: head.references,
  falsepositives: head.falsepositives,
});

/** The hit of a rule on an event that it matches. The rule's own level is kept; a refused call is marked, not lowered. */
export function sigmaHit(rule: SigmaRule, event: TrailEvent): SigmaHit {
  const by = rule.author || '-';
  const facts = factsOf(rule, event.record);
  const outcome = outcomeOf(event.record);
  const caveat = caveatOf(rule, event.record);
  return {
    ...headOfHit(rule),
    attempt: outcome !== 'done',
    why: text(`Sigma rule “${rule.title}” (author: ${by})${facts && `: ${facts}`}`, `Regla Sigma «${rule.title}» (autor: ${by})${facts && `: ${facts}`}`),
    events: [event.n],
    ...(caveat && { caveat }),
  };
}

/** What the record holds where the rule looks, shortened; objects are left out. */
function factsOf(rule: SigmaRule, record: TrailRecord): string {
  const facts: string[] = [];
  for (const field of rule.fields) {
    const found = scalarsOf(valuesAt(record, pathOf(field)));
    if (found.length > 0) facts.push(`${field}=${found.slice(0, 3).join(' ').slice(0, 120)}`);
    if (facts.length === 6) break;
  }
  return facts.join(', ');
}
