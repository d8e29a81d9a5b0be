import { plainText, time } from '../../i18n/index.ts';
import type { Lang } from '../../kernel/index.ts';

const SOURCES: Record<string, readonly [en: string, es: string]> = {
  guardduty: ['a GuardDuty finding', 'un hallazgo de GuardDuty'],
  health: ['an AWS Health event', 'un evento de AWS Health'],
  'security-hub': ['a Security Hub finding', 'un hallazgo de Security Hub'],
  ocsf: ['a finding in OCSF', 'un hallazgo en OCSF'],
  'trusted-advisor': ['a Trusted Advisor check', 'una comprobación de Trusted Advisor'],
  'e-mail': ['a text or e-mail', 'un texto o correo'],
};
const FIELDS: readonly (readonly [member: string, en: string, es: string])[] = [
  ['accessKeyId', 'access key', 'clave de acceso'],
  ['userName', 'user', 'usuario'],
  ['principal', 'principal', 'entidad'],
  ['instanceId', 'instance', 'instancia'],
  ['address', 'address', 'dirección'],
  ['account', 'account', 'cuenta'],
];

/** What was understood of an alarm, for the eye of whoever brought it. */
export function alarmLines(alarm: Readonly<Record<string, any>>, lang: Lang): string[] {
  const es = lang === 'es';
  const known = FIELDS.filter(([member]) => typeof alarm[member] === 'string').map(([member, en, sp]) => `${es ? sp : en} ${plainText(alarm[member], 200)}`);
  const source = SOURCES[alarm.source as string];
  const kinds = ((alarm.findings as { type?: string }[] | undefined) ?? []).flatMap(({ type }) => (type ? [plainText(type, 80)] : []));
  const lines = [`${source ? `${es ? 'Leído de' : 'Read from'} ${source[es ? 1 : 0]}: ` : ''}${known.join(', ')}`];
  if (kinds.length > 0) lines.push([...new Set(kinds)].slice(0, 3).join('; '));
  if (alarm.firstSeen)
    lines.push(
      es
        ? `Visto por primera vez ${time(alarm.firstSeen, lang)}; el atacante pudo empezar antes, así que la búsqueda no parte de ahí`
        : `First seen ${time(alarm.firstSeen, lang)}; the attacker may have begun before, so the hunt does not start there`,
    );
  if (alarm.also)
    lines.push(
      `${es ? 'También nombra, y no es el objeto de este caso todavía' : 'It also names, and this case is not about it yet'}: ${plainText(alarm.also.join(', '), 300)}`,
    );
  return lines;
}
