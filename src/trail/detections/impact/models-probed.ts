import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { call, example, many } from '../data/examples.ts';
import { askedText, machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Access to many models tried out', 'Acceso a muchos modelos probado'),
  description: text(
    'One identity called five different models within ten minutes, or was refused by them: key checkers do it, with requests made to fail so that they cost nothing.',
    'Una identidad llamó a cinco modelos distintos en diez minutos, o la rechazaron: lo hacen los comprobadores de claves, con peticiones hechas para fallar y no costar nada.',
  ),
  severity: 'high',
  attack: ['T1496.004', 'T1526'],
  apis: ['bedrock:InvokeModel*', 'bedrock:Converse*'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} tries one model after another in ${region(record)}, ${named(record, 'modelId')} among them.`,
          `${who(record)} prueba un modelo tras otro en ${region(record)}, entre ellos ${named(record, 'modelId')}.`,
        ),
  burst: { by: principalOf, within: 600, atLeast: 5, distinct: (record) => askedText(record, 'modelId'), sql: { by: 'principal' } },
  examples: {
    hits: [
      example(
        'five models',
        many(5, (i) => call('bedrock:InvokeModel', { modelId: `m${i}` })),
      ),
      example(
        'requests made to fail',
        many(6, (i) => call('bedrock:InvokeModel', { modelId: `m${i}` }, { errorCode: 'ValidationException' })),
      ),
    ],
    quiet: [
      example(
        'one model',
        many(50, () => call('bedrock:InvokeModel', { modelId: 'm' })),
      ),
      example(
        'two',
        many(2, (i) => call('bedrock:Converse', { modelId: `m${i}` })),
      ),
    ],
  },
};
