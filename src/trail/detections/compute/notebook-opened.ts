import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { outcomeOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { longTermKey, machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Notebook or studio opened by a signed address', 'Cuaderno o estudio abierto con una dirección firmada'),
  description: text(
    "The address opens a terminal with the notebook's role, for whoever holds it. Data scientists do it daily in the console; look for a principal or address that is new.",
    'La dirección abre una terminal con el rol del cuaderno a quien la tenga. Los científicos de datos lo hacen a diario en la consola; busque un principal o una dirección nuevos.',
  ),
  severity: 'medium',
  attack: ['T1550', 'T1059'],
  apis: ['sagemaker:CreatePresignedNotebookInstanceUrl', 'sagemaker:CreatePresignedDomainUrl', 'sagemaker:CreatePresignedMlflowTrackingServerUrl'],
  when: (record) =>
    machinery(record) || !(longTermKey(record) || outcomeOf(record) === 'denied')
      ? undefined
      : text(
          `${who(record)} asked for an address that opens ${named(record, 'notebookInstanceName', 'userProfileName', 'domainId')} (${region(record)}).`,
          `${who(record)} pidió una dirección que abre ${named(record, 'notebookInstanceName', 'userProfileName', 'domainId')} (${region(record)}).`,
        ),
  examples: {
    hits: [
      example('with a long-term key', call('sagemaker:CreatePresignedNotebookInstanceUrl', { notebookInstanceName: 'nb' })),
      example('refused', denied('sagemaker:CreatePresignedDomainUrl', { domainId: 'd-1', userProfileName: 'p' }, { userIdentity: { type: 'AssumedRole' } })),
    ],
    quiet: [
      example(
        'a role, in the console',
        call('sagemaker:CreatePresignedNotebookInstanceUrl', { notebookInstanceName: 'nb' }, { userIdentity: { type: 'AssumedRole' } }),
      ),
      example('a service', byService('sagemaker', 'sagemaker:CreatePresignedDomainUrl', {})),
    ],
  },
};
