import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, allow, call, denied, example, OUTSIDER } from './examples.ts';
import { openTo } from './outside.ts';
import { asked, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('KMS key opened to outsiders by its policy', 'Clave KMS abierta a extraños con su política'),
  description: text(
    'Another account may use, or rule, this key: it can read what the key encrypts once it has the data, or lock the owner out. Keys for shared back-ups look the same.',
    'Otra cuenta puede usar o gobernar esta clave: puede leer lo que cifra en cuanto tenga los datos, o dejar fuera al dueño. Las claves de copias compartidas se ven igual.',
  ),
  severity: 'high',
  attack: ['T1098', 'T1537'],
  apis: ['kms:PutKeyPolicy', 'kms:CreateKey'],
  when(record, background) {
    const whom = openTo(asked(record, 'policy'), record, background);
    return (
      whom &&
      text(
        `${who(record)} opened KMS key ${named(record, 'keyId', 'description')} to ${whom.en}.`,
        `${who(record)} abrió la clave KMS ${named(record, 'keyId', 'description')} a ${whom.es}.`,
      )
    );
  },
  examples: {
    hits: [
      example(
        'another account',
        call('kms:PutKeyPolicy', { keyId: 'k1', policyName: 'default', policy: JSON.stringify(allow({ AWS: `arn:aws:iam::${OUTSIDER}:root` })) }),
      ),
      example('refused', denied('kms:PutKeyPolicy', { keyId: 'k1', policyName: 'default', policy: JSON.stringify(allow('*')) })),
    ],
    quiet: [
      example(
        'the usual policy',
        call('kms:PutKeyPolicy', { keyId: 'k1', policyName: 'default', policy: JSON.stringify(allow({ AWS: `arn:aws:iam::${ACCOUNT}:root` })) }),
      ),
      example(
        'through a service of this account',
        call('kms:PutKeyPolicy', {
          keyId: 'k1',
          policy: JSON.stringify(
            allow({ AWS: '*' }, { Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT, 'kms:ViaService': 's3.us-east-1.amazonaws.com' } } }),
          ),
        }),
      ),
    ],
  },
};
