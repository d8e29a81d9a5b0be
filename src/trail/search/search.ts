import { AplombError } from '../../kernel/index.ts';
import type { TrailEvent } from '../event.ts';
import { type Asked, type Condition, every, numbered, some } from '../timeline/index.ts';
import { type Columns, columnsOf } from './columns.ts';
import { comparison } from './fields.ts';

/** What to look for; all of it must hold. */
export interface Search {
  /** Comparisons as `comparison` reads them. */
  readonly fields?: readonly string[];
  /**
   * RE2, letter case apart, over the record's texts, one a line (`^` and `$` stand at a text's ends): the members' values, and the JSON of request, answer and the like.
   * For the record as one text compare the field: `raw~…`.
   */
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
/** Events that are fetched at once. */
const PAGE = 5_000;
const fault = (message: string, fix: string) => new AplombError('TrailSearch', message, { fix, exit: 2 });

/** As JSON writes it inside a string. */
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
/** What is made of other columns. */
const MADE = new Set(['raw', 'principal', 'issuedkey', 'eventtime']);
/** Members in which callers write what they like. */
const FREE = ['requestParameters', 'responseElements', 'additionalEventData', 'serviceEventDetails'];

/**
 * The texts of a record, one a line, as SQL; and those of them that hold JSON. Where the store has them as columns they are taken from there: to put the record's own
 * text together costs several times the search. One expression, since a condition per column costs more again.
 */
function textsOf(columns: Columns): { readonly whole: string; readonly json: readonly string[] } {
  if (!columns.has('requestparameters')) return { whole: 'raw', json: ['raw'] };
  const texts = [...columns].filter(([name, { type }]) => /^(?:VARCHAR|JSON)$/.test(type) && !MADE.has(name)).map(([, { name }]) => `"${name}"`);
  return { whole: `concat_ws(chr(10), ${texts.join(', ')})`, json: FREE.filter((name) => columns.has(name.toLowerCase())).map((name) => `"${name}"::VARCHAR`) };
}
function freeText(text: string, columns: Columns): Condition {
  const { whole, json } = textsOf(columns);
  // A policy in a record is JSON within JSON: its quotation marks are escaped once or twice.
  const forms = [...new Set([text, escaped(text), escaped(escaped(text))])];
  const held = (it: string, form: string): Condition => ({ sql: `contains(lower(${it}), lower(?))`, values: [form] });
  const marked = (it: string, mark: string, then: Condition) => every([{ sql: `contains(${it}, '${mark}')`, values: [] }, then]);
  return some([
    ...forms.map((form) => held(whole, form)),
    ...json.flatMap((it) => [
      marked(it, '\\u', held(`array_to_string(json_extract_string(${it}, '$..*'), chr(10))`, text)),
      marked(it, '%', some(forms.map((form) => held(`url_decode(${it})`, form)))),
    ]),
  ]);
}
const regularExpression = (regex: string, columns: Columns): Condition => ({
  sql: `regexp_matches(${textsOf(columns).whole}, ?, 'i')`,
  values: [`(?m)${regex}`],
});

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
  return every([...conditions, ...(regex === undefined ? [] : [regularExpression(regex, columns)]), ...(text === undefined ? [] : [freeText(text, columns)])]);
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
  const found = (await store.query(`SELECT n FROM events WHERE ${condition.sql} ORDER BY time, n LIMIT ${limit + 1}`, condition.values)).map(({ n }) =>
    Number(n),
  );
  const events: TrailEvent[] = [];
  for (let at = 0; at < Math.min(found.length, limit); at += PAGE) {
    const page = numbered(found.slice(at, Math.min(at + PAGE, limit)));
    for await (const event of store.events(page.sql, page.values)) events.push(event);
  }
  return { events, more: found.length > limit, condition };
}
