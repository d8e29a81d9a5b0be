import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { askedText, machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Managed instances and volumes hidden from listings', 'Instancias y volúmenes gestionados ocultos en los listados'),
  description: text(
    'Describe calls no longer show instances, volumes, interfaces and launch templates that a service manages unless they ask for them. Whoever hunts for miners without IncludeManagedResources finds none.',
    'Las llamadas Describe ya no muestran instancias, volúmenes, interfaces y plantillas que gestiona un servicio salvo que se pidan. Quien busca mineros sin IncludeManagedResources no encuentra ninguno.',
  ),
  severity: 'high',
  attack: ['T1564'],
  apis: ['ec2:ModifyManagedResourceVisibility'],
  when: (record) =>
    machinery(record) || !(askedText(record, 'defaultVisibility')?.toLowerCase() !== 'visible')
      ? undefined
      : text(
          `${who(record)} set the visibility of managed resources in ${region(record)} to ${named(record, 'defaultVisibility')}.`,
          `${who(record)} puso la visibilidad de los recursos gestionados de ${region(record)} en ${named(record, 'defaultVisibility')}.`,
        ),
  examples: {
    hits: [
      example('hidden', call('ec2:ModifyManagedResourceVisibility', { ModifyManagedResourceVisibilityRequest: { DefaultVisibility: 'hidden' } })),
      example('refused', denied('ec2:ModifyManagedResourceVisibility', { defaultVisibility: 'hidden' })),
    ],
    quiet: [
      example('shown', call('ec2:ModifyManagedResourceVisibility', { ModifyManagedResourceVisibilityRequest: { DefaultVisibility: 'visible' } })),
      example('shown, in the other spelling', call('ec2:ModifyManagedResourceVisibility', { defaultVisibility: 'visible' })),
    ],
  },
};
