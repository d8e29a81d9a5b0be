import { type Check, text } from '../../../kernel/index.ts';
import { check } from '../../shared/checks.ts';
import type { Reach } from '../network/reachability.ts';
import type { NetworkState } from '../network/state.ts';
import type { Flow } from '../network/tracking.ts';
import { flowWords, longest, reachWords } from '../network/words.ts';

export const isDown = (state: string): boolean => state === 'stopped' || state === 'terminated';
/** Without these it cannot be said that something is open: it may be denied by what was not read. */
const DECIDING = /^Describe(NetworkAcls|RouteTables|Subnets|NetworkInterfaces|SecurityGroups)\b/;
const unreadOf = (state: NetworkState): string[] => state.missing.filter((name) => DECIDING.test(name));

export function newConnections(state: NetworkState, rows: readonly Reach[], evidence: readonly string[]): Check {
  const say = (verdict: Check['verdict'], en: string, es: string): Check => check('new-connections', verdict, text(en, es), evidence);
  if (isDown(state.state)) return say('holds', `The instance is ${state.state}.`, `La instancia está en estado ${state.state}.`);
  if (state.interfaces.length === 0)
    return say('unknown', 'EC2 lists no network interface of the instance.', 'EC2 no enumera interfaces de red de la instancia.');
  const strange = rows.filter((row) => row.why === 'open');
  if (strange.length > 0) {
    const words = reachWords(strange);
    const unread = unreadOf(state);
    return unread.length > 0
      ? say(
          'unknown',
          `Perhaps open, since not all could be read (${unread.join(', ')}): ${words.en}.`,
          `Quizá abierto, pues no se pudo leer todo (${unread.join(', ')}): ${words.es}.`,
        )
      : say('fails', `Still open: ${words.en}.`, `Sigue abierto: ${words.es}.`);
  }
  const expected = rows.filter((row) => row.why === 'expected');
  if (expected.length === 0)
    return say('holds', 'Nobody can open a connection to it, nor it to anybody.', 'Nadie puede abrir una conexión con ella, ni ella con nadie.');
  const words = reachWords(expected);
  return say('holds', `Only what was asked for: ${words.en}.`, `Solo lo pedido: ${words.es}.`);
}

/**
 * Flows a two-step cut ended are left out already. Said, and not held against the verdict: a connection with a service of AWS itself, and ICMP with
 * machines of the VPC, which no change of groups ends and which leads nowhere by itself.
 */
export function existingConnections(state: NetworkState, alive: readonly Flow[], untracked: number, cut: boolean, evidence: readonly string[]): Check {
  const say = (verdict: Check['verdict'], en: string, es: string): Check => check('existing-connections', verdict, text(en, es), evidence);
  if (isDown(state.state))
    return say('holds', `The instance is ${state.state}: no connection lives.`, `La instancia está en estado ${state.state}: no queda ninguna conexión.`);
  const strange = alive.filter((flow) => !ofAws(flow) && !echo(flow));
  const services = [...new Set(alive.filter(ofAws).map((flow) => flow.name))].join(', ');
  const enServices = services ? ` Connections with AWS services through endpoints may live on: ${services}.` : '';
  const esServices = services ? ` Las conexiones con servicios de AWS por puntos de enlace pueden seguir: ${services}.` : '';
  const echoes = alive.some(echo);
  const enAlso = `${enServices}${echoes ? ' ICMP with machines of the VPC is always tracked and may go on.' : ''}`;
  const esAlso = `${esServices}${echoes ? ' El ICMP con máquinas de la VPC siempre se registra y puede seguir.' : ''}`;
  if (strange.length === 0)
    return say(
      'holds',
      `${cut ? 'Cut: no connection that its former rules allowed has a way left.' : untracked > 0 ? 'No connection that its former rules allowed is tracked: all ended with the rules.' : 'Its former rules allowed no connection that could have lived on.'}${enAlso}`,
      `${cut ? 'Cortadas: ninguna conexión que permitían sus reglas anteriores tiene ya camino.' : untracked > 0 ? 'Ninguna conexión que permitían sus reglas anteriores queda registrada: todas acabaron con las reglas.' : 'Sus reglas anteriores no permitían ninguna conexión que pudiera seguir viva.'}${esAlso}`,
    );
  const words = flowWords(strange);
  const unread = unreadOf(state);
  if (unread.length > 0)
    return say(
      'unknown',
      `Perhaps alive, since not all could be read (${unread.join(', ')}): ${words.en}.`,
      `Quizá vivas, pues no se pudo leer todo (${unread.join(', ')}): ${words.es}.`,
    );
  const advice = adviceFor(strange, cut);
  const idle = longest(strange);
  return say(
    'fails',
    `NOT CONTAINED: a connection the attacker already has may live on as long as it is used${idle ? `, and unused for up to ${idle.en}` : ''}. Possible with: ${words.en}. ${advice.en} The report lists every kind.`,
    `NO CONTENIDA: una conexión que el atacante ya tenga puede seguir viva mientras se use${idle ? `, y sin uso hasta ${idle.es}` : ''}. Es posible con: ${words.es}. ${advice.es} El informe enumera cada clase.`,
  );
}
const echo = (flow: Flow): boolean => flow.protocol === 'icmp' && (flow.peer === 'subnet' || flow.peer === 'vpc');
const ofAws = (flow: Flow): boolean => flow.peer === 'endpoint' && /^(com\.amazonaws|aws)\./.test(flow.name);

/** A direct way to the internet has no other subnet in between whose ACL could deny the host alone. */
function adviceFor(flows: readonly Flow[], cut: boolean) {
  const always = flows.filter((flow) => flow.tracked === 'always');
  const direct = always.some((flow) => flow.peer === 'egress-only' || flow.peer === 'internet');
  const rules = flows.some((flow) => flow.tracked === 'by-rules');
  const method = [...(direct ? ['acl-subnet'] : always.length > 0 ? ['acl'] : []), ...(rules ? ['two-step'] : [])].join(',');
  const address = always.some((flow) => flow.peer === 'internet' && flow.family === 4);
  const en = address ? 'Take its public addresses away; else cut' : 'Cut';
  const es = address ? 'Quítele las direcciones públicas; si no, córtela' : 'Córtela';
  return cut && !rules && !direct
    ? text('Deny the whole subnet (--cut acl-subnet) or stop the instance.', 'Deniegue toda la subred (--cut acl-subnet) o detenga la instancia.')
    : text(`${en} it (--cut ${method}) or stop the instance.`, `${es} (--cut ${method}) o detenga la instancia.`);
}

/** A statement, never a failure: this is how EC2 is made. */
export function unfiltered(state: NetworkState, evidence: readonly string[]): Check {
  const down = isDown(state.state);
  const subnets = new Set(state.interfaces.map((one) => one.subnetId));
  const near = state.neighbours.filter((one) => subnets.has(one.subnetId)).length;
  const imds = state.metadataOff
    ? text('The metadata service is switched off.', 'El servicio de metadatos está desactivado.')
    : text('The metadata service answers it, with the credentials of its role.', 'El servicio de metadatos le responde, con las credenciales de su rol.');
  return check(
    'what-no-group-cuts',
    'holds',
    down
      ? text(`Nothing: the instance is ${state.state}.`, `Nada: la instancia está en estado ${state.state}.`)
      : text(
          `No group and no ACL filters the DNS resolver of the VPC (data can leave by DNS names), DHCP, the time service, Windows activation and the metadata service; flow logs do not show them. ${imds.en} Inside the subnet (${near} other interfaces) no ACL counts, only groups.`,
          `Ningún grupo ni ACL filtra el resolutor DNS de la VPC (por nombres DNS pueden salir datos), DHCP, el servicio de hora, la activación de Windows ni el servicio de metadatos; los registros de flujo no los muestran. ${imds.es} Dentro de la subred (${near} interfaces más) no cuenta ninguna ACL, solo los grupos.`,
        ),
    evidence,
  );
}
