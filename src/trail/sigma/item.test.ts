import { describe, expect, it } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { refusal, selects } from './testing.ts';

const yes = (selection: string, record: TrailRecord): void => expect(selects(selection, record), selection).toBe(true);
const no = (selection: string, record: TrailRecord): void => expect(selects(selection, record), selection).toBe(false);

describe('values without a modifier', () => {
  it('compares without regard to case', () => {
    yes("additionalEventData.MFAUsed: 'NO'", { additionalEventData: { MFAUsed: 'No' } });
    no("additionalEventData.MFAUsed: 'NO'", { additionalEventData: { MFAUsed: 'None' } });
  });
  it('takes any value of a list', () => {
    yes('eventName: [A, B]', { eventName: 'b' });
    no('eventName: [A, B]', { eventName: 'c' });
  });
  it('compares booleans and numbers with texts, either way', () => {
    yes("readOnly: 'true'", { readOnly: true });
    yes('readOnly: true', { readOnly: 'true' });
    no("readOnly: 'true'", { readOnly: false });
    yes('port: 22', { port: '22' });
    yes("port: '22'", { port: 22 });
    yes('bytes: 0', { bytes: '0.0' });
    no('port: 22', { port: 220 });
  });
  it('keeps every digit of long numbers and leading zeros', () => {
    yes('recipientAccountId: 012345678901', { recipientAccountId: '012345678901' });
    no('recipientAccountId: 012345678901', { recipientAccountId: '12345678901' });
    yes('id: 9007199254740993', { id: '9007199254740993' });
    no('id: 9007199254740993', { id: '9007199254740992' });
  });
  it('has wildcards and escapes', () => {
    yes('eventName: List*', { eventName: 'ListBuckets' });
    yes('eventName: Put?bject', { eventName: 'putObject' });
    no('eventName: Put?bject', { eventName: 'Putbject' });
    yes("a: 'x\\*y'", { a: 'x*y' });
    no("a: 'x\\*y'", { a: 'xzy' });
    yes("a: 'x\\\\*'", { a: 'x\\anything' });
    yes("a: 'C:\\Windows'", { a: 'c:\\windows' });
    yes("a: '\\\\\\*'", { a: '\\*' });
  });
  it('knows the empty text', () => {
    yes("a: ''", { a: '' });
    no("a: ''", {});
    no("a: ''", { a: 'x' });
  });
  it('takes null for absent and for null, not for empty', () => {
    yes('errorCode: null', {});
    yes('errorCode:', { errorCode: null });
    no('errorCode: null', { errorCode: '' });
    no('errorCode: null', { errorCode: 'AccessDenied' });
    yes('errorCode: [null, Success]', { errorCode: 'Success' });
    yes("errorCode: 'null'", { errorCode: 'null' });
    no("errorCode: 'null'", {});
  });
});

describe('fields', () => {
  it('goes into lists under dotted fields', () => {
    const record = { requestParameters: { containerDefinitions: [{ command: ['sh'] }, { command: ['curl', 'x $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] }] } };
    yes("requestParameters.containerDefinitions.command|contains: '$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'", record);
    no("requestParameters.containerDefinitions.image|contains: '*'", record);
    yes("requestParameters.layers|contains: '*'", { requestParameters: { layers: ['arn:aws:lambda:x'] } });
    no("requestParameters.layers|contains: '*'", { requestParameters: { layers: [] } });
    no("requestParameters.layers|contains: '*'", { requestParameters: null });
  });
  it('asks each value of all of the elements of a list', () => {
    const record = { a: ['one', 'two'] };
    yes('a|contains|all: [on, tw]', record);
    no('a|contains|all: [on, three]', record);
  });
  it('finds members whose own name holds dots', () => {
    yes('requestParameters.a.b: x', { requestParameters: { 'a.b': 'x' } });
    yes('requestParameters.a.b: x', { 'requestParameters.a.b': 'x' });
  });
  it('never reaches a prototype', () => {
    no('constructor.name|contains: Object', {});
    no('__proto__|exists: true', { a: 1 });
    no("toString|contains: '*'", {});
    yes('__proto__.a: x', JSON.parse('{"__proto__":{"a":"x"}}') as TrailRecord);
  });
  it('searches an object in its JSON text and in each of its leaves', () => {
    const policy = '{"Version": "2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::<YOUR-BUCKET-NAME>/*"}]}';
    const record = { requestParameters: { policyDocument: policy, userName: 'bob' } };
    yes('requestParameters|contains: \'"userName":"bob"\'', record);
    yes('requestParameters|contains|all: [\'"arn:aws:s3:::<YOUR-BUCKET-NAME>/*"\', \'"s3:GetObject"\', \'"Allow"\']', record);
    yes('requestParameters|contains: \'"Version":"2012-10-17"\'', record);
    yes('requestParameters: s3:getobject', record);
    yes('requestParameters.policyDocument|contains: \'"Effect":"Allow"\'', record);
    no('requestParameters|contains: Deny', record);
    yes("requestParameters|contains: 'Suspended'", { requestParameters: { VersioningConfiguration: { Status: 'Suspended' } } });
    const encoded = { responseElements: { role: { assumeRolePolicyDocument: encodeURIComponent(policy) } } };
    yes('responseElements|contains: \'"Effect":"Allow"\'', encoded);
  });
  it('bounds what is nested without end', () => {
    let deep = '"x"';
    for (let depth = 0; depth < 5000; depth++) deep = `{"a":${deep}}`;
    no('requestParameters|contains: nothing', { requestParameters: JSON.parse(deep) });
    const doll = Array.from({ length: 12 }).reduce<string>((inner) => JSON.stringify({ a: inner }), 'leaf');
    yes('requestParameters.a|re: ^leaf$', { requestParameters: JSON.parse(doll) });
  });
});

describe('text modifiers', () => {
  it('contains, startswith, endswith, all', () => {
    yes('eventName|startswith: UpdateFunctionConfiguration', { eventName: 'UpdateFunctionConfiguration20150331v2' });
    no('eventName|startswith: Function', { eventName: 'UpdateFunctionConfiguration' });
    yes('eventName|endswith: configuration', { eventName: 'UpdateFunctionConfiguration' });
    no('eventName|endswith: Function', { eventName: 'UpdateFunctionConfiguration' });
    yes('eventName|contains: FUNCTION', { eventName: 'UpdateFunctionConfiguration' });
    yes("errorCode|contains: '*'", { errorCode: 'x' });
    no("errorCode|contains: '*'", {});
    yes('eventName|contains|all: [Up, Con]', { eventName: 'UpdateFunctionConfiguration' });
    no('eventName|contains|all: [Up, Zip]', { eventName: 'UpdateFunctionConfiguration' });
    yes("a|contains: 'x*y'", { a: '..x--y..' });
    yes("a|contains: '22'", { a: 12345622 });
    yes('a|contains: 22', { a: 12345622 });
  });
  it('cased', () => {
    yes('eventName|cased: ListBuckets', { eventName: 'ListBuckets' });
    no('eventName|cased: ListBuckets', { eventName: 'listbuckets' });
    no('eventName|contains|cased: list', { eventName: 'ListBuckets' });
  });
  it('neq is true of what is absent and of what has none of the values', () => {
    yes('a|neq: x', { a: 'y' });
    yes('a|neq: x', {});
    no('a|neq: x', { a: 'X' });
    no('a|neq: [x, y]', { a: 'y' });
    no('a|contains|neq: x', { a: 'axb' });
    yes('a|neq: 5', { a: 6 });
    no('a|neq: null', {});
  });
  it('windash', () => {
    for (const dash of ['-', '/', '\u2013', '\u2014', '\u2015']) yes("cmd|windash|contains: ' -enc '", { cmd: `powershell ${dash}enc AAA` });
    no("cmd|windash|contains: ' -enc '", { cmd: 'powershell +enc AAA' });
    no("cmd|windash|contains: '-par-am'", { cmd: '/par/am' });
    yes("cmd|contains|all|windash: [' -a', ' /b']", { cmd: 'x /a -b' });
    no("cmd|contains|all|windash: [' -a', ' /b']", { cmd: 'x /a' });
  });
  it('base64 and base64offset', () => {
    const hidden = (lead: string): string => Buffer.from(`${lead}curl http://evil and so on`).toString('base64');
    yes('d|base64: curl http', { d: Buffer.from('curl http').toString('base64') });
    no('d|base64: curl http', { d: Buffer.from('curl https').toString('base64') });
    for (const lead of ['', 'a', 'ab', 'abc', 'abcd']) yes("d|base64offset|contains: 'curl http'", { d: hidden(lead) });
    no("d|base64offset|contains: 'wget http'", { d: hidden('a') });
    yes("d|windash|base64offset|contains: ' -enc'", { d: Buffer.from('ps /enc abc').toString('base64') });
    no("d|base64: 'curl http'", { d: Buffer.from('curl http').toString('base64').toUpperCase() });
  });
  it('wide, utf16le, utf16be, utf16', () => {
    const wide = Buffer.from('IEX é run', 'utf16le');
    for (const name of ['wide', 'utf16le']) yes(`d|${name}|base64offset|contains: 'IEX é'`, { d: Buffer.concat([Buffer.from('ab'), wide]).toString('base64') });
    yes('d|utf16be|base64: cmd', { d: 'AGMAbQBk' });
    yes('d|utf16|base64: cmd', { d: '//5jAG0AZAA=' });
    yes('d|wide|contains: cmd', { d: 'x c\u0000m\u0000d\u0000' });
    no('d|wide|contains: cmd', { d: 'cmd' });
  });
  it('expand', () => {
    const values = { Admins: ['alice', 'bob*'], n: ['1'] };
    expect(selects("u|expand: '%Admins%'", { u: 'Bobby' }, values)).toBe(true);
    expect(selects("u|expand: '%Admins%'", { u: 'carol' }, values)).toBe(false);
    expect(selects("u|expand: 'x%n%-%Admins%'", { u: 'x1-alice' }, values)).toBe(true);
    expect(selects("u|expand: '\\%plain%n%'", { u: '%plain1' }, values)).toBe(true);
    expect(selects("u: '%Admins%'", { u: '%admins%' }, values)).toBe(true);
    expect(selects("ip|cidr|expand: '%Nets%'", { ip: '10.1.2.3' }, { Nets: ['10.0.0.0/8'] })).toBe(true);
    expect(refusal("sel:\n    u|expand: '%Admins%'\ncondition: sel")).toBe('it needs values for the placeholder %Admins%, and none are given');
    expect(refusal("sel:\n    u|expand: '%constructor%'\ncondition: sel")).toContain('%constructor%');
  });
  it('re, with i, m, s', () => {
    yes("userIdentity.arn|re: '.+:assumed-role/aws:.+'", { userIdentity: { arn: 'arn:aws:sts::1:assumed-role/aws:ec2-instance/i-0' } });
    no("userIdentity.arn|re: '.+:assumed-role/AWS:.+'", { userIdentity: { arn: 'arn:aws:sts::1:assumed-role/aws:ec2-instance/i-0' } });
    yes("userIdentity.arn|re|i: ':ASSUMED-role/'", { userIdentity: { arn: 'arn:aws:sts::1:assumed-role/x/y' } });
    yes("a|re: '^b'", { a: 'b' });
    no("a|re: '^b'", { a: 'a\nb' });
    yes("a|re|m: '^b'", { a: 'a\nb' });
    no("a|re: 'a.b'", { a: 'a\nb' });
    yes("a|re|s: 'a.b'", { a: 'a\nb' });
    yes("a|re|all: ['x', 'y']", { a: 'y x' });
    yes("requestParameters|re: '^Allow$'", { requestParameters: { policyDocument: '{"Effect":"Allow"}' } });
  });
});

describe('other modifiers', () => {
  it('exists looks at the presence only', () => {
    yes('a.b|exists: true', { a: { b: null } });
    yes('a.b|exists: true', { a: { b: [] } });
    no('a.b|exists: true', { a: {} });
    yes('a.b|exists: false', { a: null });
    no("a|exists: 'false'", { a: '' });
  });
  it('lt, lte, gt, gte', () => {
    yes('n|lt: 5', { n: 4 });
    no('n|lt: 5', { n: 5 });
    yes('n|lte: 5', { n: '5' });
    yes('n|gt: 1.5', { n: '1.75' });
    no('n|gte: 5', { n: 'five' });
    yes('n|gte: 5', { n: [1, 9] });
    no('n|gt: 5', {});
    yes('n|gt: 9007199254740992', { n: '9007199254740993' });
    no('n|gt: 9007199254740993', { n: '9007199254740993' });
  });
  it('cidr', () => {
    yes('sourceIPAddress|cidr: 10.0.0.0/8', { sourceIPAddress: '10.200.1.1' });
    no('sourceIPAddress|cidr: 10.0.0.0/8', { sourceIPAddress: '11.0.0.1' });
    no('sourceIPAddress|cidr: 0.0.0.0/0', { sourceIPAddress: 'ec2.amazonaws.com' });
    no('sourceIPAddress|cidr: 0.0.0.0/0', { sourceIPAddress: '06.237.252.245' });
    yes("sourceIPAddress|cidr: ['192.168.0.0/16', '2001:db8::/32']", { sourceIPAddress: '2001:DB8:1::5' });
  });
  it('fieldref, with places, cased and neq', () => {
    const record = { userIdentity: { arn: 'arn:aws:iam::1:user/Bob', userName: 'Bob' }, requestParameters: { userName: 'bob' } };
    yes('userIdentity.userName|fieldref: requestParameters.userName', record);
    no('userIdentity.userName|fieldref|cased: requestParameters.userName', record);
    no('userIdentity.userName|fieldref|neq: requestParameters.userName', record);
    yes('userIdentity.arn|fieldref|endswith: requestParameters.userName', record);
    yes('userIdentity.arn|fieldref|contains: requestParameters.userName', record);
    no('userIdentity.arn|fieldref|startswith: requestParameters.userName', record);
    no('nothing|fieldref: neither', record);
    no('userIdentity.arn|fieldref|contains: empty', { ...record, empty: '' });
  });
  it('parts of dates, in UTC', () => {
    const record = { eventTime: '2023-01-01T23:05:00Z' };
    yes('eventTime|hour: 23', record);
    yes('eventTime|minute: 5', record);
    yes('eventTime|day: 1', record);
    yes('eventTime|week: 52', record);
    yes('eventTime|month: 1', record);
    yes('eventTime|year: 2023', record);
    yes('eventTime|hour|gte: 22', record);
    no('eventTime|hour|lt: 22', record);
    no('eventTime|hour: 23', { eventTime: 'not a date' });
  });
  it('keywords search the whole record, names included', () => {
    const record = { eventName: 'RunInstances', requestParameters: { userData: 'curl http://evil' } };
    yes('- evil\n- absent', record);
    yes("'|all': ['curl', 'runinstances']", record);
    no("'|all': ['curl', 'absent']", record);
    yes("'|re': 'http://[a-z]+$'", record);
    yes('- requestparameters', record);
    yes('- \'"eventName":"RunInstances"\'', record);
  });
});

it.each([
  ['a|contanis: x', 'the modifier “contanis” is unknown'],
  ['a|__proto__: x', 'the modifier “__proto__” is unknown'],
  ['a|i: x', 'the modifier i stands without re before it'],
  ['a|contains|startswith: x', 'the modifiers contains and startswith do not go together'],
  ['a|re|cidr: x', 'the modifiers re and cidr do not go together'],
  ['a|re|base64: x', 'the modifiers re and base64 do not go together'],
  ['a|cidr: 10.0.0.300/8', '“10.0.0.300/8” is no network'],
  ['a|cidr: 10.0.0.0/33', '“10.0.0.0/33” is no network'],
  ['a|lt: many', '“a|lt” must be a number'],
  ['a|exists: maybe', '“a|exists” must be true or false'],
  ["a|base64: 'x*'", 'base64 of a value with wildcards has no meaning'],
  ['a|re: null', '“a|re” has null where a value is needed'],
  ['a|re: (?=x)', 'the regular expression cannot be used: look-ahead'],
  ['a: []', '“a” has an empty list of values'],
  ['a: {b: c}', '“a” has a list or map for a value'],
  ['a: [[b]]', '“a” has a list or map for a value'],
  ["'|exists': true", 'the modifier in “|exists” needs a field'],
  ["a|fieldref: 'x*'", '“a|fieldref” does not name a field'],
  ["a|windash|base64: '-a -b -c -d -e'", 'windash with base64 makes more than 1,000 values'],
])('refuses %s with the reason', (selection, why) => {
  expect(refusal(`sel:\n    ${selection}\ncondition: sel`)).toBe(why);
});
