import { text } from '../../../kernel/index.ts';
import type { Background, Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from '../data/examples.ts';
import { outsidersIn } from '../data/outside.ts';
import { asked, machinery, named, who } from '../data/reading.ts';

/** AWS's own, of Lambda Insights and Powertools, which are everywhere. */
const AWS_LAYERS = new Set(['580247275435', '017000801446', '094274105915']);
const foreign = (record: TrailRecord, background: Background) =>
  outsidersIn(asked(record, 'layers'), record, background).filter((account) => !AWS_LAYERS.has(account));

export const detection: Detection = {
  title: text('Lambda function given a layer of another account', 'Función Lambda con una capa de otra cuenta'),
  description: text(
    "A layer's code runs inside the function, with its role and its data, and its owner can be anybody. Vendors of monitoring publish layers that way; know the account's number before you believe it.",
    'El código de una capa corre dentro de la función, con su rol y sus datos, y su dueño puede ser cualquiera. Los proveedores de monitorización publican capas así; conozca el número de cuenta antes de creerlo.',
  ),
  severity: 'high',
  attack: ['T1525', 'T1574', 'T1648'],
  apis: ['lambda:UpdateFunctionConfiguration', 'lambda:CreateFunction'],
  when: (record, background) =>
    machinery(record) || !(foreign(record, background).length > 0)
      ? undefined
      : text(
          `${who(record)} gave function ${named(record, 'functionName')} a layer of account ${foreign(record, background)[0]}.`,
          `${who(record)} dio a la función ${named(record, 'functionName')} una capa de la cuenta ${foreign(record, background)[0]}.`,
        ),
  examples: {
    hits: [
      example(
        'a layer of a stranger',
        call('lambda:UpdateFunctionConfiguration20150331v2', { functionName: 'pay', layers: [`arn:aws:lambda:us-east-1:${OUTSIDER}:layer:x:1`] }),
      ),
      example(
        'refused',
        denied('lambda:UpdateFunctionConfiguration20150331v2', { functionName: 'pay', layers: [`arn:aws:lambda:us-east-1:${OUTSIDER}:layer:x:1`] }),
      ),
    ],
    quiet: [
      example('ours', call('lambda:UpdateFunctionConfiguration20150331v2', { functionName: 'pay', layers: [`arn:aws:lambda:us-east-1:${ACCOUNT}:layer:x:1`] })),
      example(
        'Lambda Insights',
        call('lambda:UpdateFunctionConfiguration20150331v2', {
          functionName: 'pay',
          layers: ['arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:53'],
        }),
      ),
    ],
  },
};
