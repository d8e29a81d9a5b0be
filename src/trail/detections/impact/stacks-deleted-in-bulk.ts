import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { askedText, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Several CloudFormation stacks deleted in a short time', 'Varias pilas de CloudFormation borradas en poco tiempo'),
  description: text(
    'Everything that a stack made goes with it. Three or more different stacks within ten minutes.',
    'Todo lo que creó una pila se va con ella. Tres o más pilas distintas en diez minutos.',
  ),
  severity: 'high',
  attack: ['T1485'],
  apis: ['cloudformation:DeleteStack', 'cloudformation:DeleteStackSet', 'cloudformation:DeleteStackInstances'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} deletes one stack after another, ${named(record, 'stackName', 'stackSetName')} among them.`,
          `${who(record)} borra una pila tras otra, entre ellas ${named(record, 'stackName', 'stackSetName')}.`,
        ),
  burst: { by: principalOf, within: 600, atLeast: 3, distinct: (record) => askedText(record, 'stackName') ?? askedText(record, 'stackSetName') },
  examples: {
    hits: [
      example(
        'three',
        many(3, (i) => call('cloudformation:DeleteStack', { stackName: `s${i}` })),
      ),
      example(
        'refused',
        many(3, (i) => denied('cloudformation:DeleteStack', { stackName: `s${i}` })),
      ),
    ],
    quiet: [
      example(
        'one',
        many(3, () => call('cloudformation:DeleteStack', { stackName: 's' })),
      ),
      example(
        'nested stacks',
        many(5, (i) => byService('cloud9', 'cloudformation:DeleteStack', { stackName: `s${i}` })),
      ),
    ],
  },
};
