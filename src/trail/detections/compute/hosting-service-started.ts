import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, longTermKey, machinery, noted, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('App Runner, Amplify, Beanstalk or Glue given something to run', 'App Runner, Amplify, Beanstalk o Glue con algo que ejecutar'),
  description: text(
    'Services that nobody watches because nobody uses them: miners spread over them where machines are watched. Where the owner uses them it is ordinary.',
    'Servicios que nadie vigila porque nadie los usa: los mineros se reparten por ellos donde se vigilan las máquinas. Si el dueño los usa es corriente.',
  ),
  severity: 'low',
  attack: ['T1583.006', 'T1496.001'],
  apis: [
    'apprunner:CreateService',
    'amplify:CreateApp',
    'elasticbeanstalk:CreateEnvironment',
    'glue:CreateDevEndpoint',
    'glue:UpdateDevEndpoint',
    'batch:CreateComputeEnvironment',
    'elasticmapreduce:RunJobFlow',
  ],
  when: (record) =>
    machinery(record) || !longTermKey(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} in ${region(record)} with a long-term key${noted(record, 'serviceName', 'name', 'environmentName', 'endpointName', 'computeEnvironmentName')}.`,
          `${who(record)} llamó a ${api(record)} en ${region(record)} con una clave permanente${noted(record, 'serviceName', 'name', 'environmentName', 'endpointName', 'computeEnvironmentName')}.`,
        ),
  examples: {
    hits: [
      example(
        'a service',
        call('apprunner:CreateService', { serviceName: 'x', sourceConfiguration: { imageRepository: { imageIdentifier: 'public.ecr.aws/x/y' } } }),
      ),
      example('refused', denied('glue:CreateDevEndpoint', { endpointName: 'x', roleArn: 'arn:aws:iam::111122223333:role/r' })),
    ],
    quiet: [
      example('by a deployment role', call('elasticbeanstalk:CreateEnvironment', { environmentName: 'web' }, { userIdentity: { type: 'AssumedRole' } })),
      example('AWS Batch by itself', byService('batch', 'batch:CreateComputeEnvironment', {})),
    ],
  },
};
