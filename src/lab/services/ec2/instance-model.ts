import type { LabContext } from '../../contract.ts';
import { associationOf, groupNames, interfacesOf, interfaceView, privateName, publicName } from './interface-model.ts';
import type { Instance, Interface } from './rows.ts';
import { date, gmt, gone, operatorView, phase } from './tables.ts';
import { tagsOf } from './tagging.ts';
import { TYPES } from './type-catalogue.ts';
import { volumesOf } from './volume-model.ts';
import { zonesOf } from './zones.ts';

/** InstanceState codes (DescribeInstances). */
const CODES: Record<string, number> = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80 };
/** How long a terminated instance stays visible, seconds. */
export const AFTERLIFE = 3600;

export const stateOf = (ctx: LabContext, row: Instance): string => phase(row.timeline, ctx.now());
export const stateView = (state: string) => ({ Name: state, Code: CODES[state] ?? 0 });

const REASONS: Record<string, string> = {
  'Client.UserInitiatedShutdown': 'User initiated shutdown',
  'Client.InstanceInitiatedShutdown': 'Instance initiated shutdown',
};
export const profileView = (ctx: LabContext, row: Instance) =>
  row.profile && !gone(row.profile, ctx.now()) ? { Arn: row.profile.arn, Id: row.profile.id } : undefined;

export function devicesView(ctx: LabContext, row: Instance) {
  return volumesOf(ctx, row.id).map((volume) => ({
    DeviceName: volume.attachment!.device,
    Ebs: {
      VolumeId: volume.id,
      AttachTime: date(volume.attachment!.time),
      DeleteOnTermination: volume.attachment!.deleteOnTermination,
      Status: phase(volume.attachment!.timeline, ctx.now()),
    },
  }));
}

/** The element of DescribeInstances. */
export function instanceView(ctx: LabContext, row: Instance) {
  const state = stateOf(ctx, row);
  const interfaces = interfacesOf(ctx, row.id);
  const primary: Interface | undefined = interfaces[0];
  const privateIp = primary?.privateIps[0];
  const publicIp = primary && associationOf(ctx, primary)?.ip;
  const type = TYPES.get(row.type);
  const threads = type?.architecture === 'arm64' || (type?.vcpus ?? 1) === 1 ? 1 : 2;
  const groups = groupNames(ctx, primary?.groups ?? []);
  const applied = row.metadata.changed === undefined || row.metadata.changed <= ctx.now();
  return {
    InstanceId: row.id,
    ImageId: row.imageId,
    InstanceType: row.type,
    State: stateView(state),
    StateTransitionReason: row.reason ? `User initiated (${gmt(row.reason.at)})` : '',
    StateReason: row.reason && { Code: row.reason.code, Message: `${row.reason.code}: ${REASONS[row.reason.code] ?? row.reason.code}` },
    AmiLaunchIndex: row.launchIndex,
    Architecture: row.architecture,
    ClientToken: row.clientToken ?? '',
    EbsOptimized: row.ebsOptimized,
    EnaSupport: true,
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    RootDeviceName: row.rootDevice,
    RootDeviceType: 'ebs',
    KeyName: row.keyName,
    LaunchTime: date(row.launchTime),
    Monitoring: { State: row.monitoring ? 'enabled' : 'disabled' },
    Placement: {
      AvailabilityZone: row.zone,
      AvailabilityZoneId: zonesOf(ctx.account.id, ctx.region.name).find((zone) => zone.name === row.zone)?.id,
      GroupName: '',
      Tenancy: 'default',
    },
    Platform: row.platform,
    PlatformDetails: row.platformDetails,
    PrivateDnsName: privateIp ? privateName(ctx, privateIp) : '',
    PrivateIpAddress: privateIp,
    PublicDnsName: publicIp ? publicName(ctx, publicIp) : '',
    PublicIpAddress: publicIp,
    Ipv6Address: primary?.ipv6[0],
    SubnetId: primary ? row.subnetId : undefined,
    VpcId: primary ? row.vpcId : undefined,
    SecurityGroups: groups,
    SourceDestCheck: primary?.sourceDestCheck,
    NetworkInterfaces: interfaces.map((item) => interfaceView(ctx, item)),
    BlockDeviceMappings: devicesView(ctx, row),
    IamInstanceProfile: profileView(ctx, row),
    InstanceLifecycle: row.lifecycle,
    SpotInstanceRequestId: row.spotRequestId,
    ProductCodes: row.productCodes ?? [],
    CpuOptions: { CoreCount: Math.max(1, (type?.vcpus ?? 1) / threads), ThreadsPerCore: threads },
    CapacityReservationSpecification: { CapacityReservationPreference: 'open' },
    HibernationOptions: { Configured: row.hibernation },
    EnclaveOptions: { Enabled: false },
    MaintenanceOptions: { AutoRecovery: 'default' },
    MetadataOptions: metadataView(row, applied),
    PrivateDnsNameOptions: { HostnameType: 'ip-name', EnableResourceNameDnsARecord: false, EnableResourceNameDnsAAAARecord: false },
    UsageOperation: row.platform === 'windows' ? 'RunInstances:0002' : 'RunInstances',
    UsageOperationUpdateTime: date(primary?.attachment?.time ?? row.launchTime),
    BootMode: 'uefi-preferred',
    CurrentInstanceBootMode: type?.hypervisor === 'xen' ? 'legacy-bios' : 'uefi',
    Operator: operatorView(row),
    Tags: tagsOf(ctx, row.id),
  };
}
export const metadataView = (row: Instance, applied: boolean) => ({
  State: applied ? 'applied' : 'pending',
  HttpTokens: row.metadata.tokens,
  HttpPutResponseHopLimit: row.metadata.hops,
  HttpEndpoint: row.metadata.endpoint,
  HttpProtocolIpv6: row.metadata.ipv6,
  InstanceMetadataTags: row.metadata.tags,
});
