import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { askedText, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Lambda function with a web address that asks nobody who he is', 'Función Lambda con una dirección web que no pregunta quién es'),
  description: text(
    "A function URL with AuthType NONE is open to the internet: a web hook made in haste, or the attacker's way back in.",
    'Una URL de función con AuthType NONE está abierta a internet: un webhook hecho con prisa o la vuelta del atacante.',
  ),
  severity: 'high',
  attack: ['T1546', 'T1190'],
  apis: ['lambda:CreateFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'],
  when: (record) =>
    machinery(record) || !(askedText(record, 'authType') === 'NONE')
      ? undefined
      : text(
          `${who(record)} gave function ${named(record, 'functionName')} a web address without authentication.`,
          `${who(record)} dio a la función ${named(record, 'functionName')} una dirección web sin autenticación.`,
        ),
  examples: {
    hits: [
      example('made', call('lambda:CreateFunctionUrlConfig', { functionName: 'pay', authType: 'NONE' })),
      example('refused', denied('lambda:UpdateFunctionUrlConfig', { functionName: 'pay', authType: 'NONE' })),
    ],
    quiet: [
      example('with IAM', call('lambda:CreateFunctionUrlConfig', { functionName: 'pay', authType: 'AWS_IAM' })),
      example('other origins', call('lambda:UpdateFunctionUrlConfig', { functionName: 'pay', cors: { allowOrigins: ['*'] } })),
    ],
  },
};
