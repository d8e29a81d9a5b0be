import { AplombError } from '../../kernel/index.ts';
import { type Condition, likeOf, momentOf, some, type Value } from '../timeline/index.ts';
import { type Columns, type Field, fieldOf } from './columns.ts';

const FORM = /^\s*([A-Za-z_][^=!~<>]*?)\s*(!=|!~|>=|<=|=|~|<|>)\s*(.*)$/s;
/** Ids are compared as they stand, so that DuckDB can skip what cannot hold them; other texts without regard to letter case. */
const EXACT = /^(?:accessKeyId|issuedKey|eventID|sharedEventID|recipientAccountId|accountId|issuerAccountId|principalId)$/;
const LONGEST = 1_000;

const fault = (message: string, fix: string) => new AplombError('TrailSearch', message, { fix, exit: 2 });
const bounded = (value: string): string => {
  if (value.length > LONGEST) throw fault(`A value of ${value.length} letters is too long.`, `Search for at most ${LONGEST} letters.`);
  return value;
};

/** Compares one text in SQL, `it`, which may stand there more than once. */
function compare(it: string, operator: string, value: string, exact: boolean): Condition {
  if (operator === '~') return { sql: `regexp_matches(${it}, ?, 'i')`, values: [bounded(value)] };
  if (value === '*') return { sql: `${it} IS NOT NULL AND ${it} != ''`, values: [] };
  if (value === '') return { sql: `${it} IS NULL OR ${it} = ''`, values: [] };
  if (value.includes('*')) return { sql: `${it} ILIKE ? ESCAPE '\\'`, values: [likeOf(bounded(value))] };
  return exact ? { sql: `${it} = ?`, values: [value] } : { sql: `lower(${it}) = lower(?)`, values: [bounded(value)] };
}

function typed(column: string, type: string, operator: string, written: string): Condition {
  const named = `“${written.slice(0, 60)}”`;
  const not = operator.startsWith('!') ? 'NOT ' : '';
  if (/[<>]/.test(operator) && !/^(?:TIMESTAMP|BIGINT|INTEGER)/.test(type)) throw fault(`${column} is no number and no time.`, 'Use =, !=, ~ or !~ with it.');
  if (type === 'BOOLEAN') {
    if (operator.endsWith('~') || !/^(?:true|false|\*|)$/i.test(written))
      throw fault(`${column} is true or false, not ${named}.`, `Write ${column}=true or ${column}=false.`);
    if (written === '' || written === '*') return { sql: `"${column}" IS ${(written === '*') === (not === '') ? 'NOT ' : ''}NULL`, values: [] };
    return { sql: `${not}coalesce("${column}" = ?, false)`, values: [/^true$/i.test(written)] };
  }
  if (type.startsWith('TIMESTAMP')) {
    if (operator.endsWith('~')) throw fault(`${column} is a time.`, `Write ${column}>=2026-03-02T10:00, or search in eventTime.`);
    return { sql: `coalesce("${column}" ${operator} ?::TIMESTAMP, ${not !== ''})`, values: [momentOf(written)] };
  }
  if (!/^-?\d{1,15}$/.test(written) || operator.endsWith('~')) throw fault(`${column} is a number, not ${named}.`, `Write ${column}=12.`);
  return { sql: `coalesce("${column}" ${operator} ?, ${not !== ''})`, values: [Number(written)] };
}

/** JSON paths of DuckDB for a written one: as it stands, and with one list on the way at each place, since AWS's `items` are lists where nobody says so. */
function pathsOf(members: readonly string[]): string[] {
  const step = (member: string) => (member.endsWith('[]') ? `."${member.slice(0, -2)}"[*]` : `."${member}"`);
  const whole = members.map(step);
  return [whole, ...whole.map((_, at) => whole.map((text, i) => (i === at && !text.endsWith('[*]') ? `${text}[*]` : text)))]
    .map((steps) => `$${steps.join('')}`)
    .filter((path, at, all) => all.indexOf(path) === at);
}
function inRecord(path: readonly string[], columns: Columns, operator: string, value: string): Condition {
  const own = columns.get(path[0]!.toLowerCase());
  const [root, members] = own ? [`"${own.name}"::VARCHAR`, path.slice(1)] : ['raw', path];
  // The name must stand in the text: cheaper than reading the JSON of every event.
  const name = path.at(-1)!.replace('[]', '');
  const wanted: Value[] = [`"${name}"`];
  const negated = operator.startsWith('!');
  const found = some(
    pathsOf(members).map((text) => {
      const many = text.includes('[*]');
      const { sql, values } = compare('leaf', operator.replace('!', '').replace(/^$/, '='), value, false);
      const list = many ? `json_extract_string(${root}, ?)` : `[json_extract_string(${root}, ?)]`;
      return {
        sql: `len(list_filter(${list}, lambda leaf: ${value === '' && many ? 'false' : sql})) > 0`,
        values: [text, ...(value === '' && many ? [] : values)],
      };
    }),
  );
  const all =
    value === ''
      ? { sql: `NOT contains(${root}, ?) OR (${found.sql})`, values: [...wanted, ...found.values] }
      : { sql: `contains(${root}, ?) AND (${found.sql})`, values: [...wanted, ...found.values] };
  return negated ? { sql: `NOT coalesce(${all.sql}, false)`, values: all.values } : all;
}

/**
 * The condition of one written comparison: `eventName=Run*` (`*` stands for anything; `field=*` is there, `field=` is not), `!=`, `userIdentity.arn~deploy` (a
 * regular expression), `!~`, and for times and numbers `>=`, `<=`, `>`, `<`. Letter case does not matter, save in ids.
 * @throws AplombError TrailSearch, TrailField, TrailTime
 */
export function comparison(written: string, columns: Columns): Condition {
  const [, name = '', operator = '', value = ''] = FORM.exec(written) ?? [];
  if (operator === '')
    throw fault(`“${written.slice(0, 80)}” is no comparison.`, 'Write field=value, field~regular-expression, or with ! before them; give free text apart.');
  const field: Field = fieldOf(name, columns);
  if ('path' in field) {
    if (/[<>]/.test(operator)) throw fault(`${name} is text.`, 'Use =, !=, ~ or !~ with it.');
    return inRecord(field.path, columns, operator, value);
  }
  if (/^(?:TIMESTAMP|BIGINT|INTEGER|BOOLEAN)/.test(field.type)) return typed(field.column, field.type, operator, value);
  if (/[<>]/.test(operator)) return typed(field.column, field.type, operator, value);
  const text = field.type === 'VARCHAR' ? `"${field.column}"` : `"${field.column}"::VARCHAR`;
  const { sql, values } = compare(text, operator.replace('!', ''), value, EXACT.test(field.column));
  return operator.startsWith('!') ? { sql: `NOT coalesce(${sql}, false)`, values } : { sql, values };
}
