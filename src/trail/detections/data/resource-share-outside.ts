import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from './examples.ts';
import { outsidersIn } from './outside.ts';
import { asked, machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Resources shared with another account by RAM', 'Recursos compartidos con otra cuenta mediante RAM'),
  description: text(
    'Subnets, databases, images, keys and much else can be used by the other account. Within an organisation it is ordinary; with a stranger it is not.',
    'La otra cuenta puede usar subredes, bases de datos, imágenes, claves y mucho más. Dentro de una organización es corriente; con un extraño no.',
  ),
  severity: 'high',
  attack: ['T1537'],
  apis: ['ram:CreateResourceShare', 'ram:AssociateResourceShare'],
  when: (record, background) =>
    machinery(record) || !(outsidersIn(asked(record, 'principals'), record, background).length > 0)
      ? undefined
      : text(
          `${who(record)} shared ${named(record, 'resourceArns', 'name', 'resourceShareArn')} with account ${outsidersIn(asked(record, 'principals'), record, background)[0]}.`,
          `${who(record)} compartió ${named(record, 'resourceArns', 'name', 'resourceShareArn')} con la cuenta ${outsidersIn(asked(record, 'principals'), record, background)[0]}.`,
        ),
  examples: {
    hits: [
      example(
        'shared',
        call('ram:CreateResourceShare', {
          name: 'x',
          principals: [OUTSIDER],
          resourceArns: ['arn:aws:ec2:us-east-1:111122223333:subnet/subnet-1'],
          allowExternalPrincipals: true,
        }),
      ),
      example('refused', denied('ram:AssociateResourceShare', { resourceShareArn: 'arn:x', principals: [OUTSIDER] })),
    ],
    quiet: [
      example('with an account of ours', call('ram:CreateResourceShare', { name: 'x', principals: [ACCOUNT] })),
      example('with nobody yet', call('ram:CreateResourceShare', { name: 'x', allowExternalPrincipals: true })),
    ],
  },
};
