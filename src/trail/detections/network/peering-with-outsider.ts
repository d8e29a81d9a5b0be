import { text } from '../../../kernel/index.ts';
import type { Background, Detection } from '../../detection.ts';
import { text as at, type TrailRecord } from '../../event.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from '../data/examples.ts';
import { outsidersIn } from '../data/outside.ts';
import { api, askedText, machinery, named, who } from '../data/reading.ts';

/** AcceptVpcPeeringConnection names only the connection: both owners stand in its answer. */
const other = (record: TrailRecord, background: Background) =>
  outsidersIn(
    [
      askedText(record, 'peerOwnerId'),
      at(record, 'responseElements.vpcPeeringConnection.requesterVpcInfo.ownerId'),
      at(record, 'responseElements.vpcPeeringConnection.accepterVpcInfo.ownerId'),
    ],
    record,
    background,
  )[0];

export const detection: Detection = {
  title: text("Network peered with another account's", 'Red emparejada con la de otra cuenta'),
  description: text(
    'Machines of the other network can speak to machines of this one without the internet between. Suppliers do so by agreement.',
    'Las máquinas de la otra red pueden hablar con las de esta sin internet de por medio. Los proveedores lo hacen por acuerdo.',
  ),
  severity: 'high',
  attack: ['T1599', 'T1021'],
  apis: ['ec2:CreateVpcPeeringConnection', 'ec2:AcceptVpcPeeringConnection'],
  looksFurther: true,
  when: (record, background) =>
    machinery(record) || !other(record, background)
      ? undefined
      : text(
          `${who(record)} called ${api(record)}: network ${named(record, 'vpcId', 'vpcPeeringConnectionId')} is joined with one of account ${other(record, background)}.`,
          `${who(record)} llamó a ${api(record)}: la red ${named(record, 'vpcId', 'vpcPeeringConnectionId')} se une con una de la cuenta ${other(record, background)}.`,
        ),
  examples: {
    hits: [
      example('asked for', call('ec2:CreateVpcPeeringConnection', { vpcId: 'vpc-1', peerVpcId: 'vpc-2', peerOwnerId: OUTSIDER })),
      example(
        'accepted',
        call(
          'ec2:AcceptVpcPeeringConnection',
          { vpcPeeringConnectionId: 'pcx-1' },
          { responseElements: { vpcPeeringConnection: { requesterVpcInfo: { ownerId: OUTSIDER }, accepterVpcInfo: { ownerId: ACCOUNT } } } },
        ),
      ),
      example('refused', denied('ec2:CreateVpcPeeringConnection', { vpcId: 'vpc-1', peerVpcId: 'vpc-2', peerOwnerId: OUTSIDER })),
    ],
    quiet: [
      example('with a network of ours', call('ec2:CreateVpcPeeringConnection', { vpcId: 'vpc-1', peerVpcId: 'vpc-2', peerOwnerId: ACCOUNT })),
      example('without an owner: our own', call('ec2:CreateVpcPeeringConnection', { vpcId: 'vpc-1', peerVpcId: 'vpc-2' })),
    ],
  },
};
