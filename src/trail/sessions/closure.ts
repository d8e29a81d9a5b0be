import { AplombError } from '../../kernel/index.ts';
import { forwardsOf } from './forwards.ts';
import { issuesOfKeys } from './issues.ts';
import { anywhereOf, peopleOf } from './people.ts';
import { ISSUING, prepare } from './prepare.ts';
import { groupBy, inList, type Row, str, strings } from './rows.ts';
import { signInsOf } from './sign-ins.ts';
import type { Edge, Queryable } from './words.ts';

/** Where to begin: exactly one of them. A session is its name or its whole ARN. */
export interface Start {
  readonly key?: string;
  readonly principal?: string;
  readonly address?: string;
  readonly session?: string;
}
/** A credential in the tree of what came of it. */
export interface Branch {
  /** Access key id, sign-in or password, as `issued` of an edge. */
  readonly id: string;
  readonly keys: readonly string[];
  readonly principal?: string;
  /** How it was issued by the branch above; undefined where the tree begins. */
  readonly edge?: Edge;
  readonly uses: number;
  readonly first?: string;
  readonly last?: string;
  readonly addresses: readonly string[];
  /** Already shown elsewhere in the tree: its branches are there. */
  readonly again?: true;
  readonly branches: readonly Branch[];
}
export interface Closure {
  readonly start: Start;
  readonly branches: readonly Branch[];
  /** Every access key id in the tree. */
  readonly keys: readonly string[];
  /** Where the start came from: the edge that issued it, the edge before that, and so on. */
  readonly origins: readonly Edge[];
  /** There is more than the tree shows: it is limited to 32 steps and 10,000 credentials. */
  readonly truncated: boolean;
}
const DEPTH = 32;
const NODES = 10_000;
const KEYS = `from_json(?, '["VARCHAR"]')`;

const step = (name: string, from: 'parent' | 'child', to: 'parent' | 'child'): string => `${name}(node, depth) AS (
  SELECT unnest(from_json($2, '["VARCHAR"]')), 0
  UNION SELECT link.${to}, depth + 1 FROM ${name} JOIN link ON link.${from} = ${name}.node WHERE depth < ${DEPTH} AND link.${to} IS NOT NULL
)`;
const reachedBy = (name: string): string =>
  `(SELECT '${name}' AS way, node, min(depth) AS depth FROM ${name} GROUP BY node ORDER BY depth, node LIMIT ${NODES + 1})`;
/** From what issued to what was issued, and back to the origins. */
const REACH = `WITH RECURSIVE link AS MATERIALIZED (
  SELECT coalesce(accessKeyId, principal) AS parent, issuedKey AS child FROM session_calls WHERE gives AND issuedKey IS NOT NULL
  UNION SELECT pair[1], pair[2] FROM (SELECT unnest(from_json($1, '[["VARCHAR"]]')) AS pair)
),
${step('down', 'parent', 'child')}, ${step('up', 'child', 'parent')}
${reachedBy('down')} UNION ALL ${reachedBy('up')}`;

/** The credentials that the start stands for, without what came of them. */
async function begin(db: Queryable, start: Start, inferred: readonly Edge[]): Promise<string[]> {
  const given = Object.entries(start).filter(([, value]) => typeof value === 'string' && value !== '');
  const [by, value] = (given[0] ?? ['', '']) as [keyof Start, string];
  if (given.length !== 1 || !['key', 'principal', 'address', 'session'].includes(by))
    throw new AplombError('ClosureStart', 'A closure begins with one key, principal, address or session.', { fix: 'Name exactly one of them.' });
  if (by === 'key') return [value, ...inferred.filter(({ keys }) => keys.includes(value)).map(({ issued }) => issued)];
  const where = {
    principal: 'principal = $1',
    address: 'sourceIPAddress = $1',
    session: `(arn = $1 OR (starts_with(arn, 'arn:') AND contains(arn, ':assumed-role/') AND ends_with(arn, '/' || $1)))`,
  }[by];
  const keys = await db.query(`SELECT DISTINCT accessKeyId AS key FROM session_places WHERE accessKeyId IS NOT NULL AND ${where} ORDER BY key LIMIT ${NODES}`, [
    value,
  ]);
  const signs = new Set(
    (inferred.length === 0
      ? []
      : await db.query(`SELECT n FROM events WHERE accessKeyId IS NULL AND eventSource = 'signin.amazonaws.com' AND ${where} LIMIT ${NODES}`, [value])
    ).map(({ n }) => n),
  );
  const bare = await db.query(
    `SELECT DISTINCT principal FROM events WHERE accessKeyId IS NULL AND ${ISSUING} AND issuedKey IS NOT NULL AND ${where} LIMIT ${NODES}`,
    [value],
  );
  return [
    ...keys.map(({ key }) => key as string),
    ...inferred.filter(({ n, to }) => signs.has(n) || (by === 'principal' && to === value)).map(({ issued }) => issued),
    // A host name behind an address stands for all instances and functions there: only a principal that was asked for is followed.
    ...(by === 'principal' && bare.length > 0 ? [value] : []),
  ];
}

async function usesOf(db: Queryable, keys: readonly string[]): Promise<ReadonlyMap<string, Row>> {
  const rows = await db.query(
    `SELECT accessKeyId AS key, min(principal) AS principal, sum(uses)::BIGINT AS uses, min(first) AS first, max(last) AS last,
       to_json(list(DISTINCT sourceIPAddress ORDER BY sourceIPAddress)[:20])::VARCHAR AS addresses
     FROM session_places WHERE accessKeyId IN (SELECT unnest(${KEYS})) GROUP BY accessKeyId`,
    [inList(keys)],
  );
  return new Map(rows.map((row) => [row.key as string, row]));
}

/**
 * Everything that came of a key, principal, address or session: credentials issued with it, with those, and so on, each with the event that
 * proves it; and where the start itself came from.
 * @throws AplombError ClosureStart when not exactly one start is given
 */
export async function closure(store: Queryable, start: Start): Promise<Closure> {
  await prepare(store, 'calls', 'places');
  const issued = new Set(
    (await store.query("SELECT DISTINCT issuedKey AS key FROM session_calls WHERE issuedKey IS NOT NULL AND eventName = 'GetSessionToken'")).map(
      ({ key }) => key as string,
    ),
  );
  const inferred = [...(await signInsOf(store, issued)), ...(await forwardsOf(store)), ...(await anywhereOf(store))];
  const begun = await begin(store, start, inferred);
  const links = JSON.stringify(inferred.flatMap((edge) => [[edge.issuedBy, edge.issued], ...edge.keys.map((key) => [edge.issued, key])]));
  const ways = await store.query(REACH, [links, inList(begun)]);
  const down = ways.filter(({ way }) => way === 'down').sort((a, b) => (a.depth as number) - (b.depth as number));
  const climbs = start.key !== undefined || start.session !== undefined;
  const up = climbs ? ways.filter(({ way }) => way === 'up') : [];
  const reached = new Set(down.slice(0, NODES).map(({ node }) => node as string));
  const above = up.slice(0, NODES).map(({ node }) => node as string);
  const known = await peopleOf(store, await issuesOfKeys(store, inList([...reached, ...above])));
  const edges = [...known, ...inferred.filter((edge) => reached.has(edge.issued))];
  const uses = await usesOf(store, [...reached]);
  const grown = grow(begun, edges, uses);
  return {
    start,
    branches: grown.branches,
    keys: [...grown.keys].sort(),
    origins: originsOf(begun, [...known, ...inferred]),
    truncated: down.length > NODES || up.length > NODES || down.some(({ depth }) => depth === DEPTH),
  };
}

/** The tree, first seen first. Each credential is opened once, so cycles end. */
function grow(begun: readonly string[], edges: readonly Edge[], uses: ReadonlyMap<string, Row>) {
  const from = groupBy(edges, ({ issuedBy }) => issuedBy);
  const byIssued = new Map(edges.map((edge) => [edge.issued, edge]));
  const opened = new Set<string>();
  const keys = new Set<string>();
  const make = (id: string, edge: Edge | undefined, depth: number): Branch => {
    const mine = edge?.keys ?? (uses.has(id) ? [id] : []);
    const use = uses.get(id);
    const again = opened.has(id);
    opened.add(id);
    for (const key of mine) {
      keys.add(key);
      if (key !== id) opened.add(key);
    }
    const next = again || depth >= DEPTH ? [] : [...new Set([id, ...mine])].flatMap((key) => from.get(key) ?? []);
    return {
      id,
      keys: mine,
      principal: str(use?.principal) ?? edge?.to,
      edge,
      uses: edge?.uses ?? (use?.uses as number | undefined) ?? 0,
      first: edge?.firstUse ?? str(use?.first),
      last: edge?.lastUse ?? str(use?.last),
      addresses: edge?.fromIps ?? strings(use?.addresses),
      ...(again ? { again: true as const } : {}),
      branches: next.filter(({ issued }) => issued !== id).map((child) => make(child.issued, child, depth + 1)),
    };
  };
  // What another start issued hangs below it, not beside it; in a circle the first seen comes first.
  const parents = new Map(edges.flatMap((edge) => [edge.issued, ...edge.keys].map((key) => [key, edge] as const)));
  const inside = new Set(begun);
  const below = (id: string): boolean => {
    const edge = parents.get(id);
    return edge !== undefined && ((edge.issued !== id && inside.has(edge.issued)) || (inside.has(edge.issuedBy) && edge.issuedBy !== id));
  };
  const order = [...inside].sort(
    (a, b) => Number(below(a)) - Number(below(b)) || (str(uses.get(a)?.first) ?? '9').localeCompare(str(uses.get(b)?.first) ?? '9') || a.localeCompare(b),
  );
  const branches: Branch[] = [];
  for (const id of order) if (!opened.has(id)) branches.push(make(id, byIssued.get(id), 0));
  return { branches, keys };
}

function originsOf(begun: readonly string[], edges: readonly Edge[]): Edge[] {
  const origins: Edge[] = [];
  const seen = new Set<string>();
  let level = new Set(begun);
  while (level.size > 0 && origins.length < 100) {
    const above = edges.filter((edge) => !seen.has(edge.issued) && [edge.issued, ...edge.keys].some((id) => level.has(id)));
    for (const edge of above) seen.add(edge.issued);
    origins.push(...above);
    level = new Set(above.map(({ issuedBy }) => issuedBy));
  }
  return origins;
}
