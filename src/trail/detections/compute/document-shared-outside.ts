import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from '../data/examples.ts';
import { openToPrincipal } from '../data/outside.ts';
import { asked, machinery, named, strings, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Systems Manager document shared outside', 'Documento de Systems Manager compartido fuera'),
  description: text(
    'Documents hold scripts, and with them names and secrets; a public one can be read by everybody.',
    'Los documentos contienen guiones, y con ellos nombres y secretos; uno público lo lee cualquiera.',
  ),
  severity: 'high',
  attack: ['T1537', 'T1651'],
  apis: ['ssm:ModifyDocumentPermission'],
  when: (record, background) =>
    machinery(record) || !strings(asked(record, 'accountIdsToAdd')).some((one) => openToPrincipal(one.toLowerCase() === 'all' ? '*' : one, record, background))
      ? undefined
      : text(
          `${who(record)} shared document ${named(record, 'name')} with ${named(record, 'accountIdsToAdd')}.`,
          `${who(record)} compartió el documento ${named(record, 'name')} con ${named(record, 'accountIdsToAdd')}.`,
        ),
  examples: {
    hits: [
      example('with everybody', call('ssm:ModifyDocumentPermission', { name: 'deploy', permissionType: 'Share', accountIdsToAdd: ['all'] })),
      example('refused', denied('ssm:ModifyDocumentPermission', { name: 'deploy', permissionType: 'Share', accountIdsToAdd: [OUTSIDER] })),
    ],
    quiet: [
      example('taken back', call('ssm:ModifyDocumentPermission', { name: 'deploy', permissionType: 'Share', accountIdsToRemove: ['all'] })),
      example('ours', call('ssm:ModifyDocumentPermission', { name: 'deploy', permissionType: 'Share', accountIdsToAdd: [ACCOUNT] })),
    ],
  },
};
