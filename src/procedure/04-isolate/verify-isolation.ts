import { type Action, type ActionContext, type Check, type Json, text } from '../../kernel/index.ts';
import { readable, settled } from '../shared/checks.ts';
import { targetOf } from '../shared/ec2.ts';
import { twoStepDone } from './cut/record.ts';
import { admitted, expectedFrom } from './network/expected.ts';
import { type Reach, reachability } from './network/reachability.ts';
import { NETWORK_READS, readNetwork } from './network/read.ts';
import type { NetworkState } from './network/state.ts';
import { type Flow, surviving, tracking } from './network/tracking.ts';
import { type FlowLogs, flowLogsCheck, listFlowLogs, readFlowLogs } from './verify/flow-logs.ts';
import { existingConnections, newConnections, unfiltered } from './verify/judge.ts';

/** What the report shows: who can still talk to it, and why; which connections may live on. */
export interface Isolated {
  readonly at: string;
  readonly instanceId: string;
  readonly state: string;
  readonly rows: readonly Reach[];
  readonly flows: readonly Flow[];
  /** Interfaces whose connections were cut by opening and closing. */
  readonly cut: readonly string[];
  readonly flowLogs: FlowLogs;
  readonly missing: readonly string[];
}
interface Reading extends Isolated {
  readonly network: NetworkState;
  readonly untracked: number;
  readonly carried: number;
  /** The case has changed something to cut connections: a reading that does not show it yet may be late. */
  readonly cutting: boolean;
  readonly evidence: readonly string[];
  readonly logEvidence: readonly string[];
}
const CHECKS = ['new-connections', 'existing-connections', 'what-no-group-cuts', 'flow-logs'] as const;
/** Actions whose changes decide what passes. */
const NETWORK = ['isolate', 'cut-connections', 'remove-public-addresses'];

async function read(ctx: ActionContext): Promise<Reading> {
  const target = targetOf(ctx);
  const [{ state, evidence }, standing, listed] = await Promise.all([readNetwork(ctx, target), ctx.standing(4, NETWORK), listFlowLogs(ctx, target.region)]);
  const allowed = admitted(ctx, state);
  const all = tracking(state);
  const cut = state.interfaces.flatMap((one) => (twoStepDone(ctx, one.id, standing) ? one.id : []));
  const tracked = surviving(all);
  const since = standing.reduce((latest, one) => (one.since > latest ? one.since : latest), ctx.facts.opened);
  const { flowLogs, evidence: logEvidence } = await readFlowLogs(ctx, listed, state, allowed, since);
  return {
    at: new Date(ctx.now()).toISOString(),
    instanceId: state.instanceId,
    state: state.state,
    rows: brief(reachability(state, expectedFrom(allowed))),
    flows: tracked.filter((flow) => flow.tracked === 'always' || !cut.includes(flow.interface)),
    cut,
    flowLogs,
    missing: state.missing,
    network: state,
    untracked: all.length - tracked.length,
    carried: tracked.length,
    cutting: standing.some((one) => one.action === 'cut-connections'),
    evidence,
    logEvidence,
  };
}

/** Closed ways of one kind are one line: a VPC may have a hundred subnets. */
function brief(rows: readonly Reach[]): Reach[] {
  const seen = new Map<string, Reach>();
  for (const row of rows) {
    const key = [row.interface, row.family, row.direction, row.peer, row.why, row.open || row.why === 'acl' ? row.name : ''].join('|');
    const before = seen.get(key);
    seen.set(key, before && before.name !== row.name ? { ...before, name: '' } : (before ?? row));
  }
  return [...seen.values()];
}

export const action: Action<Isolated> = {
  id: 'verify-isolation',
  step: 4,
  looks: true,
  title: text('Is the instance really cut off?', '¿Está la instancia realmente aislada?'),
  permissions: [...NETWORK_READS, 'ec2:DescribeAddresses', 'ec2:DescribeFlowLogs', 'logs:FilterLogEvents'],
  async observe(ctx) {
    const {
      network: _network,
      untracked: _untracked,
      carried: _carried,
      cutting: _cutting,
      evidence: _evidence,
      logEvidence: _logs,
      ...seen
    } = await read(ctx);
    return seen as Isolated & Json;
  },
  plan: () => [],
  check: (ctx) =>
    readable(CHECKS, async () =>
      verdicts(
        await settled(
          ctx,
          () => read(ctx),
          (seen) => verdicts(seen).every((one) => one.verdict !== 'fails' || !mayBeLate(one, seen)),
        ),
      ),
    ),
};

/** Readings lag behind changes by seconds; connections that nothing was done about, and records that are there, do not go away by waiting. */
const mayBeLate = ({ name }: Check, { cutting }: Reading): boolean => name === 'new-connections' || (name === 'existing-connections' && cutting);

const verdicts = (seen: Reading): Check[] => [
  newConnections(seen.network, seen.rows, seen.evidence),
  existingConnections(seen.network, seen.flows, seen.untracked, seen.carried > seen.flows.length || seen.cut.length > 0, seen.evidence),
  unfiltered(seen.network, seen.evidence),
  flowLogsCheck(seen.flowLogs, seen.logEvidence),
];
