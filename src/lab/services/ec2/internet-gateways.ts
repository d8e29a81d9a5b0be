import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { associationOf } from './interface-model.ts';
import type { EgressOnlyGateway, InternetGateway } from './network-rows.ts';
import { filtered, paged } from './query.ts';
import type { Interface, Vpc } from './rows.ts';
import { arns, chosen, edit, need, rowsOf, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

/** As many as VPCs (Amazon VPC User Guide, "Amazon VPC quotas"). */
const MAX_GATEWAYS = 50;

const view = (ctx: LabContext, row: InternetGateway) => ({
  InternetGatewayId: row.id,
  OwnerId: ctx.account.id,
  Attachments: row.vpcId === undefined ? [] : [{ VpcId: row.vpcId, State: 'available' }],
  Tags: tagsOf(ctx, row.id),
});
const egressView = (ctx: LabContext, row: EgressOnlyGateway) => ({
  EgressOnlyInternetGatewayId: row.id,
  Attachments: [{ State: 'attached', VpcId: row.vpcId }],
  Tags: tagsOf(ctx, row.id),
});
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'internet-gateway', input.InternetGatewayId);
const both = (input: any, ctx: LabContext): string[] => [...resources(input, ctx), ...arns(ctx, 'vpc', input.VpcId)];

export const operations: LabOperations = {
  CreateInternetGateway: {
    run(input, ctx) {
      if (rowsOf(ctx, 'internetGateways').length >= MAX_GATEWAYS)
        throw new LabError('InternetGatewayLimitExceeded', 'The maximum number of internet gateways has been reached.');
      const row: InternetGateway = { id: ctx.id('igw') };
      tagNew(ctx, row.id, input.TagSpecifications, 'internet-gateway');
      writable<InternetGateway>(ctx, 'internetGateways')[row.id] = row;
      return { InternetGateway: view(ctx, row) };
    },
    resources: (_input, ctx) => arns(ctx, 'internet-gateway', undefined),
  },
  AttachInternetGateway: {
    run(input, ctx) {
      const row = edit<InternetGateway>(ctx, 'internetGateways', input.InternetGatewayId);
      const home = need<Vpc>(ctx, 'vpcs', input.VpcId);
      if (row.vpcId !== undefined) throw new LabError('Resource.AlreadyAssociated', `resource ${row.id} is already attached to network ${row.vpcId}`);
      if (rowsOf<InternetGateway>(ctx, 'internetGateways').some((other) => other.vpcId === home.id))
        throw new LabError('InvalidParameterValue', `Network ${home.id} already has an internet gateway attached`);
      row.vpcId = home.id;
      return {};
    },
    resources: both,
  },
  /** Refused while anything in the VPC has a public IPv4 address; IPv6 addresses do not hold it. */
  DetachInternetGateway: {
    run(input, ctx) {
      const row = edit<InternetGateway>(ctx, 'internetGateways', input.InternetGatewayId);
      const home = need<Vpc>(ctx, 'vpcs', input.VpcId);
      if (row.vpcId !== home.id) throw new LabError('Gateway.NotAttached', `resource ${row.id} is not attached to network ${home.id}`);
      if (rowsOf<Interface>(ctx, 'interfaces').some((item) => item.vpcId === home.id && associationOf(ctx, item)))
        throw new LabError(
          'DependencyViolation',
          `Network ${home.id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
        );
      delete row.vpcId;
      return {};
    },
    resources: both,
  },
  DeleteInternetGateway: {
    run(input, ctx) {
      const row = edit<InternetGateway>(ctx, 'internetGateways', input.InternetGatewayId);
      if (row.vpcId !== undefined) throw new LabError('DependencyViolation', `The internetGateway '${row.id}' has dependencies and cannot be deleted.`);
      delete writable(ctx, 'internetGateways')[row.id];
      delete writable(ctx, 'tags')[row.id];
      return {};
    },
    resources,
  },
  DescribeInternetGateways: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<InternetGateway>(ctx, 'internetGateways', input.InternetGatewayIds), input.Filters, {
        'internet-gateway-id': (row) => row.id,
        'attachment.vpc-id': (row) => row.vpcId,
        'attachment.state': (row) => row.vpcId && 'available',
        'owner-id': () => ctx.account.id,
      });
      return paged(ctx, input, rows, 'InternetGateways', (row) => view(ctx, row), { given: input.InternetGatewayIds, name: 'internetGatewayIds' });
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
  CreateEgressOnlyInternetGateway: {
    run(input, ctx) {
      const home = need<Vpc>(ctx, 'vpcs', input.VpcId);
      const row: EgressOnlyGateway = { id: ctx.id('eigw'), vpcId: home.id };
      tagNew(ctx, row.id, input.TagSpecifications, 'egress-only-internet-gateway');
      writable<EgressOnlyGateway>(ctx, 'egressGateways')[row.id] = row;
      return { EgressOnlyInternetGateway: egressView(ctx, row), ClientToken: input.ClientToken };
    },
    resources: (input, ctx) => [...arns(ctx, 'egress-only-internet-gateway', undefined), ...arns(ctx, 'vpc', input.VpcId)],
  },
  DeleteEgressOnlyInternetGateway: {
    run(input, ctx) {
      const row = edit<EgressOnlyGateway>(ctx, 'egressGateways', input.EgressOnlyInternetGatewayId);
      delete writable(ctx, 'egressGateways')[row.id];
      delete writable(ctx, 'tags')[row.id];
      return { ReturnCode: true };
    },
    resources: (input, ctx) => arns(ctx, 'egress-only-internet-gateway', input.EgressOnlyInternetGatewayId),
  },
  DescribeEgressOnlyInternetGateways: {
    run(input, ctx) {
      // Ids that do not exist are passed over in silence.
      const ids: string[] = input.EgressOnlyInternetGatewayIds ?? [];
      const known = rowsOf<EgressOnlyGateway>(ctx, 'egressGateways').filter((row) => !ids.length || ids.includes(row.id));
      const rows = filtered(ctx, known, input.Filters, {});
      return paged(ctx, input, rows, 'EgressOnlyInternetGateways', (row) => egressView(ctx, row));
    },
    constraints: { MaxResults: { min: 5, max: 255 } },
  },
};
