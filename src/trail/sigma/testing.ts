import type { TrailRecord } from '../event.ts';
import { compile } from './compile.ts';
import type { Placeholders } from './encode.ts';
import { readRules } from './read.ts';
import type { RuleSet, SigmaRule } from './rule.ts';

const indent = (block: string): string => block.replace(/^/gm, '    ');
/** A whole document around a detection section; the section's lines stand at the left margin. */
export const documentOf = (detection: string, more = ''): string =>
  `title: A test\nauthor: Ada\nlogsource:\n    product: aws\n    service: cloudtrail\ndetection:\n${indent(detection.trim())}\n${more}`;
export const setOf = (...documents: string[]): RuleSet => readRules([{ path: 'set.yml', text: documents.join('\n---\n') }]);
/** The one rule of a detection section. Throws with the reason when it does not run. */
export function ruleOf(detection: string, placeholders: Placeholders = {}): SigmaRule {
  const set = readRules([{ path: 'test.yml', text: documentOf(detection) }], placeholders);
  const rule = set.rules[0];
  if (!rule) throw new Error(set.unsupported.map((each) => each.why.en).join('; '));
  return rule;
}
/** Whether `field|modifiers: value` (YAML of one selection) hits the record. */
export const selects = (selection: string, record: TrailRecord, placeholders: Placeholders = {}): boolean =>
  compile(ruleOf(`sel:\n${indent(selection)}\ncondition: sel`, placeholders)).match(record);
/** Why the selection does not run; undefined when it does. */
export const refusal = (detection: string): string | undefined => readRules([{ path: 'test.yml', text: documentOf(detection) }]).unsupported[0]?.why.en;
