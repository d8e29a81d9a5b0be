import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, type TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { api, machinery, named, region, who } from '../data/reading.ts';
import { mostAsked } from './sizes.ts';

const limit = (record: TrailRecord): number => (/AutoScalingGroup$|ComputeEnvironment$/.test(apiOf(record)) ? 500 : 50);

export const detection: Detection = {
  title: text('Very many machines or tasks asked for at once', 'Muchísimas máquinas o tareas pedidas de una vez'),
  description: text(
    'Fifty machines or tasks in one call, or a group that may grow to a thousand. Compare with what this identity asked for before.',
    'Cincuenta máquinas o tareas en una llamada, o un grupo que puede crecer hasta mil. Compare con lo que esta identidad pidió antes.',
  ),
  severity: 'high',
  attack: ['T1496.001', 'T1578.002'],
  apis: [
    'ec2:RunInstances',
    'ec2:RequestSpotInstances',
    'ec2:RequestSpotFleet',
    'ec2:CreateFleet',
    'autoscaling:CreateAutoScalingGroup',
    'autoscaling:UpdateAutoScalingGroup',
    'autoscaling:SetDesiredCapacity',
    'ecs:CreateService',
    'ecs:UpdateService',
    'ecs:RunTask',
    'eks:CreateNodegroup',
    'eks:UpdateNodegroupConfig',
    'batch:CreateComputeEnvironment',
  ],
  sql: `regexp_matches(requestParameters::VARCHAR, '"(maxCount|instanceCount|targetCapacity|totalTargetCapacity|maxSize|desiredCapacity|desiredCount|count|maxvCpus)":([{]|"?[^",}]{2})', 'i')`,
  when: (record) =>
    machinery(record) || !(mostAsked(record) >= limit(record))
      ? undefined
      : text(
          `${who(record)} asked for ${mostAsked(record)} at once in ${region(record)} (${api(record)}, ${named(record, 'autoScalingGroupName', 'serviceName', 'service', 'cluster', 'instanceType')}).`,
          `${who(record)} pidió ${mostAsked(record)} de una vez en ${region(record)} (${api(record)}, ${named(record, 'autoScalingGroupName', 'serviceName', 'service', 'cluster', 'instanceType')}).`,
        ),
  examples: {
    hits: [
      example('machines', call('ec2:RunInstances', { instancesSet: { items: [{ imageId: 'ami-1', minCount: 1, maxCount: 100 }] }, instanceType: 'c5.large' })),
      example('a group of a thousand', call('autoscaling:CreateAutoScalingGroup', { autoScalingGroupName: 'x', minSize: 0, maxSize: 999 })),
      example('tasks, refused', denied('ecs:CreateService', { cluster: 'c', serviceName: 'x', desiredCount: 200 })),
    ],
    quiet: [
      example('a few', call('ec2:RunInstances', { instancesSet: { items: [{ imageId: 'ami-1', minCount: 1, maxCount: 3 }] } })),
      example('an ordinary group', call('autoscaling:CreateAutoScalingGroup', { autoScalingGroupName: 'web', minSize: 2, maxSize: 60 })),
    ],
  },
};
