import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import type { TrailRecord } from '../event.ts';
import { ordinary } from '../testing/ordinary.ts';
import { storeOf } from '../testing/store.ts';
import { DEEDS } from './deeds.ts';
import { entryOf } from './entry.ts';
import { ENTRY_COLUMNS, type EntryRow, eventsOf, withAdded } from './entry-record.ts';

/** An object that has something at every path. */
const members = (prefix: string): JsonObject =>
  Object.fromEntries(
    [
      ...[
        'userName',
        'roleArn',
        'roleSessionName',
        'policyArn',
        'groupId',
        'snapshotId',
        'functionName',
        'name',
        'bucketName',
        'key',
        'instanceType',
        'SwitchTo',
      ],
      ...['SwitchFrom', 'MFAUsed', 'ConsoleLogin', 'volumeId', 'sessionId'],
    ].map((name) => [name, name === 'MFAUsed' ? 'No' : `${prefix}-${name}`]),
  );
const record = (api: string, more: TrailRecord = {}): TrailRecord => {
  const [service, eventName] = api.split(':') as [string, string];
  return ordinary({
    eventSource: `${service}.amazonaws.com`,
    eventName,
    requestParameters: { ...members('q'), big: '12345678901234567890' },
    responseElements: {
      ...members('r'),
      credentials: { accessKeyId: 'ASIAGIVEN' },
      accessKey: { accessKeyId: 'AKIAGIVEN' },
      policy: { arn: 'arn:aws:iam::1:policy/p' },
    },
    additionalEventData: members('x'),
    resources: [{ ARN: 'arn:aws:kms:eu-west-1:111122223333:key/k' }],
    ...more,
  });
};
const OTHERS = ['nope:Frobnicate', 'nope:CreateThing', 'signin:ConsoleLogin20200101v2', 'signin:SwitchRole', 'x:ConsoleLogin'];

describe('an entry from columns', () => {
  it('is the one of the whole record, whatever the API and the identity', async () => {
    const records = [
      ...[...Object.keys(DEEDS), ...OTHERS].map((api) => record(api)),
      ...[{ type: 'Root' }, { type: 'AssumedRole', invokedBy: 'athena.amazonaws.com' }, { type: 'AWSService' }, undefined].map((userIdentity) =>
        record('iam:CreateUser', { userIdentity: userIdentity as TrailRecord[string] }),
      ),
      record('iam:CreateUser', {
        errorCode: 'AccessDenied',
        errorMessage: 'no "quotes"',
        readOnly: true,
        eventType: 'AwsConsoleAction',
        userAgent: 'S3Console/0.4',
      }),
      record('iam:CreateUser', {
        eventTime: 'no date',
        requestParameters: null,
        responseElements: null,
        sourceIPAddress: null,
        recipientAccountId: '999988887777',
      }),
    ];
    const store = await storeOf(records.map((one, n) => ({ ...one, eventID: `e${n}` })));
    try {
      const whole = new Map<number, unknown>();
      for await (const event of store.events('true')) whole.set(event.n, entryOf(event));
      const rows = (await store.query(`SELECT ${ENTRY_COLUMNS} FROM events`)) as EntryRow[];
      const entries = eventsOf(await withAdded(store, rows)).map((event) => [event.n, entryOf(event)] as const);
      expect(entries.length).toBe(records.length);
      for (const [n, entry] of entries) expect(entry, String(records[n]!.eventName)).toEqual(whole.get(n));
    } finally {
      store.close();
    }
  });
  it('comes in order of time, to the microsecond, then number; what has no time comes last', () => {
    const row = (n: number, at: number | null): EntryRow => ({ n, at, principal: 'p' });
    expect(eventsOf([row(5, null), row(4, 20), row(3, 21), row(2, 20), row(1, null)]).map(({ n }) => n)).toEqual([2, 4, 3, 1, 5]);
  });
});
