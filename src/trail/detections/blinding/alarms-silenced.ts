import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, type TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { api, asked, askedText, machinery, named, strings, who } from '../data/reading.ts';

const names = (record: TrailRecord) =>
  [...strings(asked(record, 'alarmNames')), askedText(record, 'alarmName') ?? ''].filter((name) => name && !/^(TargetTracking|awseb)-/.test(name));

export const detection: Detection = {
  title: text('CloudWatch alarms deleted, muted or set to OK by hand', 'Alarmas de CloudWatch borradas, silenciadas o puestas en OK a mano'),
  description: text(
    "Nobody is told when the alarm's limit is passed. Scaling policies own alarms and delete them on their own; those are left out.",
    'Nadie se entera cuando se pasa el límite. Las políticas de escalado tienen alarmas propias y las borran solas; esas no cuentan.',
  ),
  severity: 'medium',
  attack: ['T1562.001'],
  apis: ['monitoring:DeleteAlarms', 'monitoring:DisableAlarmActions', 'monitoring:SetAlarmState'],
  when: (record) =>
    machinery(record) || !(names(record).length > 0 && (apiOf(record) !== 'monitoring:SetAlarmState' || askedText(record, 'stateValue') === 'OK'))
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on ${named(record, 'alarmNames', 'alarmName')}.`,
          `${who(record)} llamó a ${api(record)} sobre ${named(record, 'alarmNames', 'alarmName')}.`,
        ),
  examples: {
    hits: [
      example('deleted', call('monitoring:DeleteAlarms', { alarmNames: ['root-use'] })),
      example('muting refused', denied('monitoring:DisableAlarmActions', { alarmNames: ['root-use'] })),
    ],
    quiet: [
      example('an alarm of a scaling policy', call('monitoring:DeleteAlarms', { alarmNames: ['TargetTracking-table/x-AlarmHigh-1'] })),
      example('an alarm tried out', call('monitoring:SetAlarmState', { alarmName: 'root-use', stateValue: 'ALARM' })),
    ],
  },
};
