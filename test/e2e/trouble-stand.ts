import { expect } from 'vitest';
import type { JsonObject } from '../../src/kernel/index.ts';
import { addInstanceProfile, addRole } from '../../src/lab/world/index.ts';
import { ACCOUNT, inside, REGION } from './inside.ts';
import { type End, type Responder, responder } from './responder.ts';

const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
/** Whatever can be asked for is asked for. */
export const ALL: JsonObject = {
  fromIp: '203.0.113.5',
  publicAddresses: 'remove',
  cut: 'two-step',
  instanceRole: 'remove',
  disableMetadata: true,
  revokeRole: true,
};
export interface Victim {
  readonly target: { readonly instanceId: string; readonly region: string; readonly account: string };
  readonly id: string;
  /** The first goes with the instance, the second outlives it. */
  readonly interfaces: readonly [string, string];
}

/** "holds", "fails", "unknown", or the code of the error a person sees. */
export const verdict = (end: End): string => ('error' in end ? end.error : end.verdict);
export const why = (end: End, name?: string): string =>
  'error' in end ? end.message : end.checks.flatMap((check) => (name === undefined || check.name === name ? [`${check.name}: ${check.why.en}`] : [])).join(' ');
/** How each change ended, with AWS's code where there was one. */
export const changed = (end: End): Record<string, string> =>
  'error' in end ? {} : Object.fromEntries(end.changes.map((change) => [change.id, change.code ? `${change.state} ${change.code}` : change.state]));

/** A lab with a forensic workstation, and as many victims and cases as a test wants: each case knows nothing of the others. */
export async function trouble(seed: string) {
  const stand = await inside(seed);
  stand.world.settings.pageSize = 0;
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  addRole(stand.world, stand.account, { name: 'app', trust });
  addInstanceProfile(stand.world, stand.account, { name: 'app', roles: ['app'] });
  const { SubnetId, VpcId } = (await stand.call('ec2:DescribeSubnets')).Subnets[0];
  const { AllocationId } = await stand.call('ec2:AllocateAddress', { Domain: 'vpc' });
  const { TargetGroupArn } = (await stand.call('elastic-load-balancing-v2:CreateTargetGroup', { Name: 'app', Protocol: 'HTTP', Port: 80, VpcId }))
    .TargetGroups[0];
  const one = { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, SubnetId };
  const station = [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'forensic-workstation' }] }];
  await stand.call('ec2:RunInstances', { ...one, TagSpecifications: station });
  const open: Responder[] = [];
  let cases = 0;
  const described = async (id: string): Promise<any> => (await stand.call('ec2:DescribeInstances', { InstanceIds: [id] })).Reservations[0].Instances[0];
  async function until(id: string, state: string): Promise<void> {
    for (let tries = 0; (await described(id)).State.Name !== state; tries++) {
      if (tries > 200) throw new Error(`${id} is not ${state} in time`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  return {
    stand,
    vpc: VpcId as string,
    described,
    /** A case of its own, or a further session on the one in this folder. */
    async fresh(id = `IR-2026-${100 + ++cases}`, at?: string): Promise<Responder> {
      const made = await responder(stand, id, at);
      open.push(made);
      return made;
    },
    /** Two interfaces, an Elastic IP address, a role, two volumes (the root goes with it, the other stays), a target group. */
    async victim(more: JsonObject = {}): Promise<Victim> {
      const { Instances } = await stand.call('ec2:RunInstances', {
        ...one,
        IamInstanceProfile: { Name: 'app' },
        BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, DeleteOnTermination: false } }],
        ...more,
      });
      const id: string = Instances[0].InstanceId;
      await until(id, 'running');
      const first: string = Instances[0].NetworkInterfaces[0].NetworkInterfaceId;
      await stand.call('ec2:AssociateAddress', { AllocationId, NetworkInterfaceId: first, AllowReassociation: true });
      const second: string = (await stand.call('ec2:CreateNetworkInterface', { SubnetId })).NetworkInterface.NetworkInterfaceId;
      await stand.call('ec2:AttachNetworkInterface', { NetworkInterfaceId: second, InstanceId: id, DeviceIndex: 1 });
      await stand.call('elastic-load-balancing-v2:RegisterTargets', { TargetGroupArn, Targets: [{ Id: id }] });
      return { target: { instanceId: id, region: REGION, account: ACCOUNT }, id, interfaces: [first, second] };
    },
    async terminate(id: string): Promise<void> {
      await stand.call('ec2:ModifyInstanceAttribute', { InstanceId: id, DisableApiTermination: { Value: false } });
      await stand.call('ec2:TerminateInstances', { InstanceIds: [id] });
      await until(id, 'terminated');
    },
    /** Names of the groups the interfaces are in. */
    groupsOf: async (...ids: readonly string[]): Promise<string[]> =>
      (await stand.call('ec2:DescribeNetworkInterfaces', { NetworkInterfaceIds: [...ids] })).NetworkInterfaces.flatMap((each: any) =>
        each.Groups.map((group: any) => group.GroupName),
      ),
    /** Groups whose name holds this. */
    groupNames: async (part: string): Promise<string[]> =>
      (await stand.call('ec2:DescribeSecurityGroups')).SecurityGroups.map((each: any) => each.GroupName).filter((name: string) => name.includes(part)),
    snapshotsOf: async (id: string): Promise<any[]> =>
      (await stand.call('ec2:DescribeSnapshots', { OwnerIds: ['self'], Filters: [{ Name: 'tag:ir:instance', Values: [id] }] })).Snapshots,
    /** How often an operation took effect since. */
    effects: (operation: string, from: number): number => stand.world.effects.slice(from).filter((effect) => effect.operation === operation).length,
    /** Ends the cases of a test: chain, signatures and evidence of each are sound, whatever befell it. */
    async settle(): Promise<void> {
      stand.fault();
      // Who came later may work in an earlier one's folder.
      const ended = open.splice(0).reverse();
      const problems = await Promise.all(ended.map((each) => each.problems()));
      for (const each of ended) await each.close();
      expect(problems.flat()).toEqual([]);
    },
    close: () => stand.close(),
  };
}
export type Trouble = Awaited<ReturnType<typeof trouble>>;
