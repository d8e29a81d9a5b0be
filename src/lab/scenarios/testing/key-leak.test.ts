import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  GetConsoleOutputCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachUserPolicyCommand,
  DeleteLoginProfileCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveWorld } from '../../world/index.ts';
import { HOSTILE_TAG } from '../key-leak/attack.ts';
import { scenario } from '../key-leak.ts';
import { defaultTrouble } from '../trouble.ts';
import { playKeyLeak, type Stand } from './stand.ts';

const CREATES: Record<string, string> = {
  'AWS::EC2::Instance': 'RunInstances',
  'AWS::EC2::KeyPair': 'CreateKeyPair',
  'AWS::EC2::SecurityGroup': 'CreateSecurityGroup',
  'AWS::IAM::User': 'CreateUser',
  'AWS::IAM::Role': 'CreateRole',
  'AWS::IAM::AccessKey': 'CreateAccessKey',
};
const TABLES: Record<string, string> = {
  'AWS::EC2::Instance': 'instances',
  'AWS::EC2::KeyPair': 'keyPairs',
  'AWS::EC2::SecurityGroup': 'securityGroups',
  'AWS::IAM::User': 'users',
  'AWS::IAM::Role': 'roles',
  'AWS::IAM::AccessKey': 'accessKeys',
};

describe.each(['1', 'harbour', '20260131'])('key-leak, seed %s', (seed) => {
  let stand: Stand;
  const client = <T>(Client: new (config: any) => T, region: string): T => {
    const { accessKeyId, secretAccessKey } = stand.briefing.responder;
    return new Client({ endpoint: stand.lab.url, region, credentials: { accessKeyId, secretAccessKey } });
  };
  const account = () => stand.world.accounts[stand.briefing.account]!;
  const records = () => account().trail.map(({ record }) => record);
  const isGlobal = (type: string) => type.startsWith('AWS::IAM::');
  const row = (of: { type: string; id: string; region: string }) =>
    (isGlobal(of.type) ? account().tables : account().regions[of.region]!.tables)[TABLES[of.type]!]?.[of.id];
  const creation = (of: { type: string; id: string }) =>
    records().find((record) => record.eventName === CREATES[of.type] && JSON.stringify(record.responseElements ?? '').includes(`"${of.id}"`));

  beforeAll(async () => {
    stand = await playKeyLeak(seed);
  });
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
    const { truth } = stand;
    expect(Object.keys(CREATES).every((type) => truth.resources.some((made) => made.type === type))).toBe(true);
    const issued = new Set(truth.credentials.map(({ id }) => id));
    for (const made of truth.resources) {
      expect(row(made), `${made.type} ${made.id}`).toBeDefined();
      expect(issued.has(made.by), `${made.by} is one of the attacker's`).toBe(true);
      const event = creation(made);
      expect(event, `${made.type} ${made.id} has its event`).toBeDefined();
      expect(event!.userIdentity.accessKeyId).toBe(made.by);
      expect(event!.awsRegion).toBe(isGlobal(made.type) ? 'us-east-1' : made.region);
      expect(Math.abs(Date.parse(event!.eventTime) - Date.parse(made.createdAt))).toBeLessThan(2_000);
      expect(truth.addresses).toContain(event!.sourceIPAddress);
    }
    const signed = records().filter((record) => truth.addresses.includes(record.sourceIPAddress));
    expect(new Set(signed.map((record) => record.userIdentity.accessKeyId))).toEqual(
      new Set(truth.credentials.filter(({ kind }) => kind === 'key' || kind === 'session').map(({ id }) => id)),
    );
    const times = signed.map((record) => Date.parse(record.eventTime));
    expect(Date.now() - Math.min(...times)).toBeGreaterThan(24 * 3_600_000);
    expect(Date.now() - Math.max(...times)).toBeGreaterThan(35 * 60_000);
    expect(Math.min(...times)).toBeGreaterThan(Date.parse(stand.briefing.alarm.since));
  });

  it('uses regions for mining that the company never used, several credentials, and is refused at the trail', () => {
    const { truth } = stand;
    const mined = new Set(truth.resources.filter(({ type }) => type === 'AWS::EC2::Instance').map(({ region }) => region));
    expect(mined.size).toBe(3);
    for (const record of records()) if (mined.has(record.awsRegion)) expect(truth.addresses).toContain(record.sourceIPAddress);
    expect(new Set(truth.resources.map(({ by }) => by)).size).toBeGreaterThanOrEqual(3);
    const refused = records()
      .filter((record) => record.errorCode === 'AccessDenied')
      .map((record) => record.eventName);
    expect(refused).toEqual(expect.arrayContaining(['StopLogging', 'DeleteTrail', 'LookupEvents', 'CreateUser']));
    expect(records().filter((record) => record.errorCode === 'Client.DryRunOperation')).toHaveLength(3);
    const trails = Object.values(account().tables.trails!);
    expect(trails.map((trail) => trail.logging)).toEqual([true]);
  });

  it('has look-alikes: same agent, same regions, same hours, another credential', () => {
    const { truth } = stand;
    const theirs = new Set(truth.credentials.map(({ id }) => id));
    const agent = creation(truth.resources[0]!)!.userAgent;
    expect(new Set(truth.lookAlikes.map(({ type }) => type))).toEqual(new Set(Object.keys(CREATES)));
    for (const innocent of truth.lookAlikes) {
      expect(row(innocent), `${innocent.type} ${innocent.id}`).toBeDefined();
      const event = creation(innocent)!;
      expect(theirs.has(event.userIdentity.accessKeyId)).toBe(false);
      expect(event.userAgent).toBe(agent);
      const near = records().some(
        (record) =>
          truth.addresses.includes(record.sourceIPAddress) &&
          record.awsRegion === event.awsRegion &&
          Math.abs(Date.parse(record.eventTime) - Date.parse(event.eventTime)) < 3_600_000,
      );
      expect(near, `${innocent.type} ${innocent.id} stands in the attack's hour and region`).toBe(true);
    }
    const honest = records().filter((record) => record.userIdentity.accessKeyId === truth.accessKeyId && !truth.addresses.includes(record.sourceIPAddress));
    expect(honest.length).toBeGreaterThan(10);
    expect(honest.every((record) => record.readOnly)).toBe(true);
  });

  it('shows its traces to a responder who asks over HTTP', async () => {
    const { truth, briefing } = stand;
    const ec2 = client(EC2Client, briefing.webServer.region);
    const filter = { Name: 'ip-address', Values: [briefing.webServer.publicIp] };
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ Filters: [filter] }));
    const server = Reservations![0]!.Instances![0]!;
    expect(server.InstanceId).toBe(truth.instances[0]!.id);
    expect(server.State!.Name).toBe('running');
    expect(server.Tags).toEqual(
      expect.arrayContaining([
        { Key: 'Name', Value: briefing.webServer.name },
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
    const stations = await ec2.send(new DescribeInstancesCommand({ Filters: [{ Name: 'tag:Name', Values: [briefing.workstation.name] }] }));
    expect(stations.Reservations!.flatMap((one) => one.Instances ?? []).map((one) => one.State!.Name)).toEqual(['running']);
    const events = await client(CloudTrailClient, 'us-east-1').send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: truth.accessKeyId }] }),
    );
    expect(events.Events!.length).toBeGreaterThan(0);
  });

  it('counts as contained only when every credential is dead and the server is down', async () => {
    const { truth, briefing, world } = stand;
    world.settings = { ...world.settings, faults: [], iamDelay: 0, ec2Stale: 0, pageSize: 0 };
    const before = scenario.contained(world);
    expect(before.key).toBe(false);
    expect(Object.values(before.instances)).toEqual([false]);
    expect(before.reasons).toHaveLength(truth.credentials.length + 1);
    const sts = client(STSClient, 'us-east-1');
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(briefing.account);

    const iam = client(IAMClient, 'us-east-1');
    const backdoor = truth.credentials.find(({ kind }) => kind === 'password')!.principal;
    const role = truth.credentials.find(({ kind }) => kind === 'role')!.principal;
    const assumed = truth.credentials.find(({ kind }) => kind === 'session')!.principal;
    await iam.send(new UpdateAccessKeyCommand({ UserName: truth.userName, AccessKeyId: truth.accessKeyId, Status: 'Inactive' }));
    expect(scenario.contained(world).reasons).toHaveLength(before.reasons.length - 1);
    await iam.send(new AttachUserPolicyCommand({ UserName: truth.userName, PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' }));
    expect(scenario.contained(world).reasons).toHaveLength(before.reasons.length - 2);
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: backdoor }));
    await iam.send(new UpdateAccessKeyCommand({ UserName: backdoor, AccessKeyId: AccessKeyMetadata![0]!.AccessKeyId, Status: 'Inactive' }));
    await iam.send(new DeleteLoginProfileCommand({ UserName: backdoor }));
    const deny = (Condition?: object) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', ...(Condition ? { Condition } : {}) }] });
    await iam.send(new PutRolePolicyCommand({ RoleName: role, PolicyName: 'deny', PolicyDocument: deny() }));
    expect(scenario.contained(world).key).toBe(false);
    const older = { DateLessThan: { 'aws:TokenIssueTime': new Date().toISOString() } };
    await iam.send(new PutRolePolicyCommand({ RoleName: assumed, PolicyName: 'revoke', PolicyDocument: deny(older) }));
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
});
