import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { api, asked, machinery, named, no, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('CloudTrail Lake store deleted, stopped or unprotected', 'Almacén de CloudTrail Lake borrado, parado o sin protección'),
  description: text(
    'An event data store keeps events of years. It can be restored within seven days of deletion; its termination protection has to be switched off first, which is a sign by itself.',
    'Un almacén de eventos guarda eventos de años. Se puede restaurar en los siete días siguientes al borrado; antes hay que quitarle la protección, lo que ya es una señal.',
  ),
  severity: 'high',
  attack: ['T1562.008', 'T1070'],
  apis: ['cloudtrail:DeleteEventDataStore', 'cloudtrail:StopEventDataStoreIngestion', 'cloudtrail:UpdateEventDataStore', 'cloudtrail:DeleteChannel'],
  when: (record) =>
    machinery(record) || !(apiOf(record) !== 'cloudtrail:UpdateEventDataStore' || no(asked(record, 'terminationProtectionEnabled')))
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on ${named(record, 'eventDataStore', 'channel', 'name')}.`,
          `${who(record)} llamó a ${api(record)} sobre ${named(record, 'eventDataStore', 'channel', 'name')}.`,
        ),
  examples: {
    hits: [
      example('protection switched off', call('cloudtrail:UpdateEventDataStore', { eventDataStore: 'eds-1', terminationProtectionEnabled: false })),
      example('deletion refused', denied('cloudtrail:DeleteEventDataStore', { eventDataStore: 'eds-1' })),
    ],
    quiet: [
      example('kept longer', call('cloudtrail:UpdateEventDataStore', { eventDataStore: 'eds-1', retentionPeriod: 2557 })),
      example('protection switched on', call('cloudtrail:UpdateEventDataStore', { eventDataStore: 'eds-1', terminationProtectionEnabled: true })),
    ],
  },
};
