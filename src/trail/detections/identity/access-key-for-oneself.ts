import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at } from '../../event.ts';
import { grantOf } from '../../policy/index.ts';
import { call, isAws, who } from './saying.ts';

export const detection: Detection = {
  title: text('A user made a second key for himself with a key', 'Un usuario se creó una segunda clave con una clave'),
  description: text(
    'With one access key its holder made another for the same user: a thief keeps it when the first is taken away. Changing keys regularly looks the same, but then the old one is soon deleted. Compare the addresses and programs of both keys.',
    'Con una clave de acceso, quien la tiene creó otra del mismo usuario: un ladrón la conserva cuando se retira la primera. La rotación normal se ve igual, pero entonces la vieja se borra pronto. Compare las direcciones y programas de ambas claves.',
  ),
  severity: 'low',
  attack: ['T1098.001'],
  apis: ['iam:CreateAccessKey'],
  attempts: false,
  when(record, background) {
    if (isAws(record) || !at(record, 'userIdentity.accessKeyId')?.startsWith('AKIA') || at(record, 'userIdentity.type') !== 'IAMUser') return undefined;
    if (!grantOf(record, background)?.self) return undefined;
    return text(`${who(record)} made another access key for itself.`, `${who(record)} se creó otra clave de acceso.`);
  },
  examples: {
    hits: [
      { what: 'without a name', records: [call('iam:CreateAccessKey')] },
      { what: 'by name', records: [call('iam:CreateAccessKey', { userName: 'alice' })] },
    ],
    quiet: [
      { what: 'in the console', records: [call('iam:CreateAccessKey', null, { userIdentity: { accessKeyId: 'ASIAEXAMPLEALICE0001' } })] },
      { what: 'for somebody else', records: [call('iam:CreateAccessKey', { userName: 'bob' })] },
      { what: 'refused', records: [call('iam:CreateAccessKey', { userName: 'alice' }, { errorCode: 'LimitExceededException' })] },
    ],
  },
};
