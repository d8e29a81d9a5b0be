import { expect, test } from 'vitest';
import { LabError } from '../contract.ts';
import { unchunk } from './body.ts';
import { openService, serviceNames } from './catalogue.ts';
import { writeError } from './errors.ts';
import { addressee, type WireRequest } from './request.ts';
import { writeResponse } from './response.ts';
import { readXml } from './xml-read.ts';

const request = (parts: { method?: string; url?: string; headers?: Record<string, string>; body?: string | Buffer }): WireRequest => {
  const [path = '/', search = ''] = (parts.url ?? '/').split('?');
  const body = Buffer.from(parts.body ?? '');
  return { method: parts.method ?? 'POST', path, query: new URLSearchParams(search), headers: parts.headers ?? {}, rawBody: body, body };
};
const service = async (name: string) => (await openService(name))!;
const read = async (name: string, parts: Parameters<typeof request>[0]) => {
  const { operation, read: input } = addressee(await service(name), request(parts));
  return { name: operation.name, input: input() };
};
const REQUEST_ID = '00000000-0000-4000-8000-000000000000';

test('every installed service says its protocol; one that is not installed is simply not there', async () => {
  const protocols: Record<string, string | undefined> = {};
  for (const name of ['ec2', 'iam', 'sts', 'cloudtrail', 'support', 'ebs', 'account']) protocols[name] = (await openService(name))?.protocol;
  expect(protocols).toEqual({
    ec2: 'ec2Query',
    iam: 'awsQuery',
    sts: 'awsQuery',
    cloudtrail: 'awsJson1_1',
    support: 'awsJson1_1',
    ebs: 'restJson1',
    account: 'restJson1',
  });
  expect(serviceNames).toContain('resource-explorer-2');
  expect(await openService('resource-explorer-2')).toBeUndefined();
  expect(await openService('__proto__')).toBeUndefined();
});

test('ec2Query: flat lists in numeric order, nested structures, and no key of ours is touched', async () => {
  const body = [
    'Action=RunInstances&Version=2016-11-15&MinCount=1&MaxCount=2&DryRun=true',
    ...[10, 9, 2, 1].map((n) => `SecurityGroupId.${n}=sg-${n}`),
    'TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=a%26b&TagSpecification.1.Tag.1.Value=',
    '__proto__.x=1&constructor.prototype.x=1',
  ].join('&');
  const { name, input } = await read('ec2', { body });
  expect(name).toBe('RunInstances');
  expect(input).toEqual({
    MinCount: 1,
    MaxCount: 2,
    DryRun: true,
    SecurityGroupIds: ['sg-1', 'sg-2', 'sg-9', 'sg-10'],
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a&b', Value: '' }] }],
  });
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

test('what cannot be parsed is refused with the code of the protocol', async () => {
  const code = (name: string, parts: Parameters<typeof request>[0]) =>
    read(name, parts).then(
      () => 'parsed',
      (error: LabError) => error.code,
    );
  expect(await code('ec2', { body: 'Action=RunInstances&MinCount=many' })).toBe('InvalidParameterValue');
  expect(await code('ec2', { body: 'Action=StopInstances&Force=maybe' })).toBe('InvalidParameterValue');
  expect(await code('ec2', { body: 'Action=Nonsense' })).toBe('InvalidAction');
  expect(await code('ec2', { body: 'Nothing=x' })).toBe('MissingAction');
  expect(await code('iam', { body: 'Action=ListUsers&MaxItems=x' })).toBe('MalformedInput');
  const target = { 'x-amz-target': 'CloudTrail_20131101.LookupEvents' };
  expect(await code('cloudtrail', { headers: target, body: '{"MaxResults":' })).toBe('SerializationException');
  expect(await code('cloudtrail', { headers: target, body: '{"MaxResults":"5"}' })).toBe('SerializationException');
  expect(await code('cloudtrail', { headers: target, body: '[]' })).toBe('SerializationException');
  expect(await code('cloudtrail', { headers: { 'x-amz-target': 'Other.LookupEvents' } })).toBe('UnknownOperationException');
  expect(await code('ebs', { method: 'DELETE', url: '/snapshots' })).toBe('UnknownOperationException');
});

test('both spellings of the JSON target reach the operation', async () => {
  for (const target of ['CloudTrail_20131101.LookupEvents', 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents']) {
    expect(await read('cloudtrail', { headers: { 'x-amz-target': target }, body: '{"StartTime":1700000000.5}' })).toEqual({
      name: 'LookupEvents',
      input: { StartTime: new Date(1_700_000_000_500) },
    });
  }
});

test('restJson: path, query and headers become members', async () => {
  const { name, input } = await read('ebs', { method: 'GET', url: '/snapshots/snap-0123456789abcdef0/blocks/7?blockToken=a%2Bb%2F%3D' });
  expect([name, input]).toEqual(['GetSnapshotBlock', { SnapshotId: 'snap-0123456789abcdef0', BlockIndex: 7, BlockToken: 'a+b/=' }]);
});

test('a blob answer carries its headers and exact bytes', async () => {
  const operation = (await service('ebs')).operations.get('GetSnapshotBlock')!;
  const answer = writeResponse(operation, { BlockData: Buffer.from([0, 255, 10]), Checksum: 'c2Vk', ChecksumAlgorithm: 'SHA256', DataLength: 3 }, REQUEST_ID);
  expect(answer.body).toEqual(Buffer.from([0, 255, 10]));
  expect(answer.headers).toMatchObject({ 'x-amz-checksum': 'c2Vk', 'x-amz-data-length': '3', 'x-amzn-requestid': REQUEST_ID });
});

test('hostile text leaves as text: no markup, nothing XML cannot hold', async () => {
  const operation = (await service('ec2')).operations.get('DescribeTags')!;
  const { body } = writeResponse(operation, { Tags: [{ Key: '</key><x a="1">&\u0000\u001b[31m', Value: ']]>' }] }, REQUEST_ID);
  expect(body.toString('utf8')).toContain('<key>&lt;/key&gt;&lt;x a=&quot;1&quot;&gt;&amp;\ufffd\ufffd[31m</key><value>]]&gt;</value>');
});

test('times leave as the protocol has them, from Date, epoch milliseconds and text alike', async () => {
  const iam = (await service('iam')).operations.get('GetUser')!;
  for (const CreateDate of [new Date(1_700_000_000_000), 1_700_000_000_000, '2023-11-14T22:13:20Z']) {
    expect(writeResponse(iam, { User: { CreateDate } }, REQUEST_ID).body.toString()).toContain('<CreateDate>2023-11-14T22:13:20Z</CreateDate>');
  }
  const trail = (await service('cloudtrail')).operations.get('LookupEvents')!;
  expect(writeResponse(trail, { Events: [{ EventTime: 1_700_000_000_000 }] }, REQUEST_ID).body.toString()).toBe('{"Events":[{"EventTime":1700000000}]}');
  expect(() => writeResponse(trail, { Events: [{ EventTime: 'never' }] }, REQUEST_ID)).toThrow(TypeError);
});

test('errors speak the protocol of their service', async () => {
  const text = async (name: string, error: LabError) => {
    const { status, headers, body } = writeError(await service(name), error, REQUEST_ID);
    return { status, headers, body: body.toString('utf8') };
  };
  const ec2 = await text('ec2', new LabError('InvalidInstanceID.NotFound', "The instance ID 'i-<1>' does not exist"));
  expect([ec2.status, ec2.body]).toEqual([
    400,
    expect.stringContaining('<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>The instance ID &apos;'.replace('&apos;', "'")),
  ]);
  const iam = await text('iam', new LabError('NoSuchEntity', 'not there'));
  expect([iam.status, iam.body]).toEqual([404, expect.stringContaining('<Type>Sender</Type><Code>NoSuchEntity</Code><Message>not there</Message>')]);
  const trail = await text('cloudtrail', new LabError('ThrottlingException', 'slowly'));
  expect(JSON.parse(trail.body)).toMatchObject({ __type: 'ThrottlingException' });
  const ebs = await text('ebs', new LabError('ResourceNotFoundException', 'gone', { fields: { Reason: 'SNAPSHOT_NOT_FOUND' } }));
  expect([ebs.status, ebs.headers['x-amzn-errortype'], JSON.parse(ebs.body)]).toEqual([
    404,
    'ResourceNotFoundException',
    { Message: 'gone', Reason: 'SNAPSHOT_NOT_FOUND' },
  ]);
});

test('aws-chunked framing, with and without trailers, gives the payload; a torn one is refused', () => {
  const framed = (text: string) => unchunk(Buffer.from(text)).toString();
  expect(framed('4\r\nabcd\r\n2\r\nef\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n')).toBe('abcdef');
  expect(framed('3;chunk-signature=00\r\nabc\r\n0;chunk-signature=00\r\n\r\n')).toBe('abc');
  expect(() => framed('8\r\nabc')).toThrow('terminated unexpectedly');
  expect(() => framed('no framing')).toThrow('terminated unexpectedly');
});

test('the XML reader takes what S3 clients send and nothing it should not', async () => {
  const schema = (await openService('s3'))?.operations.get('PutBucketTagging')?.input.payload?.[1];
  if (!schema) return;
  const xml = (text: string) => readXml(schema, Buffer.from(text));
  const tag = '<Tag><Key>a&amp;&#x62;</Key><Value><![CDATA[<v>]]></Value></Tag>';
  expect(xml(`<?xml version="1.0"?><!-- c --><Tagging xmlns="x"><TagSet>${tag}</TagSet></Tagging>`)).toEqual({ TagSet: [{ Key: 'a&b', Value: '<v>' }] });
  const bomb = '<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa">]><Tagging>&a;</Tagging>';
  for (const bad of [bomb, '<Tagging>', '<Tagging></Other>', 'text', '', '<a/><b/>', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`])
    expect(() => xml(bad), bad).toThrow(LabError);
});
