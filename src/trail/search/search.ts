import { AplombError } from '../../kernel/index.ts';
import type { TrailEvent } from '../event.ts';
import { type Asked, type Condition, every, likeOf, some } from '../timeline/index.ts';
import { columnsOf } from './columns.ts';
import { comparison } from './fields.ts';

/** What to look for; all of it must hold. */
export interface Search {
  /** Comparisons as `comparison` reads them. */
  readonly fields?: readonly string[];
  /** RE2 over the record's text, letter case apart. */
  readonly regex?: string;
  /** Free text, letter case apart, in the record as written and in its decoded strings (escapes undone, URL-encoding undone). */
  readonly text?: string;
  /** Events at most; default 1,000. */
  readonly limit?: number;
}
export interface Found {
  readonly events: readonly TrailEvent[];
  /** There are more than `limit`. */
  readonly more: boolean;
  /** The same as a condition over `events`: for the timeline, an export, a saved query. */
  readonly condition: Condition;
}
const MOST = 100_000;
const LONGEST = 1_000;
const fault = (message: string, fix: string) => new AplombError('TrailSearch', message, { fix, exit: 2 });

/** As JSON writes it inside a string. */
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
function freeText(text: string): Condition {
  // A policy in a record is JSON within JSON: its quotation marks are escaped once or twice.
  const forms = [...new Set([text, escaped(text), escaped(escaped(text))])];
  const like = (value: string): string => `%${likeOf(value.replace(/\*/g, '\u0000')).replace(/\u0000/g, '*')}%`;
  return some([
    ...forms.map((form) => ({ sql: "raw ILIKE ? ESCAPE '\\'", values: [like(form)] })),
    { sql: `contains(raw, '\\u') AND array_to_string(json_extract_string(raw, '$..*'), chr(10)) ILIKE ? ESCAPE '\\'`, values: [like(text)] },
    ...forms.map((form) => ({ sql: `contains(raw, '%') AND url_decode(raw) ILIKE ? ESCAPE '\\'`, values: [like(form)] })),
  ]);
}

/**
 * The condition that a search means. Its regular expressions are tried first, so that a mistake in one is told as such.
 * @throws AplombError TrailSearch, TrailField, TrailTime
 */
export async function conditionOf(store: Pick<Asked, 'query'>, { fields = [], regex, text }: Search): Promise<Condition> {
  if (fields.length === 0 && regex === undefined && text === undefined) throw fault('Nothing to search for.', 'Give a field, a regular expression or a text.');
  if (fields.length > 50) throw fault(`${fields.length} comparisons are too many.`, 'Give at most 50.');
  for (const [name, value] of [
    ['text', text],
    ['regular expression', regex],
  ] as const)
    if (value !== undefined && (value === '' || value.length > LONGEST)) throw fault(`The ${name} is empty or too long.`, `Give 1 to ${LONGEST} letters.`);
  const columns = await columnsOf(store);
  const patterns = [...fields.flatMap((field) => /^[^=!~<>]+!?~\s*(.*)$/s.exec(field)?.[1] ?? []), ...(regex === undefined ? [] : [regex])];
  const conditions = fields.map((field) => comparison(field, columns));
  for (const pattern of patterns) {
    try {
      await store.query("SELECT regexp_matches('', ?, 'i')", [pattern]);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message.split('\n')[0]!.replace(/^.*?Error: /, '') : '';
      throw new AplombError('TrailSearch', `“${pattern.slice(0, 80)}” is not a regular expression: ${why}.`, {
        fix: 'RE2 syntax: no look-around, no back-references.',
        exit: 2,
        cause,
      });
    }
  }
  return every([
    ...conditions,
    ...(regex === undefined ? [] : [{ sql: "regexp_matches(raw, ?, 'i')", values: [regex] }]),
    ...(text === undefined ? [] : [freeText(text)]),
  ]);
}

/**
 * Events that hold all of what is asked, oldest first, at most `limit`.
 * @throws AplombError TrailSearch, TrailField, TrailTime
 */
export async function search(store: Asked, asked: Search): Promise<Found> {
  const limit = asked.limit ?? 1_000;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw fault(`A limit of ${limit} is not possible.`, `Give a whole number from 1 to ${MOST}; the exports have no limit.`);
  const condition = await conditionOf(store, asked);
  const events: TrailEvent[] = [];
  for await (const event of store.events(condition.sql, condition.values)) {
    if (events.length === limit) return { events, more: true, condition };
    events.push(event);
  }
  return { events, more: false, condition };
}
