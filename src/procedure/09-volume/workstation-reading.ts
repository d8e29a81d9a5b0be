import { type ActionContext, AplombError, type Call, EXIT, type Json, type Target } from '../../kernel/index.ts';
import { caseCopies } from '../shared/copies.ts';
import { failureCode, filter, type InstanceTarget } from '../shared/ec2.ts';
import { textOption } from '../shared/options.ts';
import { ec2At, forensicKeyOf, inPlace, type Place, placeOf } from '../shared/place.ts';
import { DEFAULT_IMAGE, imageOption, isImageId } from './workstation-template.ts';

/** What a workstation is built from. Plain JSON. */
export interface Building {
  readonly caseId: string;
  readonly responder: string;
  readonly instanceId: string | null;
  readonly place: Place;
  readonly stackName: string;
  /** Null when there is no such stack. */
  readonly status: string | null;
  readonly zoneId: string;
  readonly prefixList: string;
  readonly image: string;
  readonly rootDevice: string;
  readonly instanceType: string;
  readonly kmsKeyId: string | null;
}
export interface StackAnswer {
  readonly Stacks?: readonly {
    readonly StackId?: string;
    readonly StackStatus?: string;
    readonly StackStatusReason?: string;
    readonly Outputs?: readonly { readonly OutputKey?: string; readonly OutputValue?: string }[];
  }[];
}

/** The instance of the case where there is one: a workstation can be built before any is known. */
export const regionOf = ({ region }: Target): string => {
  if (typeof region === 'string') return region;
  throw new AplombError('NoRegion', 'No region is named for the workstation.', { exit: EXIT.usage, fix: 'Give --region or --forensic-region.' });
};
/** 1 to 128 letters, digits and hyphens, a letter first (CreateStack, StackName). */
export const stackNameOf = (ctx: Pick<ActionContext, 'facts'>): string => `aplomb-forensic-${ctx.facts.caseId.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 80)}`;
export const cloudFormation = (place: Place, operation: string, input: Json): Call =>
  inPlace(place, { service: 'cloudformation', operation, region: place.region, input });

/** The stack by name; a deleted one is unknown under its name. */
export async function readStack(
  ctx: ActionContext,
  place: Place,
  stackName: string,
): Promise<{ stack: NonNullable<StackAnswer['Stacks']>[number] | null; evidence: readonly string[] }> {
  try {
    const { output, evidence } = await ctx.read<StackAnswer>(cloudFormation(place, 'DescribeStacks', { StackName: stackName }));
    return { stack: output.Stacks?.[0] ?? null, evidence };
  } catch (error) {
    if (failureCode(error) !== 'ValidationError') throw error;
    return { stack: null, evidence: [] };
  }
}

/** @throws AplombError UnknownZone, NoPrefixList, UnknownImage, InvalidImage, StackFailed */
export async function readBuilding(ctx: ActionContext): Promise<Building> {
  const { instanceId } = ctx.target;
  const place = placeOf(ctx, { region: regionOf(ctx.target) });
  const stackName = stackNameOf(ctx);
  const image = imageOption(textOption(ctx, 'workstationImage'));
  const instanceType = textOption(ctx, 'workstationType') ?? 'm5.large';
  const [{ stack }, zoneId, prefixList, rootDevice] = await Promise.all([
    readStack(ctx, place, stackName),
    zone(ctx, place, instanceType),
    s3PrefixList(ctx, place),
    rootDeviceOf(ctx, place, image),
  ]);
  const status = stack?.StackStatus ?? null;
  if (status !== null && !['CREATE_IN_PROGRESS', 'CREATE_COMPLETE', 'UPDATE_COMPLETE'].includes(status))
    throw new AplombError('StackFailed', `The stack ${stackName} is there, in state ${status}: ${String(stack?.StackStatusReason ?? '').slice(0, 300)}`, {
      fix: `Look at its events, then take it away: aws cloudformation delete-stack --region ${place.region} --stack-name ${stackName}`,
    });
  return {
    caseId: ctx.facts.caseId,
    responder: ctx.facts.responder,
    instanceId: typeof instanceId === 'string' ? instanceId : null,
    place,
    stackName,
    status,
    zoneId,
    prefixList,
    image,
    rootDevice,
    instanceType,
    kmsKeyId: forensicKeyOf(ctx) ?? null,
  };
}

interface Zones {
  AvailabilityZones?: { ZoneId?: string; ZoneName?: string; ZoneType?: string; State?: string }[];
}
/** The zone of what is to be examined (option `zoneOf`: a volume), of the case's working copies, else the first that has the type. */
async function zone(ctx: ActionContext, place: Place, instanceType: string): Promise<string> {
  const { output } = await ctx.read<Zones>(ec2At(place, 'DescribeAvailabilityZones', {}));
  const zones = (output.AvailabilityZones ?? []).filter((one) => one.State === 'available' && (one.ZoneType ?? 'availability-zone') === 'availability-zone');
  const idOf = (given: { AvailabilityZoneId?: string; AvailabilityZone?: string }): string | undefined =>
    given.AvailabilityZoneId ?? zones.find((one) => one.ZoneName === given.AvailabilityZone)?.ZoneId;
  const wanted = textOption(ctx, 'zoneOf');
  if (wanted !== undefined && /^vol-[0-9a-f]{8,17}$/.test(wanted)) {
    const { output: volumes } = await ctx.read<{ Volumes?: { AvailabilityZoneId?: string; AvailabilityZone?: string }[] }>(
      ec2At(place, 'DescribeVolumes', { VolumeIds: [wanted] }),
    );
    const id = idOf(volumes.Volumes?.[0] ?? {});
    if (id !== undefined) return id;
    throw new AplombError('UnknownZone', `EC2 does not say in which zone ${wanted} is.`, { fix: 'Leave --zone-of out, or name another volume.' });
  }
  if (wanted !== undefined) {
    if (!/^snap-[0-9a-f]{8,17}$/.test(wanted))
      throw new AplombError('InvalidZoneOf', `${JSON.stringify(wanted)} is neither a volume nor a snapshot.`, {
        exit: EXIT.usage,
        fix: 'Give vol-... or snap-...',
      });
    // A snapshot is the Region's, in no zone; that it can be used here is worth knowing before anything is built.
    await ctx.read(ec2At(place, 'DescribeSnapshots', { SnapshotIds: [wanted] }));
  }
  if (typeof ctx.target.instanceId === 'string' && wanted === undefined) {
    const { copies } = await caseCopies(ctx, ctx.target as unknown as InstanceTarget, place);
    const id = idOf({ AvailabilityZone: copies[0]?.zone ?? '', ...(copies[0]?.zoneId ? { AvailabilityZoneId: copies[0].zoneId } : {}) });
    if (id !== undefined) return id;
  }
  const { output: offered } = await ctx.readAll<{ InstanceTypeOfferings?: { Location?: string }[] }>(
    ec2At(place, 'DescribeInstanceTypeOfferings', { LocationType: 'availability-zone-id', Filters: [filter('instance-type', instanceType)] }),
  );
  const having = (offered.InstanceTypeOfferings ?? []).map((one) => one.Location);
  const [first] = zones.flatMap(({ ZoneId }) => (ZoneId !== undefined && having.includes(ZoneId) ? [ZoneId] : [])).sort();
  if (first !== undefined) return first;
  throw new AplombError('UnknownZone', `No zone of ${place.region} offers ${instanceType}.`, { fix: 'Name another type with --workstation-type.' });
}

async function s3PrefixList(ctx: ActionContext, place: Place): Promise<string> {
  const { output } = await ctx.readAll<{ PrefixLists?: { PrefixListId?: string }[] }>(
    ec2At(place, 'DescribeManagedPrefixLists', { Filters: [filter('prefix-list-name', `com.amazonaws.${place.region}.s3`)] }),
  );
  const id = output.PrefixLists?.[0]?.PrefixListId;
  if (id !== undefined) return id;
  throw new AplombError('NoPrefixList', `EC2 names no prefix list of S3 in ${place.region}.`, { fix: 'Use another region with --forensic-region.' });
}

/** Under another name than the image's own the root volume would be a second disk, and the real root not under the case's key. */
async function rootDeviceOf(ctx: ActionContext, place: Place, image: string): Promise<string> {
  if (image === DEFAULT_IMAGE) return '/dev/xvda';
  const parameter = async (): Promise<string> => {
    const { output } = await ctx.read<{ Parameter?: { Value?: string } }>(
      inPlace(place, { service: 'ssm', operation: 'GetParameter', region: place.region, input: { Name: image } }),
    );
    return output.Parameter?.Value ?? '';
  };
  const id = isImageId(image) ? image : await parameter();
  if (isImageId(id)) {
    const { output } = await ctx.read<{ Images?: { RootDeviceName?: string }[] }>(ec2At(place, 'DescribeImages', { ImageIds: [id] }));
    const name = output.Images?.[0]?.RootDeviceName;
    if (name !== undefined && /^\/dev\/[a-z0-9]{1,20}$/.test(name)) return name;
  }
  throw new AplombError('UnknownImage', `EC2 does not say what the root device of ${image} is.`, { fix: 'Name an image that this account may use.' });
}
