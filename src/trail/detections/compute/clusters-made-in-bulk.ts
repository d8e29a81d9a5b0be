import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at, principalOf } from '../../event.ts';
import { call, denied, example, many } from '../data/examples.ts';
import { askedText, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Many container clusters made in a short time', 'Muchos clústeres de contenedores creados en poco tiempo'),
  description: text(
    'Five or more clusters within the hour. Miners make dozens, each with tasks on Fargate.',
    'Cinco clústeres o más en una hora. Los mineros crean decenas, cada uno con tareas en Fargate.',
  ),
  severity: 'high',
  attack: ['T1496.001', 'T1610'],
  apis: ['ecs:CreateCluster', 'eks:CreateCluster'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} makes one container cluster after another, such as ${named(record, 'clusterName', 'name')}.`,
          `${who(record)} crea un clúster de contenedores tras otro, como ${named(record, 'clusterName', 'name')}.`,
        ),
  burst: {
    by: principalOf,
    within: 3600,
    atLeast: 5,
    distinct: (record) => `${at(record, 'awsRegion') ?? ''} ${askedText(record, 'clusterName') ?? askedText(record, 'name') ?? ''}`,
  },
  examples: {
    hits: [
      example(
        'five clusters',
        many(5, (i) => call('ecs:CreateCluster', { clusterName: `c${i}` }), 30),
      ),
      example(
        'refused',
        many(6, (i) => denied('ecs:CreateCluster', { clusterName: `c${i}` }), 30),
      ),
    ],
    quiet: [
      example(
        'one',
        many(1, () => call('ecs:CreateCluster', { clusterName: 'web' })),
      ),
      example(
        'the same one tried again',
        many(8, () => call('ecs:CreateCluster', { clusterName: 'web' })),
      ),
    ],
  },
};
