import { text as both, type Text } from '../../kernel/index.ts';
import { at, isObject, type TrailRecord } from '../event.ts';

/** Words that join what was done with what it was done to. */
export const WORDS = {
  bare: both('', ''),
  for: both('for', 'para'),
  in: both('in', 'en'),
  to: both('to', 'a'),
  from: both('from', 'de'),
  on: both('on', 'en'),
  of: both('of', 'de'),
  as: both('as', 'como'),
  with: both('with', 'con'),
  shares: both('shared with', 'compartido con'),
  unshares: both('no longer shared with', 'ya no compartido con'),
  opens: both('for', 'para'),
  runs: both('runs', 'ejecuta'),
  allows: both('allows', 'permite'),
  trusts: both('trusts', 'confía en'),
  gives: both('->', '->'),
} as const satisfies Record<string, Text>;
export type Word = keyof typeof WORDS;
/** One joining word and the values from the record behind it; values are hostile and not yet made visible. */
export interface Part {
  readonly word: Word;
  readonly values: readonly string[];
}

const MOST = 100;
/**
 * Texts at a path of the request (`q.`), the response (`r.`), the additional data (`x.`) or the record (`.`); lists on the way are walked through, at most
 * a hundred of each. Numbers and booleans as text.
 */
export function pick(record: TrailRecord, path: string): string[] {
  const [head = '', ...members] = path.split('.');
  const root = { q: 'requestParameters', r: 'responseElements', x: 'additionalEventData' }[head];
  let values: unknown[] = [root === undefined ? record : at(record, root)];
  for (const member of members) {
    values = values
      .flatMap((value) => (Array.isArray(value) ? value.slice(0, MOST) : [value]))
      .flatMap((value) => (isObject(value) && Object.hasOwn(value, member) ? [value[member]] : []))
      .slice(0, MOST);
  }
  return values
    .flatMap((value) => (Array.isArray(value) ? value.slice(0, MOST) : [value]))
    .flatMap((value) => (typeof value === 'string' && value !== '' ? [value] : typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : []));
}

/** Without what every reader knows: `arn:aws:iam::1:role/x` is `role/x` when 1 is the account that recorded the event. */
export function short(value: string, home: string | undefined): string {
  const parts = /^arn:aws[a-z-]*:([a-z0-9-]*):[a-z0-9-]*:(\d*|aws):(.+)$/s.exec(value.slice(0, 2_048));
  if (!parts) return value;
  const [, , account, rest] = parts as unknown as [string, string, string, string];
  return account === '' || account === home || account === 'aws' ? rest : `${account}:${rest}`;
}
