import { type Lang, type Text, text } from '../../../kernel/index.ts';
import type { PathKind } from './paths.ts';
import type { Reach } from './reachability.ts';
import type { Flow } from './tracking.ts';

const PEERS: Readonly<Record<PathKind, Text>> = {
  subnet: text('neighbours in the same subnet', 'vecinos de la misma subred'),
  vpc: text('another subnet of the VPC', 'otra subred de la VPC'),
  'load-balancer': text('load balancer', 'balanceador de carga'),
  endpoint: text('VPC endpoint', 'punto de enlace de la VPC'),
  internet: text('the internet', 'Internet'),
  nat: text('the internet through NAT gateway', 'Internet por la puerta de enlace NAT'),
  'egress-only': text('the internet through egress-only gateway', 'Internet por la puerta de enlace de solo salida'),
  peering: text('peered VPC', 'VPC emparejada'),
  'transit-gateway': text('transit gateway', 'puerta de enlace de tránsito'),
  vpn: text('VPN or Direct Connect', 'VPN o Direct Connect'),
  'gateway-endpoint': text('gateway endpoint', 'punto de enlace de puerta'),
  appliance: text('network appliance', 'dispositivo de red'),
  nowhere: text('all other networks', 'todas las demás redes'),
};
/** The internet and the subnet have no name of their own that would say more. */
const named = (peer: PathKind, name: string): boolean => name !== '' && peer !== 'internet' && peer !== 'subnet' && peer !== 'nowhere';
const peerName = (peer: PathKind, name: string, lang: Lang): string => `${PEERS[peer][lang]}${named(peer, name) ? ` ${name}` : ''}`;

/** @example lasting(432000, 'en') // '5 d' */
export function lasting(seconds: number | null, lang: Lang): string {
  if (seconds === null) return lang === 'es' ? 'sin plazo publicado' : 'no documented limit';
  if (seconds >= 86_400) return `${Math.round(seconds / 86_400)} d`;
  return seconds >= 3600 ? `${Math.round(seconds / 3600)} h` : seconds >= 120 ? `${Math.round(seconds / 60)} min` : `${seconds} s`;
}
const MANY = 8;
const list = (words: readonly string[], separator = '; '): string => {
  const all = [...new Set(words)];
  return (all.length > MANY ? [...all.slice(0, MANY), `+${all.length - MANY}`] : all).join(separator);
};
const both = (words: (lang: Lang) => string): Text => text(words('en'), words('es'));

/** Kinds of connections, each with where it goes and how long it may idle. */
export const flowWords = (flows: readonly Flow[]): Text =>
  both((lang) =>
    list(
      flows.map((flow) => {
        const way = flow.direction === 'in' ? (lang === 'es' ? 'desde' : 'from') : lang === 'es' ? 'hacia' : 'to';
        const always = flow.tracked === 'always' ? (lang === 'es' ? ', siempre seguida' : ', always tracked') : '';
        return `${flow.protocol} ${way} ${peerName(flow.peer, flow.name, lang)} (IPv${flow.family}, ${lasting(flow.idle, lang)}${always})`;
      }),
    ),
  );
/** Ways that are open, each with what decides. */
export const reachWords = (rows: readonly Reach[]): Text =>
  both((lang) =>
    list(
      rows.map((row) => {
        const way = row.direction === 'in' ? (lang === 'es' ? 'entra desde' : 'in from') : lang === 'es' ? 'sale hacia' : 'out to';
        return `${row.interface} IPv${row.family} ${way} ${peerName(row.peer, row.name, lang)}: ${row.traffic.join(', ')} [${row.by.join(' | ')}]`;
      }),
    ),
  );
