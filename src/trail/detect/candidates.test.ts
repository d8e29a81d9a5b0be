import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Detection } from '../detection.ts';
import type { NamedDetection } from '../detections/run.ts';
import { says } from '../detections/stored.ts';
import { openDatabase, rowsOf } from '../store/duckdb.ts';
import { type Api, anyOf, conditionOf, isOneOf, named, scanFor, wantedBy } from './candidates.ts';

const APIS: readonly Api[] = [
  { eventSource: 'iam.amazonaws.com', eventName: 'CreateUser', alone: true },
  { eventSource: 'ecs.amazonaws.com', eventName: 'CreateCluster' },
  { eventSource: 'eks.amazonaws.com', eventName: 'CreateCluster' },
  { eventSource: "o'dd.amazonaws.com", eventName: "It's", alone: true },
  { eventSource: 'lambda.amazonaws.com', eventName: 'Invoke20150331', alone: true },
];
const REQUESTS = ['NULL', `'{"a":"Admin"}'`, `'{"b":"root of it"}'`, `'{"c":"nothing"}'`];
let database: Awaited<ReturnType<typeof openDatabase>>;
let connection: Awaited<ReturnType<typeof database.connect>>;
beforeAll(async () => {
  database = await openDatabase({ temp: '/nowhere', threads: 1 });
  connection = await database.connect();
  await connection.run('CREATE TABLE calls (n INTEGER, eventSource VARCHAR, eventName VARCHAR, requestParameters JSON, errorCode VARCHAR, who0 BOOLEAN)');
  const rows = APIS.flatMap((api) =>
    REQUESTS.flatMap((request) => ['NULL', "'Denied'"].flatMap((error) => ['NULL', 'true'].map((who) => ({ api, request, error, who })))),
  );
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  await connection.run(
    `INSERT INTO calls VALUES ${rows.map(({ api, request, error, who }, n) => `(${n}, ${quoted(api.eventSource)}, ${quoted(api.eventName)}, ${request}, ${error}, ${who})`).join(', ')}, (900, NULL, 'CreateUser', NULL, NULL, NULL), (901, 'x', NULL, NULL, NULL, NULL)`,
  );
});
afterAll(() => database.closeSync());
const held = async (condition: string): Promise<number[]> =>
  (await rowsOf(connection, `SELECT n FROM calls WHERE coalesce(${condition}, false) ORDER BY n`)).map(({ n }) => n as number);
const made = (id: string, apis: readonly string[], sql?: Detection['sql']): NamedDetection => ({
  id,
  detection: { apis, ...(sql ? { sql } : {}) } as Detection,
});
const none = { accounts: new Set<string>() };

test('APIs are told apart by their service only where another has one of that name', async () => {
  expect(named(['ecs:Create*', 'lambda:Invoke'], APIS)).toEqual([APIS[1], APIS[4]]);
  for (const apis of [[APIS[1]!], [APIS[2]!, APIS[3]!], APIS]) {
    const each = apis.map(({ eventSource, eventName }) => ({ eventSource, eventName }));
    const [one, other] = [await held(isOneOf(apis)), await held(isOneOf(each))];
    // Those of no service are looked for by the whole list of APIs, and are not alone there.
    expect(one.filter((n) => n < 900)).toEqual(other);
    expect(other).toHaveLength(apis.length * 16);
    expect(await held(scanFor(apis.map(({ eventName }) => eventName)))).toEqual(expect.arrayContaining(one));
  }
  expect(await held(scanFor([]))).toEqual([]);
});
test('searches of the request put together find what each of them finds', async () => {
  const conditions = [
    says('admin', 'a|b'),
    says('root.*it'),
    "errorCode = 'Denied'",
    "contains(requestParameters::VARCHAR, 'c') AND errorCode IS NULL",
    says('(?s:x)'),
  ];
  for (const some of [conditions, conditions.slice(0, 2), conditions.slice(2, 3), conditions.slice(1)]) {
    expect(await held(anyOf(some))).toEqual(await held(some.map((one) => `coalesce(${one}, false)`).join(' OR ')));
    expect((await held(anyOf(some))).length).toBeGreaterThan(0);
  }
  expect(anyOf(conditions.slice(0, 2)).match(/regexp_matches/g)).toHaveLength(1);
  expect(anyOf([...conditions, 'true'])).toBe('true');
});
test('what is wanted by several is what each of them wants', async () => {
  const some = [
    made('all', ['iam:CreateUser']),
    made('asked', ['*:Nothing', 'eks:CreateCluster', 'ecs:CreateCluster'], says('admin')),
    made('both', ['eks:*'], [says('root'), 'errorCode IS NULL']),
    made('who', ['lambda:*'], "identityType = 'Root'"),
    made('absent', ['s3:GetObject'], 'true'),
  ];
  const wanted = wantedBy(some, APIS, none)!;
  expect(wanted.who).toEqual(["identityType = 'Root'"]);
  const each = await Promise.all(some.map(async (one) => held((conditionOf(one, APIS, none) ?? 'false').replace("identityType = 'Root'", 'who0'))));
  expect(each.map(({ length }) => length > 0)).toEqual([true, true, true, true, false]);
  expect(await held(wanted.condition)).toEqual([...new Set(each.flat())].sort((a, b) => a - b));
  // What is noted of each detection is its own condition.
  for (const [one, condition] of wanted.each) expect(await held(condition), one.id).toEqual(each[some.indexOf(one)]);
  expect([...wanted.each.keys()].map(({ id }) => id)).toEqual(['asked', 'both', 'who']);
  expect(wantedBy(some.slice(4), APIS, none)).toBeUndefined();
});
