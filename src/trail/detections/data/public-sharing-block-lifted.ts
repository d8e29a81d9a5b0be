import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example } from './examples.ts';
import { api, askedText, machinery, region, who } from './reading.ts';

export const detection: Detection = {
  title: text('Block of public snapshots and images lifted', 'Bloqueo de snapshots e imágenes públicos levantado'),
  description: text(
    'Snapshots or images can be made public again in this region. Nothing is public yet; look for what was shared after it.',
    'En esta región vuelve a ser posible hacer públicos snapshots o imágenes. Aún no hay nada público; busque qué se compartió después.',
  ),
  severity: 'medium',
  attack: ['T1562.001', 'T1537'],
  apis: ['ec2:DisableSnapshotBlockPublicAccess', 'ec2:DisableImageBlockPublicAccess', 'ec2:EnableSnapshotBlockPublicAccess'],
  when: (record) =>
    machinery(record) || !(apiOf(record) !== 'ec2:EnableSnapshotBlockPublicAccess' || askedText(record, 'state') === 'block-new-sharing')
      ? undefined
      : text(`${who(record)} called ${api(record)} in ${region(record)}.`, `${who(record)} llamó a ${api(record)} en ${region(record)}.`),
  examples: {
    hits: [example('lifted', call('ec2:DisableSnapshotBlockPublicAccess')), example('refused', denied('ec2:DisableImageBlockPublicAccess'))],
    quiet: [
      example('blocked', call('ec2:EnableSnapshotBlockPublicAccess', { EnableSnapshotBlockPublicAccessRequest: { State: 'block-all-sharing' } })),
      example('by a declarative policy', byService('organizations', 'ec2:DisableImageBlockPublicAccess')),
    ],
  },
};
