import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at, principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { askedText, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Code and variables of many functions read', 'Código y variables de muchas funciones leídos'),
  description: text(
    'GetFunction gives an address to download the code from, and the environment with the secrets in it. Deployment tools ask for the functions they own.',
    'GetFunction da una dirección para descargar el código y el entorno con los secretos. Las herramientas de despliegue preguntan por sus propias funciones.',
  ),
  severity: 'medium',
  attack: ['T1552.001', 'T1526'],
  apis: ['lambda:GetFunction', 'lambda:GetFunctionConfiguration'],
  when: (record) =>
    machinery(record) || /Terraform|CloudFormation/.test(at(record, 'userAgent') ?? '')
      ? undefined
      : text(
          `${who(record)} reads the code or settings of one function after another, ${named(record, 'functionName')} among them.`,
          `${who(record)} lee el código o los ajustes de una función tras otra, entre ellas ${named(record, 'functionName')}.`,
        ),
  burst: { by: principalOf, within: 600, atLeast: 10, distinct: (record) => askedText(record, 'functionName'), sql: { by: 'principal' } },
  examples: {
    hits: [
      example(
        'ten functions',
        many(10, (i) => call('lambda:GetFunction20150331v2', { functionName: `f${i}` })),
      ),
      example(
        'refused',
        many(10, (i) => denied('lambda:GetFunction20150331v2', { functionName: `f${i}` })),
      ),
    ],
    quiet: [
      example(
        'one function',
        many(30, () => call('lambda:GetFunction20150331v2', { functionName: 'f' })),
      ),
      example(
        'Inspector',
        many(20, (i) => byService('inspector2', 'lambda:GetFunction20150331v2', { functionName: `f${i}` })),
      ),
    ],
  },
};
