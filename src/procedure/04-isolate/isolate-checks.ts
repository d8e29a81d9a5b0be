import { type Check, text } from '../../kernel/index.ts';
import { check } from '../shared/checks.ts';
import type { Interface, Reading } from './isolate.ts';
import { isRule, type Rule, ruleName } from './rules.ts';
import type { SsmPath } from './ssm-access.ts';

export function verdicts(seen: Reading): Check[] {
  // Only the groups that stand before an interface say what traffic passes; without any, nothing is known to be isolated.
  const rules = seen.groups.flatMap((group) => (group.groupId === null ? [] : [...(seen.rules.get(group.groupId) ?? [])]));
  const made = seen.groups.length > 0 && seen.groups.every((group) => group.groupId !== null);
  const direction = (name: 'no-egress' | 'ingress-responder-only', wanted: readonly Rule[], egress: boolean): Check => {
    const mine = rules.filter((rule) => rule.IsEgress === egress);
    const surplus = mine.filter((rule) => !wanted.some((one) => isRule(rule, one))).map((rule) => rule.SecurityGroupRuleId ?? '?');
    const missing = seen.groups.flatMap((group) => (egress ? group.egress : group.ingress).missing.map(ruleName));
    const list = wanted.map(ruleName).join(', ');
    if (seen.state === 'terminated' && seen.interfaces.length === 0)
      return check(
        name,
        'holds',
        text('The instance is terminated: it has no interface left.', 'La instancia está terminada: no le queda ninguna interfaz.'),
        seen.evidence,
      );
    if (!made) return check(name, 'fails', text('The isolation group does not exist.', 'El grupo de aislamiento no existe.'), seen.evidence);
    if (surplus.length > 0)
      return check(name, 'fails', text(`Rules that must not be there: ${surplus.join(', ')}.`, `Hay reglas que sobran: ${surplus.join(', ')}.`), seen.evidence);
    if (missing.length > 0)
      return check(name, 'fails', text(`Rules that are missing: ${missing.join(', ')}.`, `Faltan reglas: ${missing.join(', ')}.`), seen.evidence);
    const nothing = egress
      ? text('The group lets nothing out, IPv4 or IPv6.', 'El grupo no deja salir nada, ni IPv4 ni IPv6.')
      : text('The group lets nobody in.', 'El grupo no deja entrar a nadie.');
    const only = egress
      ? text(`Only this may go out: ${list}.`, `Solo puede salir esto: ${list}.`)
      : text(`Only these come in: ${list}.`, `Solo entra: ${list}.`);
    return check(name, 'holds', wanted.length === 0 ? nothing : only, seen.evidence);
  };
  return [
    everyInterface(seen),
    direction('no-egress', seen.wanted.egress, true),
    direction('ingress-responder-only', seen.wanted.ingress, false),
    ...(seen.ssm === null ? [] : [ssmPath(seen, seen.ssm)]),
  ];
}

function everyInterface(seen: Reading): Check {
  const name = 'every-interface';
  const home = (one: Interface): string | null => seen.groups.find((group) => group.vpcId === one.vpcId)?.groupId ?? null;
  const outside = seen.interfaces.filter((one) => one.groups.length !== 1 || one.groups[0] !== home(one));
  const named = (lang: 'en' | 'es') =>
    outside
      .map((one) => {
        const container = one.trunk === null ? '' : lang === 'es' ? 'de un contenedor' : 'of a container';
        const manager = one.managedBy === null ? '' : lang === 'es' ? `de ${one.managedBy}, que puede rechazarlo` : `of ${one.managedBy}, which may refuse`;
        const more = [container, manager].filter((each) => each !== '').join(', ');
        return more === '' ? one.id : `${one.id} (${more})`;
      })
      .join(', ');
  if (outside.length > 0)
    return check(
      name,
      'fails',
      text(`Not (only) in the isolation group: ${named('en')}.`, `Fuera del grupo de aislamiento (o no solo en él): ${named('es')}.`),
      seen.evidence,
    );
  if (seen.unread !== null)
    return check(
      name,
      'unknown',
      text(
        `There may be more than the ${seen.interfaces.length} isolated: ${seen.unread.en}.`,
        `Puede haber más que las ${seen.interfaces.length} aisladas: ${seen.unread.es}.`,
      ),
      seen.evidence,
    );
  if (seen.interfaces.length === 0 && seen.state !== 'terminated')
    return check(name, 'unknown', text('EC2 lists no network interface of the instance.', 'EC2 no enumera interfaces de red de la instancia.'), seen.evidence);
  if (seen.interfaces.length === 0)
    return check(
      name,
      'holds',
      text('The instance is terminated: it has no interface left.', 'La instancia está terminada: no le queda ninguna interfaz.'),
      seen.evidence,
    );
  const branches = seen.interfaces.filter((one) => one.trunk !== null).length;
  const [of, de] = branches === 0 ? ['', ''] : [` (${branches} of containers)`, ` (${branches} de contenedores)`];
  return check(
    name,
    'holds',
    text(
      `All ${seen.interfaces.length} network interfaces${of} are in the isolation group and in no other.`,
      `Las ${seen.interfaces.length} interfaces de red${de} están en el grupo de aislamiento y en ningún otro.`,
    ),
    seen.evidence,
  );
}

/** The way in: endpoints that stand, and let the instance in. Whether the agent answers, a session shows. */
function ssmPath(seen: Reading, { missing, endpoints, closed }: SsmPath): Check {
  const name = 'ssm-path';
  const one = (verdict: Check['verdict'], en: string, es: string) => check(name, verdict, text(en, es), seen.evidence);
  if (missing.length > 0)
    return one(
      'fails',
      `You cannot come in by SSM: there is no endpoint for ${missing.join(', ')}.`,
      `No puede entrar por SSM: falta punto de conexión para ${missing.join(', ')}.`,
    );
  if (closed.length > 0)
    return one(
      'fails',
      `You cannot come in by SSM: ${closed.join(', ')} of the endpoints does not let the instance in.`,
      `No puede entrar por SSM: ${closed.join(', ')} de los puntos de conexión no deja entrar a la instancia.`,
    );
  const coming = endpoints.filter((each) => each.state !== 'available').map((each) => each.id);
  return coming.length > 0
    ? one('unknown', `The endpoints are still being made: ${coming.join(', ')}.`, `Los puntos de conexión aún se están creando: ${coming.join(', ')}.`)
    : one(
        'holds',
        'The endpoints of Systems Manager stand and let the instance in.',
        'Los puntos de conexión de Systems Manager están y dejan entrar a la instancia.',
      );
}
