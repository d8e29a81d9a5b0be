import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example, OUTSIDER } from '../data/examples.ts';
import { outsider } from '../data/outside.ts';
import { api, askedText, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Transit gateway joined with another, or its attachment accepted', 'Transit gateway unido a otro, o su conexión aceptada'),
  description: text(
    'Whole networks, also of other accounts, are joined. Network teams do it a few times a year.',
    'Se unen redes enteras, también de otras cuentas. Los equipos de redes lo hacen unas pocas veces al año.',
  ),
  severity: 'medium',
  attack: ['T1599'],
  apis: [
    'ec2:CreateTransitGatewayPeeringAttachment',
    'ec2:AcceptTransitGatewayPeeringAttachment',
    'ec2:AcceptTransitGatewayVpcAttachment',
    'ec2:CreateTransitGatewayVpcAttachment',
  ],
  when(record, background) {
    const account = outsider(askedText(record, 'peerAccountId'), record, background);
    if (machinery(record) || (apiOf(record) === 'ec2:CreateTransitGatewayVpcAttachment' && !account)) return undefined;
    const what = named(record, 'transitGatewayId', 'transitGatewayAttachmentId', 'vpcId');
    return text(
      `${who(record)} called ${api(record)} on ${what}${account ? ` with account ${account}` : ''}.`,
      `${who(record)} llamó a ${api(record)} sobre ${what}${account ? ` con la cuenta ${account}` : ''}.`,
    );
  },
  examples: {
    hits: [
      example(
        'peered with another account',
        call('ec2:CreateTransitGatewayPeeringAttachment', {
          CreateTransitGatewayPeeringAttachmentRequest: { TransitGatewayId: 'tgw-1', PeerTransitGatewayId: 'tgw-2', PeerAccountId: OUTSIDER },
        }),
      ),
      example(
        'refused',
        denied('ec2:AcceptTransitGatewayVpcAttachment', { AcceptTransitGatewayVpcAttachmentRequest: { TransitGatewayAttachmentId: 'tgw-attach-1' } }),
      ),
    ],
    quiet: [
      example(
        'a network of ours',
        call('ec2:CreateTransitGatewayVpcAttachment', { CreateTransitGatewayVpcAttachmentRequest: { TransitGatewayId: 'tgw-1', VpcId: 'vpc-1' } }),
      ),
      example('a service', byService('networkmanager', 'ec2:AcceptTransitGatewayPeeringAttachment', {})),
    ],
  },
};
