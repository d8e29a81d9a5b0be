import type { Text } from '../../kernel/index.ts';
import type { Severity } from '../detection.ts';
import type { Values } from './values.ts';

/** A question about one field (or two, for `fieldref`) of a record. */
export interface FieldTest {
  /** Dotted field; '' is the whole record (keyword search). */
  readonly field: string;
  readonly other?: string;
  /** It matters whether the member is there at all, even as null. */
  readonly presence?: boolean;
  matches(values: Values, other: Values | undefined): boolean;
}
/** What a rule asks, parsed: selections and condition in one tree. */
export type Logic =
  | { readonly op: 'test'; readonly test: FieldTest }
  | { readonly op: 'and'; readonly of: readonly Logic[] }
  | { readonly op: 'or'; readonly of: readonly Logic[] }
  | { readonly op: 'not'; readonly of: Logic }
  | { readonly op: 'atLeast'; readonly n: number; readonly of: readonly Logic[] };

/** Adds every field that the logic asks about; '' stands for the whole record. */
export function mention(logic: Logic, fields: Set<string>): void {
  if (logic.op === 'test') {
    fields.add(logic.test.field);
    if (logic.test.other !== undefined) fields.add(logic.test.other);
  } else if (logic.op === 'not') mention(logic.of, fields);
  else for (const each of logic.of) mention(each, fields);
}

/** What every Sigma document says about itself. */
export interface SigmaHead {
  /** File stem; further documents of that stem are `stem#2`, `stem#3`. */
  readonly id: string;
  readonly file: string;
  /** The document's own `id`, lower case; '' when it has none. */
  readonly uuid: string;
  /** What correlations may call it; '' when it has none. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Kept with every hit: the Detection Rule License asks for it. */
  readonly author: string;
  /** The document's `license`, else the first line of the LICENSE beside the rules; '' when there is neither. */
  readonly licence: string;
  /** `medium` when the document has none. */
  readonly level: Severity;
  readonly status: string;
  /** ATT&CK technique ids, T1078.004. */
  readonly attack: readonly string[];
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly falsepositives: readonly string[];
}
export interface SigmaRule extends SigmaHead {
  /** Dotted fields the rule mentions, each once. */
  readonly fields: readonly string[];
  /** It searches words in the whole record. */
  readonly keywords: boolean;
  readonly logic: Logic;
  /** Text of the detection section, as JSON: what the tuned overlay recognises a rule by. */
  readonly detection: string;
}

export type CorrelationType = 'event_count' | 'value_count' | 'temporal' | 'temporal_ordered';
export const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
export type Operator = (typeof OPERATORS)[number];
export interface SigmaCorrelation extends SigmaHead {
  readonly type: CorrelationType;
  /** Ids of the rules or correlations it counts, in its own order. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** Seconds. */
  readonly timespan: number;
  readonly condition: readonly (readonly [Operator, number])[];
  /** Of `value_count`: the fields whose different values are counted. */
  readonly counted: readonly string[];
  /** Alias to rule id to field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** False: the rules it counts give no hits of their own. */
  readonly generate: boolean;
}

export interface RuleFile {
  readonly path: string;
  readonly text: string;
  /** Licence of the collection the file comes from. */
  readonly licence?: string;
}
/** A document that does not run. `rule` is the id it would have had. */
export interface Unsupported {
  readonly rule: string;
  readonly file: string;
  readonly why: Text;
}
export interface RuleSet {
  readonly rules: readonly SigmaRule[];
  readonly correlations: readonly SigmaCorrelation[];
  readonly unsupported: readonly Unsupported[];
}

/** Thrown inside this folder only; ends as a line of `unsupported`. */
export class Unrunnable extends Error {
  readonly why: Text;
  constructor(why: Text) {
    super(why.en);
    this.name = 'Unrunnable';
    this.why = why;
  }
}
