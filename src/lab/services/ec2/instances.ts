import type { LabContext, LabOperations } from '../../contract.ts';
import { devicesView, instanceView, profileView, stateOf, stateView } from './instance-model.ts';
import { associationOf, attachmentOf, groupNames, interfacesOf, privateName, publicName } from './interface-model.ts';
import { type Fields, filtered, paged } from './query.ts';
import type { Instance } from './rows.ts';
import { chosen, date, operatorView, shown } from './tables.ts';
import { tagsOf } from './tagging.ts';
import { volumesOf } from './volume-model.ts';
import { zonesOf } from './zones.ts';

const zoneId = (ctx: LabContext, zone: string) => zonesOf(ctx.account.id, ctx.region.name).find((item) => item.name === zone)?.id;

/** Filters of DescribeInstances. Addresses are today's: an address the instance has lost does not match. */
function fields(ctx: LabContext): Fields<Instance> {
  const primary = (row: Instance) => interfacesOf(ctx, row.id)[0];
  const publicIp = (row: Instance) => {
    const first = primary(row);
    return first && associationOf(ctx, first)?.ip;
  };
  const each = (row: Instance) => interfacesOf(ctx, row.id);
  const disks = (row: Instance) => devicesView(ctx, row);
  return {
    'instance-id': (row) => row.id,
    'instance-type': (row) => row.type,
    'instance-state-name': (row) => stateOf(ctx, row),
    'instance-state-code': (row) => stateView(stateOf(ctx, row)).Code,
    'instance-lifecycle': (row) => row.lifecycle,
    'image-id': (row) => row.imageId,
    'key-name': (row) => row.keyName,
    architecture: (row) => row.architecture,
    'availability-zone': (row) => row.zone,
    'availability-zone-id': (row) => zoneId(ctx, row.zone),
    'client-token': (row) => row.clientToken,
    'dns-name': (row) => publicName(ctx, publicIp(row) ?? ''),
    'private-dns-name': (row) =>
      each(row)
        .slice(0, 1)
        .map((item) => privateName(ctx, item.privateIps[0]!)),
    hypervisor: () => 'xen',
    'iam-instance-profile.arn': (row) => profileView(ctx, row)?.Arn,
    'iam-instance-profile.id': (row) => profileView(ctx, row)?.Id,
    'instance.group-id': (row) => primary(row)?.groups,
    'instance.group-name': (row) => groupNames(ctx, primary(row)?.groups ?? []).map((group) => group.GroupName),
    'group-id': (row) => primary(row)?.groups,
    'group-name': (row) => groupNames(ctx, primary(row)?.groups ?? []).map((group) => group.GroupName),
    'ip-address': publicIp,
    'private-ip-address': (row) => primary(row)?.privateIps[0],
    'launch-index': (row) => row.launchIndex,
    'launch-time': (row) => new Date(row.launchTime).toISOString(),
    'metadata-options.http-tokens': (row) => row.metadata.tokens,
    'metadata-options.http-endpoint': (row) => row.metadata.endpoint,
    'metadata-options.http-put-response-hop-limit': (row) => row.metadata.hops,
    'monitoring-state': (row) => (row.monitoring ? 'enabled' : 'disabled'),
    'network-interface.network-interface-id': (row) => each(row).map((item) => item.id),
    'network-interface.addresses.private-ip-address': (row) => each(row).flatMap((item) => item.privateIps),
    'network-interface.addresses.association.public-ip': (row) => each(row).map((item) => associationOf(ctx, item)?.ip),
    'network-interface.association.public-ip': (row) => each(row).map((item) => associationOf(ctx, item)?.ip),
    'network-interface.association.allocation-id': (row) => each(row).map((item) => associationOf(ctx, item)?.allocationId),
    'network-interface.association.association-id': (row) => each(row).map((item) => associationOf(ctx, item)?.associationId),
    'network-interface.attachment.attachment-id': (row) => each(row).map((item) => attachmentOf(ctx, item)?.id),
    'network-interface.attachment.instance-id': (row) => row.id,
    'network-interface.description': (row) => each(row).map((item) => item.description),
    'network-interface.group-id': (row) => each(row).flatMap((item) => item.groups),
    'network-interface.group-name': (row) => each(row).flatMap((item) => groupNames(ctx, item.groups).map((group) => group.GroupName)),
    'network-interface.ipv6-addresses.ipv6-address': (row) => each(row).flatMap((item) => item.ipv6),
    'ipv6-address': (row) => primary(row)?.ipv6,
    'network-interface.mac-address': (row) => each(row).map((item) => item.mac),
    'network-interface.subnet-id': (row) => each(row).map((item) => item.subnetId),
    'network-interface.vpc-id': (row) => each(row).map((item) => item.vpcId),
    'network-interface.status': (row) => each(row).map(() => 'in-use'),
    'owner-id': (row) => row.ownerId,
    platform: (row) => row.platform,
    'platform-details': (row) => row.platformDetails,
    'product-code': (row) => row.productCodes?.map((code) => code.ProductCodeId),
    'reservation-id': (row) => row.reservationId,
    'root-device-name': (row) => row.rootDevice,
    'root-device-type': () => 'ebs',
    'source-dest-check': (row) => primary(row)?.sourceDestCheck,
    'spot-instance-request-id': (row) => row.spotRequestId,
    'state-reason-code': (row) => row.reason?.code,
    'subnet-id': (row) => primary(row)?.subnetId,
    'vpc-id': (row) => primary(row)?.vpcId,
    tenancy: () => 'default',
    'virtualization-type': () => 'hvm',
    'block-device-mapping.volume-id': (row) => disks(row).map((disk) => disk.Ebs.VolumeId),
    'block-device-mapping.device-name': (row) => disks(row).map((disk) => disk.DeviceName),
    'block-device-mapping.status': (row) => disks(row).map((disk) => disk.Ebs.Status),
    'block-device-mapping.delete-on-termination': (row) => disks(row).map((disk) => disk.Ebs.DeleteOnTermination),
    'block-device-mapping.attach-time': (row) => disks(row).map((disk) => disk.Ebs.AttachTime?.toISOString()),
  };
}

const eventView = (event: NonNullable<Instance['events']>[number]) => ({
  InstanceEventId: event.id,
  Code: event.code,
  Description: event.description,
  NotBefore: date(event.notBefore),
  NotAfter: date(event.notAfter),
  NotBeforeDeadline: date(event.deadline),
});

export const operations: LabOperations = {
  /** MaxResults counts instances; an instance's reservation may appear on several pages. */
  DescribeInstances: {
    run(input, ctx) {
      const rows = filtered(ctx, shown(ctx, chosen<Instance>(ctx, 'instances', input.InstanceIds), input), input.Filters, fields(ctx));
      const page = paged(ctx, input, rows, 'Instances', (row) => row, { given: input.InstanceIds, name: 'instancesSet' });
      const reservations = new Map<string, Instance[]>();
      for (const row of page.Instances as Instance[]) reservations.set(row.reservationId, [...(reservations.get(row.reservationId) ?? []), row]);
      return {
        Reservations: [...reservations].map(([ReservationId, members]) => ({
          ReservationId,
          OwnerId: members[0]!.ownerId,
          Groups: [],
          Instances: members.map((row) => instanceView(ctx, row)),
        })),
        NextToken: page.NextToken,
      };
    },
  },
  /** Only running instances, unless IncludeAllInstances. */
  DescribeInstanceStatus: {
    run(input, ctx) {
      const all = shown(ctx, chosen<Instance>(ctx, 'instances', input.InstanceIds), input).filter(
        (row) => input.IncludeAllInstances || stateOf(ctx, row) === 'running',
      );
      const health = (row: Instance) => {
        if (stateOf(ctx, row) !== 'running') return { Status: 'not-applicable', Details: [] };
        const ready = ctx.now() >= row.launchTime + (ctx.due(120) - ctx.now());
        return { Status: ready ? 'ok' : 'initializing', Details: [{ Name: 'reachability', Status: ready ? 'passed' : 'initializing' }] };
      };
      const rows = filtered(ctx, all, input.Filters, {
        'availability-zone': (row) => row.zone,
        'availability-zone-id': (row) => zoneId(ctx, row.zone),
        'instance-state-name': (row) => stateOf(ctx, row),
        'instance-state-code': (row) => stateView(stateOf(ctx, row)).Code,
        'instance-status.status': (row) => health(row).Status,
        'instance-status.reachability': (row) => health(row).Details[0]?.Status,
        'system-status.status': (row) => health(row).Status,
        'system-status.reachability': (row) => health(row).Details[0]?.Status,
        'event.code': (row) => (row.events ?? []).map((event) => event.code),
        'event.instance-event-id': (row) => (row.events ?? []).map((event) => event.id),
      });
      return paged(
        ctx,
        input,
        rows,
        'InstanceStatuses',
        (row) => ({
          InstanceId: row.id,
          AvailabilityZone: row.zone,
          AvailabilityZoneId: zoneId(ctx, row.zone),
          InstanceState: stateView(stateOf(ctx, row)),
          InstanceStatus: health(row),
          SystemStatus: health(row),
          AttachedEbsStatus: volumesOf(ctx, row.id).length ? health(row) : undefined,
          Operator: operatorView(row),
          Events: (row.events ?? []).map(eventView),
        }),
        { given: input.InstanceIds, name: 'instancesSet' },
      );
    },
  },
  DescribeInstanceCreditSpecifications: {
    run(input, ctx) {
      const all = chosen<Instance>(ctx, 'instances', input.InstanceIds).filter((row) => /^t\d/.test(row.type) && stateOf(ctx, row) !== 'terminated');
      const rows = filtered(ctx, all, input.Filters, { 'instance-id': (row) => row.id });
      return paged(
        ctx,
        input,
        rows,
        'InstanceCreditSpecifications',
        (row) => ({ InstanceId: row.id, CpuCredits: row.credits ?? (row.type.startsWith('t2.') ? 'standard' : 'unlimited') }),
        {
          given: input.InstanceIds,
          name: 'instancesSet',
        },
      );
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
  DescribeInstanceImageMetadata: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<Instance>(ctx, 'instances', input.InstanceIds), input.Filters, {
        'availability-zone': (row) => row.zone,
        'instance-id': (row) => row.id,
        'image-id': (row) => row.imageId,
        'instance-state-name': (row) => stateOf(ctx, row),
        'instance-type': (row) => row.type,
      });
      return paged(
        ctx,
        input,
        rows,
        'InstanceImageMetadata',
        (row) => ({
          InstanceId: row.id,
          InstanceType: row.type,
          LaunchTime: new Date(row.launchTime),
          AvailabilityZone: row.zone,
          ZoneId: zoneId(ctx, row.zone),
          State: stateView(stateOf(ctx, row)),
          OwnerId: row.ownerId,
          Tags: tagsOf(ctx, row.id),
          ImageMetadata: { ImageId: row.imageId },
          Operator: operatorView(row),
        }),
        { given: input.InstanceIds, name: 'instancesSet' },
      );
    },
    constraints: { MaxResults: { min: 1, max: 1000 } },
  },
};
