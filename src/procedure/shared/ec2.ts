import { type ActionContext, AplombError, type AwsFailure, type Call, EXIT, type Json } from '../../kernel/index.ts';

/** The parts of EC2's answers the steps look at (EC2 API reference: Instance, NetworkInterface). Everything in them is hostile text. */
export interface Tag {
  readonly Key: string;
  readonly Value?: string;
}
export interface Instance {
  readonly InstanceId: string;
  readonly ImageId?: string;
  readonly KeyName?: string;
  readonly InstanceType?: string;
  readonly InstanceLifecycle?: string;
  readonly Platform?: string;
  readonly BootMode?: string;
  /** How it did boot: legacy-bios, uefi. */
  readonly CurrentInstanceBootMode?: string;
  readonly TpmSupport?: string;
  readonly State?: { readonly Name?: string };
  readonly StateReason?: { readonly Code?: string; readonly Message?: string };
  readonly StateTransitionReason?: string;
  /** Of the latest start, not the first launch. UTC. */
  readonly LaunchTime?: string;
  readonly SpotInstanceRequestId?: string;
  readonly HibernationOptions?: { readonly Configured?: boolean };
  readonly VpcId?: string;
  readonly SubnetId?: string;
  readonly Placement?: { readonly AvailabilityZone?: string; readonly AvailabilityZoneId?: string };
  readonly PrivateIpAddress?: string;
  readonly PublicIpAddress?: string;
  readonly Ipv6Address?: string;
  readonly RootDeviceName?: string;
  readonly RootDeviceType?: string;
  readonly BlockDeviceMappings?: readonly { readonly DeviceName?: string; readonly Ebs?: { readonly VolumeId?: string } }[];
  readonly NetworkInterfaces?: readonly InstanceInterface[];
  readonly IamInstanceProfile?: { readonly Arn?: string };
  readonly MetadataOptions?: { readonly InstanceMetadataTags?: string; readonly HttpTokens?: string };
  readonly SecurityGroups?: readonly { readonly GroupId?: string }[];
  readonly ProductCodes?: readonly { readonly ProductCodeId?: string; readonly ProductCodeType?: string }[];
  readonly Tags?: readonly Tag[];
}
export interface InstanceInterface {
  readonly NetworkInterfaceId?: string;
  readonly SubnetId?: string;
  readonly Groups?: readonly { readonly GroupId?: string }[];
  readonly Association?: { readonly PublicIp?: string; readonly IpOwnerId?: string };
  readonly PrivateIpAddresses?: readonly { readonly PrivateIpAddress?: string; readonly Association?: { readonly PublicIp?: string } }[];
  readonly Ipv6Addresses?: readonly { readonly Ipv6Address?: string }[];
}
export interface Reservation {
  readonly OwnerId?: string;
  readonly Instances?: readonly Instance[];
}

/** The frozen target of steps 4 to 10. */
export interface InstanceTarget {
  readonly instanceId: string;
  readonly region: string;
  readonly account: string;
  readonly [key: string]: string;
}
/** @throws AplombError NoInstance when the action was started without an instance. */
export function targetOf(ctx: Pick<ActionContext, 'target'>): InstanceTarget {
  const { instanceId, region, account } = ctx.target;
  if (typeof instanceId !== 'string' || typeof region !== 'string')
    throw new AplombError('NoInstance', 'This step acts on an instance, and none was named.', {
      exit: EXIT.usage,
      fix: 'Name it by id, address, Name tag or ARN.',
    });
  return { instanceId, region, account: typeof account === 'string' ? account : '' };
}

export const ec2 = (region: string, operation: string, input: Json): Call => ({ service: 'ec2', operation, region, input });
/** One element of a `Filters` member. Values are matched literally only if they hold no `*` or `?`: give ids and our own marks, nothing hostile. */
export const filter = (name: string, ...values: Json[]): Json => ({ Name: name, Values: values });
export const tagValue = (tags: readonly Tag[] | undefined, key: string): string | undefined => tags?.find((tag) => tag.Key === key)?.Value;
/** Letters, digits and `+ - = . _ : / @` and space: what every AWS service takes in a tag value (EC2 user guide, tag restrictions). */
export const tagText = (value: string, longest = 256): string => value.replace(/[^\p{L}\p{N}+\-=._:/@ ]/gu, '-').slice(0, longest);

/** An AWS answer that is an error, told from errors of our own by its code. */
export const failureCode = (error: unknown): string | undefined =>
  error instanceof Error && error.name !== 'AplombError' && typeof (error as AwsFailure).code === 'string' ? (error as AwsFailure).code : undefined;

/**
 * The instance as EC2 describes it now, with the SHA-256 of the answer.
 * @throws AplombError UnknownInstance when EC2 does not know it in that region (any more).
 */
export async function describeInstance(
  ctx: ActionContext,
  { instanceId, region }: InstanceTarget,
): Promise<{ instance: Instance; evidence: readonly string[] }> {
  try {
    const { output, evidence } = await ctx.read<{ Reservations?: Reservation[] }>(ec2(region, 'DescribeInstances', { InstanceIds: [instanceId] }));
    const instance = output.Reservations?.[0]?.Instances?.[0];
    if (instance) return { instance, evidence };
  } catch (error) {
    if (!failureCode(error)?.startsWith('InvalidInstanceID.')) throw error;
  }
  throw new AplombError('UnknownInstance', `EC2 knows no instance ${instanceId} in ${region}.`, {
    fix: 'Check the id and the region. A terminated instance disappears within about an hour: only CloudTrail and its snapshots remain.',
  });
}

/** EBS volumes attached to the instance, the root volume first. */
export function volumesOf(instance: Instance): { volumeId: string; device: string; root: boolean }[] {
  return (instance.BlockDeviceMappings ?? [])
    .flatMap(({ DeviceName, Ebs }) =>
      Ebs?.VolumeId ? [{ volumeId: Ebs.VolumeId, device: DeviceName ?? '', root: DeviceName !== undefined && DeviceName === instance.RootDeviceName }] : [],
    )
    .sort((a, b) => Number(b.root) - Number(a.root) || (a.device < b.device ? -1 : 1));
}
