import { many } from '../i18n/index.ts';
import type { Facts, Text } from '../kernel/index.ts';
import { text } from '../kernel/index.ts';
import { type HuntResult, huntOf, latestHuntOf } from '../procedure/shared/hunt-result.ts';

/** A command to paste, and why. */
export interface Advice {
  /** Without the program's name and the case. */
  readonly command: string;
  readonly why: Text;
}
const isKey = (one: unknown): one is string => typeof one === 'string' && /^A[KS]IA[A-Z0-9]{12,28}$/.test(one);
const accountOf = (arn: string): string => arn.split(':')[4] ?? '';
/** Of one kind, so that a bad day does not end in a page of commands. */
const MOST = 3;

/** What can be done about what a hunt could not say for certain: nothing, when its verdict is not `unknown`. */
export function huntAdvice(facts: Facts): Advice[] {
  const hunt = latestHuntOf(facts);
  if (hunt === null || facts.verdicts.hunt?.verdict !== 'unknown') return [];
  const advice: Advice[] = [];
  const whole = huntOf(facts);
  if (hunt.narrowed) {
    if (whole?.narrowed)
      advice.push({ command: 'hunt', why: text('look everywhere: only a part was asked for', 'buscar en todas partes: solo se pidió una parte') });
    return [...advice, ...aboutOthers(hunt)];
  }
  const by = (status: string): number => hunt.regions.filter((one) => one.status === status).length;
  const [failed, denied] = [by('failed'), by('denied')];
  if (failed > 0 || (hunt.unread.length > 0 && denied === 0))
    advice.push({
      command: 'hunt',
      why: text(
        `look again in 5 to 15 minutes: ${failed > 0 ? `${many(failed, 'region', 'regions', 'en')} did not answer in full` : 'not all events could be read'}; what was read stays`,
        `volver a mirar en 5 a 15 minutos: ${failed > 0 ? `${many(failed, 'región que no respondió', 'regiones que no respondieron', 'es')} del todo` : 'no se pudieron leer todos los eventos'}; lo leído se conserva`,
      ),
    });
  if (denied > 0)
    advice.push({
      command: 'hunt --profile NAME',
      why: text(
        `look again as somebody who may read everything (such as the AWS policy SecurityAudit): ${many(denied, 'region', 'regions', 'en')} refused`,
        `volver a mirar como alguien que pueda leer todo (por ejemplo con la política SecurityAudit de AWS): ${many(denied, 'región lo denegó', 'regiones lo denegaron', 'es')}`,
      ),
    });
  return [...advice, ...aboutOthers(hunt)];
}

/** Other accounts, and other people's credentials. */
function aboutOthers(hunt: HuntResult): Advice[] {
  const roles = hunt.tree.flatMap((node) => node.role ?? []);
  const accounts = [...new Set(roles.map(accountOf))].filter((one) => /^\d{12}$/.test(one) && !hunt.accounts.includes(one));
  const strangers = hunt.origin.flatMap((one) => (!one.followed && isKey(one.credential) ? [one.credential] : []));
  const sessions = hunt.leads.flatMap((one) => (one.what === 'session' ? [one.subject.split(' ')[0]] : [])).filter(isKey);
  return [
    ...accounts.slice(0, MOST).map((account) => ({
      command: `hunt --account arn:aws:iam::${account}:role/YOUR-ROLE`,
      why: text(
        `follow into account ${account}, where roles of the attacker lead; then respond leaked-key with the same --account`,
        `seguir en la cuenta ${account}, adonde llevan roles del atacante; después respond leaked-key con el mismo --account`,
      ),
    })),
    ...[...new Set(strangers)].slice(0, MOST).map((key) => ({
      command: `hunt ${key}`,
      why: text(
        `ask whose ${key} is, which issued the leaked one; if not its owner's any more:`,
        `preguntar de quién es ${key}, que emitió la filtrada; si ya no es de su dueño:`,
      ),
    })),
    ...[...new Set(sessions)].slice(0, MOST).map((key) => ({
      command: `hunt ${key}`,
      why: text(`ask whether the session ${key} was a colleague's; if not:`, `preguntar si la sesión ${key} era de un compañero; si no:`),
    })),
  ];
}
