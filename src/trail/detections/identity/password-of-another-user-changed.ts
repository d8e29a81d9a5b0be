import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { outcomeOf } from '../../event.ts';
import { grantOf } from '../../policy/index.ts';
import { call, isAws, REFUSED, target, who } from './saying.ts';

export const detection: Detection = {
  title: text('Console password of another user changed', 'Contraseña de consola de otro usuario cambiada'),
  description: text(
    'Whoever sets the password of an administrator can sign in as him. A forgotten password looks the same: ask the user. See whether his second factor was touched as well.',
    'Quien pone la contraseña de un administrador puede entrar como él. Una contraseña olvidada se ve igual: pregunte al usuario. Vea si también se tocó su segundo factor.',
  ),
  severity: 'medium',
  attack: ['T1098', 'T1078.004'],
  apis: ['iam:UpdateLoginProfile'],
  when(record, background) {
    if (isAws(record)) return undefined;
    const grant = grantOf(record, background, { refused: true });
    if (!grant || (grant.self && outcomeOf(record) !== 'denied')) return undefined;
    return text(`${who(record)} changed the console password of ${target(record)}.`, `${who(record)} cambió la contraseña de consola de ${target(record)}.`);
  },
  examples: {
    hits: [
      { what: 'of bob', records: [call('iam:UpdateLoginProfile', { userName: 'bob' })] },
      { what: 'refused', records: [call('iam:UpdateLoginProfile', null, REFUSED)] },
    ],
    quiet: [
      { what: 'his own', records: [call('iam:UpdateLoginProfile', { userName: 'alice' })] },
      {
        what: 'his own, session of the console',
        records: [call('iam:UpdateLoginProfile', { userName: 'Alice' }, { userIdentity: { accessKeyId: 'ASIAEXAMPLEALICE0001' } })],
      },
    ],
  },
};
