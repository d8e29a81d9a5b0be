import { text } from '../../../kernel/index.ts';
import type { Briefing } from '../scenario.ts';
import type { Cast } from './cast.ts';

/** What the on-call engineer reads: the key was used by a stranger, through roles, in more than one account. */
export function notice(cast: Cast, accessKeyId: string): Briefing['alarm'] {
  const since = new Date(cast.times.leaked).toISOString();
  return {
    kind: 'aws-abuse',
    accessKeyId,
    since,
    received: new Date(cast.times.notice).toISOString(),
    text: text(
      [
        `The access key ${accessKeyId} of the IAM user ${cast.ci} in account ${cast.account} is used from an address nobody here knows, since about ${since}.`,
        `Roles were assumed with it, in this account and in ${cast.management}, the management account of the organisation.`,
        'Whoever it is may still be there, and may notice what you do.',
      ].join('\n'),
      [
        `La clave de acceso ${accessKeyId} del usuario de IAM ${cast.ci}, de la cuenta ${cast.account}, se usa desde una dirección que aquí nadie conoce, desde aproximadamente ${since}.`,
        `Con ella se asumieron roles, en esta cuenta y en ${cast.management}, la cuenta de administración de la organización.`,
        'Quien sea puede seguir dentro y darse cuenta de lo que usted haga.',
      ].join('\n'),
    ),
  };
}
