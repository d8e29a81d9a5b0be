import { type Text, text } from '../../kernel/index.ts';
import { ABOVE, prepare } from './prepare.ts';
import { accountOf, num, numbered, numbers, type Row, sessionOf, str, strings } from './rows.ts';
import type { Edge, Queryable } from './words.ts';

/** Every issuing record; of one call that two accounts recorded, both. A copy without the answer is joined to the other by sharedEventID. */
const ISSUES = `
shared AS (SELECT sharedEventID, min(issuedKey) AS key FROM session_calls WHERE gives AND sharedEventID IS NOT NULL AND issuedKey IS NOT NULL GROUP BY ALL HAVING count(DISTINCT issuedKey) = 1),
named AS NOT MATERIALIZED (
  SELECT issuedKey AS key, n, place FROM session_calls WHERE gives AND issuedKey IS NOT NULL
  UNION ALL SELECT shared.key, n, place FROM session_calls AS copy JOIN shared ON shared.sharedEventID = copy.sharedEventID WHERE gives AND issuedKey IS NULL
),
best AS MATERIALIZED (SELECT key, min(place) % ${ABOVE} AS n, count(*) AS records FROM named GROUP BY key)`;
/** The calls of the keys in `chosen`. */
const MERGED = `merged AS NOT MATERIALIZED (
  SELECT b.key, i.*, o.ns FROM chosen JOIN best b USING (key) JOIN session_calls i ON i.n = b.n
    LEFT JOIN (SELECT key, to_json(list(n ORDER BY n))::VARCHAR AS ns FROM named WHERE key IN (SELECT key FROM best WHERE records > 1) GROUP BY key) o ON o.key = b.key
)`;
/** Use of keys, one line for a key and address first: few rows are left for the rest. */
const USES = `
place AS MATERIALIZED (
  SELECT accessKeyId AS key, sourceIPAddress AS address, sum(uses)::BIGINT AS uses, min(first) AS first, max(last) AS last, arg_min(n, (first, n)) AS firstEvent,
    min(principal) AS principal, min(arn) AS arn, min(coalesce(recipientAccountId, accountId)) AS account
  FROM session_places WHERE accessKeyId IN (SELECT key FROM best) GROUP BY ALL
),
used AS MATERIALIZED (
  SELECT key, sum(uses)::BIGINT AS uses, min(first) AS first, max(last) AS last, arg_min(firstEvent, (first, firstEvent)) AS firstEvent,
    min(principal) AS principal, min(arn) AS arn, min(account) AS account,
    to_json(list(address ORDER BY uses DESC, address) FILTER (address IS NOT NULL))::VARCHAR AS addresses
  FROM place GROUP BY key
)`;
const COLUMNS = `m.key, m.n, m.time, m.accessKeyId AS "by", m.principal, m.eventName, m.accountId, m.recipientAccountId, m.ns,
  u.uses, u.first, u.last, u.firstEvent, u.principal AS "to", u.arn, u.account, u.addresses`;

const WHY: Record<string, Text> = {
  CreateAccessKey: text('a long-lived access key was made', 'se creó una clave de acceso de larga duración'),
  AssumeRole: text('a role was assumed', 'se asumió un rol'),
  AssumeRoleWithSAML: text('a role was assumed with a SAML sign-in', 'se asumió un rol con un inicio de sesión SAML'),
  AssumeRoleWithWebIdentity: text('a role was assumed with a web identity', 'se asumió un rol con una identidad web'),
  AssumeRoot: text('root of a member account was assumed', 'se asumió la raíz de una cuenta miembro'),
  GetSessionToken: text('a session of the same user was made', 'se creó una sesión del mismo usuario'),
  GetFederationToken: text('a federated session of the user was made', 'se creó una sesión federada del usuario'),
};
const service = (by: Text): Text => text(`${by.en} by an AWS service for what runs on it`, `${by.es} por un servicio de AWS para lo que se ejecuta en él`);

export function edgeOf(row: Row): Edge {
  const key = row.key as string;
  const via = str(row.eventName) ?? 'unknown';
  const arn = str(row.arn);
  const principal = str(row.principal) ?? 'unknown';
  const addresses = strings(row.addresses);
  const said = WHY[Object.hasOwn(WHY, via) ? via : ''] ?? text('the answer of the call names the key', 'la respuesta de la llamada nombra la clave');
  const account = str(row.account);
  const from = str(row.accountId);
  const asked = str(row.role);
  const role = arn?.includes(':assumed-role/') ? str(row.to) : asked;
  return {
    issued: key,
    keys: [key],
    issuedBy: str(row.by) ?? principal,
    principal,
    via,
    to: str(row.to) ?? asked ?? str(row.user),
    role,
    session: sessionOf(arn) ?? str(row.session),
    account: account ?? accountOf(asked) ?? str(row.recipientAccountId),
    fromAccount: from !== undefined && from !== (account ?? accountOf(asked) ?? from) ? from : undefined,
    time: str(row.time),
    n: row.n as number,
    also: numbers(row.ns).filter((n) => n !== row.n),
    uses: typeof row.uses === 'number' ? row.uses : 0,
    firstUse: str(row.first),
    lastUse: str(row.last),
    firstUseEvent: typeof row.firstEvent === 'number' ? row.firstEvent : undefined,
    fromIps: addresses.slice(0, 20),
    ips: addresses.length,
    proof: 'named',
    why: str(row.by) === undefined && /\.amazonaws\.com/.test(principal) ? service(said) : said,
  };
}

/** Role, session and user that an issue without use names only in its request. */
async function asked(db: Queryable, rows: readonly Row[], which: (row: Row) => boolean): Promise<Row[]> {
  const unused = rows.filter((row) => row.uses === null && which(row)).map((row) => num(row.n));
  if (unused.length === 0) return [...rows];
  const said = new Map<unknown, Row>();
  for (const row of await db.query(
    `SELECT n, json_extract_string(requestParameters, '$.roleArn') AS role, json_extract_string(requestParameters, '$.roleSessionName') AS session,
       json_extract_string(responseElements, '$.accessKey.userName') AS "user"
     FROM events WHERE ${numbered(unused)}`,
  ))
    said.set(row.n, row);
  return rows.map((row) => {
    const more = said.get(row.n);
    if (!more) return row;
    const user = str(more.user);
    const account = str(row.recipientAccountId);
    return { ...row, role: more.role, session: more.session, user: user && account ? `arn:aws:iam::${account}:user/${user}` : undefined };
  });
}

/** The texts of many records scattered over a trail cost more than all the rest: with many, only of what lasts. */
const LASTING = new Set(['CreateAccessKey', 'GetFederationToken', 'AssumeRoot', 'CreateSession']);

/**
 * Issued credentials: all that were used, and at most `unused` that were not (oldest first).
 * `left` is the number of unused ones left out.
 */
export async function issuesOf(db: Queryable, unused: number): Promise<{ readonly edges: readonly Edge[]; readonly left: number }> {
  await prepare(db, 'calls', 'places');
  const rows = await db.query(
    `WITH ${ISSUES}, ${USES},
     idle AS (SELECT * FROM best ANTI JOIN used USING (key)),
     chosen AS (
       SELECT key FROM best SEMI JOIN used USING (key)
       UNION ALL (SELECT key FROM idle JOIN session_calls USING (n) ORDER BY eventName NOT IN ('CreateAccessKey', 'GetFederationToken', 'AssumeRoot'), time, n LIMIT $1)
     ), ${MERGED}
     SELECT ${COLUMNS}, (SELECT count(*) FROM idle) AS idle FROM merged m LEFT JOIN used u ON u.key = m.key ORDER BY m.time NULLS LAST, m.n`,
    [unused],
  );
  const left = Math.max(0, num(rows[0]?.idle) - unused);
  return { edges: (await asked(db, rows, (row) => left === 0 || LASTING.has(row.eventName as string))).map(edgeOf), left };
}
/** The issues of these keys only, used or not. */
export async function issuesOfKeys(db: Queryable, keys: string): Promise<readonly Edge[]> {
  await prepare(db, 'calls', 'places');
  const rows = await db.query(
    `WITH ${ISSUES.replace('FROM named GROUP', `FROM named WHERE key IN (SELECT unnest(from_json($1, '["VARCHAR"]'))) GROUP`)}, ${USES.replace('IN (SELECT key FROM best)', `IN (SELECT unnest(from_json($1, '["VARCHAR"]')))`)},
     chosen AS (SELECT key FROM best), ${MERGED}
     SELECT ${COLUMNS} FROM merged m LEFT JOIN used u ON u.key = m.key ORDER BY m.time NULLS LAST, m.n`,
    [keys],
  );
  return (await asked(db, rows, () => true)).map(edgeOf);
}
