import type { ActionContext } from '../../../kernel/index.ts';
import type { Expected } from './reachability.ts';
import { type Range, rangeOf, TCP } from './space.ts';
import type { NetworkState } from './state.ts';

/** One side the responder's rules let through, as addresses. */
export interface Admitted {
  readonly cidr: string;
  readonly port: number;
  /** The instance opens the connection (to an endpoint). */
  readonly egress: boolean;
}
interface WantedRule {
  readonly cidr?: string;
  readonly group?: string;
  readonly prefixList?: string;
  readonly port?: number;
}

/** What the isolation of this instance lets through on purpose, as the case last saw it; groups and prefix lists as their addresses of now. */
export function admitted(ctx: Pick<ActionContext, 'facts'>, state: NetworkState): Admitted[] {
  const seen = ctx.facts.observed.isolate as { instanceId?: string; wanted?: { ingress?: readonly WantedRule[]; egress?: readonly WantedRule[] } } | undefined;
  if (seen?.instanceId !== state.instanceId) return [];
  const addresses = (rule: WantedRule): readonly string[] =>
    rule.cidr !== undefined
      ? [rule.cidr]
      : rule.prefixList !== undefined
        ? (state.prefixLists[rule.prefixList] ?? [])
        : state.neighbours.filter((one) => one.groups.includes(rule.group ?? '')).flatMap((one) => one.addresses);
  const all = (rules: readonly WantedRule[] | undefined, egress: boolean): Admitted[] =>
    (rules ?? []).flatMap((rule) => (rule.port === undefined ? [] : addresses(rule).map((cidr) => ({ cidr, port: rule.port!, egress }))));
  return [...all(seen.wanted?.ingress, false), ...all(seen.wanted?.egress, true)];
}
export const expectedFrom = (list: readonly Admitted[]): Expected[] =>
  list.flatMap(({ cidr, port, egress }) => {
    const peer: Range | undefined = rangeOf(cidr);
    return peer ? [{ egress, box: { proto: [TCP, TCP] as const, port: [port, port] as const, peer } }] : [];
  });
