import { describe, expect, it } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { storeOf } from '../testing/store.ts';
import { type GapOptions, type GapReport, gapsOf } from './gaps.ts';
import { common, joined, without } from './intervals.ts';
import type { Coverage } from './logs.ts';

const ACCOUNT = '111122223333';
const at = (time: string): number => Date.parse(`2026-03-02T${time}Z`);
let id = 0;
const event = (time: string, more: TrailRecord = {}): TrailRecord => ({
  eventID: `e${id++}`,
  eventTime: `2026-03-02T${time}Z`,
  eventSource: 'ec2.amazonaws.com',
  eventName: 'DescribeInstances',
  awsRegion: 'eu-west-1',
  recipientAccountId: ACCOUNT,
  userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/ann`, accountId: ACCOUNT, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
  ...more,
});
const trail = (time: string, eventName: string, requestParameters: TrailRecord, more: TrailRecord = {}): TrailRecord =>
  event(time, { eventSource: 'cloudtrail.amazonaws.com', eventName, requestParameters: requestParameters as never, ...more });
const covered = (from: string, until: string, more: Partial<Coverage> = {}): Coverage => ({
  account: ACCOUNT,
  region: 'eu-west-1',
  trail: 'management (eu-west-1)',
  from: at(from),
  until: at(until),
  proven: true,
  files: 0,
  complete: true,
  ...more,
});
async function gaps(records: readonly TrailRecord[], options: GapOptions = {}, sources?: Parameters<typeof storeOf>[1]): Promise<GapReport> {
  const store = await storeOf(records, sources);
  try {
    return await gapsOf(store, options);
  } finally {
    store.close();
  }
}
const shown = (report: GapReport, region = 'eu-west-1') =>
  report.stretches
    .find((one) => one.region === region)!
    .gaps.map(({ from, until, why }) => `${new Date(from).toISOString().slice(11, 16)}-${new Date(until).toISOString().slice(11, 16)} ${why}`);

describe('hours without an event', () => {
  const records = [event('10:10:00'), event('15:50:00')];
  it('are unknown when nothing says why', async () => {
    const report = await gaps(records);
    expect(shown(report)).toEqual(['11:00-15:00 unknown']);
    expect(report.window).toEqual({ from: at('10:00:00'), until: at('16:00:00') });
    expect(report.stretches[0]).toMatchObject({
      account: ACCOUNT,
      region: 'eu-west-1',
      events: 2,
      hoursWithEvents: 2,
      first: at('10:10:00'),
      last: at('15:50:00'),
    });
  });
  it('are quiet as far as digests prove it: what happened in the last minutes may come with the next one', async () => {
    expect(
      shown(await gaps(records, { coverage: [covered('10:00:00', '11:00:00'), covered('11:00:00', '12:00:00'), covered('12:00:00', '13:00:00')] })),
    ).toEqual(['11:00-12:30 quiet', '12:30-15:00 unknown']);
  });
  it('are not quiet by the word of a digest that nothing proves', async () => {
    expect(shown(await gaps(records, { coverage: [covered('10:00:00', '16:00:00', { proven: false })] }))).toEqual(['11:00-15:00 unknown']);
  });
  it('are lost where a digest names files that are not at hand', async () => {
    const coverage = [covered('10:00:00', '12:00:00'), covered('12:00:00', '13:00:00', { files: 2, complete: false }), covered('13:00:00', '17:00:00')];
    expect(shown(await gaps(records, { coverage }))).toEqual(['11:00-11:30 quiet', '11:30-13:00 lost', '13:00-15:00 quiet']);
  });
  it('are quiet only by one trail that stands throughout, not by two that take turns', async () => {
    const coverage = [covered('10:00:00', '12:00:00'), covered('12:00:00', '16:00:00', { trail: 'other (eu-west-1)' })];
    expect(shown(await gaps(records, { coverage }))).toEqual(['11:00-11:30 quiet', '11:30-12:00 unknown', '12:00-15:00 quiet']);
  });
  it('tells whether a file came', async () => {
    const file = (time: string) => ({
      file: `AWSLogs/${ACCOUNT}/CloudTrail/eu-west-1/2026/03/02/${ACCOUNT}_CloudTrail_eu-west-1_20260302T${time}Z_abcdefghijklmnop.json.gz`,
    });
    const report = await gaps(records, {}, { sources: [{ ...file('1015'), records: 1 }, file('1555')] });
    expect(report.stretches[0]!.gaps).toMatchObject([{ noFile: true }]);
    const with_ = await gaps(records, {}, { sources: [{ ...file('1015'), records: 1 }, { ...file('1200'), records: 0 }, file('1555')] });
    expect(with_.stretches[0]!.gaps).toMatchObject([{ noFile: false }]);
  });
  it('a window shows what lies before the first and after the last event', async () => {
    expect(shown(await gaps(records, { window: { from: at('08:00:00'), until: at('18:00:00') } }))).toEqual([
      '08:00-10:00 unknown',
      '11:00-15:00 unknown',
      '16:00-18:00 unknown',
    ]);
    await expect(gaps(records, { window: { from: 2, until: 1 } })).rejects.toMatchObject({ code: 'BadWindow' });
  });
  it('an empty trail is an empty report', async () => {
    const report = await gaps([]);
    expect(report.stretches).toEqual([]);
    expect(report.uncovered).toEqual([]);
  });
});

describe('regions', () => {
  it('a name of a file is not an account: where no event says so, nothing is expected of it', async () => {
    const file = '999999999999_CloudTrail_eu-west-1_20260302T1015Z_abcdefghijklmnop.json.gz';
    const report = await gaps([event('10:10:00')], { regions: ['eu-west-1', 'us-east-1'] }, { sources: [{ file }] });
    expect(report.uncovered).toEqual([{ account: ACCOUNT, region: 'us-east-1' }]);
    expect(report.sentences.some(({ en }) => en === '999999999999 eu-west-1: no event, though 1 log files are named for it.')).toBe(true);
  });
  it('those without anything are named; those with digests only are covered and quiet', async () => {
    const coverage = [covered('09:00:00', '17:00:00', { region: 'us-east-1' })];
    const report = await gaps([event('10:10:00'), event('15:10:00')], { coverage, regions: ['eu-west-1', 'us-east-1', 'ap-south-1'] });
    expect(report.uncovered).toEqual([{ account: ACCOUNT, region: 'ap-south-1' }]);
    expect(shown(report, 'us-east-1')).toEqual(['10:00-16:00 quiet']);
    expect(report.sentences.some(({ en }) => en.includes('nothing at all from 1 regions: ap-south-1'))).toBe(true);
  });
});

describe('when logging was off', () => {
  const NAME = { name: 'management' };
  it('from StopLogging to StartLogging of the same trail, by name or ARN', async () => {
    const report = await gaps([
      event('10:10:00'),
      trail('11:00:00', 'StopLogging', NAME),
      trail('13:30:00', 'StartLogging', { name: `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/management` }),
      event('15:00:00'),
    ]);
    expect(report.blind).toMatchObject([{ kind: 'stopped', degree: 'blind', from: at('11:00:00'), until: at('13:30:00'), regions: 'perhaps-all', seen: 0 }]);
    expect(shown(report)).toEqual(['12:00-13:00 blind', '14:00-15:00 unknown']);
    expect(report.changes.map(({ api, outcome }) => `${api} ${outcome}`)).toEqual(['cloudtrail:StopLogging done', 'cloudtrail:StartLogging done']);
    expect(report.sentences[0]!.en).toContain('blind from 2026-03-02 11:00:00Z to 2026-03-02 13:30:00Z');
  });
  it('an attempt that was denied blinds nothing, and is listed', async () => {
    const report = await gaps([trail('11:00:00', 'StopLogging', NAME, { errorCode: 'AccessDenied' }), event('15:00:00')]);
    expect(report.blind).toEqual([]);
    expect(report.changes).toMatchObject([{ outcome: 'denied', api: 'cloudtrail:StopLogging' }]);
  });
  it('a trail that is deleted stays off until one of its name is started', async () => {
    const report = await gaps([
      trail('10:00:00', 'UpdateTrail', { ...NAME }, { responseElements: { isMultiRegionTrail: true, s3BucketName: 'logs' } }),
      trail('11:00:00', 'DeleteTrail', NAME),
      trail('12:00:00', 'CreateTrail', { ...NAME, s3BucketName: 'logs' }),
      trail('12:05:00', 'StartLogging', NAME),
      trail('14:00:00', 'DeleteTrail', { name: 'other' }),
    ]);
    expect(report.blind).toMatchObject([
      { kind: 'deleted', from: at('11:00:00'), until: at('12:05:00'), regions: 'all', seen: 1 },
      { kind: 'deleted', from: at('14:00:00'), until: undefined, ended: undefined },
    ]);
  });
  it('a trail that loses its regions, its global services, its bucket or its digests', async () => {
    const report = await gaps([
      trail('10:00:00', 'CreateTrail', { ...NAME, s3BucketName: 'logs', isMultiRegionTrail: true }),
      trail('11:00:00', 'UpdateTrail', { ...NAME, isMultiRegionTrail: false, includeGlobalServiceEvents: false }),
      trail('12:00:00', 'UpdateTrail', { ...NAME, s3BucketName: 'attacker', enableLogFileValidation: false }),
      trail('13:00:00', 'UpdateTrail', {
        ...NAME,
        s3BucketName: 'logs',
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
      }),
    ]);
    expect(report.blind.map(({ kind, degree, from, until }) => [kind, degree, from, until])).toEqual([
      ['single-region', 'half', at('11:00:00'), at('13:00:00')],
      ['no-global', 'half', at('11:00:00'), at('13:00:00')],
      ['no-validation', 'unproved', at('12:00:00'), at('13:00:00')],
      ['other-bucket', 'elsewhere', at('12:00:00'), at('13:00:00')],
    ]);
  });
  it("tampering with the trail's bucket or key is listed, with other buckets not", async () => {
    const report = await gaps([
      trail('10:00:00', 'CreateTrail', { ...NAME, s3BucketName: 'logs', kmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab' }),
      event('11:00:00', { eventSource: 's3.amazonaws.com', eventName: 'PutBucketLifecycle', requestParameters: { bucketName: 'logs' } }),
      event('11:10:00', { eventSource: 's3.amazonaws.com', eventName: 'PutBucketPolicy', requestParameters: { bucketName: 'photos' } }),
      event('11:20:00', { eventSource: 'kms.amazonaws.com', eventName: 'DisableKey', requestParameters: { keyId: '1234abcd-12ab' } }),
      event('11:30:00', { eventSource: 'kms.amazonaws.com', eventName: 'DisableKey', requestParameters: { keyId: '' } }),
    ]);
    expect(report.changes.map(({ api }) => api)).toEqual(['cloudtrail:CreateTrail', 's3:PutBucketLifecycle', 'kms:DisableKey']);
  });
});

describe('event selectors', () => {
  const put = (time: string, parameters: object) => trail(time, 'PutEventSelectors', { trailName: 'management', ...parameters } as never);
  const half = async (...parameters: object[]) => {
    const report = await gaps(parameters.map((one, n) => put(`1${n}:00:00`, one)));
    return report.blind.map(({ degree, from, until, what }) => ({ degree, hours: [from, until], what: what.map(({ en }) => en) }));
  };
  const basic = (more: object) => ({ eventSelectors: [{ readWriteType: 'All', includeManagementEvents: true, dataResources: [], ...more }] });
  const fine = (...selectors: object[][]) => ({ advancedEventSelectors: selectors.map((fieldSelectors) => ({ fieldSelectors })) });
  const MANAGEMENT = { field: 'eventCategory', equals: ['Management'] };

  it('that record everything blind nothing', async () => {
    expect(
      await half(
        basic({}),
        fine([MANAGEMENT]),
        fine([MANAGEMENT, { field: 'readOnly', equals: ['true'] }], [MANAGEMENT, { field: 'readOnly', equals: ['false'] }]),
      ),
    ).toEqual([]);
  });
  it('say exactly what they leave out, until it is recorded again', async () => {
    expect(await half(basic({ readWriteType: 'ReadOnly', excludeManagementEventSources: ['kms.amazonaws.com'] }), basic({}))).toEqual([
      {
        degree: 'half',
        hours: [at('10:00:00'), at('11:00:00')],
        what: ['reading calls of kms.amazonaws.com are not recorded', 'no writing management call is recorded'],
      },
    ]);
  });
  it('of no management event at all make the trail blind', async () => {
    expect(await half(basic({ includeManagementEvents: false }))).toMatchObject([
      { degree: 'blind', what: ['no management event is recorded'], hours: [at('10:00:00'), undefined] },
    ]);
    expect(
      await half(
        fine([
          { field: 'eventCategory', equals: ['Data'] },
          { field: 'resources.type', equals: ['AWS::S3::Object'] },
        ]),
      ),
    ).toMatchObject([{ degree: 'blind' }]);
    expect(await half({ eventSelectors: [] })).toMatchObject([{ degree: 'blind' }]);
  });
  it('that are fine, with any condition', async () => {
    expect(await half(fine([MANAGEMENT, { field: 'eventSource', notEquals: ['kms.amazonaws.com', 'iam.amazonaws.com'] }]))).toMatchObject([
      {
        what: [
          'reading calls of kms.amazonaws.com, iam.amazonaws.com are not recorded',
          'writing calls of kms.amazonaws.com, iam.amazonaws.com are not recorded',
        ],
      },
    ]);
    expect(await half(fine([MANAGEMENT, { field: 'userIdentity.arn', notEquals: ['arn:aws:iam::1:user/eve'] }]))).toMatchObject([
      {
        what: [
          'reading management calls are recorded only where userIdentity.arn notEquals arn:aws:iam::1:user/eve',
          'writing management calls are recorded only where userIdentity.arn notEquals arn:aws:iam::1:user/eve',
        ],
      },
    ]);
    expect(await half(fine([MANAGEMENT, { field: 'readOnly', equals: ['false'] }]))).toMatchObject([{ what: ['no reading management call is recorded'] }]);
  });
  it('that drop data events which were recorded, and stay so over further changes', async () => {
    const s3 = { dataResources: [{ type: 'AWS::S3::Object', values: ['arn:aws:s3'] }] };
    expect(await half(basic(s3), basic({}), basic({ dataResources: [] }), basic(s3))).toMatchObject([
      {
        degree: 'half',
        hours: [at('11:00:00'), at('13:00:00')],
        what: ['data events that were recorded before are not any more: AWS::S3::Object: arn:aws:s3'],
      },
    ]);
  });
  it('of a kind of data events without values record none of it', async () => {
    expect(await half(basic({ dataResources: [{ type: 'AWS::S3::Object', values: [] }] }), basic({}))).toEqual([]);
  });
  it('of any shape do no harm', async () => {
    for (const odd of [null, 1, 'x', [], [null, 1, [[]]], [{ fieldSelectors: 7 }], [{ fieldSelectors: [{ field: {}, equals: [{}] }] }], { __proto__: 1 }])
      for (const member of ['eventSelectors', 'advancedEventSelectors']) expect(Array.isArray(await half({ [member]: odd }))).toBe(true);
  });
});

describe('files', () => {
  const name = (time: string) => `${ACCOUNT}_CloudTrail_eu-west-1_20260302T${time}Z_abcdefghijklmnop.json.gz`;
  it('that came late, or before what they hold', async () => {
    const sources = [
      { file: name('1015'), records: 1 },
      { file: name('1230'), records: 1 },
      { file: name('1300'), records: 1 },
      { file: 'copied.json', records: 1 },
    ];
    const report = await gaps([event('10:10:00'), event('10:40:00'), event('14:00:00'), event('09:00:00')], {}, { sources });
    expect(report.late.map(({ file, what }) => [file, what])).toEqual([
      [name('1230'), 'late'],
      [name('1300'), 'early'],
    ]);
  });
  it('events without a date are counted', async () => {
    const report = await gaps([event('10:10:00'), { eventTime: 'yesterday', eventID: 'x', recipientAccountId: ACCOUNT, awsRegion: 'eu-west-1' }]);
    expect(report.undated).toBe(1);
    expect(report.stretches[0]!.events).toBe(1);
  });
});

describe('intervals', () => {
  const list = (...pairs: [number, number][]) => pairs.map(([from, until]) => ({ from, until }));
  it('join, meet and subtract', () => {
    expect(joined(list([5, 6], [1, 3], [2, 4], [7, 7]))).toEqual(list([1, 4], [5, 6]));
    expect(joined(list([1, 2], [3, 4]), 1)).toEqual(list([1, 4]));
    expect(common(list([1, 5], [8, 12]), list([2, 3], [4, 9]))).toEqual(list([2, 3], [4, 5], [8, 9]));
    expect(without(list([1, 10], [20, 30]), list([0, 2], [4, 5], [9, 25]))).toEqual(list([2, 4], [5, 9], [25, 30]));
    expect(without(list([1, 3]), list([1, 3]))).toEqual([]);
  });
});
