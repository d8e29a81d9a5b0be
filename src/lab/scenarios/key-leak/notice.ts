import { text } from '../../../kernel/index.ts';
import type { Briefing } from '../scenario.ts';
import type { Cast } from './cast.ts';

/** The notice about an exposed key: what AWS tells a customer in such an e-mail, in our words. */
export function notice(cast: Cast, accessKeyId: string): Briefing['alarm'] {
  const since = new Date(cast.times.leaked).toISOString();
  const received = new Date(cast.times.notice).toISOString();
  const repository = `https://git.example/${cast.company.slug}/shop/blob/main/.env.production`;
  return {
    kind: 'aws-abuse',
    accessKeyId,
    since,
    received,
    text: text(
      [
        `Your AWS account ${cast.account} needs attention: an access key of it can be read by anybody on the internet.`,
        `The key ${accessKeyId}, which belongs to the IAM user ${cast.ci}, was found at ${repository}. It has been public since about ${since}.`,
        'Whoever has read it can act in your account and run up charges. Please take the key out of use, look for users, keys, roles and instances in all regions that you do not know, and remove them.',
        'Until then some actions of the account may be restricted.',
      ].join('\n'),
      [
        `Su cuenta de AWS ${cast.account} requiere atención: cualquiera puede leer en internet una de sus claves de acceso.`,
        `La clave ${accessKeyId}, del usuario de IAM ${cast.ci}, se encontró en ${repository}. Es pública desde aproximadamente ${since}.`,
        'Quien la haya leído puede actuar en su cuenta y generar gastos. Retire la clave, busque en todas las regiones usuarios, claves, roles e instancias que no conozca y elimínelos.',
        'Hasta entonces, algunas acciones de la cuenta pueden quedar restringidas.',
      ].join('\n'),
    ),
  };
}
