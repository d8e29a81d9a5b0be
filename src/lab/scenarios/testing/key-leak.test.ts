import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  GetConsoleOutputCommand,
} from '@aws-sdk/client-ec2';
import {
  DeleteLoginProfileCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
  UpdateAccessKeyCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { GetBucketPolicyCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveWorld } from '../../world/index.ts';
import { HOSTILE_TAG } from '../key-leak/attack.ts';
import { scenario } from '../key-leak.ts';
import { defaultTrouble } from '../trouble.ts';
import { playKeyLeak, type Stand, standing } from './stand.ts';

/** Kinds that every telling has, whatever else its seed adds. */
const ALWAYS = ['Instance', 'KeyPair', 'SecurityGroup']
  .map((name) => `AWS::EC2::${name}`)
  .concat(['User', 'Role', 'AccessKey'].map((name) => `AWS::IAM::${name}`));
const ended = { Status: 'Inactive' } as const;

describe.each(['1', 'harbour', '20260131'])('key-leak, seed %s', (seed) => {
  let stand: Stand;
  const client = <T>(Client: new (config: any) => T, region: string): T => {
    const { accessKeyId, secretAccessKey } = stand.briefing.responder;
    return new Client({ endpoint: stand.lab.url, region, credentials: { accessKeyId, secretAccessKey } });
  };
  const account = () => stand.world.accounts[stand.briefing.account]!;
  const records = () => account().trail.map(({ record }) => record);
  const isGlobal = (type: string) => type.startsWith('AWS::IAM::');
  /** The call that made it: of those by its maker that name it the one nearest to its time, else the first. */
  const creation = (of: { id: string; by: string; arn?: string; names?: string[]; createdAt?: string }) => {
    const names = [of.id, of.arn ?? '', ...(of.names ?? [])].filter((name) => name !== '').map((name) => `${name}"`);
    const distance = (record: any) => (of.createdAt === undefined ? 0 : Math.abs(Date.parse(record.eventTime) - Date.parse(of.createdAt)));
    return records()
      .filter((record) => record.userIdentity.accessKeyId === of.by && record.readOnly === false)
      .filter((record) => names.some((name) => JSON.stringify([record.requestParameters, record.responseElements]).includes(name)))
      .sort((a, b) => distance(a) - distance(b))[0];
  };

  beforeAll(async () => {
    stand = await playKeyLeak(seed);
  }, 120_000);
  afterAll(() => stand?.close());

  it('leaves the present, the trouble and the disk in place', () => {
    expect(stand.world.offset).toBe(0);
    expect(stand.world.settings).toEqual(defaultTrouble(seed));
    const [entered] = stand.truth.instances;
    expect(existsSync(join(stand.world.disks!, entered!.disk))).toBe(true);
    expect(account().regions[entered!.region]!.tables.volumes![entered!.rootVolume].disk).toEqual({ file: entered!.disk });
    expect(JSON.parse(saveWorld(stand.world)).truth).toEqual(stand.truth);
  });

  it('has an answer key that is the world’s state and the trail’s story', () => {
    const { truth, briefing } = stand;
    expect(ALWAYS.filter((type) => !truth.resources.some((made) => made.type === type))).toEqual([]);
    expect(truth.resources.length).toBeGreaterThanOrEqual(30);
    expect(new Set(truth.resources.map(({ region }) => region)).size).toBeGreaterThanOrEqual(5);
    const issued = new Set(truth.credentials.map(({ id }) => id));
    for (const made of truth.resources) {
      expect(standing(stand.world, briefing.account, made), `${made.type} ${made.id}`).toBe(true);
      expect(issued.has(made.by), `${made.by} is one of the attacker's`).toBe(true);
      const event = creation(made);
      expect(event, `${made.type} ${made.id} has its event`).toBeDefined();
      expect(event!.userIdentity.accessKeyId).toBe(made.by);
      expect(event!.awsRegion).toBe(isGlobal(made.type) ? 'us-east-1' : made.region);
      expect(Math.abs(Date.parse(event!.eventTime) - Date.parse(made.createdAt))).toBeLessThan(2_000);
      expect(truth.addresses).toContain(event!.sourceIPAddress);
    }
    const signed = records().filter((record) => truth.addresses.includes(record.sourceIPAddress));
    // Some of his keys he has not used yet; whatever was used from his addresses is his.
    expect(signed.filter((record) => !issued.has(record.userIdentity.accessKeyId)).map((record) => record.eventName)).toEqual([]);
    expect(new Set(signed.map((record) => record.userIdentity.accessKeyId)).size).toBeGreaterThanOrEqual(4);
    const times = signed.map((record) => Date.parse(record.eventTime));
    expect(Date.now() - Math.min(...times)).toBeGreaterThan(24 * 3_600_000);
    expect(Date.now() - Math.max(...times)).toBeGreaterThan(35 * 60_000);
    expect(Math.min(...times)).toBeGreaterThan(Date.parse(stand.briefing.alarm.since));
  });

  it('uses regions for mining that the company never used, several credentials, and is refused at the trail', () => {
    const { truth } = stand;
    const mined = new Set(truth.resources.filter(({ type }) => type === 'AWS::EC2::Instance').map(({ region }) => region));
    expect(mined.size).toBeGreaterThanOrEqual(3);
    // Machines of his fleets are started by AWS's services.
    for (const record of records())
      if (mined.has(record.awsRegion) && !record.sourceIPAddress.endsWith('.amazonaws.com')) expect(truth.addresses).toContain(record.sourceIPAddress);
    expect(new Set(truth.resources.map(({ by }) => by)).size).toBeGreaterThanOrEqual(3);
    const refused = records()
      .filter((record) => record.errorCode === 'AccessDenied')
      .map((record) => record.eventName);
    expect(refused).toEqual(expect.arrayContaining(['StopLogging', 'DeleteTrail', 'LookupEvents', 'CreateUser']));
    expect(records().filter((record) => record.errorCode === 'Client.DryRunOperation')).toHaveLength(3);
    // Of the company's trails the first is out of his reach; another he may have stopped.
    const [trail] = Object.values(account().tables.trails!);
    expect(trail.logging).toBe(true);
  });

  it('has look-alikes: same agent, same regions, same hours, another credential', () => {
    const { truth } = stand;
    const theirs = new Set(truth.credentials.map(({ id }) => id));
    const agent = creation(truth.resources[0]!)!.userAgent;
    const kinds = new Set(truth.lookAlikes.map(({ type }) => type));
    expect(ALWAYS.filter((type) => !kinds.has(type))).toEqual([]);
    expect(truth.lookAlikes.filter(({ id, region }) => truth.resources.some((made) => made.id === id && made.region === region))).toEqual([]);
    for (const innocent of truth.lookAlikes) {
      expect(standing(stand.world, stand.briefing.account, innocent), `${innocent.type} ${innocent.id}`).toBe(true);
      const event = creation(innocent)!;
      expect(theirs.has(event.userIdentity.accessKeyId)).toBe(false);
      expect(event.userAgent).toBe(agent);
      expect(event.eventTime > truth.first && event.eventTime < truth.last, `${innocent.type} ${innocent.id} stands in the attack's hours`).toBe(true);
    }
    const honest = records().filter((record) => record.userIdentity.accessKeyId === truth.accessKeyId && !truth.addresses.includes(record.sourceIPAddress));
    expect(honest.length).toBeGreaterThan(10);
    expect(honest.every((record) => record.readOnly)).toBe(true);
  });

  it('has its trail in a bucket of its own, which nobody but CloudTrail and the account may use, and nobody is blamed for', async () => {
    const { truth, briefing } = stand;
    const [trail] = Object.values(account().tables.trails!);
    const s3 = new S3Client({
      endpoint: stand.lab.url,
      region: trail.home,
      forcePathStyle: true,
      credentials: { accessKeyId: briefing.responder.accessKeyId, secretAccessKey: briefing.responder.secretAccessKey },
    });
    const Prefix = `AWSLogs/${briefing.account}/CloudTrail/us-east-1/`;
    const keys: string[] = [];
    for (let ContinuationToken: string | undefined; ; ) {
      const page = await s3.send(new ListObjectsV2Command({ Bucket: trail.bucket, Prefix, ...(ContinuationToken ? { ContinuationToken } : {}) }));
      keys.push(...page.Contents!.map(({ Key }) => Key!));
      ContinuationToken = page.NextContinuationToken;
      if (!ContinuationToken) break;
    }
    const delivered = new Set<string>();
    for (const Key of keys) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: trail.bucket, Key }));
      for (const { eventID } of JSON.parse(gunzipSync(await Body!.transformToByteArray()).toString()).Records) delivered.add(eventID);
    }
    // He begins by asking who he is; the last minutes are not delivered yet.
    const due = Date.now() - 10 * 60_000;
    const his = records().filter(
      (record) => record.awsRegion === 'us-east-1' && truth.addresses.includes(record.sourceIPAddress) && Date.parse(record.eventTime) < due,
    );
    expect(his.length).toBeGreaterThan(3);
    expect(his.filter(({ eventID }) => !delivered.has(eventID))).toEqual([]);
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: trail.bucket }));
    expect(JSON.parse(Policy!).Statement.map((one: any) => one.Principal)).toEqual(Array(2).fill({ Service: 'cloudtrail.amazonaws.com' }));
    expect(trail).toMatchObject({ validation: true, multiRegion: true });
    expect([...truth.resources, ...truth.changed, ...truth.lookAlikes].filter(({ id }) => id === trail.bucket)).toEqual([]);
  });

  it('shows its traces to a responder who asks over HTTP', async () => {
    const { truth, briefing } = stand;
    const ec2 = client(EC2Client, briefing.webServer!.region);
    const filter = { Name: 'ip-address', Values: [briefing.webServer!.publicIp] };
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ Filters: [filter] }));
    const server = Reservations![0]!.Instances![0]!;
    expect(server.InstanceId).toBe(truth.instances[0]!.id);
    expect(server.State!.Name).toBe('running');
    expect(server.Tags).toEqual(
      expect.arrayContaining([
        { Key: 'Name', Value: briefing.webServer!.name },
        { Key: 'maintenance', Value: HOSTILE_TAG },
      ]),
    );
    expect(server.BlockDeviceMappings).toHaveLength(2);
    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [server.InstanceId!] }] }),
    );
    expect(NetworkInterfaces).toHaveLength(2);
    expect(NetworkInterfaces!.flatMap((card) => card.Ipv6Addresses ?? [])).toHaveLength(1);
    const { UserData } = await ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: server.InstanceId, Attribute: 'userData' }));
    expect(Buffer.from(UserData!.Value!, 'base64').toString()).toContain('#cloud-boothook');
    const { Output } = await ec2.send(new GetConsoleOutputCommand({ InstanceId: server.InstanceId }));
    expect(Buffer.from(Output!, 'base64').toString()).toContain('use pool');
    const stations = await ec2.send(new DescribeInstancesCommand({ Filters: [{ Name: 'tag:Name', Values: [briefing.workstation!.name] }] }));
    expect(stations.Reservations!.flatMap((one) => one.Instances ?? []).map((one) => one.State!.Name)).toEqual(['running']);
    const events = await client(CloudTrailClient, 'us-east-1').send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: truth.accessKeyId }] }),
    );
    expect(events.Events!.length).toBeGreaterThan(0);
  });

  it('counts as contained only when every credential is dead and the server is down', async () => {
    const { truth, briefing, world } = stand;
    world.settings = { ...world.settings, faults: [], iamDelay: 0, ec2Stale: 0, pageSize: 0 };
    const said = (credential: { kind: string; id: string }) =>
      scenario.contained(world).reasons.filter((why) => why.startsWith(`${credential.kind} ${credential.id} `));
    const before = scenario.contained(world);
    expect(before.key).toBe(false);
    expect(Object.values(before.instances)).toEqual([false]);
    expect(before.reasons).toHaveLength(truth.credentials.length + 1);
    const sts = client(STSClient, 'us-east-1');
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(briefing.account);

    const iam = client(IAMClient, 'us-east-1');
    const deny = (Condition?: object) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', ...(Condition ? { Condition } : {}) }] });
    const backdoor = truth.credentials.find(({ kind }) => kind === 'password')!.principal;
    // Each is ended by its own measure, and only that one.
    for (const [index, credential] of truth.credentials.entries()) {
      const { id, principal } = credential;
      expect(said(credential), id).toHaveLength(1);
      switch (credential.kind) {
        case 'key':
          await iam.send(new UpdateAccessKeyCommand({ UserName: principal, AccessKeyId: id, ...ended }));
          break;
        case 'password':
          await iam.send(new DeleteLoginProfileCommand({ UserName: principal }));
          break;
        case 'role':
          await iam.send(new PutRolePolicyCommand({ RoleName: principal, PolicyName: 'deny', PolicyDocument: deny() }));
          break;
        case 'session': {
          const older = { DateLessThan: { 'aws:TokenIssueTime': new Date().toISOString() } };
          await iam.send(new PutRolePolicyCommand({ RoleName: principal, PolicyName: 'revoke', PolicyDocument: deny(older) }));
          break;
        }
        case 'service':
          await iam.send(new UpdateServiceSpecificCredentialCommand({ UserName: principal, ServiceSpecificCredentialId: id, ...ended }));
          break;
        case 'ssh':
          await iam.send(new UpdateSSHPublicKeyCommand({ UserName: principal, SSHPublicKeyId: id, ...ended }));
          break;
        case 'certificate':
          await iam.send(new UpdateSigningCertificateCommand({ UserName: principal, CertificateId: id, ...ended }));
      }
      expect(said(credential), id).toEqual([]);
      expect(scenario.contained(world).key).toBe(index === truth.credentials.length - 1);
    }
    const credentialsDead = scenario.contained(world);
    expect(credentialsDead).toMatchObject({ key: true, reasons: [expect.stringContaining(truth.instances[0]!.id)] });
    expect((await iam.send(new ListUsersCommand({}))).Users!.map(({ UserName }) => UserName)).toContain(backdoor);

    const { id, region } = truth.instances[0]!;
    account().regions[region]!.tables.instances![id].timeline = [{ state: 'stopped', at: 0 }];
    expect(scenario.contained(world)).toEqual({ key: true, instances: { [id]: true }, reasons: [] });
  });
});

it('tells the same story for the same seed, and another for another', async () => {
  const stories = [];
  for (const seed of ['same', 'same', 'other']) {
    const stand = await playKeyLeak(seed);
    const { truth, briefing } = stand;
    stories.push(
      JSON.stringify([truth.resources.map(({ type, id, region, by }) => [type, id, region, by]), truth.credentials, briefing.responder, briefing.webServer]),
    );
    await stand.close();
  }
  expect(stories[1]).toBe(stories[0]);
  expect(stories[2]).not.toBe(stories[0]);
}, 120_000);
