import { AplombError } from '../../kernel/index.ts';
import { type Condition, EVERYTHING, every, likeOf, some } from './condition.ts';
import { momentOf } from './moment.ts';

type OneOrMore = string | readonly string[];
/** What of the trail is meant. Several values of one member: any of them; several members: all of them. */
export interface Selection {
  /** Access key id: what was done with it, and the call that gave it out. */
  readonly key?: OneOrMore;
  /** ARN of a role, user, session or root, a service's host name, or a bare name: `deploy`, `role/deploy`, with `*`. */
  readonly principal?: OneOrMore;
  /** IPv4 or IPv6 address, IPv4 range `198.51.100.0/24`, host name of a service, with `*`. */
  readonly address?: OneOrMore;
  /** Session name or session ARN, with `*`. */
  readonly session?: OneOrMore;
  /** `iam:CreateUser`, `iam:*`, `CreateUser`, `*Snapshot*`; letter case and a date that older services append do not matter. */
  readonly api?: OneOrMore;
  /** Account that the event was recorded for, or that acted. */
  readonly account?: OneOrMore;
  readonly region?: OneOrMore;
  /** Inclusive; see `momentOf`. */
  readonly since?: string;
  /** Exclusive; a bare date takes that whole day in. */
  readonly until?: string;
  /** A further condition over the view `events`. */
  readonly where?: string | Condition;
}

const fault = (message: string, fix: string) => new AplombError('TrailSelection', message, { fix, exit: 2 });
const wild = (value: string) => value.includes('*');
/** `column` is ours, `value` is bound. */
const is = (column: string, value: string): Condition =>
  wild(value) ? { sql: `${column} ILIKE ? ESCAPE '\\'`, values: [likeOf(value)] } : { sql: `${column} = ?`, values: [value] };

const key = (value: string): Condition => {
  if (!/^[A-Za-z0-9*]{1,128}$/.test(value)) throw fault(`“${value.slice(0, 60)}” is not an access key id.`, 'Give its id, AKIA… or ASIA…, never its secret.');
  return some([is('accessKeyId', value), is('issuedKey', value)]);
};
/**
 * Whole keys: what was done with them, and the few calls that gave them out. As one condition with OR DuckDB would have to put together every record of the store.
 */
function keys(values: readonly string[]): Condition {
  const either = some(values.map(key));
  if (values.some(wild)) return either;
  const marks = values.map(() => '?').join(', ');
  const used: Condition = values.length === 1 ? is('accessKeyId', values[0]!) : { sql: `accessKeyId IN (${marks})`, values };
  const issued = every([
    { sql: `issuedKey IN (${marks})`, values },
    { sql: `accessKeyId IS NULL OR accessKeyId NOT IN (${marks})`, values },
  ]);
  return { ...either, ways: [used, issued] };
}
const principal = (value: string): Condition =>
  value.startsWith('arn:')
    ? some([is('principal', value), is('arn', value)])
    : some([
        is('principal', value),
        is('principal', `*/${value}`),
        is('principal', `*:${value}`),
        is('userName', value),
        is('principalId', value),
        ...(value === 'root' ? [is('identityType', 'Root')] : []),
      ]);
const session = (value: string): Condition =>
  value.startsWith('arn:') ? is('arn', value) : every([is('identityType', 'AssumedRole'), is('arn', `*:assumed-role/*/${value}`)]);

const RANGE = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;
const OCTETS = [1, 2, 3, 4].map((part) => `try_cast(split_part(sourceIPAddress, '.', ${part}) AS UTINYINT)::BIGINT * ${256 ** (4 - part)}`).join(' + ');
function address(value: string): Condition {
  const range = RANGE.exec(value);
  if (!range) {
    if (value.includes('/'))
      throw fault(`“${value.slice(0, 60)}” is not a range of IPv4 addresses.`, 'Write it as 198.51.100.0/24, or give an address with *.');
    return is('sourceIPAddress', value);
  }
  const [a, b, c, d, bits] = range.slice(1).map(Number) as [number, number, number, number, number];
  if (Math.max(a, b, c, d) > 255 || bits > 32) throw fault(`“${value}” is not a range of IPv4 addresses.`, 'Write it as 198.51.100.0/24.');
  const size = 2 ** (32 - bits);
  const first = Math.floor((a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) / size) * size;
  return { sql: `regexp_full_match(sourceIPAddress, '[0-9]{1,3}(\\.[0-9]{1,3}){3}') AND ${OCTETS} BETWEEN ? AND ?`, values: [first, first + size - 1] };
}

/** Lambda and CloudFront write `UpdateFunctionCode20150331v2` where people say `UpdateFunctionCode`. */
const DATED = '(20[0-9]{6}(v[0-9]+)?)?';
function api(value: string): Condition {
  const [, service, name] = /^(?:([a-z0-9.*-]+):)?([A-Za-z0-9_*]+)$/i.exec(value) ?? [];
  if (!name) throw fault(`“${value.slice(0, 60)}” is not an API.`, 'Write it as iam:CreateUser, iam:* or CreateUser.');
  const source = service?.toLowerCase().replace(/\.amazonaws\.com$/, '');
  const pattern = `${name.replace(/\*/g, '.*')}${DATED}`;
  return every([
    ...(source && source !== '*' ? [is('eventSource', `${source}.amazonaws.com`)] : []),
    ...(name === '*' ? [] : [{ sql: "regexp_full_match(eventName, ?, 'i')", values: [pattern] }]),
  ]);
}
const account = (value: string): Condition => some([is('recipientAccountId', value), is('accountId', value)]);
const region = (value: string): Condition => is('awsRegion', value.toLowerCase());

const any = (of: (value: string) => Condition) => (values: readonly string[]) => some(values.map(of));
const OF = {
  key: keys,
  principal: any(principal),
  address: any(address),
  session: any(session),
  api: any(api),
  account: any(account),
  region: any(region),
} as const;
const listOf = (value: OneOrMore | undefined): readonly string[] => (value === undefined ? [] : typeof value === 'string' ? [value] : value);

/**
 * The condition over the view `events` that a selection means; an empty selection is the whole trail.
 * @throws AplombError TrailSelection, TrailTime
 */
export function select(selection: Selection): Condition {
  const conditions: Condition[] = [];
  for (const name of Object.keys(OF) as (keyof typeof OF)[]) {
    const values = listOf(selection[name]);
    if (values.some((value) => value.trim() === '')) throw fault(`Nothing was given for ${name}.`, `Leave ${name} out, or give a value.`);
    if (values.length > 0) conditions.push(OF[name](values.map((value) => value.trim())));
  }
  const { since, until, where } = selection;
  if (since !== undefined) conditions.push({ sql: 'time >= ?::TIMESTAMP', values: [momentOf(since)] });
  if (until !== undefined) conditions.push({ sql: 'time < ?::TIMESTAMP', values: [momentOf(until, true)] });
  // On lines of its own: a comment at its end must not swallow the bracket.
  if (where !== undefined) conditions.push(typeof where === 'string' ? { sql: `\n${where}\n`, values: [] } : where);
  return conditions.length === 0 ? EVERYTHING : every(conditions);
}
