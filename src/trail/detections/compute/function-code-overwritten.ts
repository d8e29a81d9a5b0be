import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { asked, machinery, named, who, yes } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Code of a Lambda function overwritten', 'Código de una función Lambda sobrescrito'),
  description: text(
    "The new code runs with the function's role at the next event and sees what the function sees. Every deployment does it: look for a key or address that never deployed before, and compare codeSha256 with the last build.",
    'El código nuevo corre con el rol de la función en el próximo evento y ve lo que ella ve. Todo despliegue lo hace: busque una clave o dirección que nunca desplegó y compare codeSha256 con la última compilación.',
  ),
  severity: 'medium',
  attack: ['T1578', 'T1525', 'T1648'],
  apis: ['lambda:UpdateFunctionCode'],
  when: (record) =>
    machinery(record) || yes(asked(record, 'dryRun'))
      ? undefined
      : text(
          `${who(record)} overwrote the code of function ${named(record, 'functionName')}.`,
          `${who(record)} sobrescribió el código de la función ${named(record, 'functionName')}.`,
        ),
  examples: {
    hits: [
      example('overwritten', call('lambda:UpdateFunctionCode20150331v2', { functionName: 'pay', publish: true, dryRun: false })),
      example('refused', denied('lambda:UpdateFunctionCode20150331v2', { functionName: 'pay', s3Bucket: 'b', s3Key: 'k' })),
    ],
    quiet: [
      example('only checked', call('lambda:UpdateFunctionCode20150331v2', { functionName: 'pay', dryRun: true })),
      example('Amplify deploys', byService('amplify', 'lambda:UpdateFunctionCode20150331v2', { functionName: 'pay' })),
    ],
  },
};
