import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Files moved out of or into CloudShell', 'Ficheros sacados de CloudShell o llevados a él'),
  description: text(
    "CloudShell is a machine of AWS's in the victim's account, without a network or disk of his to look at. Its environment can be opened only from the console.",
    'CloudShell es una máquina de AWS en la cuenta de la víctima, sin red ni disco suyos que mirar. Su entorno solo se abre desde la consola.',
  ),
  severity: 'medium',
  attack: ['T1567', 'T1105'],
  apis: ['cloudshell:GetFileDownloadUrls', 'cloudshell:GetFileUploadUrls'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} in CloudShell${noted(record, 'fileDownloadPath', 'fileUploadPath', 'environmentId')}.`,
          `${who(record)} llamó a ${api(record)} en CloudShell${noted(record, 'fileDownloadPath', 'fileUploadPath', 'environmentId')}.`,
        ),
  examples: {
    hits: [
      example('out', call('cloudshell:GetFileDownloadUrls', { environmentId: 'e', fileDownloadPath: '/home/cloudshell-user/dump.zip' })),
      example('refused', denied('cloudshell:GetFileUploadUrls', { environmentId: 'e' })),
    ],
    quiet: [
      example('a service', byService('cloudshell', 'cloudshell:GetFileDownloadUrls', {})),
      example('a service, in', byService('cloudshell', 'cloudshell:GetFileUploadUrls', {})),
    ],
  },
};
