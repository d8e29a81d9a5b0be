import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Start script of a notebook made or changed', 'Guion de arranque de un cuaderno creado o cambiado'),
  description: text(
    "It runs as root with the notebook's role at each start: persistence and escalation in one. Read the script, base64 in the request.",
    'Se ejecuta como root con el rol del cuaderno en cada arranque: persistencia y escalada a la vez. Lea el guion, en base64 en la petición.',
  ),
  severity: 'high',
  attack: ['T1037', 'T1059'],
  apis: ['sagemaker:CreateNotebookInstanceLifecycleConfig', 'sagemaker:UpdateNotebookInstanceLifecycleConfig', 'sagemaker:CreateStudioLifecycleConfig'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} for ${named(record, 'notebookInstanceLifecycleConfigName', 'studioLifecycleConfigName')}.`,
          `${who(record)} llamó a ${api(record)} para ${named(record, 'notebookInstanceLifecycleConfigName', 'studioLifecycleConfigName')}.`,
        ),
  examples: {
    hits: [
      example(
        'changed',
        call('sagemaker:UpdateNotebookInstanceLifecycleConfig', { notebookInstanceLifecycleConfigName: 'x', onStart: [{ content: 'IyEvYmluL3No' }] }),
      ),
      example('refused', denied('sagemaker:CreateStudioLifecycleConfig', { studioLifecycleConfigName: 'x' })),
    ],
    quiet: [
      example('a service', byService('sagemaker', 'sagemaker:CreateNotebookInstanceLifecycleConfig', {})),
      example('DataZone', byService('datazone', 'sagemaker:CreateStudioLifecycleConfig', {})),
    ],
  },
};
