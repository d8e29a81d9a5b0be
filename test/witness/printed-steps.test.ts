import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderCli } from '../../src/aws/index.ts';
import { checkAction, planAction, runAction } from '../../src/engine/index.ts';
import type { Call, JsonObject, Plan } from '../../src/kernel/index.ts';
import { addInstanceProfile, addRole, iamTables, normalise, normaliseEffects } from '../../src/lab/world/index.ts';
import { ACCOUNT, type Inside, inside, REGION } from '../e2e/inside.ts';
import { type AwsCli, awsClis, bash } from './aws-cli.ts';
import { type End, strangers } from './ends.ts';
import { callsOf, knowledgeOf } from './known.ts';

/**
 * Every action of steps 4 to 10 with what it can be asked for, on an instance that gives all of them work and whose surroundings have
 * hostile names: planned in one world and applied by the engine, planned in an equal one, printed and run by the aws CLI. Both worlds
 * must be equal afterwards, and no name may have run.
 */
const FORENSIC = '444455556666';
const AS = `arn:aws:iam::${FORENSIC}:role/Forensics`;
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const EVIDENCE = '--profile=x,@etc';
const WEB = '-rf';

interface Part {
  readonly action: string;
  readonly options?: JsonObject;
  /** Other wishes for the same action: only planned, so that their options are known. */
  readonly or?: readonly JsonObject[];
}
const PARTS: readonly Part[] = [
  { action: 'protect' },
  { action: 'leave-auto-scaling', options: { scaling: 'standby' }, or: [{ scaling: 'detach' }, { scaling: 'protect' }] },
  { action: 'leave-load-balancers' },
  { action: 'isolate', options: { fromIp: '198.51.100.7' }, or: [{ access: 'ssm', ssmEndpoints: 'create' }] },
  { action: 'remove-public-addresses', options: { publicAddresses: 'remove' } },
  { action: 'cut-connections', options: { cut: 'acl,acl-subnet,two-step' } },
  { action: 'replace-instance-profile', options: { evidenceProfile: EVIDENCE }, or: [{ instanceRole: 'remove' }] },
  { action: 'disable-metadata', options: { disableMetadata: true } },
  { action: 'revoke-instance-role', options: { revokeRole: true } },
  { action: 'tag', options: { classicTag: true }, or: [{ neutralTags: true }] },
  { action: 'snapshot' },
  { action: 'legal-hold', options: { lifecycle: 'disable' }, or: [{ lockMode: 'compliance', coolOffHours: '24', lockDays: '400' }] },
  { action: 'copy-snapshots', options: { forensic: AS, forensicKey: 'create', grant: 'create' }, or: [{ forensicRegion: 'us-east-1' }] },
  { action: 'stop', options: { clearStopProtection: true }, or: [{ clearStopProtection: true, skipOsShutdown: true }] },
  { action: 'workstation' },
  { action: 'volume', options: { all: true }, or: [{ all: true, initialise: '300' }] },
  { action: 'attach' },
];
/** What a build does not know because it is older than the feature; a part that needs it is carried out by the engine instead. */
const UNKNOWN: Record<AwsCli['name'], readonly string[]> = {
  pip: [],
  debian: ['ec2 create-volume VolumeInitializationRate', 'ec2 lock-snapshot', 'ec2 stop-instances SkipOsShutdown'],
};

interface Stage {
  readonly stand: Inside;
  readonly instanceId: string;
}
const target = ({ instanceId }: Stage) => ({ instanceId, region: REGION, account: ACCOUNT });

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('not in time');
}
/** A member of an Auto Scaling group behind two kinds of load balancer, with a role, two interfaces, an Elastic IP address and disks that would go with it. */
async function stage(): Promise<Stage> {
  const stand = await inside('printed-steps', [FORENSIC]);
  const { call, world, account } = stand;
  const fleetName = hostile('fleet');
  Object.assign(world.settings, { pageSize: 5 });
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  for (const name of [WEB, EVIDENCE]) {
    addRole(world, account, { name: `=cmd,Key=${name}`, trust });
    addInstanceProfile(world, account, { name, roles: [`=cmd,Key=${name}`] });
  }
  const { VpcId } = (await call('ec2:CreateVpc', { CidrBlock: '10.7.0.0/16' })).Vpc;
  const { InternetGatewayId } = (await call('ec2:CreateInternetGateway')).InternetGateway;
  await call('ec2:AttachInternetGateway', { InternetGatewayId, VpcId });
  const subnets: string[] = [];
  for (const [n, AvailabilityZone] of [`${REGION}a`, `${REGION}b`].entries()) {
    const { SubnetId } = (await call('ec2:CreateSubnet', { VpcId, CidrBlock: `10.7.${n}.0/24`, AvailabilityZone })).Subnet;
    subnets.push(SubnetId);
  }
  const { GroupId } = await call('ec2:CreateSecurityGroup', { GroupName: 'web', Description: 'web', VpcId });

  const { LoadBalancers } = await call('elastic-load-balancing-v2:CreateLoadBalancer', { Name: 'front', Subnets: subnets });
  const groups: string[] = [];
  for (const [Name, Port] of [
    ['by-group', 80],
    ['by-hand', 8080],
  ] as const) {
    const { TargetGroupArn } = (await call('elastic-load-balancing-v2:CreateTargetGroup', { Name, Protocol: 'HTTP', Port, VpcId, TargetType: 'instance' }))
      .TargetGroups[0];
    await call('elastic-load-balancing-v2:CreateListener', {
      ...{ LoadBalancerArn: LoadBalancers[0].LoadBalancerArn, Protocol: 'HTTP', Port },
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    });
    await call('elastic-load-balancing-v2:ModifyTargetGroupAttributes', {
      TargetGroupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '0' }],
    });
    groups.push(TargetGroupArn);
  }
  const Listeners = [{ Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 80 }];
  await call('elastic-load-balancing:CreateLoadBalancer', { LoadBalancerName: 'old', Subnets: subnets, Listeners });

  await call('ec2:CreateLaunchTemplate', {
    LaunchTemplateName: 'web',
    LaunchTemplateData: {
      ...{ ImageId: IMAGE, InstanceType: 't3.micro', SecurityGroupIds: [GroupId], IamInstanceProfile: { Name: WEB } },
      ...{ DisableApiStop: true, InstanceInitiatedShutdownBehavior: 'terminate' },
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, VolumeType: 'gp3', DeleteOnTermination: true } }],
    },
  });
  await call('auto-scaling:CreateAutoScalingGroup', {
    ...{ AutoScalingGroupName: fleetName, LaunchTemplate: { LaunchTemplateName: 'web' }, MinSize: 1, MaxSize: 3, DesiredCapacity: 1 },
    ...{ VPCZoneIdentifier: subnets[0]!, TargetGroupARNs: [groups[0]!] },
  });
  const fleet = async () => (await call('auto-scaling:DescribeAutoScalingGroups', { AutoScalingGroupNames: [fleetName] })).AutoScalingGroups[0];
  await until(async () => (await fleet()).Instances[0]?.LifecycleState === 'InService');
  await call('auto-scaling:UpdateAutoScalingGroup', { AutoScalingGroupName: fleetName, MinSize: 0 });
  const instanceId: string = (await fleet()).Instances[0].InstanceId;
  await call('elastic-load-balancing-v2:RegisterTargets', { TargetGroupArn: groups[1]!, Targets: [{ Id: instanceId }, { Id: instanceId, Port: 8443 }] });
  await call('elastic-load-balancing:RegisterInstancesWithLoadBalancer', { LoadBalancerName: 'old', Instances: [{ InstanceId: instanceId }] });
  const { NetworkInterfaceId } = (await call('ec2:CreateNetworkInterface', { SubnetId: subnets[0]!, Groups: [GroupId] })).NetworkInterface;
  await call('ec2:AttachNetworkInterface', { InstanceId: instanceId, NetworkInterfaceId, DeviceIndex: 1 });
  const { AllocationId } = await call('ec2:AllocateAddress', { Domain: 'vpc' });
  await call('ec2:AssociateAddress', { AllocationId, NetworkInterfaceId });
  const Tags = [
    { Key: 'Environment', Value: hostile('environment') },
    { Key: 'Name', Value: hostile('name') },
    { Key: hostile('key').slice(0, 127), Value: `\`"'\u202e` },
  ];
  await call('ec2:CreateTags', { Resources: [instanceId], Tags });
  await call('dlm:CreateLifecyclePolicy', {
    ...{ ExecutionRoleArn: `arn:aws:iam::${ACCOUNT}:role/dlm`, State: 'ENABLED', Description: 'Backups -_ daily' },
    PolicyDetails: {
      ResourceTypes: ['INSTANCE'],
      TargetTags: [{ Key: 'Name', Value: hostile('name') }],
      Schedules: [{ Name: 'daily', CreateRule: { Interval: 24, IntervalUnit: 'HOURS' }, RetainRule: { Count: 3 } }],
    },
  });
  return { stand, instanceId };
}
/** A text that leaves a canary wherever a shell takes it for its own. */
const hostile = (name: string): string => `$(touch ${root}/canary-${name})\`touch canary-${name}\`'; touch canary-${name}; '" & * ${name}`;
/** What is drawn by chance, what a client adds to its own calls, and as whom a session calls itself. */
const CHANCE: readonly (readonly [RegExp, string])[] = [
  [/(aplomb-forensic-IR-2026-7-\w+)-[A-Z0-9]{12}/g, '$1'],
  [/"mac":"[^"]*"/g, '"mac":"#"'],
  [/10\.255\.255\.\d+/g, '10.255.255.#'],
  [/(10\.7\.\d)\.\d+(?=["/]\D|\/32)/g, '$1.#'],
  [/("ip":"203\.0\.113)\.\d+/g, '$1.#'],
  // A client that knows of it fills it in by itself.
  [/"ClientToken":"uuid#\d*",/g, ''],
  [/"(PresignedUrl|DestinationRegion)":"[^"]*",/g, ''],
  [/(assumed-role\/Forensics)\/[^"]*/g, '$1'],
];
function end({ stand: { world } }: Stage): End {
  const plain = (rows: unknown): unknown[] => JSON.parse(CHANCE.reduce((text, [what, by]) => text.replace(what, by), JSON.stringify(rows)));
  const state = Object.entries(normalise(world) as End['state']).map(([place, rows]): [string, unknown[]] => {
    // Ids of Recycle Bin rules have no mark of their own; in which order a load balancer names its subnets is drawn too.
    if (place.endsWith('/recycleBinRules')) return [place, plain(rows.map((row: any) => ({ ...row.value, id: '#' })))];
    if (place.endsWith('/loadBalancers'))
      return [place, plain(rows.map((row: any) => ({ ...row, value: { ...row.value, subnets: row.value.subnets?.length } })))];
    // Resources of a stack are listed by ids that are drawn.
    if (place.endsWith('/cfnStacks')) {
      const byName = (one: any, other: any): number => (one.name < other.name ? -1 : 1);
      return [place, plain(rows.map((row: any) => ({ ...row, value: { ...row.value, resources: [...(row.value.resources ?? [])].sort(byName) } })))];
    }
    return [place, plain(rows)];
  });
  return { state: Object.fromEntries(state), effects: plain(normaliseEffects(world.effects)) };
}

async function planned({ action, options = {} }: Part, on: Stage): Promise<Plan> {
  const { plan } = await planAction(on.stand.session, await on.stand.session.registry.action(action), { target: target(on), options });
  expect(plan.steps.length, `${action} ${JSON.stringify(options)} has work to do`).toBeGreaterThan(0);
  return plan;
}
/** By the engine, with the lab's own clock: a cut-off has to lie behind what was handed out. */
async function applied({ action, options = {} }: Part, on: Stage): Promise<void> {
  const session = { ...on.stand.session, clock: on.stand.session.aws.clock };
  const { changes, verdict } = await runAction(session, await session.registry.action(action), { target: target(on), options });
  const open = changes.filter((one) => !['done', 'already', 'unneeded'].includes(one.state));
  expect({ action, verdict, open }).toEqual({ action, verdict: expect.not.stringMatching('fails'), open: [] });
}

const clis = awsClis('that the lines of steps 4 to 10 do what the engine does');
let root: string;
let engine: End;
const variants: Call[] = [];
beforeAll(async () => {
  if (clis.length === 0) return;
  root = mkdtempSync(join(tmpdir(), 'aplomb-steps-'));
  const on = await stage();
  try {
    for (const part of PARTS) {
      for (const options of part.or ?? []) variants.push(...callsOf((await planned({ ...part, options }, on)).steps));
      await applied(part, on);
    }
    engine = end(on);
  } finally {
    await on.stand.close();
  }
}, 120_000);
afterAll(() => root && rmSync(root, { recursive: true, force: true }));

/** The profile that the lines ask for, with what the line of theirs gives: credentials of the forensic account's role. */
async function profile({ stand }: Stage, folder: string): Promise<string> {
  const { Credentials } = await stand.call('sts:AssumeRole', { RoleArn: AS, RoleSessionName: 'printed' });
  const file = join(folder, 'config');
  const lines = [`aws_access_key_id=${Credentials.AccessKeyId}`, `aws_secret_access_key=${Credentials.SecretAccessKey}`];
  writeFileSync(file, ['[profile forensic]', ...lines, `aws_session_token=${Credentials.SessionToken}`, ''].join('\n'), { mode: 0o600 });
  return file;
}

describe.each(clis)('the $name aws CLI $version', (cli: AwsCli) => {
  test('carries out the printed lines of every action as the engine does', async () => {
    const on = await stage();
    try {
      const folder = join(root, cli.name);
      mkdirSync(folder);
      const { id, secret } = Object.values(iamTables(on.stand.account).accessKeys)[0]!;
      const caller = { endpoint: on.stand.session.aws.endpoint ?? '', accessKeyId: id, secretAccessKey: secret };
      const env = { AWS_CONFIG_FILE: await profile(on, folder), [`PROFILE_${AS.replace(/\W/g, '_')}`]: 'forensic' };
      const knowledge = knowledgeOf(cli, folder);
      const unknown = new Set(await knowledge.unknown(variants));
      for (const part of PARTS) {
        const plan = await planned(part, on);
        const lacks = await knowledge.unknown(callsOf(plan.steps));
        for (const name of lacks) unknown.add(name);
        if (lacks.length > 0) {
          await applied(part, on);
          continue;
        }
        const script = renderCli(plan, { caseId: on.stand.session.case.info.id, apply: 'printed' });
        const ran = await bash(script, cli, caller, folder, { env });
        expect({ action: part.action, ...ran, script: ran.status === 0 ? '' : script }).toEqual({
          ...{ action: part.action, status: 0, stdout: '', stderr: '', script: '' },
        });
        // The engine's own verdict on it; which connections were cut is known only to who cut them.
        if (part.action === 'cut-connections') continue;
        const { action, options = {} } = part;
        const judged = await checkAction(on.stand.session, await on.stand.session.registry.action(action), { target: target(on), options });
        expect({ action, ...judged }).toEqual({ action, verdict: expect.not.stringMatching('fails'), checks: expect.anything() });
      }
      process.stdout.write(
        `steps 4 to 10 by aws CLI ${cli.version}: ${knowledge.operations()} operations, unknown: ${[...unknown].sort().join(', ') || 'nothing'}\n`,
      );
      expect([...unknown].sort()).toEqual([...UNKNOWN[cli.name]].sort());
      const canaries = [root, folder].flatMap((place) => readdirSync(place)).filter((name) => name.startsWith('canary'));
      expect(canaries).toEqual([]);
      const seen = end(on);
      expect(strangers(seen, engine), 'rows that the engine did not make').toEqual([]);
      expect(strangers(engine, seen), 'rows that only the engine made').toEqual([]);
    } finally {
      await on.stand.close();
    }
  }, 600_000);
});
