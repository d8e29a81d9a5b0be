import type { Interface, Rule } from '../../services/ec2/rows.ts';
import { familyOf, type Packet } from './flow.ts';
import { type Scene, within } from './scene.ts';

const ANY = { 4: '0.0.0.0/0', 6: '::/0' } as const;
const NUMBERS: Record<string, string> = { tcp: '6', udp: '17', icmp: '1', icmpv6: '58' };

const peerMatches = (scene: Scene, vpcId: string, rule: Rule, remote: string): boolean => {
  const block = rule.cidr4 ?? rule.cidr6;
  if (block !== undefined) return within(block, remote);
  if (rule.prefixListId !== undefined) return scene.blocksOf(rule.prefixListId).some((one) => within(one, remote));
  return rule.peer !== undefined && scene.interfaceAt(vpcId, remote)?.groups.includes(rule.peer.groupId) === true;
};
const protocolMatches = (rule: Rule, protocol: string): boolean => rule.protocol === '-1' || rule.protocol === protocol || rule.protocol === NUMBERS[protocol];
const isAny = (rule: Rule, remote: string): boolean => (rule.cidr4 ?? rule.cidr6) === ANY[familyOf(remote)];
/** Rules without ports (ICMP, all traffic) let any port through. */
const portMatches = (rule: Rule, protocol: string, port: number): boolean =>
  rule.protocol === '-1' || protocol.startsWith('icmp') || (rule.from <= port && port <= rule.to);

/** The rules of an interface's groups that let packets of this kind through, in one direction. */
export const matching = (scene: Scene, item: Interface, egress: boolean, packet: Packet): Rule[] =>
  scene
    .rulesOf(item)
    .filter(
      (rule) =>
        rule.egress === egress &&
        protocolMatches(rule, packet.protocol) &&
        portMatches(rule, packet.protocol, egress ? packet.remotePort : packet.localPort) &&
        peerMatches(scene, item.vpcId, rule, packet.remote),
    );

/**
 * What the groups do with a connection: nothing of it passes, it passes by an entry of their connection tracking, or by its rules alone.
 * It is untracked when only rules for any address let it through and the other direction lets everything out to any address (Amazon EC2 User
 * Guide, "Untracked connections"). Where a narrower rule matches too the guide is silent; here that one keeps it tracked.
 */
export function groupsSay(scene: Scene, item: Interface, direction: 'in' | 'out', packet: Packet): 'denied' | 'tracked' | 'untracked' {
  const egress = direction === 'out';
  const rules = matching(scene, item, egress, packet);
  if (rules.length === 0) return 'denied';
  const back = scene
    .rulesOf(item)
    .some(
      (rule) =>
        rule.egress !== egress &&
        isAny(rule, packet.remote) &&
        (rule.protocol === '-1' || (protocolMatches(rule, packet.protocol) && rule.from <= 0 && rule.to === 65535)),
    );
  return back && !packet.protocol.startsWith('icmp') && rules.every((rule) => isAny(rule, packet.remote)) ? 'untracked' : 'tracked';
}
