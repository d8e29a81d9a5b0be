import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, asked, machinery, no, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('AWS Config stopped or narrowed', 'AWS Config detenido o reducido'),
  description: text(
    'Changes of resources are no longer recorded, so that later nobody can say what a security group or policy looked like. Done for cost, too, mostly by narrowing the types; stopping the recorder is rarer.',
    'Los cambios de los recursos ya no se registran y luego nadie puede decir cómo era un grupo de seguridad o una política. También se hace por coste, casi siempre limitando los tipos; parar el registrador es más raro.',
  ),
  severity: 'high',
  attack: ['T1562.001'],
  apis: ['config:StopConfigurationRecorder', 'config:DeleteConfigurationRecorder', 'config:DeleteDeliveryChannel', 'config:PutConfigurationRecorder'],
  when: (record) =>
    machinery(record) || !(apiOf(record) !== 'config:PutConfigurationRecorder' || no(asked(record, 'configurationRecorder.recordingGroup.allSupported')))
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on AWS Config in ${region(record)}.`,
          `${who(record)} llamó a ${api(record)} en AWS Config en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('stopped', call('config:StopConfigurationRecorder', { configurationRecorderName: 'default' })),
      example(
        'narrowed, refused',
        denied('config:PutConfigurationRecorder', {
          configurationRecorder: { name: 'default', recordingGroup: { allSupported: false, resourceTypes: ['AWS::S3::Bucket'] } },
        }),
      ),
    ],
    quiet: [
      example('all types', call('config:PutConfigurationRecorder', { configurationRecorder: { name: 'default', recordingGroup: { allSupported: true } } })),
      example('by Control Tower', byService('controltower', 'config:DeleteDeliveryChannel', { deliveryChannelName: 'x' })),
    ],
  },
};
