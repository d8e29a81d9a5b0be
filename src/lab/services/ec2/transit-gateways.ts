import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { filtered, paged } from './query.ts';
import type { Phase, Subnet, Vpc } from './rows.ts';
import { arn, arns, chosen, date, edit, gone, need, notFound, phase, rowsOf, towards, wellFormed, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

interface Gateway {
  id: string;
  ownerId: string;
  description: string;
  autoAccept: boolean;
  created: number;
  timeline: Phase[];
  until?: number;
}
interface Attachment {
  id: string;
  gatewayId: string;
  gatewayOwner: string;
  vpcId: string;
  subnets: string[];
  created: number;
  timeline: Phase[];
  until?: number;
}
const GATEWAY_SECONDS = 90;
const ATTACH_SECONDS = 60;
const LIMITS = { MaxResults: { min: 5, max: 1000 } };

const gatewayView = (ctx: LabContext, row: Gateway) => ({
  TransitGatewayId: row.id,
  TransitGatewayArn: arn(ctx, 'transit-gateway', row.id, row.ownerId),
  State: phase(row.timeline, ctx.now()),
  OwnerId: row.ownerId,
  Description: row.description,
  CreationTime: date(row.created),
  Options: { AutoAcceptSharedAttachments: row.autoAccept ? 'enable' : 'disable', DnsSupport: 'enable', VpnEcmpSupport: 'enable' },
  Tags: row.ownerId === ctx.account.id ? tagsOf(ctx, row.id) : [],
});
/** Own ones and, as if shared with everybody by Resource Access Manager, those of the world's other accounts. */
function gateway(ctx: LabContext, id: string): Gateway {
  wellFormed('transitGateways', [id]);
  const row = Object.values(ctx.world.accounts)
    .map((account) => account.regions[ctx.region.name]?.tables.transitGateways?.[id] as Gateway | undefined)
    .find((item) => item && !gone(item, ctx.now()));
  if (!row) throw notFound('transitGateways', [id]);
  return row;
}
const attachmentView = (ctx: LabContext, row: Attachment) => ({
  TransitGatewayAttachmentId: row.id,
  TransitGatewayId: row.gatewayId,
  TransitGatewayOwnerId: row.gatewayOwner,
  ResourceOwnerId: ctx.account.id,
  ResourceType: 'vpc',
  ResourceId: row.vpcId,
  State: phase(row.timeline, ctx.now()),
  CreationTime: date(row.created),
  Tags: tagsOf(ctx, row.id),
});
const vpcAttachmentView = (ctx: LabContext, row: Attachment) => ({
  TransitGatewayAttachmentId: row.id,
  TransitGatewayId: row.gatewayId,
  VpcId: row.vpcId,
  VpcOwnerId: ctx.account.id,
  State: phase(row.timeline, ctx.now()),
  SubnetIds: row.subnets,
  CreationTime: date(row.created),
  Options: { DnsSupport: 'enable', Ipv6Support: 'disable', ApplianceModeSupport: 'disable' },
  Tags: tagsOf(ctx, row.id),
});
const fields = (ctx: LabContext) => ({
  'transit-gateway-attachment-id': (row: Attachment) => row.id,
  'transit-gateway-id': (row: Attachment) => row.gatewayId,
  'resource-id': (row: Attachment) => row.vpcId,
  'resource-type': () => 'vpc',
  'vpc-id': (row: Attachment) => row.vpcId,
  state: (row: Attachment) => phase(row.timeline, ctx.now()),
});

export const operations: LabOperations = {
  CreateTransitGateway: {
    run(input, ctx) {
      const row: Gateway = {
        id: ctx.id('tgw'),
        ownerId: ctx.account.id,
        description: input.Description ?? '',
        autoAccept: input.Options?.AutoAcceptSharedAttachments === 'enable',
        created: ctx.now(),
        timeline: towards(ctx, 'pending', 'available', GATEWAY_SECONDS),
      };
      tagNew(ctx, row.id, input.TagSpecifications, 'transit-gateway');
      writable<Gateway>(ctx, 'transitGateways')[row.id] = row;
      return { TransitGateway: gatewayView(ctx, row) };
    },
    resources: (_input, ctx) => arns(ctx, 'transit-gateway', undefined),
  },
  DescribeTransitGateways: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<Gateway>(ctx, 'transitGateways', input.TransitGatewayIds), input.Filters, {
        'transit-gateway-id': (row) => row.id,
        'owner-id': (row) => row.ownerId,
        state: (row) => phase(row.timeline, ctx.now()),
      });
      return paged(ctx, input, rows, 'TransitGateways', (row) => gatewayView(ctx, row), { given: input.TransitGatewayIds });
    },
    constraints: LIMITS,
  },
  /** Of another account's gateway it waits for that account, unless the gateway accepts by itself. */
  CreateTransitGatewayVpcAttachment: {
    run(input, ctx) {
      const home = need<Vpc>(ctx, 'vpcs', input.VpcId);
      const to = gateway(ctx, input.TransitGatewayId);
      if (phase(to.timeline, ctx.now()) !== 'available') throw new LabError('IncorrectState', `${to.id} is in invalid state`);
      for (const id of input.SubnetIds)
        if (need<Subnet>(ctx, 'subnets', id).vpcId !== home.id) throw new LabError('InvalidParameterValue', `Subnet ${id} is not in VPC ${home.id}`);
      const twin = rowsOf<Attachment>(ctx, 'transitAttachments').find((row) => row.gatewayId === to.id && row.vpcId === home.id);
      if (twin) throw new LabError('DuplicateTransitGatewayAttachment', `${to.id} has non-deleted Transit Gateway Attachments with same VPC ID.`);
      const own = to.ownerId === ctx.account.id;
      const row: Attachment = {
        id: ctx.id('tgw-attach'),
        gatewayId: to.id,
        gatewayOwner: to.ownerId,
        vpcId: home.id,
        subnets: input.SubnetIds,
        created: ctx.now(),
        timeline: own || to.autoAccept ? towards(ctx, 'pending', 'available', ATTACH_SECONDS) : towards(ctx, 'initiatingRequest', 'pendingAcceptance', 2),
      };
      tagNew(ctx, row.id, input.TagSpecifications, 'transit-gateway-attachment');
      writable<Attachment>(ctx, 'transitAttachments')[row.id] = row;
      return { TransitGatewayVpcAttachment: vpcAttachmentView(ctx, row) };
    },
    resources: (input, ctx) => [...arns(ctx, 'transit-gateway-attachment', undefined), ...arns(ctx, 'vpc', input.VpcId)],
  },
  DeleteTransitGatewayVpcAttachment: {
    run(input, ctx) {
      const row = edit<Attachment>(ctx, 'transitAttachments', input.TransitGatewayAttachmentId);
      const end = ctx.due(ATTACH_SECONDS);
      row.timeline = [
        { state: phase(row.timeline, ctx.now()), at: ctx.now() - 1 },
        { state: 'deleting', at: ctx.now() },
        { state: 'deleted', at: end },
      ];
      row.until = end + 3_600_000;
      return { TransitGatewayVpcAttachment: vpcAttachmentView(ctx, row) };
    },
    resources: (input, ctx) => arns(ctx, 'transit-gateway-attachment', input.TransitGatewayAttachmentId),
  },
  DescribeTransitGatewayAttachments: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<Attachment>(ctx, 'transitAttachments', input.TransitGatewayAttachmentIds), input.Filters, fields(ctx));
      return paged(ctx, input, rows, 'TransitGatewayAttachments', (row) => attachmentView(ctx, row), { given: input.TransitGatewayAttachmentIds });
    },
    constraints: LIMITS,
  },
  DescribeTransitGatewayVpcAttachments: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<Attachment>(ctx, 'transitAttachments', input.TransitGatewayAttachmentIds), input.Filters, fields(ctx));
      return paged(ctx, input, rows, 'TransitGatewayVpcAttachments', (row) => vpcAttachmentView(ctx, row), { given: input.TransitGatewayAttachmentIds });
    },
    constraints: LIMITS,
  },
};
