import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { outcomeOf, text as textAt } from '../../event.ts';
import { grantOf } from '../../policy/index.ts';
import { call, isAws, REFUSED, target, who } from './saying.ts';

export const detection: Detection = {
  title: text('Console password made for another user', 'Contraseña de consola creada para otro usuario'),
  description: text(
    'A user who had no console password was given one by somebody else, who can now sign in as him. New colleagues are set up like this, with a password they must change; programs never are. See whether the user signed in afterwards, and from where.',
    'Otra persona dio contraseña de consola a un usuario que no la tenía, y ahora puede entrar como él. Así se da de alta a los compañeros nuevos, con una contraseña que deben cambiar; a los programas, nunca. Vea si el usuario entró después y desde dónde.',
  ),
  severity: 'medium',
  attack: ['T1098.001', 'T1098'],
  apis: ['iam:CreateLoginProfile'],
  when(record, background) {
    if (isAws(record)) return undefined;
    const grant = grantOf(record, background, { refused: true });
    if (!grant || (grant.self && outcomeOf(record) !== 'denied')) return undefined;
    const stays = textAt(record, 'requestParameters.passwordResetRequired') === 'true' ? ['', ''] : [' It need not be changed.', ' No hace falta cambiarla.'];
    return text(
      `${who(record)} made a console password for ${target(record)}.${stays[0]}`,
      `${who(record)} creó una contraseña de consola para ${target(record)}.${stays[1]}`,
    );
  },
  examples: {
    hits: [
      { what: 'for bob', records: [call('iam:CreateLoginProfile', { userName: 'bob', passwordResetRequired: false })] },
      { what: 'refused', records: [call('iam:CreateLoginProfile', null, REFUSED)] },
    ],
    quiet: [
      { what: 'his own', records: [call('iam:CreateLoginProfile', { userName: 'alice' })] },
      { what: 'a service', records: [call('iam:CreateLoginProfile', { userName: 'bob' }, { userIdentity: { type: 'AWSService' } })] },
    ],
  },
};
