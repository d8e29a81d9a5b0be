import type { Call, CaseFile, Clock, Emit, Json, LedgerEntry, Plan, Result, Step } from '../kernel/index.ts';
import { isAplombError, ofKind, tokenOf, utc } from '../kernel/index.ts';
import { codeOf, outcomeOf, saysAbsent } from './outcome.ts';
import { resolve, type Scope } from './values.ts';

/** Seconds that govern patience. docs/architecture.md says what each is for. */
export interface Timing {
  /** How long a `look` change waits for its mark to appear before it may be sent again. */
  readonly settle: number;
  /** How long lagging reads, throttling and late ids are retried. */
  readonly lag: number;
  /** An observation older than this is looked at again before the first intent. */
  readonly fresh: number;
  /** Seconds between two looks. */
  readonly pace: number;
  /** Upper bound on any wait in this process, below the step's own limit; then the step is `waiting`. */
  readonly patience: number;
  /** The seconds of a watch are multiplied by this (default 1). */
  readonly watch?: number;
}
export const TIMING: Timing = { settle: 60, lag: 60, fresh: 15, pace: 1, patience: 86_400 };

export interface Sent {
  readonly output: Json;
  readonly requestId?: string;
}
export interface Sending {
  readonly call: Call;
  readonly input: Json;
  readonly purpose: 'read' | 'mutation' | 'dry-run';
  readonly keep: boolean;
  readonly phase: string;
  readonly signal?: AbortSignal;
}
/** What the executor needs of the world outside. */
export interface Door {
  send(request: Sending): Promise<Sent>;
  /** Every page: what a probe looks for may stand on the second one. */
  sendAll(request: Sending): Promise<Sent>;
}

/** Everything one apply shares between its steps. */
export interface Run {
  readonly case: CaseFile;
  readonly door: Door;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly timing: Timing;
  readonly plan: Plan;
  readonly apply: string;
  /** Trusted time of the observation the plan was made from. */
  readonly observedAt: number;
  readonly signal: AbortSignal | undefined;
  /** Entries of this apply that were on the ledger when it began (again). */
  readonly before: readonly LedgerEntry[];
  readonly results: Map<string, Result>;
  /** Frozen inputs, by step. */
  readonly inputs: Map<string, Json>;
}

export const entriesOf = (entries: readonly LedgerEntry[], apply: string): LedgerEntry[] =>
  entries.filter((entry) => (ofKind('intent')(entry) || ofKind('receipt')(entry) || ofKind('pause')(entry)) && entry.body.apply === apply);

export const scopeOf = (run: Run, step: string): Scope => ({
  output: (id) => (id === 'self' ? run.inputs.get(step) : run.results.get(id)?.output),
  now: () => run.clock.now(),
  token: tokenOf(run.case.info.id, run.apply, step),
});

/** Writes the receipt and tells whoever watches. `waiting` and `unknown` have no receipt: they are not over. */
export function settled(run: Run, step: Step, result: Result, requestId?: string): Result {
  run.case.append('receipt', { action: run.plan.action, apply: run.apply, step: step.id, result, ...(requestId ? { requestId } : {}) });
  return result;
}

export const announce = (run: Run, step: Step, result: Result): void =>
  run.emit({
    kind: 'event',
    code: 'step',
    level: result.state === 'done' || result.state === 'already' || result.state === 'unneeded' ? 'info' : 'warn',
    time: utc(run.clock.now()),
    text: step.why,
    data: {
      action: run.plan.action,
      id: step.id,
      state: result.state,
      ...(result.code ? { code: result.code } : {}),
      ...(result.why ? { why: result.why } : {}),
    },
  });

/**
 * One read, patient with what is late: throttling, server errors, lost answers and the given codes are retried for
 * `timing.lag` seconds. `absent` codes answer `{}`.
 */
export async function patientRead(
  run: Run,
  call: Call,
  scope: Scope,
  codes: { lag?: readonly string[]; absent?: readonly string[]; lateIds?: boolean } = {},
): Promise<Json> {
  const until = run.clock.now() + run.timing.lag * 1000;
  for (;;) {
    try {
      const input = resolve(call.input, scope);
      return (await run.door.sendAll({ call, input, purpose: 'read', keep: false, phase: run.plan.action, signal: run.signal })).output;
    } catch (error) {
      if (isAplombError(error)) throw error;
      const code = codeOf(error);
      if (codes.absent?.includes(code)) return {};
      const late = codes.lag?.includes(code) || (codes.lateIds === true && saysAbsent(code)) || outcomeOf(error) !== 'refused';
      if (!late || code === 'EmptyRef' || run.signal?.aborted || run.clock.now() > until) throw error;
      await run.clock.sleep(run.timing.pace * 1000, run.signal);
    }
  }
}
