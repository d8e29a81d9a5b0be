import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, askedText, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Code signing of a Lambda function removed', 'Firma de código de una función Lambda quitada'),
  description: text('Unsigned code may be put into the function from now on.', 'Desde ahora se puede poner en la función código sin firmar.'),
  severity: 'medium',
  attack: ['T1562.001', 'T1525'],
  apis: ['lambda:DeleteFunctionCodeSigningConfig', 'lambda:DeleteCodeSigningConfig', 'lambda:UpdateCodeSigningConfig'],
  when: (record) =>
    machinery(record) ||
    !(apiOf(record) !== 'lambda:UpdateCodeSigningConfig' || askedText(record, 'codeSigningPolicies.untrustedArtifactOnDeployment') === 'Warn')
      ? undefined
      : text(
          `${who(record)} called ${api(record)} for ${named(record, 'functionName', 'codeSigningConfigArn')}.`,
          `${who(record)} llamó a ${api(record)} para ${named(record, 'functionName', 'codeSigningConfigArn')}.`,
        ),
  examples: {
    hits: [
      example('removed', call('lambda:DeleteFunctionCodeSigningConfig', { functionName: 'pay' })),
      example(
        'refused',
        denied('lambda:UpdateCodeSigningConfig', { codeSigningConfigArn: 'arn:x', codeSigningPolicies: { untrustedArtifactOnDeployment: 'Warn' } }),
      ),
    ],
    quiet: [
      example(
        'enforced',
        call('lambda:UpdateCodeSigningConfig', { codeSigningConfigArn: 'arn:x', codeSigningPolicies: { untrustedArtifactOnDeployment: 'Enforce' } }),
      ),
      example('a service', byService('lambda', 'lambda:DeleteFunctionCodeSigningConfig', { functionName: 'pay' })),
    ],
  },
};
