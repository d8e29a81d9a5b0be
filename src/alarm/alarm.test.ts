import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bareAlarm, readAlarm } from './index.ts';

const KEY = 'AKIA2OGYBAH6STMMNXNN';
const read = (document: unknown) => readAlarm(Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)));
/** The same document with every member's first letter small, as EventBridge writes it. */
const small = (value: any): any =>
  Array.isArray(value)
    ? value.map(small)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name[0]!.toLowerCase() + name.slice(1), small(inner)]))
      : value;

const finding = {
  AccountId: '111122223333',
  Arn: 'arn:aws:guardduty:eu-west-1:111122223333:detector/abc/finding/def',
  CreatedAt: '2026-11-22T08:12:00.000Z',
  Id: 'def',
  Region: 'eu-west-1',
  Resource: { ResourceType: 'AccessKey', AccessKeyDetails: { AccessKeyId: KEY, PrincipalId: 'AIDAEXAMPLE', UserName: 'ci-deploy', UserType: 'IAMUser' } },
  Service: {
    ServiceName: 'guardduty',
    EventFirstSeen: '2026-11-22T07:55:30Z',
    EventLastSeen: '2026-11-22T08:05:00Z',
    Action: { ActionType: 'AWS_API_CALL', AwsApiCallAction: { Api: 'ListUsers', RemoteIpDetails: { IpAddressV4: '192.0.2.44' } } },
  },
  Severity: 5,
  Title: 'The user ci-deploy behaves unusually.',
  Type: 'Recon:IAMUser/UserPermissions',
};
const host = {
  ...finding,
  Id: 'ghi',
  Resource: { ResourceType: 'Instance', InstanceDetails: { InstanceId: 'i-0123456789abcdef0', NetworkInterfaces: [{ PublicIp: '203.0.113.9' }] } },
  Type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
};

describe('an alarm', () => {
  it('reads a GuardDuty finding, however it was saved', async () => {
    const expected = {
      source: 'guardduty',
      accessKeyIds: [KEY],
      userNames: ['ci-deploy'],
      remote: ['192.0.2.44'],
      accounts: ['111122223333'],
      regions: ['eu-west-1'],
      firstSeen: '2026-11-22T07:55:30.000Z',
      findings: [{ id: 'def', type: 'Recon:IAMUser/UserPermissions', severity: '5' }],
    };
    const envelope = { version: '0', source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', account: '111122223333', detail: small(finding) };
    const forms = [finding, small(finding), [finding], { Findings: [finding] }, envelope, { Records: [{ Sns: { Message: JSON.stringify(envelope) } }] }];
    for (const form of forms) expect(await read(form)).toMatchObject(expected);
    expect(await read(`${JSON.stringify(finding)}\n${JSON.stringify(host)}\n`)).toMatchObject({
      accessKeyIds: [KEY],
      instances: [{ id: 'i-0123456789abcdef0', region: 'eu-west-1' }],
      addresses: ['203.0.113.9'],
    });
  });

  it('does not take a role for a user', async () => {
    const role = { ...finding, Resource: { AccessKeyDetails: { AccessKeyId: KEY.replace('AKIA', 'ASIA'), UserName: 'web-role', UserType: 'AssumedRole' } } };
    expect(await read(role)).toMatchObject({ accessKeyIds: ['ASIA2OGYBAH6STMMNXNN'], userNames: [] });
  });

  it('reads an AWS Health event, by envelope and as the API answers', async () => {
    const detail = {
      eventArn: 'arn:aws:health:us-east-1::event/RISK/AWS_RISK_CREDENTIALS_EXPOSED/1',
      service: 'RISK',
      eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
      startTime: 'Sun, 22 Nov 2026 07:10:09 GMT',
      eventDescription: [{ language: 'en_US', latestDescription: `The key ${KEY} of the IAM user ci-deploy was found on the internet.` }],
      affectedEntities: [{ entityValue: KEY }],
    };
    const expected = { source: 'health', accessKeyIds: [KEY], userNames: ['ci-deploy'], firstSeen: '2026-11-22T07:10:09.000Z' };
    expect(await read({ source: 'aws.health', 'detail-type': 'AWS Health Event', account: '111122223333', detail })).toMatchObject({
      ...expected,
      accounts: ['111122223333'],
    });
    expect(
      await read({
        successfulSet: [
          { event: { arn: detail.eventArn, eventTypeCode: detail.eventTypeCode, startTime: 1795331409 }, eventDescription: detail.eventDescription[0] },
        ],
      }),
    ).toMatchObject({ accessKeyIds: [KEY], findings: [{ type: 'AWS_RISK_CREDENTIALS_EXPOSED', id: detail.eventArn }] });
  });

  it('reads a Security Hub finding in both of its formats', async () => {
    const asff = {
      SchemaVersion: '2018-10-08',
      Id: 'arn:aws:securityhub:eu-west-1:111122223333:subscription/x/finding/1',
      ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/guardduty',
      AwsAccountId: '111122223333',
      Title: 'Credentials used from outside',
      Types: ['TTPs/Initial Access'],
      FirstObservedAt: '2026-11-22T07:00:00Z',
      Severity: { Label: 'HIGH' },
      Resources: [
        {
          Type: 'AwsIamAccessKey',
          Id: `AWS::IAM::AccessKey:${KEY}`,
          Region: 'eu-west-1',
          Details: { AwsIamAccessKey: { PrincipalType: 'User', PrincipalName: 'ci-deploy' } },
        },
        { Type: 'AwsEc2Instance', Id: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0', Region: 'eu-west-1' },
      ],
    };
    const expected = {
      accessKeyIds: [KEY],
      userNames: ['ci-deploy'],
      instances: [{ id: 'i-0123456789abcdef0', region: 'eu-west-1' }],
      accounts: ['111122223333'],
    };
    expect(await read({ Findings: [asff] })).toMatchObject({ source: 'security-hub', ...expected });
    expect(await read({ 'detail-type': 'Security Hub Findings - Imported', source: 'aws.securityhub', detail: { findings: [asff] } })).toMatchObject(expected);
    const ocsf = {
      class_uid: 2004,
      finding_info: { uid: 'f-1', title: 'Credentials used from outside', types: ['x'], first_seen_time: 1795331409000 },
      cloud: { account: { uid: '111122223333' }, region: 'eu-west-1' },
      resources: [{ uid: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0' }],
      evidences: [{ actor: { user: { name: 'ci-deploy', type: 'IAMUser', credential_uid: KEY } }, src_endpoint: { ip: '192.0.2.44' } }],
    };
    expect(await read(ocsf)).toMatchObject({ source: 'ocsf', ...expected, remote: ['192.0.2.44'] });
  });

  it("reads Trusted Advisor's exposed key", async () => {
    expect(
      await read({
        'detail-type': 'Trusted Advisor Check Item Refresh Notification',
        detail: { 'check-name': 'Exposed Access Keys', 'check-item-detail': { 'Access Key ID': KEY, 'User Name (IAM or Root)': 'ci-deploy' } },
      }),
    ).toMatchObject({ source: 'trusted-advisor', accessKeyIds: [KEY], userNames: ['ci-deploy'] });
  });

  it('reads an e-mail: its text, or as it was saved with its encodings', async () => {
    const body = `Your AWS account 1111-2222-3333: the access key ${KEY}, which belongs to the IAM user ci-deploy, is public.`;
    const expected = { source: 'e-mail', accessKeyIds: [KEY], userNames: ['ci-deploy'], accounts: ['111122223333'] };
    expect(await read(body)).toMatchObject(expected);
    const saved = [
      'From: security@example.com',
      'Subject: Irregular activity',
      'MIME-Version: 1.0',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(`<html><style>AKIAIOSFODNN7EXAMPLE</style><p>${body.replace(KEY, `<b>${KEY}</b>`)}</p>`).toString('base64'),
    ].join('\r\n');
    expect(await read(saved)).toMatchObject(expected);
    const abuse = 'We have received a report about your instance.\nInstance ID: i-0123456789abcdef0\nInstance IP: 203.0.113.9\nattacked 198.51.100.4';
    expect(await read(abuse)).toMatchObject({ instances: [{ id: 'i-0123456789abcdef0' }], addresses: ['203.0.113.9'], remote: ['198.51.100.4'] });
  });

  it.each([
    ['has been public since about 2026-11-22T08:00Z', '2026-11-22T08:00:00.000Z'],
    ['was exposed on 2026-11-22 at 08:00:30 UTC', '2026-11-22T08:00:30.000Z'],
    ['was detected in a repository, 2026-11-22T10:00:00+02:00', '2026-11-22T08:00:00.000Z'],
    ['was found. First seen: Sun, 22 Nov 2026 07:10:09 GMT', '2026-11-22T07:10:09.000Z'],
    ['became publicly available\non November 22, 2026, 08:00 UTC', '2026-11-22T08:00:00.000Z'],
    ['is known: on 2026-11-21 our partners discovered it', '2026-11-21T00:00:00.000Z'],
    ['es pública desde el 22 de noviembre de 2026 a las 08:00 UTC', '2026-11-22T08:00:00.000Z'],
    ['fue detectada el 2 de ene. de 2026', '2026-01-02T00:00:00.000Z'],
    ['is public since 2026-11-22 and was seen from 2026-11-20 10:00', '2026-11-20T10:00:00.000Z'],
    ['was exposed. Please answer before 2026-11-27', null],
    ['se detectó el 21 nov 2026 09:05 GMT', '2026-11-21T09:05:00.000Z'],
    ['was rotated on 2026-11-22', null],
    ['is public since 2026-02-31', null],
    ['is public since 22/11/2026, ticket 2026-11-22-4711', null],
  ])('of a text that says the key "%s" it keeps when it was seen', async (words, firstSeen) => {
    expect(await read(`Your access key ${KEY} ${words}.`)).toMatchObject({ accessKeyIds: [KEY], firstSeen });
  });
  it('of two times, the event’s and its words’, the earlier counts', async () => {
    const event = {
      eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
      startTime: 'Sun, 22 Nov 2026 07:10:09 GMT',
      eventDescription: [{ latestDescription: `${KEY} is public since 2026-11-21T23:00Z.` }],
    };
    expect(await read(event)).toMatchObject({ firstSeen: '2026-11-21T23:00:00.000Z' });
  });

  it('reads what stands alone', () => {
    expect(bareAlarm(` ${KEY}\n`)).toMatchObject({ accessKeyIds: [KEY] });
    expect(bareAlarm('2001:db8::1')).toMatchObject({ addresses: ['2001:db8::1'] });
    expect(bareAlarm('arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0')).toMatchObject({
      instances: [{ id: 'i-0123456789abcdef0', region: 'eu-west-1' }],
    });
    expect(bareAlarm('arn:aws:iam::111122223333:role/team/web')).toMatchObject({ principals: ['arn:aws:iam::111122223333:role/team/web'], userNames: [] });
    expect(bareAlarm('arn:aws:iam::111122223333:user/team/ana')).toMatchObject({ userNames: ['ana'] });
    for (const nothing of ['', 'hello', 'AKIA123', 'arn:aws:s3:::bucket', 'i-xyz']) expect(bareAlarm(nothing)).toBeNull();
  });

  it('says what it cannot use, and why', async () => {
    await expect(read('{"Findings": [')).rejects.toMatchObject({ code: 'BrokenAlarm', exit: 2 });
    await expect(read({ hello: 'world' })).rejects.toMatchObject({ code: 'UnknownAlarm' });
    await expect(read('nothing of use')).rejects.toMatchObject({ code: 'UnknownAlarm' });
    await expect(readAlarm(Buffer.alloc(21 * 1024 * 1024))).rejects.toMatchObject({ code: 'AlarmTooLarge' });
  });

  it('survives whatever it is given, and believes only ids of the right form', async () => {
    const forms = { accessKeyIds: /^A[KS]IA[A-Z2-7]{16}$/, userNames: /^[\w+=,.@-]{1,64}$/, accounts: /^\d{12}$/, regions: /^[a-z0-9-]+$/ };
    const hostile = fc.oneof(fc.json(), fc.string(), fc.constantFrom('"; rm -rf ~', '\u001b[31m', `${KEY}'`, 'i-0123456789abcdef0\n'));
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (a, b) => {
        const evil = {
          ...finding,
          Title: a,
          AccountId: b,
          Region: a,
          Resource: { AccessKeyDetails: { AccessKeyId: b, UserName: a }, InstanceDetails: { InstanceId: a } },
        };
        for (const given of [a, JSON.stringify(evil), `${a}\n${b}`]) {
          const alarm = await read(given).catch((error) => {
            expect(error.code).toMatch(/Alarm$/);
            return null;
          });
          if (!alarm) continue;
          for (const [name, form] of Object.entries(forms)) for (const value of alarm[name as keyof typeof forms]) expect(value).toMatch(form);
          for (const { id } of alarm.instances) expect(id).toMatch(/^i-[0-9a-f]{8,17}$/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
