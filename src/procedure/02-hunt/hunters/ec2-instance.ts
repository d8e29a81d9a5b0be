import { codeOf } from '../../../engine/outcome.ts';
import type { ActionContext, Found, Hunter, JsonObject } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { isAwsFailure } from '../../shared/reading.ts';
import { described, each, read } from '../hunting/calls.ts';
import { ec2Found, nameTag, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';
import { rolesOfProfile } from '../hunting/roles.ts';
import { startedBy } from '../hunting/started-by.ts';
import { codeDetail, codeReasons, startupCode } from '../hunting/startup-code.ts';

interface Instance {
  InstanceId?: string;
  InstanceType?: string;
  ImageId?: string;
  KeyName?: string;
  LaunchTime?: string;
  PublicIpAddress?: string;
  PrivateIpAddress?: string;
  InstanceLifecycle?: string;
  SpotInstanceRequestId?: string;
  Platform?: string;
  Placement?: { Tenancy?: string };
  State?: { Name?: string };
  IamInstanceProfile?: { Arn?: string };
  Operator?: { Managed?: boolean; Principal?: string };
  Tags?: { Key?: string; Value?: string }[];
  NetworkInterfaces?: { Attachment?: { DeviceIndex?: number; AttachTime?: string } }[];
}
/** Start-up code is one call for each instance: that of the window is read, up to this many in a region. */
const MOST_USER_DATA = 200;

async function* instances(ctx: ActionContext, region: string): AsyncIterable<Instance> {
  const reservations = described<{ Instances?: Instance[] }>(ctx, region, 'DescribeInstances', 'Reservations', { MaxResults: 1000 });
  for await (const reservation of reservations) yield* reservation.Instances ?? [];
}

/** @throws AwsFailure other than "no such instance" and a denial, which the find tells */
async function userData(ctx: ActionContext, region: string, id: string): Promise<{ value: string | undefined; detail: JsonObject }> {
  try {
    const input = { InstanceId: id, Attribute: 'userData' };
    const answer = await read<{ UserData?: { Value?: string } }>(ctx, 'ec2', region, 'DescribeInstanceAttribute', input);
    return { value: answer.UserData?.Value, detail: {} };
  } catch (error) {
    if (isAwsFailure(error)) return { value: undefined, detail: { userDataUnknown: codeOf(error) } };
    throw error;
  }
}

/** Machines, with what they run at their start, as whom, and how they are reached. */
export const hunter: Hunter = {
  type: 'AWS::EC2::Instance',
  scope: 'regional',
  title: text('EC2 instances', 'Instancias de EC2'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeInstanceAttribute', 'iam:GetInstanceProfile'],
  createdByEvents: ['RunInstances'],
  changedByEvents: [
    'ModifyInstanceAttribute',
    'StopInstances',
    'StartInstances',
    'RebootInstances',
    'TerminateInstances',
    'AssociateIamInstanceProfile',
    'ReplaceIamInstanceProfileAssociation',
    'DisassociateIamInstanceProfile',
    'ModifyInstanceMetadataOptions',
    'CreateReplaceRootVolumeTask',
  ],
  names: ['instanceId'],
  async *scan(ctx, region, since) {
    let asked = 0;
    const look = async (one: Instance): Promise<Found[]> => {
      if (one.InstanceId === undefined) return [];
      // LaunchTime is the last start; the first one is when the primary interface was attached.
      const first = one.NetworkInterfaces?.find((item) => item.Attachment?.DeviceIndex === 0)?.Attachment?.AttachTime;
      const state = one.State?.Name ?? '';
      const alive = state !== 'terminated' && state !== 'shutting-down';
      const createdAt = time(first) ?? time(one.LaunchTime);
      const recent = alive && createdAt !== null && createdAt >= since;
      const profile = await rolesOfProfile(ctx, one.IamInstanceProfile);
      const data = recent && asked++ < MOST_USER_DATA ? await userData(ctx, region, one.InstanceId) : { value: undefined, detail: {} };
      const code = startupCode(data.value);
      return [
        ec2Found(ctx, 'AWS::EC2::Instance', 'instance', region, one.InstanceId, {
          createdAt,
          alive,
          roles: profile.roles,
          reasons: [...(alive ? machineReasons([one.InstanceType]) : []), ...codeReasons(code)],
          detail: {
            ...present({
              state,
              instanceType: one.InstanceType,
              name: oneLine(nameTag(one.Tags)),
              image: one.ImageId,
              publicIp: one.PublicIpAddress,
              privateIp: one.PrivateIpAddress,
              keyName: oneLine(one.KeyName),
              lifecycle: one.InstanceLifecycle,
              platform: one.Platform?.toLowerCase(),
              tenancy: one.Placement?.Tenancy,
              managedBy: oneLine(one.Operator?.Principal),
            }),
            ...startedBy(one.Tags, one.SpotInstanceRequestId),
            ...profile.detail,
            ...data.detail,
            ...codeDetail(code),
          },
        }),
      ];
    };
    yield* each(instances(ctx, region), look);
  },
};
