import type { Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { ec2Found, present, time } from '../hunting/found.ts';

interface Attachment {
  TransitGatewayAttachmentId?: string;
  TransitGatewayId?: string;
  TransitGatewayOwnerId?: string;
  ResourceOwnerId?: string;
  ResourceType?: string;
  ResourceId?: string;
  State?: string;
  CreationTime?: string;
}

/** Connections of a network to others, also of other accounts. */
export const hunter: Hunter = {
  type: 'AWS::EC2::TransitGatewayAttachment',
  scope: 'regional',
  title: text('Transit gateway attachments', 'Conexiones a puertas de tránsito'),
  permissions: ['ec2:DescribeTransitGatewayAttachments'],
  createdByEvents: ['CreateTransitGatewayVpcAttachment', 'CreateTransitGatewayPeeringAttachment', 'CreateTransitGatewayConnect'],
  changedByEvents: [
    'ModifyTransitGatewayVpcAttachment',
    'AcceptTransitGatewayVpcAttachment',
    'AcceptTransitGatewayPeeringAttachment',
    'DeleteTransitGatewayVpcAttachment',
    'DeleteTransitGatewayPeeringAttachment',
  ],
  names: ['transitGatewayAttachmentId'],
  async *scan(ctx, region) {
    for await (const one of listed<Attachment>(ctx, 'ec2', region, 'DescribeTransitGatewayAttachments', 'TransitGatewayAttachments', { MaxResults: 1000 })) {
      if (one.TransitGatewayAttachmentId === undefined) continue;
      const alive = !/^(deleted|deleting|failed|failing|rejected|rejecting)$/.test(one.State ?? '');
      const others = [one.TransitGatewayOwnerId, one.ResourceOwnerId].filter((who): who is string => who !== undefined && who !== ctx.facts.account);
      const who = oneLine([...new Set(others)].join(', '), 80);
      const reasons: Reason[] =
        others.length > 0 && alive ? [{ code: 'shared-outside', text: text(`joins a network of account ${who}`, `une con una red de la cuenta ${who}`) }] : [];
      yield ec2Found(ctx, 'AWS::EC2::TransitGatewayAttachment', 'transit-gateway-attachment', region, one.TransitGatewayAttachmentId, {
        createdAt: time(one.CreationTime),
        alive,
        detail: present({
          state: one.State,
          gateway: one.TransitGatewayId,
          gatewayAccount: one.TransitGatewayOwnerId,
          kind: one.ResourceType,
          resource: oneLine(one.ResourceId, 100),
          resourceAccount: one.ResourceOwnerId,
        }),
        reasons,
      });
    }
  },
};
