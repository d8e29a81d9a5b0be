import { type Lang, type Text, text } from '../../../kernel/index.ts';
import type { PathKind } from './paths.ts';
import type { Reach } from './reachability.ts';
import type { Flow, Protocol } from './tracking.ts';

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

/** @example lasting(432000, 'en') // '5 days' */
export function lasting(seconds: number, lang: Lang): string {
  const days = Math.round(seconds / 86_400);
  if (days >= 1 && seconds >= 86_400) return lang === 'es' ? `${days} ${days === 1 ? 'día' : 'días'}` : `${days} ${days === 1 ? 'day' : 'days'}`;
  return seconds >= 3600 ? `${Math.round(seconds / 3600)} h` : seconds >= 120 ? `${Math.round(seconds / 60)} min` : `${seconds} s`;
}
const MANY = 8;
const list = (words: readonly string[], separator = '; '): string => {
  const all = [...new Set(words)];
  return (all.length > MANY ? [...all.slice(0, MANY), `+${all.length - MANY}`] : all).join(separator);
};
const both = (words: (lang: Lang) => string): Text => text(words('en'), words('es'));

/** What leads out of the VPC first. */
const OUTWARD: readonly PathKind[] = ['internet', 'nat', 'egress-only', 'peering', 'transit-gateway', 'vpn', 'appliance'];
const PROTOCOLS: readonly (readonly [Protocol, Text])[] = [
  ['tcp', text('tcp', 'tcp')],
  ['udp', text('udp', 'udp')],
  ['icmp', text('icmp', 'icmp')],
  ['other', text('other protocols', 'otros protocolos')],
];
const outward = ({ peer }: Flow): number => OUTWARD.indexOf(peer) >>> 0;
/**
 * With whom connections may live on, and by which protocols; both ways and every interface in one. The report has each kind by itself.
 * @example 'the internet (tcp, udp, icmp); another subnet of the VPC (tcp, other protocols)'
 */
export const flowWords = (flows: readonly Flow[]): Text =>
  both((lang) => {
    const peers = new Map<string, Set<Protocol>>();
    for (const { peer, name, protocol } of [...flows].sort((a, b) => outward(a) - outward(b))) {
      // Several subnets of the VPC are one: which they are decides nothing.
      const who = peerName(peer, peer === 'vpc' ? '' : name, lang);
      peers.set(who, (peers.get(who) ?? new Set()).add(protocol));
    }
    return list([...peers].map(([who, seen]) => `${who} (${PROTOCOLS.flatMap(([one, words]) => (seen.has(one) ? words[lang] : [])).join(', ')})`));
  });
/** How long the longest of them lives on unused; null where EC2 documents no limit for any. */
export function longest(flows: readonly Flow[]): Text | null {
  const seconds = flows.flatMap(({ idle }) => idle ?? []);
  return seconds.length === 0 ? null : both((lang) => lasting(Math.max(...seconds), lang));
}
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
