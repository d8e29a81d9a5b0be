import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, region, who } from '../data/reading.ts';
import { says } from '../stored.ts';
import { accelerated, huge } from './sizes.ts';

const kinds = (record: TrailRecord) => [...new Set([...accelerated(record), ...huge(record)])].slice(0, 4).join(', ');

export const detection: Detection = {
  title: text('Machines with GPUs or of the largest kinds asked for', 'Máquinas con GPU o de los tipos más grandes pedidas'),
  description: text(
    'Miners and thieves of computing take what computes most. Where the owner trains models or renders this is daily work; elsewhere it never is. Refused for the vCPU limit it is still a strong sign, and a request to raise the limit often follows.',
    'Los mineros y ladrones de cómputo toman lo que más calcula. Donde el dueño entrena modelos o renderiza es trabajo diario; en otros sitios nunca. Rechazado por el límite de vCPU sigue siendo una señal fuerte, y a menudo sigue una petición de ampliarlo.',
  ),
  severity: 'high',
  attack: ['T1496.001', 'T1578.002'],
  apis: [
    'ec2:RunInstances',
    'ec2:RequestSpotInstances',
    'ec2:RequestSpotFleet',
    'ec2:CreateFleet',
    'ec2:CreateLaunchTemplate',
    'ec2:CreateLaunchTemplateVersion',
    'autoscaling:CreateLaunchConfiguration',
    'autoscaling:CreateAutoScalingGroup',
    'sagemaker:CreateNotebookInstance',
    'sagemaker:CreateTrainingJob',
    'sagemaker:CreateProcessingJob',
    'sagemaker:CreateEndpointConfig',
    'eks:CreateNodegroup',
    'batch:CreateComputeEnvironment',
    'elasticmapreduce:RunJobFlow',
    'gamelift:CreateFleet',
  ],
  sql: says('"(ml[.]|db[.])?(p|g|gr|trn|inf|dl|vt|f)[0-9][a-zA-Z0-9_-]*[.]', '[.](metal|[0-9]+xlarge)'),
  when: (record) =>
    machinery(record) || !kinds(record)
      ? undefined
      : text(
          `${who(record)} asked for ${kinds(record)} in ${region(record)} (${api(record)}).`,
          `${who(record)} pidió ${kinds(record)} en ${region(record)} (${api(record)}).`,
        ),
  examples: {
    hits: [
      example(
        'a machine with GPUs',
        call('ec2:RunInstances', { instancesSet: { items: [{ imageId: 'ami-1', minCount: 1, maxCount: 10 }] }, instanceType: 'p2.xlarge' }),
      ),
      example('over the limit', call('ec2:RunInstances', { instanceType: 'g5.48xlarge' }, { errorCode: 'Client.VcpuLimitExceeded' })),
      example(
        'a fleet, refused',
        denied('ec2:CreateFleet', { CreateFleetRequest: { LaunchTemplateConfigs: { tag: 1, Overrides: { tag: 1, InstanceType: 'c6i.metal' } } } }),
      ),
    ],
    quiet: [
      example('a small machine', call('ec2:RunInstances', { instanceType: 't3.micro' })),
      example('an Auto Scaling group grows', byService('autoscaling', 'ec2:RunInstances', { instanceType: 'g5.xlarge' })),
    ],
  },
};
