import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from './examples.ts';
import { api, machinery, noted, who } from './reading.ts';

export const detection: Detection = {
  title: text('File transfer server or user made', 'Servidor o usuario de transferencia de ficheros creado'),
  description: text(
    "SFTP into and out of a bucket, for whoever has the key; it leaves the API's paths and logs apart.",
    'SFTP hacia y desde un bucket para quien tenga la clave; queda fuera de las vías y los registros de la API.',
  ),
  severity: 'medium',
  attack: ['T1567', 'T1048'],
  apis: ['transfer:CreateServer', 'transfer:CreateUser', 'transfer:ImportSshPublicKey', 'transfer:CreateConnector'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} in AWS Transfer${noted(record, 'userName', 'serverId', 'url')}.`,
          `${who(record)} llamó a ${api(record)} en AWS Transfer${noted(record, 'userName', 'serverId', 'url')}.`,
        ),
  examples: {
    hits: [
      example('a user', call('transfer:CreateUser', { serverId: 's-1', userName: 'x', homeDirectory: '/data' })),
      example('refused', denied('transfer:CreateServer', { endpointType: 'PUBLIC', protocols: ['SFTP'] })),
    ],
    quiet: [
      example('a service', byService('transfer', 'transfer:ImportSshPublicKey', { serverId: 's-1' })),
      example('by B2B', byService('b2bi', 'transfer:CreateConnector', { url: 'x' })),
    ],
  },
};
