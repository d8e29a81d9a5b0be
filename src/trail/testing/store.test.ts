import { expect, test } from 'vitest';
import { storeOf } from './store.ts';

const call = (eventID: string, more: object = {}) => ({
  eventID,
  eventTime: '2024-03-01T10:00:00Z',
  eventName: 'AssumeRole',
  recipientAccountId: '111111111111',
  readOnly: 'true',
  userIdentity: {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::111111111111:assumed-role/deploy/one',
    sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111111111111:role/ci/deploy' } },
  },
  ...more,
});

test('a made trail has the columns of a real one, and each event once', async () => {
  const store = await storeOf([
    call('a', { responseElements: { credentials: { accessKeyId: 'ASIA1' } } }),
    call('a'),
    call('a', { recipientAccountId: '222222222222' }),
    call('b', { eventTime: 'soon', userIdentity: null }),
  ]);
  const rows = await store.query('SELECT n, time, readOnly, principal, issuedKey FROM events ORDER BY n');
  expect(rows).toEqual([
    { n: 0, time: '2024-03-01T10:00:00.000Z', readOnly: true, principal: 'arn:aws:iam::111111111111:role/ci/deploy', issuedKey: 'ASIA1' },
    { n: 2, time: '2024-03-01T10:00:00.000Z', readOnly: true, principal: 'arn:aws:iam::111111111111:role/ci/deploy', issuedKey: null },
    { n: 3, time: null, readOnly: true, principal: 'unknown', issuedKey: null },
  ]);
  const found = [];
  for await (const event of store.events('n >= ?', [2])) found.push(event.n);
  expect(found).toEqual([2, 3]);
  store.close();
});

test('records are counted per source, and no file can be read from SQL', async () => {
  const store = await storeOf([call('a'), call('b'), call('c')], { sources: [{ file: 'one.json', records: 1 }, { file: 'two.json' }] });
  expect(await store.query('SELECT file, records FROM sources ORDER BY source')).toEqual([
    { file: 'one.json', records: 1 },
    { file: 'two.json', records: 2 },
  ]);
  expect(await store.query('SELECT n FROM events ORDER BY n')).toEqual([{ n: 0 }, { n: 2 ** 26 }, { n: 2 ** 26 + 1 }]);
  await expect(store.query("SELECT * FROM read_text('/etc/hostname')")).rejects.toThrow(/disabled/);
  store.close();
});
