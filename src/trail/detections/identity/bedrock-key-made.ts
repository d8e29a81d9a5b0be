import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { outcomeOf, text as textAt } from '../../event.ts';
import { call, isAws, REFUSED, target, who } from './saying.ts';

export const detection: Detection = {
  title: text('A lasting key for language models was made', 'Se creó una clave duradera para modelos de lenguaje'),
  description: text(
    'A Bedrock API key is a secret of its own: it works without the user’s access key and can be sold. Developers make them to try things out. See which user it hangs on, and what it was used for.',
    'Una clave de API de Bedrock es un secreto propio: funciona sin la clave de acceso del usuario y puede venderse. Los desarrolladores las crean para probar. Vea de qué usuario cuelga y para qué se usó.',
  ),
  severity: 'medium',
  attack: ['T1098.001', 'T1496.004'],
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_bedrock.html'],
  apis: ['iam:CreateServiceSpecificCredential', 'iam:ResetServiceSpecificCredential'],
  looksFurther: true,
  when(record) {
    const service = textAt(record, 'requestParameters.serviceName') ?? textAt(record, 'responseElements.serviceSpecificCredential.serviceName');
    // A refused call does not say for which service.
    if (isAws(record) || (service !== 'bedrock.amazonaws.com' && !(service === undefined && outcomeOf(record) === 'denied'))) return undefined;
    return text(
      `${who(record)} made a key for language models on the user ${target(record)}.`,
      `${who(record)} creó una clave para modelos de lenguaje en el usuario ${target(record)}.`,
    );
  },
  examples: {
    hits: [
      { what: 'made', records: [call('iam:CreateServiceSpecificCredential', { userName: 'BedrockAPIKey-1a2b', serviceName: 'bedrock.amazonaws.com' })] },
      { what: 'refused', records: [call('iam:CreateServiceSpecificCredential', null, REFUSED)] },
    ],
    quiet: [
      { what: 'for code', records: [call('iam:CreateServiceSpecificCredential', { userName: 'bob', serviceName: 'codecommit.amazonaws.com' })] },
      {
        what: 'a service',
        records: [call('iam:CreateServiceSpecificCredential', { serviceName: 'bedrock.amazonaws.com' }, { userIdentity: { type: 'AWSService' } })],
      },
    ],
  },
};
