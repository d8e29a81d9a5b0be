import { text as say } from '../../kernel/index.ts';
import { at, readRecord, text } from '../event.ts';
import { hasCalls } from './prepare.ts';
import { accountOf, groupBy, inList, ms, num, sessionOf, str, strings } from './rows.ts';
import type { Edge, Queryable } from './words.ts';

const MOST = 50_000;
/** Identity Center takes on the role within seconds of being asked. */
const WINDOW = 10_000;

/**
 * Who in IAM Identity Center stands behind a session of an AWSReservedSSO role: nothing ties GetRoleCredentials or Federate to the
 * AssumeRoleWithSAML but role, account and time, so it is said only when one person alone fits.
 */
export async function peopleOf(db: Queryable, edges: readonly Edge[]): Promise<readonly Edge[]> {
  const roleOf = (edge: Edge) => /^arn:[^:]*:iam::(\d{12}):role\/.*AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(edge.role ?? '');
  if (!edges.some((edge) => edge.via === 'AssumeRoleWithSAML' && roleOf(edge))) return edges;
  const rows = await db.query(
    `SELECT n, time, raw FROM events WHERE eventSource = 'sso.amazonaws.com' AND eventName IN ('GetRoleCredentials', 'Federate') AND errorCode IS NULL AND time IS NOT NULL ORDER BY time, n LIMIT ?`,
    [MOST],
  );
  const asked = groupBy(
    rows.map((row) => {
      const record = readRecord(row.raw as string);
      const account = text(record, 'serviceEventDetails.account_id') ?? text(record, 'requestParameters.accountId');
      const role = text(record, 'serviceEventDetails.role_name') ?? text(record, 'requestParameters.roleName');
      const person = text(record, 'userIdentity.userName') ?? text(record, 'userIdentity.onBehalfOf.userId') ?? text(record, 'userIdentity.principalId');
      return { n: num(row.n), time: ms(row.time), of: JSON.stringify([account, role]), person };
    }),
    ({ of }) => of,
  );
  return edges.map((edge) => {
    const role = edge.via === 'AssumeRoleWithSAML' ? roleOf(edge) : null;
    const time = ms(edge.time);
    const fitting = role
      ? (asked.get(JSON.stringify([role[1], role[2]])) ?? []).filter((one) => Math.abs(one.time - time) <= WINDOW && one.person !== undefined)
      : [];
    const people = new Set(fitting.map(({ person }) => person!));
    if (people.size !== 1) return edge;
    const [person] = [...people] as [string];
    return {
      ...edge,
      person,
      also: [...edge.also, ...fitting.map(({ n }) => n)],
      why: say(
        'IAM Identity Center took on the role for this user, who asked for it seconds before',
        'IAM Identity Center asumió el rol para este usuario, que lo pidió segundos antes',
      ),
    };
  });
}

/** Sessions that IAM Roles Anywhere gave to holders of a certificate: CreateSession answers with a list of credentials. */
export async function anywhereOf(db: Queryable): Promise<readonly Edge[]> {
  if (!(await hasCalls(db, 'CreateSession'))) return [];
  const rows = await db.query(
    `SELECT n, time, principal, raw FROM events WHERE eventSource = 'rolesanywhere.amazonaws.com' AND eventName = 'CreateSession' AND errorCode IS NULL ORDER BY time, n LIMIT ?`,
    [MOST],
  );
  const given = rows.flatMap((row) => {
    const set = at(readRecord(row.raw as string), 'responseElements.credentialSet');
    return (Array.isArray(set) ? set : []).flatMap((one) => {
      const key = text(one, 'credentials.accessKeyId');
      return key === undefined ? [] : [{ row, key, arn: text(one, 'assumedRoleUser.arn'), role: text(one, 'roleArn'), person: text(one, 'sourceIdentity') }];
    });
  });
  if (given.length === 0) return [];
  const uses = new Map(
    (
      await db.query(
        `SELECT accessKeyId AS key, count(*) AS uses, min(time) AS first, max(time) AS last, arg_min(n, (time, n)) AS firstEvent,
           to_json(list(DISTINCT sourceIPAddress ORDER BY sourceIPAddress))::VARCHAR AS addresses
         FROM events WHERE accessKeyId IN (SELECT unnest(from_json(?, '["VARCHAR"]'))) GROUP BY accessKeyId`,
        [inList(given.map(({ key }) => key))],
      )
    ).map((row) => [row.key as string, row]),
  );
  return given.map(({ row, key, arn, role, person }) => {
    const use = uses.get(key);
    const addresses = strings(use?.addresses);
    const principal = str(row.principal) ?? 'unknown';
    return {
      issued: key,
      keys: [key],
      issuedBy: principal,
      principal,
      via: 'CreateSession',
      to: role,
      role,
      session: sessionOf(arn),
      person,
      account: accountOf(role ?? arn),
      time: str(row.time),
      n: num(row.n),
      also: [],
      uses: num(use?.uses),
      firstUse: str(use?.first),
      lastUse: str(use?.last),
      firstUseEvent: use ? num(use.firstEvent) : undefined,
      fromIps: addresses.slice(0, 20),
      ips: addresses.length,
      proof: 'named',
      why: say('IAM Roles Anywhere gave a session for a certificate', 'IAM Roles Anywhere dio una sesión a cambio de un certificado'),
    };
  });
}
