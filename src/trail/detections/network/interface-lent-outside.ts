import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, byService, call, denied, example, OUTSIDER } from '../data/examples.ts';
import { outsider } from '../data/outside.ts';
import { askedText, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Network interface lent to another account', 'Interfaz de red prestada a otra cuenta'),
  description: text(
    "A machine of the other account can wear this interface and stand in the private network. AWS's own services do so under accounts of theirs.",
    'Una máquina de la otra cuenta puede llevar esta interfaz y estar dentro de la red privada. Los servicios de AWS lo hacen con cuentas propias.',
  ),
  severity: 'high',
  attack: ['T1599', 'T1578'],
  apis: ['ec2:CreateNetworkInterfacePermission'],
  when: (record, background) =>
    machinery(record) || !outsider(askedText(record, 'awsAccountId'), record, background)
      ? undefined
      : text(
          `${who(record)} lent network interface ${named(record, 'networkInterfaceId')} to account ${named(record, 'awsAccountId')}.`,
          `${who(record)} prestó la interfaz de red ${named(record, 'networkInterfaceId')} a la cuenta ${named(record, 'awsAccountId')}.`,
        ),
  examples: {
    hits: [
      example('lent', call('ec2:CreateNetworkInterfacePermission', { networkInterfaceId: 'eni-1', awsAccountId: OUTSIDER, permission: 'INSTANCE-ATTACH' })),
      example(
        'refused',
        denied('ec2:CreateNetworkInterfacePermission', { networkInterfaceId: 'eni-1', awsAccountId: OUTSIDER, permission: 'INSTANCE-ATTACH' }),
      ),
    ],
    quiet: [
      example('CodeBuild', byService('codebuild.service', 'ec2:CreateNetworkInterfacePermission', { networkInterfaceId: 'eni-1', awsAccountId: OUTSIDER })),
      example('to our own', call('ec2:CreateNetworkInterfacePermission', { networkInterfaceId: 'eni-1', awsAccountId: ACCOUNT })),
    ],
  },
};
