import { type Text, text } from '../../../kernel/index.ts';
import type { Background, Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from './examples.ts';
import { ANYONE, accountsNamed, outsidersIn } from './outside.ts';
import { asked, askedText, below, list, named, strings, who } from './reading.ts';

function sharedWith(record: TrailRecord, background: Background): Text | undefined {
  const given = [
    ...list(asked(record, 'launchPermission.add')),
    ...(askedText(record, 'operationType') === 'add' ? [asked(record, 'userGroup') ?? '', asked(record, 'userId') ?? ''] : []),
  ];
  if (given.some((one) => strings(one).includes('all'))) return ANYONE;
  const accounts = outsidersIn(
    given.map((one) => below(one, 'userId') ?? below(one, 'organizationArn') ?? below(one, 'organizationalUnitArn') ?? one),
    record,
    background,
  );
  return accounts.length > 0 ? accountsNamed(accounts) : undefined;
}

export const detection: Detection = {
  title: text('Machine image shared outside', 'Imagen de máquina compartida fuera'),
  description: text(
    'The other account, organisation or anyone can start machines of this image and read everything on its disks. Images are shared with partners in good faith, too; public ones by mistake.',
    'La otra cuenta, la organización o cualquiera puede arrancar máquinas con esta imagen y leer todo lo de sus discos. También se comparten de buena fe con socios; las públicas, por error.',
  ),
  severity: 'high',
  attack: ['T1537'],
  apis: ['ec2:ModifyImageAttribute'],
  when(record, background) {
    const whom = sharedWith(record, background);
    return (
      whom &&
      text(
        `${who(record)} shared image ${named(record, 'imageId')} with ${whom.en}.`,
        `${who(record)} compartió la imagen ${named(record, 'imageId')} con ${whom.es}.`,
      )
    );
  },
  examples: {
    hits: [
      example(
        'with another account',
        call('ec2:ModifyImageAttribute', { imageId: 'ami-1', launchPermission: { add: { items: [{ userId: OUTSIDER }] } }, attributeType: 'launchPermission' }),
      ),
      example('with everybody, refused', denied('ec2:ModifyImageAttribute', { imageId: 'ami-1', launchPermission: { add: { items: [{ group: 'all' }] } } })),
    ],
    quiet: [
      example('taken back', call('ec2:ModifyImageAttribute', { imageId: 'ami-1', launchPermission: { remove: { items: [{ userId: OUTSIDER }] } } })),
      example('with an account of ours', call('ec2:ModifyImageAttribute', { imageId: 'ami-1', launchPermission: { add: { items: [{ userId: ACCOUNT }] } } })),
    ],
  },
};
