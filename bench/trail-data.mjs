import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * CloudTrail log files as a company of middling size has them, made up here and the same for the same seed: five accounts, people,
 * roles, pipelines and instances; reads, data events, service calls, denials, and one leaked key with what was done with it.
 * Events are about 1,380 bytes of JSON each, and gzip makes a sixth of them, as in real trails.
 */
export const LAYOUTS = { middling: 600, small: 24_000, huge: 20 };
export const LEAKED = 'AKIALEAKEDKEY0000001';

const ACCOUNTS = ['111122223333', '222233334444', '333344445555', '444455556666', '555566667777'];
const REGIONS = ['us-east-1', 'us-east-1', 'us-east-1', 'eu-west-1', 'eu-west-1', 'us-west-2', 'ap-southeast-2'];
const START = Date.parse('2026-03-02T00:00:00Z');
const HEX = '0123456789abcdef';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function dice(seed) {
  let a = seed >>> 0;
  const next = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (n) => next() % n;
  const letters = (alphabet, n) => {
    let text = '';
    for (let i = 0; i < n; i++) text += alphabet[next() % alphabet.length];
    return text;
  };
  return { below, pick: (list) => list[below(list.length)], hex: (n) => letters(HEX, n), base32: (n) => letters(BASE32, n) };
}

const uuid = (d) => `${d.hex(8)}-${d.hex(4)}-4${d.hex(3)}-a${d.hex(3)}-${d.hex(12)}`;
const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');

function company(d) {
  const principals = [];
  const agents = Array.from({ length: 60 }, (_, i) =>
    d.pick([
      `aws-cli/2.${15 + (i % 20)}.${i % 7} md/awscrt#0.23.${i % 9} ua/2.0 os/linux#6.1.${i} md/arch#x86_64 lang/python#3.12.${i % 8} md/pyimpl#CPython cfg/retry-mode#standard`,
      `APN/1.0 HashiCorp/1.0 Terraform/1.${i % 12}.0 (+https://www.terraform.io) terraform-provider-aws/5.${i}.0 aws-sdk-go-v2/1.3${i % 10}.0 ua/2.1 os/linux lang/go#1.23.${i % 6}`,
      `Boto3/1.3${i % 9}.${i} md/Botocore#1.3${i % 9}.${i} ua/2.0 os/linux#5.10.${i} md/arch#aarch64 lang/python#3.11.${i % 9} md/pyimpl#CPython Botocore/1.3${i % 9}.${i}`,
      `aws-sdk-java/2.2${i % 10}.${i} Linux/5.15.${i} OpenJDK_64-Bit_Server_VM/21.0.${i % 5} Java/21.0.${i % 5} vendor/Amazon.com_Inc. io/sync http/Apache`,
    ]),
  );
  for (let i = 0; i < 60; i++) {
    const account = d.pick(ACCOUNTS);
    const name = `${d.pick(['deploy', 'web', 'batch', 'etl', 'audit', 'lambda', 'node', 'backup'])}-${d.pick(['prod', 'stage', 'dev'])}-${i}`;
    const id = `AROA${d.base32(17)}`;
    const ips = Array.from({ length: 4 }, () => `${d.pick([3, 18, 34, 52, 54])}.${d.below(256)}.${d.below(256)}.${d.below(254) + 1}`);
    principals.push({ kind: 'role', account, name, id, ips, agents: [d.pick(agents), d.pick(agents)], sessions: [] });
  }
  for (let i = 0; i < 25; i++) {
    const account = d.pick(ACCOUNTS);
    const name = `${d.pick(['anna', 'ben', 'carla', 'dmitri', 'elena', 'farid', 'gosia'])}.${d.pick(['lopez', 'meyer', 'novak', 'okafor', 'silva'])}${i}`;
    const ips = [`81.2.${d.below(256)}.${d.below(254) + 1}`, `203.0.113.${d.below(254) + 1}`];
    principals.push({ kind: 'user', account, name, id: `AIDA${d.base32(17)}`, key: `AKIA${d.base32(16)}`, ips, agents: [d.pick(agents)] });
  }
  return principals;
}

function identity(d, who, at) {
  if (who.kind === 'user')
    return `{"type":"IAMUser","principalId":"${who.id}","arn":"arn:aws:iam::${who.account}:user/${who.name}","accountId":"${who.account}","accessKeyId":"${who.key}","userName":"${who.name}"}`;
  let session = who.sessions.at(-1);
  if (!session || at - session.began > 3_600_000 || d.below(400) === 0) {
    session = { key: `ASIA${d.base32(16)}`, name: d.below(2) ? `i-0${d.hex(16)}` : `${who.name}-${d.below(1e9)}`, began: at, ip: d.pick(who.ips) };
    who.sessions = [session];
  }
  return `{"type":"AssumedRole","principalId":"${who.id}:${session.name}","arn":"arn:aws:sts::${who.account}:assumed-role/${who.name}/${session.name}","accountId":"${who.account}","accessKeyId":"${session.key}","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"${who.id}","arn":"arn:aws:iam::${who.account}:role/${who.name}","accountId":"${who.account}","userName":"${who.name}"},"attributes":{"creationDate":"${iso(session.began)}","mfaAuthenticated":"false"}}}`;
}

const list = (n, of) => `[${Array.from({ length: n }, (_, i) => of(i)).join(',')}]`;
/** [weight, source, name, read-only, category, request, response, further members before requestID] */
const CALLS = [
  [
    14,
    'ec2',
    'DescribeInstances',
    true,
    'Management',
    (d) =>
      `{"maxResults":1000,"instancesSet":{},"filterSet":{"items":[{"name":"tag:Service","valueSet":{"items":[{"value":"svc-${d.below(90)}"}]}},{"name":"instance-state-name","valueSet":{"items":[{"value":"running"},{"value":"pending"}]}}]}}`,
    () => 'null',
  ],
  [
    6,
    'ec2',
    'DescribeSecurityGroups',
    true,
    'Management',
    (d) => `{"securityGroupSet":{},"securityGroupIdSet":{"items":[{"groupId":"sg-0${d.hex(16)}"}]},"filterSet":{}}`,
    () => 'null',
  ],
  [5, 'ec2', 'DescribeVolumes', true, 'Management', (d) => `{"volumeSet":{"items":[{"volumeId":"vol-0${d.hex(16)}"}]},"filterSet":{}}`, () => 'null'],
  [
    8,
    's3',
    'GetObject',
    true,
    'Data',
    (d) =>
      `{"bucketName":"data-${d.below(40)}-prod","Host":"data-${d.below(40)}-prod.s3.eu-west-1.amazonaws.com","key":"year=2026/month=0${d.below(3) + 1}/part-${d.below(99999)}-${uuid(d)}.snappy.parquet"}`,
    () => 'null',
    (d) =>
      `"additionalEventData":{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"${d.base32(60)}=","bytesTransferredOut":${d.below(9e6)}},`,
  ],
  [
    4,
    's3',
    'PutObject',
    false,
    'Data',
    (d) => `{"bucketName":"logs-${d.below(20)}","Host":"logs.s3.amazonaws.com","key":"app/${d.below(9999)}/${uuid(d)}.json.gz"}`,
    (d) => `{"x-amz-server-side-encryption":"aws:kms","x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:eu-west-1:111122223333:key/${uuid(d)}"}`,
    (d) =>
      `"additionalEventData":{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":${d.below(9e5)},"SSEApplied":"SSE_KMS","AuthenticationMethod":"AuthHeader","x-amz-id-2":"${d.base32(60)}=","bytesTransferredOut":0},`,
  ],
  [
    9,
    'kms',
    'Decrypt',
    true,
    'Management',
    (d) =>
      `{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"aws:lambda:FunctionArn":"arn:aws:lambda:eu-west-1:111122223333:function:fn-${d.below(80)}"}}`,
    () => 'null',
    (d) =>
      `"resources":[{"accountId":"111122223333","type":"AWS::KMS::Key","ARN":"arn:aws:kms:eu-west-1:111122223333:key/${String(d.below(60)).padStart(8, '0')}-0000-4000-a000-5c0ffee0c0de"}],`,
  ],
  [
    10,
    'sts',
    'AssumeRole',
    true,
    'Management',
    (d) => `{"roleArn":"arn:aws:iam::${d.pick(ACCOUNTS)}:role/deploy-prod-${d.below(60)}","roleSessionName":"session-${d.below(1e9)}","durationSeconds":3600}`,
    (d) =>
      `{"credentials":{"accessKeyId":"ASIA${d.base32(16)}","sessionToken":"${d.base32(110)}","expiration":"Mar 2, 2026, 4:1${d.below(9)}:11 PM"},"assumedRoleUser":{"assumedRoleId":"AROA${d.base32(17)}:session-${d.below(1e9)}","arn":"arn:aws:sts::111122223333:assumed-role/deploy-prod-${d.below(60)}/session-${d.below(1e9)}"}}`,
  ],
  [
    6,
    'logs',
    'CreateLogStream',
    false,
    'Management',
    (d) => `{"logGroupName":"/aws/lambda/fn-${d.below(80)}","logStreamName":"2026/03/02/[$LATEST]${d.hex(32)}"}`,
    () => 'null',
  ],
  [
    5,
    'lambda',
    'Invoke',
    false,
    'Data',
    (d) => `{"functionName":"arn:aws:lambda:eu-west-1:111122223333:function:fn-${d.below(80)}","invocationType":"RequestResponse"}`,
    () => 'null',
    (d) => `"additionalEventData":{"functionVersion":"arn:aws:lambda:eu-west-1:111122223333:function:fn-${d.below(80)}:$LATEST"},`,
  ],
  [
    4,
    'ssm',
    'UpdateInstanceInformation',
    false,
    'Management',
    (d) =>
      `{"instanceId":"i-0${d.hex(16)}","agentVersion":"3.3.${d.below(999)}.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","iPAddress":"10.0.${d.below(256)}.${d.below(256)}","computerName":"ip-10-0-${d.below(256)}-${d.below(256)}.eu-west-1.compute.internal","agentName":"amazon-ssm-agent","availabilityZone":"eu-west-1${d.pick(['a', 'b', 'c'])}","availabilityZoneId":"euw1-az1","sSMConnectionChannel":"ssmmessages"}`,
    () => 'null',
  ],
  [4, 'monitoring', 'DescribeAlarms', true, 'Management', (d) => `{"alarmNamePrefix":"svc-${d.below(90)}","maxRecords":100}`, () => 'null'],
  [4, 'autoscaling', 'DescribeAutoScalingGroups', true, 'Management', (d) => `{"autoScalingGroupNames":["asg-${d.below(60)}"],"maxRecords":100}`, () => 'null'],
  [4, 'iam', 'GetRole', true, 'Management', (d) => `{"roleName":"deploy-prod-${d.below(60)}"}`, () => 'null'],
  [
    3,
    'secretsmanager',
    'GetSecretValue',
    true,
    'Management',
    (d) => `{"secretId":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/${d.below(50)}-${d.base32(6)}"}`,
    () => 'null',
  ],
  [
    3,
    'ecs',
    'DescribeServices',
    true,
    'Management',
    (d) => `{"cluster":"arn:aws:ecs:eu-west-1:111122223333:cluster/main","services":${list(6, () => `"svc-${d.below(90)}"`)}}`,
    () => 'null',
  ],
  [
    2,
    'ec2',
    'CreateTags',
    false,
    'Management',
    (d) =>
      `{"resourcesSet":{"items":[{"resourceId":"i-0${d.hex(16)}"}]},"tagSet":{"items":[{"key":"Service","value":"svc-${d.below(90)}"},{"key":"Owner","value":"team-${d.below(12)}"}]}}`,
    (d) => `{"requestId":"${uuid(d)}","_return":true}`,
  ],
  [
    2,
    'ec2',
    'RunInstances',
    false,
    'Management',
    (d) =>
      `{"instancesSet":{"items":[{"imageId":"ami-0${d.hex(16)}","minCount":1,"maxCount":1}]},"instanceType":"m7g.large","blockDeviceMapping":{},"monitoring":{"enabled":false},"disableApiTermination":false,"subnetId":"subnet-0${d.hex(16)}","launchTemplate":{"launchTemplateId":"lt-0${d.hex(16)}","version":"${d.below(40)}"}}`,
    (d) =>
      `{"requestId":"${uuid(d)}","reservationId":"r-0${d.hex(16)}","ownerId":"111122223333","groupSet":{},"instancesSet":{"items":[{"instanceId":"i-0${d.hex(16)}","imageId":"ami-0${d.hex(16)}","currentState":{"code":0,"name":"pending"},"privateDnsName":"ip-10-0-${d.below(256)}-${d.below(256)}.eu-west-1.compute.internal","amiLaunchIndex":0,"productCodes":{},"instanceType":"m7g.large","launchTime":1772409600000,"placement":{"availabilityZone":"eu-west-1a","tenancy":"default"},"monitoring":{"state":"pending"},"subnetId":"subnet-0${d.hex(16)}","vpcId":"vpc-0${d.hex(16)}","privateIpAddress":"10.0.${d.below(256)}.${d.below(256)}","stateReason":{"code":"pending","message":"pending"},"architecture":"arm64","rootDeviceType":"ebs","rootDeviceName":"/dev/xvda","blockDeviceMapping":{},"virtualizationType":"hvm","hypervisor":"xen","tagSet":{"items":[{"key":"Name","value":"svc-${d.below(90)}"}]},"clientToken":"${uuid(d)}","groupSet":{"items":[{"groupId":"sg-0${d.hex(16)}","groupName":"svc"}]},"sourceDestCheck":true,"networkInterfaceSet":{"items":[{"networkInterfaceId":"eni-0${d.hex(16)}","subnetId":"subnet-0${d.hex(16)}","vpcId":"vpc-0${d.hex(16)}","ownerId":"111122223333","status":"in-use","macAddress":"0a:ff:${d.hex(2)}:${d.hex(2)}:${d.hex(2)}:${d.hex(2)}","privateIpAddress":"10.0.${d.below(256)}.${d.below(256)}","sourceDestCheck":true,"interfaceType":"interface"}]},"ebsOptimized":false,"enaSupport":true,"metadataOptions":{"state":"pending","httpTokens":"required","httpPutResponseHopLimit":2,"httpEndpoint":"enabled"}}]}}`,
  ],
  [
    1,
    'iam',
    'PutRolePolicy',
    false,
    'Management',
    (d) =>
      `{"roleName":"lambda-dev-${d.below(60)}","policyName":"inline","policyDocument":"{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{\\"Effect\\":\\"Allow\\",\\"Action\\":[\\"s3:GetObject\\",\\"s3:ListBucket\\"],\\"Resource\\":\\"arn:aws:s3:::data-${d.below(40)}-prod/*\\"}]}"}`,
    () => 'null',
  ],
  [
    1,
    'ec2',
    'AuthorizeSecurityGroupIngress',
    false,
    'Management',
    (d) =>
      `{"groupId":"sg-0${d.hex(16)}","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":443,"toPort":443,"groups":{},"ipRanges":{"items":[{"cidrIp":"10.${d.below(256)}.0.0/16"}]},"ipv6Ranges":{},"prefixListIds":{}}]}}`,
    (d) => `{"requestId":"${uuid(d)}","_return":true}`,
  ],
];
const DRAW = CALLS.flatMap((call, i) => Array(call[0]).fill(i));
const DENIED = 'User: arn:aws:sts::111122223333:assumed-role/x is not authorized to perform this operation because no identity-based policy allows it';

/** What was done with the leaked key, event by event; the rest of the trail lies around it. */
const ATTACK = [
  ['sts', 'GetCallerIdentity', '{}', 'null'],
  ['iam', 'ListUsers', '{"maxItems":1000}', 'null'],
  ['iam', 'ListRoles', '{"maxItems":1000}', 'null'],
  ['s3', 'ListBuckets', '{"Host":"s3.amazonaws.com"}', 'null'],
  [
    'iam',
    'CreateUser',
    '{"userName":"support-temp"}',
    '{"user":{"path":"/","userName":"support-temp","userId":"AIDAEVIL","arn":"arn:aws:iam::111122223333:user/support-temp"}}',
  ],
  ['iam', 'AttachUserPolicy', '{"userName":"support-temp","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}', 'null'],
  [
    'iam',
    'CreateAccessKey',
    '{"userName":"support-temp"}',
    '{"accessKey":{"userName":"support-temp","accessKeyId":"AKIAEVILKEY000000001","status":"Active","createDate":"Mar 2, 2026, 9:00:00 AM"}}',
  ],
  ['ec2', 'RunInstances', '{"instancesSet":{"items":[{"imageId":"ami-0abc","minCount":8,"maxCount":8}]},"instanceType":"p4d.24xlarge"}', 'null'],
  ['cloudtrail', 'StopLogging', '{"name":"main"}', 'null'],
];

function event(d, people, at, index) {
  const leaked = index % 12_000 === 777;
  const step = ATTACK[Math.floor(index / 12_000) % ATTACK.length];
  const call = leaked ? [0, step[0], step[1], false, 'Management', () => step[2], () => step[3]] : CALLS[d.pick(DRAW)];
  const [, source, name, reads, category, request, response, extra] = call;
  const who = leaked
    ? {
        kind: 'user',
        account: ACCOUNTS[0],
        name: 'ci',
        id: 'AIDALEAKED',
        key: LEAKED,
        ips: ['198.51.100.66'],
        agents: ['aws-cli/2.33.2 md/awscrt#0.31.2 ua/2.1'],
      }
    : d.pick(people);
  const denied = !leaked && d.below(60) === 0;
  const data = extra?.(d) ?? '';
  return `{"eventVersion":"1.11","userIdentity":${identity(d, who, at)},"eventTime":"${iso(at)}","eventSource":"${source}.amazonaws.com","eventName":"${name}","awsRegion":"${leaked ? 'us-east-1' : d.pick(REGIONS)}","sourceIPAddress":"${who.sessions?.at(-1)?.ip ?? d.pick(who.ips)}","userAgent":"${d.pick(who.agents)}",${denied ? `"errorCode":"AccessDenied","errorMessage":"${DENIED}",` : ''}"requestParameters":${request(d)},"responseElements":${denied ? 'null' : response(d)},${data.startsWith('"additional') ? data : ''}"requestID":"${uuid(d)}","eventID":"${uuid(d)}","readOnly":${reads},${data.startsWith('"resources') ? data : ''}"eventType":"AwsApiCall","managementEvent":${category === 'Management'},"recipientAccountId":"${who.account}","eventCategory":"${category}","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"${source}.eu-west-1.amazonaws.com"}}`;
}

/**
 * Makes (or finds) the files of one layout.
 * @param {string} root a folder of its own @param {keyof typeof LAYOUTS} layout @param {number} events of all files together
 * @returns {{ dir: string, files: number, events: number, gz: number, json: number }} sizes in bytes
 */
export function trailData(root, layout, events) {
  const dir = join(root, `${layout}-${events}`);
  const told = join(root, `${layout}-${events}.json`);
  const mark = createHash('sha256')
    .update(readFileSync(new URL(import.meta.url)))
    .digest('hex');
  if (existsSync(told)) {
    const known = JSON.parse(readFileSync(told, 'utf8'));
    if (known.mark === mark) return known;
  }
  rmSync(dir, { recursive: true, force: true });
  const d = dice(42);
  const people = company(d);
  const files = Math.min(LAYOUTS[layout], events);
  let [gz, json, index] = [0, 0, 0];
  for (let file = 0; file < files; file++) {
    const upTo = Math.round(((file + 1) * events) / files);
    const account = ACCOUNTS[file % ACCOUNTS.length];
    const region = REGIONS[file % REGIONS.length];
    const at = new Date(START + file * 60_000).toISOString();
    const folder = join(dir, 'AWSLogs', account, 'CloudTrail', region, at.slice(0, 4), at.slice(5, 7), at.slice(8, 10));
    const records = [];
    for (; index < upTo; index++) records.push(event(d, people, START + index * 500 - ((index * 500) % 1000), index));
    const text = Buffer.from(`{"Records":[${records.join(',')}]}`);
    const packed = gzipSync(text);
    mkdirSync(folder, { recursive: true });
    const out = openSync(
      join(folder, `${account}_CloudTrail_${region}_${at.slice(0, 16).replace(/[-:]/g, '')}Z_${String(file).padStart(16, '0')}.json.gz`),
      'w',
    );
    writeSync(out, packed);
    closeSync(out);
    gz += packed.length;
    json += text.length;
  }
  const made = { mark, dir, files, events, gz, json };
  writeFileSync(told, JSON.stringify(made));
  return made;
}
