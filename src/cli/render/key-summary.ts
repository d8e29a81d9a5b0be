import { many, plainText, time } from '../../i18n/index.ts';
import type { Lang } from '../../kernel/index.ts';
import type { Identified } from '../../procedure/01-contain-key/identify-key.ts';
import { restsOn, type Seen } from '../../procedure/01-contain-key/own.ts';
import { aboutQuarantine } from '../../procedure/shared/quarantine.ts';
import { fold, type Paint } from './paint.ts';

const WIDTH = 100;
const MOST = 8;

const some = (names: readonly string[]): string =>
  `${names
    .slice(0, MOST)
    .map((name) => plainText(name, 80))
    .join(', ')}${names.length > MOST ? `, +${names.length - MOST}` : ''}`;

/** Whose a key is, what it is used for and from where, and what would stop working without it: for whoever has to decide in a minute. */
export function keySummary(key: Identified, lang: Lang, ink: Paint): string[] {
  const es = lang === 'es';
  const pick = (en: string, sp: string): string => (es ? sp : en);
  const lines: string[] = [''];
  const heading = (words: string): void => void lines.push(`       ${ink.bold(words)}`);
  const say = (words: string): void => void lines.push(...fold(words, WIDTH, '         ').split('\n'));

  heading(pick('Whose it is', 'De quién es'));
  for (const line of owner(key, es)) say(line);
  if (key.denied) say(pick(`everything is denied to ${key.userName} already`, `${key.userName} ya tiene todo denegado`));
  if (key.quarantine.length > 0) say(ink.yellow(aboutQuarantine(key.quarantine.map((name) => plainText(name, 80)))[lang]));

  const { usage } = key;
  heading(pick('What it is used for', 'Para qué se usa'));
  if (usage === null) say(ink.yellow(pick('not known: CloudTrail did not say in time', 'no se sabe: CloudTrail no respondió a tiempo')));
  else if (usage.calls === 0 && usage.unread.length > 0)
    say(ink.yellow(pick('not known: CloudTrail could not be read everywhere', 'no se sabe: no se pudo leer CloudTrail en todas partes')));
  else if (usage.calls === 0) say(pick('CloudTrail shows no use of it in the last 90 days', 'CloudTrail no muestra ningún uso en los últimos 90 días'));
  else {
    const part = usage.cut.length > 0 ? pick(' (there are more than were read)', ' (hay más de las leídas)') : '';
    say(
      pick(
        `${many(usage.calls, 'call', 'calls', lang)}${part}, the last ${time(usage.last!, lang)}`,
        `${many(usage.calls, 'llamada', 'llamadas', lang)}${part}, la última el ${time(usage.last!, lang)}`,
      ),
    );
    say(`${pick('services', 'servicios')}: ${some(usage.services)}`);
    say(`${pick('regions', 'regiones')}: ${some(usage.regions)}`);
    for (const [list, title] of [
      [usage.addresses, pick('From where', 'Desde dónde')],
      [usage.agents, pick('With which programs', 'Con qué programas')],
    ] as const) {
      if (list.length === 0) continue;
      heading(title);
      for (const one of list.slice(0, MOST)) say(seen(one, lang, ink));
      if (list.length > MOST) say(`+${list.length - MOST}`);
    }
    say(ink.dim(restsOn(usage.basis)[lang]));
  }
  if (key.lastUsed)
    say(
      pick(
        `IAM itself knows of a last use on ${time(key.lastUsed.at, lang)}: ${plainText(`${key.lastUsed.service}, ${key.lastUsed.region}`, 80)} (it may be hours late)`,
        `IAM conoce un último uso el ${time(key.lastUsed.at, lang)}: ${plainText(`${key.lastUsed.service}, ${key.lastUsed.region}`, 80)} (puede tardar horas en saberlo)`,
      ),
    );

  heading(pick('What would stop working', 'Qué dejaría de funcionar'));
  for (const line of losses(key, lang)) say(line);
  if (key.unread.length > 0) {
    heading(ink.yellow(pick('Could not be read', 'No se pudo leer')));
    for (const why of key.unread.slice(0, MOST)) say(plainText(why, 200));
    if (key.unread.length > MOST) say(`+${key.unread.length - MOST}`);
  }
  return lines;
}

const seen = (one: Seen, lang: Lang, ink: Paint): string => {
  const [call, calls, yours] = lang === 'es' ? ['llamada', 'llamadas', 'suyo, hasta donde se ve: '] : ['call', 'calls', 'yours, as far as can be seen: '];
  const words = `${plainText(one.what, 80)} (${many(one.calls, call, calls, lang)}): ${one.own ? yours : ''}${plainText(one.why[lang], 300)}`;
  return one.own ? words : ink.yellow(words);
};

function owner(key: Identified, es: boolean): string[] {
  const from = key.accountFrom === 'derived' ? (es ? ', deducida del id, sin confirmar' : ', derived from the id, not confirmed') : '';
  const account = key.account ? `${key.account}${from}` : es ? 'desconocida' : 'not known';
  const state = key.status === 'Active' ? (es ? ', activa' : ', active') : key.status === 'Inactive' ? (es ? ', inactiva' : ', inactive') : '';
  const which = `${key.accessKeyId}${state}`;
  if (key.userName !== null) {
    const others = key.otherKeys.map((one) => `${one.id} (${one.status}${one.created ? `, ${one.created}` : ''})`);
    return [
      es ? `${which}: usuario de IAM ${key.userName}, cuenta ${account}` : `${which}: the IAM user ${key.userName}, account ${account}`,
      others.length > 0 ? `${es ? 'su otra clave' : 'its other key'}: ${others.join(', ')}` : es ? 'no tiene otra clave' : 'it has no other key',
    ];
  }
  if (key.issuer) {
    const { type, name, via, issuedBy, issued } = key.issuer;
    const asked = issuedBy ? (es ? `, pedida con ${issuedBy}` : `, asked for with ${issuedBy}`) : '';
    return [
      es
        ? `${which}: una sesión de ${type} ${plainText(name, 128)}, cuenta ${account} (por ${via}${asked}${issued ? `, ${issued}` : ''})`
        : `${which}: a session of the ${type} ${plainText(name, 128)}, account ${account} (by ${via}${asked}${issued ? `, ${issued}` : ''})`,
    ];
  }
  if (key.owner.type === 'root') {
    const keys = key.rootKeys === null ? '' : es ? `; claves del usuario raíz: ${key.rootKeys}` : `; keys that root has: ${key.rootKeys}`;
    return [es ? `${which}: el usuario raíz de la cuenta ${account}${keys}` : `${which}: the root of account ${account}${keys}`];
  }
  if (key.owner.type === 'gone')
    return [
      es ? `${which}: IAM ya no la conoce, fue eliminada; cuenta ${account}` : `${which}: IAM does not know it any more, it was deleted; account ${account}`,
    ];
  return [
    es
      ? `${which}: una sesión, no se sabe de quién; CloudTrail no muestra ni su uso ni quién la emitió. Cuenta ${account}`
      : `${which}: a session, of whom is not known; CloudTrail shows neither its use nor who issued it. Account ${account}`,
  ];
}

/** What containment takes away, and from whom, as far as the calls tell. */
function losses(key: Identified, lang: Lang): string[] {
  const es = lang === 'es';
  const { usage } = key;
  const what =
    usage && usage.calls > 0
      ? es
        ? `lo que llame a ${some(usage.services)} en ${some(usage.regions)} con ella`
        : `whatever calls ${some(usage.services)} in ${some(usage.regions)} with it`
      : usage && usage.unread.length === 0
        ? es
          ? 'nada que se haya visto en 90 días'
          : 'nothing that was seen in 90 days'
        : es
          ? 'no se sabe: no se pudo leer para qué se usa'
          : 'not known: what it is used for could not be read';
  const own = usage ? [...usage.agents, ...usage.addresses].filter((one) => one.own).map((one) => one.what) : [];
  const active = key.otherKeys.filter((one) => one.status === 'Active').map((one) => one.id);
  const session =
    key.issuer?.type === 'role'
      ? es
        ? [`toda sesión del rol ${plainText(key.issuer.name, 128)} emitida hasta entonces: sus titulares piden otra`]
        : [`every session of the role ${plainText(key.issuer.name, 128)} issued until then: its holders ask for a new one`]
      : [];
  const user =
    key.userName === null
      ? []
      : es
        ? [
            `todo lo que ${key.userName} haga por otras vías: se le deniega todo${active.length > 0 ? `, y se desactiva también ${active.join(', ')} (--only-this-key la deja)` : ''}`,
          ]
        : [
            `whatever ${key.userName} does in other ways: everything is denied to it${active.length > 0 ? `, and ${active.join(', ')} is switched off too (--only-this-key leaves it)` : ''}`,
          ];
  return [
    what,
    ...(own.length > 0 ? [`${es ? 'entre ello, hasta donde se ve suyo' : 'of that, yours as far as can be seen'}: ${some(own)}`] : []),
    ...session,
    ...user,
  ];
}
