import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { groupsFor, newInterface } from './interface-model.ts';
import { filtered, paged } from './query.ts';
import type { Interface, Phase, Subnet } from './rows.ts';
import { arn, arns, chosen, date, edit, need, once, phase, rowOf, rowsOf, towards, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

/** EC2 Instance Connect Endpoints: a way in to private addresses without a public one. */
interface Endpoint {
  id: string;
  subnetId: string;
  vpcId: string;
  zone: string;
  groups: string[];
  interfaceId: string;
  preserveClientIp: boolean;
  created: number;
  timeline: Phase[];
  until?: number;
}
/** Quotas of the Amazon EC2 User Guide: one for each VPC, five in a region. */
const [PER_VPC, PER_REGION] = [1, 5];
const CREATE_SECONDS = 120;
const DELETE_SECONDS = 60;

const view = (ctx: LabContext, row: Endpoint) => ({
  InstanceConnectEndpointId: row.id,
  InstanceConnectEndpointArn: arn(ctx, 'instance-connect-endpoint', row.id),
  OwnerId: ctx.account.id,
  State: phase(row.timeline, ctx.now()),
  StateMessage: '',
  DnsName: `${row.id}.${row.id.slice(-8)}.ec2-instance-connect-endpoint.${ctx.region.name}.amazonaws.com`,
  NetworkInterfaceIds: rowOf(ctx, 'interfaces', row.interfaceId) ? [row.interfaceId] : [],
  VpcId: row.vpcId,
  SubnetId: row.subnetId,
  AvailabilityZone: row.zone,
  CreatedAt: date(row.created),
  PreserveClientIp: row.preserveClientIp,
  SecurityGroupIds: row.groups,
  IpAddressType: 'ipv4',
  Tags: tagsOf(ctx, row.id),
});
const living = (ctx: LabContext): Endpoint[] => rowsOf<Endpoint>(ctx, 'connectEndpoints').filter((row) => !phase(row.timeline, ctx.now()).startsWith('delete'));

export const operations: LabOperations = {
  CreateInstanceConnectEndpoint: {
    async run(input, ctx) {
      const [id] = await once(ctx, 'CreateInstanceConnectEndpoint', input, () => {
        const subnet = need<Subnet>(ctx, 'subnets', input.SubnetId);
        const there = living(ctx);
        if (there.length >= PER_REGION || there.filter((row) => row.vpcId === subnet.vpcId).length >= PER_VPC)
          throw new LabError('ResourceLimitExceeded', 'The maximum number of EC2 Instance Connect Endpoints has been reached.');
        const groups = groupsFor(ctx, subnet.vpcId, input.SecurityGroupIds);
        const made = ctx.id('eice');
        tagNew(ctx, made, input.TagSpecifications, 'instance-connect-endpoint');
        const door = newInterface(ctx, { subnet, groups, description: `EC2 Instance Connect Endpoint ${made}` });
        Object.assign(door, { requesterManaged: true, requesterId: 'AWS-EC2InstanceConnect', type: 'ec2_instance_connect_endpoint' });
        writable<Endpoint>(ctx, 'connectEndpoints')[made] = {
          id: made,
          subnetId: subnet.id,
          vpcId: subnet.vpcId,
          zone: subnet.zone,
          groups,
          interfaceId: door.id,
          preserveClientIp: input.PreserveClientIp ?? false,
          created: ctx.now(),
          timeline: towards(ctx, 'create-in-progress', 'create-complete', CREATE_SECONDS),
        };
        return [made];
      });
      return { InstanceConnectEndpoint: view(ctx, need<Endpoint>(ctx, 'connectEndpoints', id!)), ClientToken: input.ClientToken };
    },
    resources: (input, ctx) => [...arns(ctx, 'instance-connect-endpoint', undefined), ...arns(ctx, 'subnet', input.SubnetId)],
    constraints: { SecurityGroupIds: { length: [0, 16] }, IpAddressType: { enum: ['ipv4', 'dualstack', 'ipv6'] } },
  },
  DescribeInstanceConnectEndpoints: {
    run(input, ctx) {
      const ids: string[] = input.InstanceConnectEndpointIds ?? [];
      const rows = filtered(ctx, chosen<Endpoint>(ctx, 'connectEndpoints', ids), input.Filters, {
        'instance-connect-endpoint-id': (row) => row.id,
        state: (row) => phase(row.timeline, ctx.now()),
        'subnet-id': (row) => row.subnetId,
        'vpc-id': (row) => row.vpcId,
        'availability-zone': (row) => row.zone,
      });
      return paged(ctx, input, rows, 'InstanceConnectEndpoints', (row) => view(ctx, row), { given: ids });
    },
    constraints: { MaxResults: { min: 1, max: 50 } },
  },
  DeleteInstanceConnectEndpoint: {
    run(input, ctx) {
      const row = edit<Endpoint>(ctx, 'connectEndpoints', input.InstanceConnectEndpointId);
      const state = phase(row.timeline, ctx.now());
      if (state.startsWith('create-in')) throw new LabError('IncorrectState', `The endpoint ${row.id} is in the state ${state}.`);
      const end = ctx.due(DELETE_SECONDS);
      row.timeline = [
        { state, at: ctx.now() - 1 },
        { state: 'delete-in-progress', at: ctx.now() },
        { state: 'delete-complete', at: end },
      ];
      row.until = end;
      const door = writable<Interface>(ctx, 'interfaces')[row.interfaceId];
      if (door) door.until = end;
      return { InstanceConnectEndpoint: view(ctx, row) };
    },
    resources: (input, ctx) => arns(ctx, 'instance-connect-endpoint', input.InstanceConnectEndpointId),
  },
};
