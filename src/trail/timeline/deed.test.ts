import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../kernel/index.ts';
import type { TrailRecord } from '../event.ts';
import { ordinary } from '../testing/ordinary.ts';
import { deedOf, familyOf } from './deed.ts';
import { partsLine } from './line.ts';

const call = (api: string, requestParameters?: Json, responseElements?: Json, more: TrailRecord = {}) => {
  const [source, eventName] = api.split(':');
  return ordinary({ eventSource: `${source}.amazonaws.com`, eventName, requestParameters, responseElements, ...more });
};
const told = (record: TrailRecord, lang: 'en' | 'es' = 'en') => partsLine(deedOf(record).parts, lang);
const POLICY = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Action: ['iam:*', 's3:*'], Resource: '*' },
    { Effect: 'Deny', NotAction: 'ec2:*', Resource: '*' },
  ],
});

describe('deedOf', () => {
  it.each<[string, TrailRecord, string]>([
    [
      'a key made',
      call('iam:CreateAccessKey', { userName: 'support-temp' }, { accessKey: { accessKeyId: 'AKIANEW', status: 'Active' } }),
      'for support-temp -> AKIANEW',
    ],
    [
      'a policy attached',
      call('iam:AttachUserPolicy', { userName: 'eve', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
      'policy/AdministratorAccess to eve',
    ],
    [
      'a policy written',
      call('iam:PutUserPolicy', { userName: 'eve', policyName: 'p', policyDocument: POLICY }),
      'p on eve allows "Allow iam:*,s3:* on *", "Deny !(ec2:*) on *"',
    ],
    [
      'a URL-encoded trust policy',
      call('iam:UpdateAssumeRolePolicy', {
        roleName: 'r',
        policyDocument: encodeURIComponent('{"Statement":{"Effect":"Allow","Principal":{"AWS":"999988887777"},"Action":"sts:AssumeRole"}}'),
      }),
      'of r trusts "Allow sts:AssumeRole to 999988887777"',
    ],
    ['a policy that is none', call('iam:PutUserPolicy', { userName: 'eve', policyName: 'p', policyDocument: '{{{' }), 'p on eve'],
    [
      'a role taken',
      call('sts:AssumeRole', { roleArn: 'arn:aws:iam::111122223333:role/x', roleSessionName: 's' }, { credentials: { accessKeyId: 'ASIAX' } }),
      'role/x as s -> ASIAX',
    ],
    ['a role of another account', call('sts:AssumeRole', { roleArn: 'arn:aws:iam::999988887777:role/x', roleSessionName: 's' }), '999988887777:role/x as s'],
    [
      'instances',
      call(
        'ec2:RunInstances',
        { instanceType: 'p4d.24xlarge', instancesSet: { items: [{ imageId: 'ami-1', minCount: 8, maxCount: 8 }] } },
        { instancesSet: { items: Array.from({ length: 8 }, (_, i) => ({ instanceId: `i-${i}` })) } },
      ),
      '"8 × p4d.24xlarge" from ami-1 -> i-0, i-1, i-2 +5',
    ],
    [
      'a port opened',
      call('ec2:AuthorizeSecurityGroupIngress', {
        groupId: 'sg-1',
        ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] },
      }),
      'on sg-1 for "tcp 22 0.0.0.0/0"',
    ],
    [
      'a snapshot shared',
      call('ec2:ModifySnapshotAttribute', { snapshotId: 'snap-1', createVolumePermission: { add: { items: [{ userId: '999988887777' }] } } }),
      'snap-1 shared with 999988887777',
    ],
    [
      'an image made public',
      call('ec2:ModifyImageAttribute', { imageId: 'ami-1', launchPermission: { add: { items: [{ group: 'all' }] } } }),
      'ami-1 shared with all',
    ],
    ['an object', call('s3:GetObject', { bucketName: 'b', key: 'a/c d.txt', Host: 'b.s3.amazonaws.com' }), '"b/a/c d.txt"'],
    ['a sign-in', call('signin:ConsoleLogin', null, { ConsoleLogin: 'Success' }, { additionalEventData: { MFAUsed: 'No' } }), 'Success with "MFA No"'],
    ['an API with a date', call('lambda:UpdateFunctionCode20150331v2', { functionName: 'arn:aws:lambda:eu-west-1:111122223333:function:f' }), 'function:f'],
    [
      'an API we do not know',
      call(
        'newthing:CreateGadget',
        { clientToken: 'no', gadgetName: 'g-1', tags: [{ name: 'Owner' }], nextToken: 'no' },
        { gadgetArn: 'arn:aws:newthing:eu-west-1:111122223333:gadget/g-1', requestId: 'no' },
      ),
      'g-1 -> gadget/g-1',
    ],
    [
      'a read with filters',
      call('ec2:DescribeInstances', { filterSet: { items: [{ name: 'tag:x' }] }, instancesSet: { items: [{ instanceId: 'i-1' }] } }),
      'i-1',
    ],
    ['resources only', call('kms:ListGrants', null, null, { resources: [{ ARN: 'arn:aws:kms:eu-west-1:111122223333:key/k' }] }), 'key/k'],
    ['nothing', call('sts:GetCallerIdentity'), ''],
  ])('tells %s', (_, record, line) => expect(told(record)).toBe(line));

  it('says our words in Spanish and leaves the record’s own', () => {
    expect(told(call('iam:CreateAccessKey', { userName: 'for' }, { accessKey: { accessKeyId: 'AKIANEW' } }), 'es')).toBe('para for -> AKIANEW');
  });
  it('keeps apart the writes that say something different, and together those that differ by ids', () => {
    const family = (record: TrailRecord) => familyOf(record, deedOf(record));
    const opened = (port: number) =>
      call('ec2:AuthorizeSecurityGroupIngress', { groupId: 'sg-1', ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: port, toPort: port }] } });
    expect(family(opened(22))).not.toBe(family(opened(443)));
    expect(family(opened(22))).toBe(family(opened(22)));
    const deleted = (id: string) => call('ec2:TerminateInstances', { instancesSet: { items: [{ instanceId: id }] } });
    expect(family(deleted('i-0123456789abcdef0'))).toBe(family(deleted('i-0fedcba9876543210')));
    const put = (bucketName: string, key: string) => call('s3:PutObject', { bucketName, key });
    expect(family(put('a', 'x'))).toBe(family(put('a', 'y')));
    expect(family(put('a', 'x'))).not.toBe(family(put('b', 'x')));
    expect(family(call('ec2:DescribeVpcs', { vpcId: 'a' }))).toBe(family(call('ec2:DescribeVpcs', { vpcId: 'b' })));
  });

  const deep = (levels: number): Json => {
    let value: Json = { name: 'deepest' };
    for (let i = 0; i < levels; i++) value = { a: value };
    return value;
  };
  it('looks neither deep nor far', () => {
    expect(told(call('newthing:CreateGadget', deep(3_000)))).toBe('');
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`x${i}`, Array.from({ length: 40 }, () => ({ y: 1 }))]));
    expect(told(call('newthing:CreateGadget', { ...wide, gadgetName: 'late' }))).toBe('');
  });
  it('gives one harmless bounded line for whatever stands in a record', () => {
    const apis = [
      'iam:PutUserPolicy',
      'ec2:RunInstances',
      'ec2:AuthorizeSecurityGroupIngress',
      's3:PutBucketPolicy',
      'route53:ChangeResourceRecordSets',
      'x:y',
      '__proto__:constructor',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...apis), fc.jsonValue(), fc.jsonValue(), fc.string({ unit: 'binary' }), (api, request, response, text) => {
        const line = told(
          call(
            api,
            { request, items: [request], userName: text, policyDocument: text, bucketPolicy: request, instancesSet: request } as never,
            response as never,
          ),
        );
        expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e\u2028]/);
        expect(line.length).toBeLessThan(12_000);
      }),
      { numRuns: 300 },
    );
  });
});
