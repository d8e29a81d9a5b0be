import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Trail told to stop recording', 'Se ordenó a un trail dejar de registrar'),
  description: text(
    'From this call until StartLogging the trail writes no log files; other trails, and the 90 days of event history, go on. Owners do it rarely, and mostly while they replace a trail. Read what the same identity did right before, and look for the gap in other sources.',
    'Desde esta llamada hasta StartLogging el trail no escribe ficheros; otros trails y los 90 días de historial siguen. Los dueños lo hacen rara vez, sobre todo al sustituir un trail. Lea qué hizo la misma identidad justo antes y busque el hueco en otras fuentes.',
  ),
  severity: 'high',
  attack: ['T1562.008'],
  references: ['https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html'],
  apis: ['cloudtrail:StopLogging'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} asked trail ${named(record, 'name')} to stop recording in ${region(record)}.`,
          `${who(record)} pidió al trail ${named(record, 'name')} que dejara de registrar en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('a user stops the trail', call('cloudtrail:StopLogging', { name: 'main' })),
      example('a user is refused', denied('cloudtrail:StopLogging', { name: 'main' })),
    ],
    quiet: [
      example('a service does it', byService('cloudtrail', 'cloudtrail:StopLogging', { name: 'aws-controltower-BaselineCloudTrail' })),
      example('without a name, by a service', byService('controltower', 'cloudtrail:StopLogging')),
    ],
  },
};
