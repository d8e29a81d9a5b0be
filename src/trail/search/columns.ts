import { AplombError } from '../../kernel/index.ts';
import type { Asked } from '../timeline/index.ts';

/** Columns of the view `events` by their lower-case name, with DuckDB's type. */
export type Columns = ReadonlyMap<string, { readonly name: string; readonly type: string }>;

/** Members of a record that are columns of their own. */
const ALIASES: Readonly<Record<string, string>> = {
  'useridentity.type': 'identityType',
  'useridentity.principalid': 'principalId',
  'useridentity.arn': 'arn',
  'useridentity.accountid': 'accountId',
  'useridentity.accesskeyid': 'accessKeyId',
  'useridentity.username': 'userName',
  'useridentity.invokedby': 'invokedBy',
  'useridentity.sessioncontext.sessionissuer.arn': 'issuerArn',
  'useridentity.sessioncontext.sessionissuer.type': 'issuerType',
  'useridentity.sessioncontext.sessionissuer.accountid': 'issuerAccountId',
  'useridentity.sessioncontext.sessionissuer.username': 'issuerUserName',
  'useridentity.sessioncontext.attributes.creationdate': 'sessionCreated',
  'useridentity.sessioncontext.attributes.mfaauthenticated': 'mfaAuthenticated',
  'useridentity.sessioncontext.sourceidentity': 'sourceIdentity',
};
/** Members of a record that a path may begin with. */
const MEMBERS =
  'requestParameters responseElements additionalEventData userIdentity resources tlsDetails serviceEventDetails eventContext edgeDeviceDetails insightDetails requestID apiVersion eventVersion managementEvent vpcEndpointId vpcEndpointAccountId addendum sessionCredentialFromConsole annotation'.split(
    ' ',
  );

export type Field = { readonly column: string; readonly type: string } | { readonly path: readonly string[] };

/** The columns as this store has them. */
export async function columnsOf(store: Pick<Asked, 'query'>): Promise<Columns> {
  const rows = await store.query('SELECT column_name, column_type FROM (DESCRIBE events)');
  return new Map(rows.map(({ column_name, column_type }) => [String(column_name).toLowerCase(), { name: String(column_name), type: String(column_type) }]));
}

/** Number of letters to change, add, take away or exchange with the next to make one word of the other. */
export function distance(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1), swap));
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
/** The names that may have been meant, nearest first, at most three. */
export function meant(written: string, names: Iterable<string>): string[] {
  const wanted = written.toLowerCase().slice(0, 60);
  const near = [...names].map((name) => {
    const other = name.toLowerCase();
    return { name, far: other.includes(wanted) || wanted.includes(other) ? Math.min(2, distance(wanted, other)) : distance(wanted, other) };
  });
  return near
    .filter(({ name, far }) => far <= Math.max(2, Math.floor(Math.max(name.length, wanted.length) / 3)))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

const PATH = /^[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_:/@ -]{1,128}(?:\[\])?){1,12}$/;

/**
 * What a written field means: a column of `events` (by its name, or the record's path that it holds, letter case apart), or a path into the record.
 * @throws AplombError TrailField with the names that may have been meant
 */
export function fieldOf(written: string, columns: Columns): Field {
  const lower = written.toLowerCase();
  const column = columns.get(lower) ?? columns.get((ALIASES[lower] ?? '').toLowerCase());
  if (column) return { column: column.name, type: column.type };
  const [head = '', ...rest] = written.split('.');
  const member = MEMBERS.find((name) => name.toLowerCase() === head.toLowerCase());
  if (member !== undefined && (rest.length === 0 || PATH.test(written))) return { path: [member, ...rest] };
  const near = meant(rest.length > 0 ? head : written, rest.length > 0 ? MEMBERS : [...[...columns.values()].map(({ name }) => name), ...MEMBERS]);
  throw new AplombError('TrailField', `The trail has no field “${written.slice(0, 80)}”.`, {
    fix:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : 'Fields are the columns of the view events (sql: DESCRIBE events), or paths such as requestParameters.bucketName.',
    exit: 2,
  });
}
