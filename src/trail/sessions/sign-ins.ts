import { text as say, type Text } from '../../kernel/index.ts';
import { readRecord, type TrailRecord, text } from '../event.ts';
import { hasCalls } from './prepare.ts';
import { accountOf, groupBy, inList, ms, sessionOf, str, strings } from './rows.ts';
import type { Edge, Queryable } from './words.ts';

/** Records that tell of a sign-in, read whole. A trail with more is cut off here, newest first kept. */
const MOST = 50_000;
/** Keys of one console session that are told. */
const MOST_KEYS = 1_000;
const LOGIN_WINDOW = 5_000;
/** A federated sign-in may use credentials issued a while before. */
const FEDERATED_WINDOW = 15 * 60_000;

interface Sign {
  readonly n: number;
  readonly time: number;
  readonly name: string;
  readonly record: TrailRecord;
}
/** A session as its records tell it: who, begun when, and the keys it was used with. */
interface Begun {
  readonly arn: string;
  readonly created: number;
  readonly keys: readonly string[];
  readonly uses: number;
  readonly first?: string;
  readonly last?: string;
  readonly firstEvent?: number;
  readonly addresses: readonly string[];
}

async function signsOf(db: Queryable): Promise<Sign[]> {
  if (!(await hasCalls(db, 'ConsoleLogin', 'SwitchRole', 'GetSigninToken', 'CreateLoginProfile', 'UpdateLoginProfile'))) return [];
  const rows = await db.query(
    `SELECT n, time, eventName, raw FROM events WHERE errorCode IS NULL AND errorMessage IS NULL AND time IS NOT NULL AND (
       (eventSource = 'signin.amazonaws.com' AND eventName IN ('ConsoleLogin', 'SwitchRole', 'GetSigninToken'))
       OR (eventSource = 'iam.amazonaws.com' AND eventName IN ('CreateLoginProfile', 'UpdateLoginProfile')))
     ORDER BY time DESC, n LIMIT ?`,
    [MOST],
  );
  return rows
    .map((row) => ({ n: row.n as number, time: ms(row.time), name: row.eventName as string, record: readRecord(row.raw as string) }))
    .sort((a, b) => a.time - b.time || a.n - b.n);
}
const succeeded = ({ name, record }: Sign) => (text(record, `responseElements.${name}`) ?? 'Success') === 'Success';
const arnOf = (record: TrailRecord): string | undefined => text(record, 'userIdentity.arn');

/** Sessions (same ARN, same beginning) of these ARNs, from temporary keys that no issuing record names. */
async function begunOf(db: Queryable, arns: Iterable<string>, issued: ReadonlySet<string>): Promise<Begun[]> {
  const rows = await db.query(
    `SELECT arn, sessionCreated, accessKeyId AS key, count(*) AS uses, min(time) AS first, max(time) AS last, arg_min(n, (time, n)) AS firstEvent,
       to_json(list(DISTINCT sourceIPAddress ORDER BY sourceIPAddress))::VARCHAR AS addresses
     FROM events WHERE accessKeyId LIKE 'ASIA%' AND sessionCreated IS NOT NULL AND arn IN (SELECT unnest(from_json(?, '["VARCHAR"]')))
     GROUP BY ALL ORDER BY first NULLS LAST, key`,
    [inList(arns)],
  );
  const sessions = groupBy(
    rows.filter((row) => !issued.has(row.key as string)),
    (row) => JSON.stringify([row.arn, row.sessionCreated]),
  );
  return [...sessions.values()]
    .map((of) => of.slice(0, MOST_KEYS))
    .map((of) => ({
      arn: of[0]!.arn as string,
      created: ms(of[0]!.sessionCreated),
      keys: of.map((row) => row.key as string),
      uses: of.reduce((sum, row) => sum + (row.uses as number), 0),
      first: str(of[0]!.first),
      last:
        of
          .map((row) => str(row.last) ?? '')
          .sort()
          .at(-1) || undefined,
      firstEvent: of[0]!.firstEvent as number,
      addresses: [...new Set(of.flatMap((row) => strings(row.addresses)))],
    }));
}

const WHY: Record<string, Text> = {
  ConsoleLogin: say(
    'same identity, and the session began when this sign-in to the console succeeded',
    'misma identidad, y la sesión empezó cuando tuvo éxito este inicio de sesión en la consola',
  ),
  SwitchRole: say('the console switched to this role at the moment the session began', 'la consola cambió a este rol en el momento en que empezó la sesión'),
};

interface Signed extends Edge {
  readonly at: number;
}

/**
 * Console sessions: CloudTrail names no key at sign-in, so the session is the one of the same identity that begins at that time
 * (`sessionContext.attributes.creationDate` is the time of the ConsoleLogin, to the second).
 * Passwords made with CreateLoginProfile or UpdateLoginProfile lead to the sign-ins of that user.
 */
export async function signInsOf(db: Queryable, issued: ReadonlySet<string>): Promise<readonly Edge[]> {
  const signs = (await signsOf(db)).filter(succeeded);
  const logins = signs.filter(({ name, record }) => (name === 'ConsoleLogin' || name === 'SwitchRole') && arnOf(record));
  const begun =
    logins.length === 0
      ? []
      : await begunOf(
          db,
          logins.map(({ record }) => arnOf(record)!),
          issued,
        );
  const byArn = groupBy(
    begun.sort((a, b) => a.created - b.created),
    ({ arn }) => arn,
  );
  const passwords = passwordsOf(signs);
  const edges: Signed[] = [];
  // In order of time: what was seen last of an identity is what a sign-in came from.
  const latest: Latest = { tokens: new Map(), passwords: new Map(), logins: new Map() };
  const made = groupBy(passwords, ({ n }) => n);
  for (const login of signs) {
    const arn = arnOf(login.record);
    for (const password of made.get(login.n) ?? []) latest.passwords.set(password.to!, password);
    if (arn === undefined || login.name.endsWith('LoginProfile')) continue;
    if (login.name === 'GetSigninToken') {
      latest.tokens.set(arn, login);
      continue;
    }
    const early = arn.includes(':assumed-role/') && login.name === 'ConsoleLogin' ? FEDERATED_WINDOW : LOGIN_WINDOW;
    const session = nearest(byArn.get(arn) ?? [], login.time, early);
    const from = login.name === 'SwitchRole' ? switchedFrom(login, latest) : cameFrom(login, arn, latest);
    const time = new Date(login.time).toISOString();
    const role = text(login.record, 'userIdentity.sessionContext.sessionIssuer.arn') ?? roleOf(arn);
    const edge: Signed = {
      at: login.time,
      issued: `sign-in ${arn} ${time}`,
      keys: session?.keys ?? [],
      issuedBy: from.id,
      principal: from.principal,
      via: login.name,
      to: role ?? arn,
      role,
      session: sessionOf(arn),
      account: accountOf(arn),
      fromAccount: accountOf(from.principal) === accountOf(arn) ? undefined : accountOf(from.principal),
      time,
      n: login.n,
      also: from.proof,
      uses: session?.uses ?? 0,
      firstUse: session?.first,
      lastUse: session?.last,
      firstUseEvent: session?.firstEvent,
      fromIps: (session?.addresses ?? []).slice(0, 20),
      ips: session?.addresses.length ?? 0,
      proof: 'inferred',
      why: WHY[login.name]!,
    };
    edges.push(edge);
    latest.logins.set(arn, edge);
  }
  const signedIn = groupBy(edges, ({ issuedBy }) => issuedBy);
  return [...edges.map(({ at, ...edge }) => edge), ...passwords.map(({ at: _, ...edge }) => withUse(edge, signedIn.get(edge.issued) ?? []))];
}

const roleOf = (arn: string): string | undefined =>
  arn.includes(':assumed-role/') ? arn.replace(/^arn:([^:]*):sts::(\d*):assumed-role\/(.+)\/[^/]*$/, 'arn:$1:iam::$2:role/$3') : undefined;

/** The session that began closest to the sign-in; `sessions` in order of their beginning. */
function nearest(sessions: readonly Begun[], time: number, early: number): Begun | undefined {
  let [low, high] = [0, sessions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sessions[middle]!.created < time) low = middle + 1;
    else high = middle;
  }
  const fitting = [sessions[low - 1], sessions[low]].filter((one) => one !== undefined && one.created >= time - early && one.created <= time + LOGIN_WINDOW);
  return fitting.sort((a, b) => Math.abs(a!.created - time) - Math.abs(b!.created - time))[0];
}
interface Latest {
  readonly tokens: Map<string, Sign>;
  readonly passwords: Map<string, Signed>;
  readonly logins: Map<string, Signed>;
}
/** `SwitchFrom` names the identity that switched: its latest sign-in, when it is in the trail. */
function switchedFrom(login: Sign, { logins }: Latest) {
  const from = text(login.record, 'additionalEventData.SwitchFrom') ?? 'unknown';
  const before = logins.get(from);
  return { id: before?.issued ?? from, principal: roleOf(from) ?? from, proof: before ? [before.n] : [] };
}
/** What stood before a sign-in: the credentials a sign-in token was made with, or a password that somebody set. */
function cameFrom(login: Sign, arn: string, { tokens, passwords }: Latest) {
  const principal = roleOf(arn) ?? arn;
  const token = tokens.get(arn);
  const key = token && text(token.record, 'userIdentity.accessKeyId');
  if (token && key && token.time >= login.time - FEDERATED_WINDOW) return { id: key, principal, proof: [token.n] };
  const password = passwords.get(arn);
  if (password) return { id: password.issued, principal, proof: [password.n] };
  return { id: principal, principal, proof: [] as number[] };
}

function passwordsOf(signs: readonly Sign[]): Signed[] {
  const found = new Map<string, Signed>();
  for (const { n, time, name, record } of signs) {
    if (!name.endsWith('LoginProfile')) continue;
    const user = text(record, 'requestParameters.userName') ?? text(record, 'responseElements.loginProfile.userName');
    const account = text(record, 'recipientAccountId') ?? text(record, 'userIdentity.accountId');
    if (!user || !account) continue;
    const arn = `arn:aws:iam::${account}:user/${user}`;
    const by = text(record, 'userIdentity.sessionContext.sessionIssuer.arn') ?? arnOf(record) ?? 'unknown';
    const id = `password of ${arn}${found.has(arn) ? ` since ${new Date(time).toISOString()}` : ''}`;
    found.set(found.has(arn) ? id : arn, {
      at: time,
      issued: id,
      keys: [],
      issuedBy: text(record, 'userIdentity.accessKeyId') || by,
      principal: by,
      via: name,
      to: arn,
      account,
      time: new Date(time).toISOString(),
      n,
      also: [],
      uses: 0,
      fromIps: [],
      ips: 0,
      proof: 'named',
      why: say('a console password was set for this user', 'se fijó una contraseña de consola para este usuario'),
    });
  }
  return [...found.values()];
}
/** A password is used by the sign-ins with it. */
const withUse = (password: Edge, logins: readonly Signed[]): Edge => ({
  ...password,
  uses: logins.length,
  firstUse: logins[0]?.time,
  lastUse: logins.at(-1)?.time,
  firstUseEvent: logins[0]?.n,
});
