import type { Call, Change, Json, LedgerEntry, Plan, Probe, Result, Step, Test, Text, UndoWait, Value } from '../kernel/index.ts';
import { isChange, ofKind, text, tokenOf } from '../kernel/index.ts';
import { afterOf, needsOf } from './graph.ts';
import { resolve } from './values.ts';

type Calls = Extract<Change['undo'], { calls: readonly unknown[] }>;
export const hasCalls = (step: Change): step is Change & { undo: Calls } => 'calls' in step.undo;
const isWait = (call: Call | UndoWait): call is UndoWait => 'read' in call;

/** What the undo of one apply would do, before anything starts. */
export interface UndoOutlook {
  readonly plan: Plan;
  /** Steps that are skipped unless named, with the question to ask. */
  readonly asks: readonly { readonly id: string; readonly change: Change }[];
  /** What stays: evidence, and what cannot be taken back. */
  readonly stays: readonly Change[];
  /** How each change that is taken back is looked at: as we left it, and as it was before. */
  readonly looks: readonly UndoLook[];
}
/** The reading that shows whether a change was taken back. Values are literal. */
export interface UndoLook extends Pick<Probe, 'call' | 'pick' | 'absent'> {
  readonly id: string;
  readonly why: Text;
  /** Holds while all is as this case left it. */
  readonly left: readonly Test[];
  /** Holds when it is as it was before; null where only the end of `left` can be seen. */
  readonly before: readonly Test[] | null;
  /** What does not come back, or what comes back with it. */
  readonly loses?: Text;
}

/** Fills in every value from receipts and frozen inputs, so that the undo plan is literal. */
const literal = (value: unknown, scope: Parameters<typeof resolve>[1]): any => resolve(value as Value, scope);

/**
 * Undo is itself a plan, computed from receipts with `ours: true`, edges reversed, run by the same executor, always
 * looking first. `named` lists the ask-steps a person agreed to.
 */
export function undoPlan(entries: readonly LedgerEntry[], caseId: string, apply: string, plan: Plan, named: ReadonlySet<string>): UndoOutlook {
  const receipts = new Map<string, Result>(
    entries
      .filter(ofKind('receipt'))
      .filter((e) => e.body.apply === apply)
      .map((e) => [e.body.step, e.body.result]),
  );
  const inputs = new Map<string, Json>(
    entries
      .filter(ofKind('intent'))
      .filter((e) => e.body.apply === apply)
      .map((e) => [e.body.step, e.body.input]),
  );
  const done = plan.steps.filter(isChange).filter((step) => receipts.get(step.id)?.state === 'done' && receipts.get(step.id)?.ours === true);
  const back = takenBack(entries, apply);
  const reversible = done.filter(hasCalls).filter((step) => !back.has(lastOf(step)));
  const chosen = reversible.filter((step) => !step.undo.ask || named.has(step.id));

  // Every step that stands on `id`, directly or not, goes first.
  const standsOn = (id: string, seen = new Set<string>()): Set<string> => {
    for (const step of plan.steps) {
      if (seen.has(step.id) || ![...needsOf(step), ...afterOf(step)].includes(id)) continue;
      seen.add(step.id);
      standsOn(step.id, seen);
    }
    return seen;
  };
  const scopeOf = (step: Change) => ({
    output: (id: string) => (id === 'self' ? inputs.get(step.id) : receipts.get(id)?.output),
    now: () => 0,
    token: tokenOf(caseId, apply, step.id),
  });
  const lookOf = (step: Change) => ({
    call: literal(step.probe.call, scopeOf(step)),
    ...(step.probe.pick ? { pick: literal(step.probe.pick, scopeOf(step)) } : {}),
    ...(step.probe.absent ? { absent: step.probe.absent } : {}),
  });
  const looks = chosen.map((step): UndoLook => {
    const before = step.undo.done ?? step.probe.ready;
    return {
      id: step.id,
      why: step.why,
      ...lookOf(step),
      left: literal(step.probe.done, scopeOf(step)),
      before: before ? literal(before, scopeOf(step)) : null,
      ...(step.undo.loses ? { loses: step.undo.loses } : {}),
    };
  });
  // Newest first here too: as it is shown, so it is done.
  const steps: Step[] = [...chosen].reverse().flatMap((step) => {
    const scope = scopeOf(step);
    const above = standsOn(step.id);
    const first = step.undo.calls.findIndex((call) => !isWait(call));
    return step.undo.calls.map((call, index): Step => {
      const common = {
        id: stepId(step.id, index),
        why: text(`take back: ${step.why.en}`, `deshacer: ${step.why.es}`),
        needs: index > 0 ? [stepId(step.id, index - 1)] : chosen.filter((other) => above.has(other.id)).map(lastOf),
      };
      if (isWait(call)) {
        return { ...common, read: literal(call.read, scope), until: literal(call.until, scope), every: call.every, limit: call.limit };
      }
      const done = step.undo.done ?? step.probe.ready;
      // "Still as we left it" is asked before the first call only, "as it was before" of the first and of the last.
      const last = index === step.undo.calls.length - 1;
      return {
        ...common,
        call: { ...call, input: literal(call.input, scope) },
        repeat: 'safe',
        danger: step.undo.loses ? [step.undo.loses] : [],
        undo: { never: text('an undo is not undone; plan again', 'un deshacer no se deshace; planifique de nuevo') },
        ...(step.undo.already ? { already: step.undo.already } : {}),
        ...(step.undo.lag ? { lag: step.undo.lag } : {}),
        probe: {
          ...lookOf(step),
          done: done && (index === first || last) ? literal(done, scope) : [{ path: 'this_is_never_there', is: true }],
          ...(done && index === first ? { ready: literal(step.probe.done, scope) } : {}),
        },
      };
    });
  });
  return {
    plan: { action: `undo:${plan.action}`, target: { apply, of: plan.target } as Json, steps },
    asks: reversible.filter((step) => step.undo.ask && !named.has(step.id)).map((step) => ({ id: step.id, change: step })),
    stays: done.filter((step) => 'kept' in step.undo || 'never' in step.undo),
    looks,
  };
}

const stepId = (id: string, index: number): string => `undo.${id}.${index}`;
/** Id of the last step of a change's undo. */
export const lastOf = (step: Change & { undo: Calls }): string => stepId(step.id, step.undo.calls.length - 1);

/** Steps of the undos of `apply` that are done: what was refused or drifted, or was left out, can still be taken back. */
export function takenBack(entries: readonly LedgerEntry[], apply: string): ReadonlySet<string> {
  const plans = new Map(entries.filter(ofKind('plan')).map((entry) => [entry.body.hash, entry.body.plan]));
  const undos = new Set(
    entries
      .filter(ofKind('approve'))
      .filter((entry) => entry.body.action.startsWith('undo:') && (plans.get(entry.body.plan)?.target as { apply?: string } | undefined)?.apply === apply)
      .map((entry) => entry.body.apply),
  );
  return new Set(
    entries
      .filter(ofKind('receipt'))
      .filter((entry) => undos.has(entry.body.apply) && (entry.body.result.state === 'done' || entry.body.result.state === 'already'))
      .map((entry) => entry.body.step),
  );
}

/** Applies that made something of ours which was not taken back yet, newest first. */
export function undoable(entries: readonly LedgerEntry[]): { apply: string; plan: Plan }[] {
  const plans = new Map(entries.filter(ofKind('plan')).map((entry) => [entry.body.hash, entry.body.plan]));
  const made = new Set(
    entries
      .filter(ofKind('receipt'))
      .filter((entry) => entry.body.result.state === 'done' && entry.body.result.ours === true)
      .map((entry) => `${entry.body.apply} ${entry.body.step}`),
  );
  return entries
    .filter(ofKind('approve'))
    .filter((entry) => !entry.body.action.startsWith('undo:'))
    .flatMap((entry) => {
      const { apply } = entry.body;
      const plan = plans.get(entry.body.plan);
      const back = takenBack(entries, apply);
      const left = plan?.steps
        .filter(isChange)
        .some((step) => made.has(`${apply} ${step.id}`) && !('with' in step.undo) && !(hasCalls(step) && back.has(lastOf(step))));
      return plan && left ? [{ apply, plan }] : [];
    })
    .reverse();
}
