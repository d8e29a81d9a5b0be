import { expect, test } from 'vitest';
import { text } from '../../kernel/index.ts';
import type { Detection } from '../detection.ts';
import { principalOf, type TrailRecord, text as textAt } from '../event.ts';
import { ACCOUNT, ordinary } from '../testing/ordinary.ts';
import { apisOf, detect, lowered } from './run.ts';

const background = { accounts: new Set([ACCOUNT]) };
const made = (partial: Partial<Detection>) => ({
  id: 'made-up',
  detection: {
    title: text('A title', 'Un título'),
    description: text('d', 'd'),
    severity: 'high' as const,
    attack: ['T1078'],
    apis: ['iam:GetUser'],
    when: () => text('Why.', 'Por qué.'),
    examples: { hits: [], quiet: [] },
    ...partial,
  } satisfies Detection,
});
const at = (seconds: number, partial: TrailRecord = {}) => ordinary({ eventTime: new Date(Date.UTC(2026, 2, 4) + seconds * 1000).toISOString(), ...partial });
const run = (one: ReturnType<typeof made>, records: TrailRecord[]) =>
  detect(
    [one],
    records.map((record, n) => ({ n, record })),
    background,
  );

test('looks at the named APIs only, once per event, dates at the end of names left out', async () => {
  const records = [
    ordinary({ eventName: 'GetUser' }),
    ordinary({ eventName: 'ListUsers' }),
    ordinary({ eventSource: 'lambda.amazonaws.com', eventName: 'UpdateFunctionCode20150331v2' }),
  ];
  const events = async (apis: string[]) => (await run(made({ apis }), records)).map((hit) => hit.events);
  expect(await events(['iam:GetUser', 'iam:Get*', 'iam:*', '*:*'])).toEqual([[0], [1], [2]]);
  expect(await events(['iam:GetUser'])).toEqual([[0]]);
  expect(await events(['lambda:UpdateFunctionCode'])).toEqual([[2]]);
  expect(await events(['iam:List*'])).toEqual([[1]]);
  expect(apisOf([made({ apis: ['s3:*', 'iam:GetUser'] }), made({ apis: ['iam:GetUser'] })])).toEqual(['iam:GetUser', 's3:*']);
});
test('what was refused, failed or a dry run is an attempt, one step less severe, or nothing', async () => {
  const codes = [undefined, 'AccessDenied', 'Client.UnauthorizedOperation', 'Client.DryRunOperation', 'NoSuchEntityException'];
  const records = codes.map((errorCode) => ordinary({ errorCode }));
  expect((await run(made({}), records)).map(({ attempt, severity }) => [attempt, severity])).toEqual([
    [false, 'high'],
    [true, 'medium'],
    [true, 'medium'],
    [true, 'medium'],
    [true, 'medium'],
  ]);
  expect((await run(made({}), records)).map(({ why }) => why.en).slice(0, 2)).toEqual(['Why.', 'Tried, without success: Why.']);
  expect((await run(made({ attempts: false }), records)).map((hit) => hit.events)).toEqual([[0]]);
  expect(lowered('informational')).toBe('informational');
});
test('a detection that falls over is shown with the event, and the others go on', async () => {
  const broken = made({
    when: () => {
      throw new TypeError('boom');
    },
  });
  const hits = await detect([broken, { ...made({}), id: 'sound' }], [{ n: 7, record: ordinary({}) }], background);
  expect(hits.map(({ rule, severity, events }) => [rule, severity, events])).toEqual([
    ['made-up', 'informational', [7]],
    ['sound', 'high', [7]],
  ]);
});

const burst = made({ burst: { by: principalOf, within: 60, atLeast: 3 } });
test('a burst is one hit, however long, and begins only when the window is full', async () => {
  expect(await run(burst, [at(0), at(50), at(61), at(122)])).toEqual([]);
  const hits = await run(burst, [at(0), at(100), at(130), at(160), at(161), at(200), at(500)]);
  expect(hits.map((hit) => hit.events)).toEqual([[1, 2, 3, 4, 5]]);
  expect(hits[0]!.why.en).toBe('Why. In all 5 events within 100 s.');
  expect(
    await run(
      burst,
      [0, 1, 2, 100, 101, 102].map((s) => at(s)),
    ),
  ).toHaveLength(2);
});
test('actors do not add up, and those that `by` does not know are not counted', async () => {
  const bob = { userIdentity: { userName: 'bob', arn: `arn:aws:iam::${ACCOUNT}:user/bob` } };
  expect(await run(burst, [at(0), at(1, bob), at(2), at(3, bob)])).toEqual([]);
  expect((await run(burst, [at(0), at(1, bob), at(2), at(3, bob), at(4)])).map((hit) => hit.events)).toEqual([[0, 2, 4]]);
  expect(await run(made({ burst: { by: () => undefined, within: 60, atLeast: 1 } }), [at(0)])).toEqual([]);
  expect(
    await run(
      burst,
      [0, 1, 2].map(() => ordinary({ eventTime: 'yesterday' })),
    ),
  ).toEqual([]);
});
test('different answers are counted, not events', async () => {
  const distinct = made({ burst: { by: principalOf, within: 60, atLeast: 3, distinct: (record) => textAt(record, 'requestParameters.userName') } });
  const asks = (names: string) => [...names].map((userName, i) => at(i, { requestParameters: { userName } }));
  expect(await run(distinct, asks('ababab'))).toEqual([]);
  const hits = await run(distinct, asks('aabbcca'));
  expect(hits.map((hit) => hit.events)).toEqual([[1, 3, 4, 5, 6]]);
  expect(hits[0]!.why.en).toContain('3 of them different');
});
test('a burst is an attempt only when nothing in it worked', async () => {
  const denied = { errorCode: 'AccessDenied' };
  expect((await run(burst, [at(0, denied), at(1, denied), at(2, denied)]))[0]).toMatchObject({ attempt: true, severity: 'medium' });
  expect((await run(burst, [at(0, denied), at(1, denied), at(2, denied), at(3)]))[0]).toMatchObject({ attempt: false, severity: 'high' });
});
test('actors without end do not fill the memory', async () => {
  function* many() {
    const record = at(0);
    for (let n = 0; n < 60_000; n += 1) yield { n, record: { ...record, userIdentity: { arn: `a${n}` } } };
  }
  const before = process.memoryUsage().heapUsed;
  expect(await detect([burst], many(), background)).toEqual([]);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(150e6);
});
