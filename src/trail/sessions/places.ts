import { prepare } from './prepare.ts';
import { groupBy, num, numbered, type Row, sessionOf, str } from './rows.ts';
import type { Queryable } from './words.ts';

/** Where a temporary key was used from: one line for each key and address. Times in milliseconds. */
export interface Place {
  readonly key: string;
  readonly arn: string;
  readonly principal: string;
  readonly session?: string;
  readonly address: string;
  readonly uses: number;
  readonly first: number;
  readonly last: number;
  /** First event from there. */
  readonly n: number;
  readonly api: string;
  /** At most two user agents, the first and last of the alphabet. */
  readonly agents: readonly string[];
  /** A user or root who called from the same address. */
  readonly person?: string;
  readonly personEvent?: number;
  /** How many instances have their own software calling from that address. */
  readonly crowd: number;
}
export type Kind = 'instance' | 'two' | 'new';

/** First two numbers of an IPv4 address, first two groups of an IPv6 address. */
const NETWORK = `regexp_extract(address, '^(\\d+\\.\\d+\\.|[0-9a-fA-F]+:[0-9a-fA-F]*:)')`;
const FAMILY = `lower(regexp_extract(ltrim(coalesce(agent, ''), '['), '^[^/ ]*'))`;
/** User agents that an instance's own software does not have. */
const ODD = `regexp_matches(agent, '(?i)kali|parrot|pentoo|darwin|macos|^\\[?mozilla')`;
/** Software that AWS or its users put on instances and that calls on its own. */
const OWN = 'amazon-ssm-agent|amazon-cloudwatch-agent|cwagent|amazon ecs agent|kubelet|amazon-kinesis-agent|codedeploy-agent';
const OWN_PATTERN = new RegExp(OWN, 'i');
const CANDIDATES = `WITH place AS MATERIALIZED (
  SELECT accessKeyId AS key, arn, principal, identityType, sourceIPAddress AS address, sum(timed)::BIGINT AS uses, min(first) AS first, max(last) AS last,
    arg_min(n, (first, n)) AS n, min(agent) AS agent, max(agent) AS agent2
  FROM session_places
  WHERE accessKeyId IS NOT NULL AND arn IS NOT NULL AND own AND first IS NOT NULL AND sourceIPAddress SIMILAR TO '[0-9a-fA-F:.]+'
  GROUP BY ALL
),
person AS (SELECT address, min(principal) AS person, arg_min(n, (principal, first, n)) AS personEvent FROM place WHERE identityType IN ('IAMUser', 'Root') GROUP BY address),
temporary AS MATERIALIZED (SELECT *, regexp_matches(arn, '/i-[0-9a-f]{8,17}$') AS instance FROM place WHERE key LIKE 'ASIA%'),
crowd AS (SELECT address, count(DISTINCT arn) AS crowd FROM temporary WHERE instance AND regexp_matches(concat(agent, agent2), '(?i)${OWN}') GROUP BY address),
moving AS (SELECT arn FROM temporary WHERE instance GROUP BY arn HAVING count(DISTINCT address) > 1),
two AS (
  SELECT DISTINCT a.key FROM temporary a JOIN temporary b ON a.key = b.key AND a.address < b.address
  WHERE NOT a.instance AND a.first <= b.last AND b.first <= a.last AND ${FAMILY.replaceAll('agent', 'a.agent')} <> ${FAMILY.replaceAll('agent', 'b.agent')}
),
net AS (SELECT principal, ${NETWORK} AS net, min(first) AS first, sum(uses) AS uses, count(DISTINCT key) AS keys FROM temporary WHERE identityType = 'AssumedRole' AND NOT instance GROUP BY ALL),
history AS (SELECT *, sum(keys) OVER before AS earlierKeys, sum(uses) OVER before AS earlierUses, count(*) OVER before AS earlierNets FROM net WHERE net <> ''
  WINDOW before AS (PARTITION BY principal ORDER BY first ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
fresh AS (SELECT principal, net FROM history WHERE keys <= 3 AND earlierKeys >= 5 AND earlierUses >= 50 AND earlierNets <= 5),
candidate AS (
  SELECT t.*, 'instance' AS kind FROM temporary t WHERE instance AND (arn IN (SELECT arn FROM moving)
    OR arn IN (SELECT arn FROM temporary JOIN person USING (address) WHERE instance) OR arn IN (SELECT arn FROM temporary WHERE instance AND (${ODD})))
  UNION ALL SELECT t.*, 'two' FROM temporary t WHERE key IN (SELECT key FROM two)
  UNION ALL SELECT t.*, 'new' FROM temporary t JOIN fresh f ON t.principal = f.principal AND ${NETWORK.replaceAll('address', 't.address')} = f.net WHERE NOT t.instance
)
SELECT c.*, person, personEvent, crowd FROM candidate c LEFT JOIN person USING (address) LEFT JOIN crowd USING (address) ORDER BY kind, c.arn, first, c.n, key, address LIMIT 20000`;

export async function placesOf(db: Queryable): Promise<ReadonlyMap<Kind, readonly Place[]>> {
  await prepare(db, 'places');
  const rows = await db.query(CANDIDATES);
  const apis = new Map<unknown, unknown>();
  if (rows.length > 0)
    for (const { n, eventName } of await db.query(`SELECT n, eventName FROM events WHERE ${numbered(rows.map(({ n }) => num(n)))}`)) apis.set(n, eventName);
  return groupBy(
    rows.map((row) => ({ kind: row.kind as Kind, ...placeOf({ ...row, api: apis.get(row.n) }) })),
    ({ kind }) => kind,
  );
}
function placeOf(row: Row): Place {
  const agents = [str(row.agent), str(row.agent2)].filter((agent) => agent !== undefined);
  return {
    key: row.key as string,
    arn: row.arn as string,
    principal: str(row.principal) ?? (row.arn as string),
    session: sessionOf(row.arn as string),
    address: row.address as string,
    uses: num(row.uses),
    first: Date.parse(row.first as string),
    last: Date.parse(row.last as string),
    n: num(row.n),
    api: str(row.api) ?? '',
    agents: [...new Set(agents)],
    person: str(row.person),
    personEvent: row.personEvent === null ? undefined : num(row.personEvent),
    crowd: num(row.crowd),
  };
}

/** The tool that calls: `aws-cli`, `boto3`, `aws-sdk-go-v2`; agents of the instance by their own name. */
export function familyOf(agent: string): string {
  const own = OWN_PATTERN.exec(agent.slice(0, 1000));
  return (own?.[0] ?? /^\[?([^/ \]]*)/.exec(agent)?.[1] ?? '').toLowerCase();
}
/** Software that runs on the instances themselves. */
export const ownSoftware = (place: Place): boolean =>
  place.agents.some((agent) => /agent$|^kubelet$|^cwagent$/.test(familyOf(agent))) || place.api === 'UpdateInstanceInformation';
export function systemOf(agent: string): string | undefined {
  if (/kali|parrot|pentoo/i.test(agent)) return 'attack-distribution';
  if (/^\[?mozilla/i.test(agent)) return 'browser';
  if (/darwin|macos|mac os/i.test(agent)) return 'macos';
  if (/windows/i.test(agent)) return 'windows';
  return /linux/i.test(agent) ? 'linux' : undefined;
}
/** Uses that overlap, or are less than a quarter of an hour apart. */
export const together = (a: Place, b: Place): boolean => a.first <= b.last + 15 * 60_000 && b.first <= a.last + 15 * 60_000;
