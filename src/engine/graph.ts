import { isChange, isPause, isRead, type Step } from '../kernel/index.ts';
import { refsOf } from './values.ts';

/** Ids a step needs to have succeeded: `needs` and every `$ref` in its call and probe. */
export function needsOf(step: Step): string[] {
  const call = isChange(step) ? [step.call, step.probe] : isRead(step) ? [step.read, step.until, step.fail] : [];
  const ids = [...(step.needs ?? []), ...refsOf(call).map((ref) => ref.id)];
  return [...new Set(ids)].filter((id) => id !== 'self' && id !== step.id);
}
/** Ids that must be settled first, however they ended. */
export const afterOf = (step: Step): string[] => [...(step.after ?? []), ...(isChange(step) && step.instead ? [step.instead.of] : [])];
/** The changes that stand in for `id` when it is refused. */
export const insteadOf = (steps: readonly Step[], id: string): Step[] => steps.filter((step) => isChange(step) && step.instead?.of === id);

/** Steps in an order in which everything comes after what it waits for; stable. @throws on a cycle */
export function ordered(steps: readonly Step[]): Step[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const done = new Map<string, 'open' | 'closed'>();
  const result: Step[] = [];
  const visit = (step: Step): void => {
    const state = done.get(step.id);
    if (state === 'closed') return;
    if (state === 'open') throw new Error(`the plan waits for itself at ${step.id}`);
    done.set(step.id, 'open');
    for (const id of [...needsOf(step), ...afterOf(step)]) {
      const before = byId.get(id);
      if (before) visit(before);
    }
    done.set(step.id, 'closed');
    result.push(step);
  };
  for (const step of steps) visit(step);
  return result;
}

/** The longest chain of steps that wait for one another: calls, and seconds of pauses in it. The least time an apply can take. */
export function planDepth(steps: readonly Step[]): { calls: number; seconds: number } {
  const depths = new Map<string, { calls: number; seconds: number }>();
  const deepest = (all: readonly { calls: number; seconds: number }[]) =>
    all.reduce((most, one) => (one.calls + one.seconds * PAUSE > most.calls + most.seconds * PAUSE ? one : most), { calls: 0, seconds: 0 });
  for (const step of ordered(steps)) {
    const before = deepest([...needsOf(step), ...afterOf(step)].flatMap((id) => depths.get(id) ?? []));
    depths.set(step.id, isPause(step) ? { ...before, seconds: before.seconds + step.pause } : { ...before, calls: before.calls + 1 });
  }
  return deepest([...depths.values()]);
}
/** Calls that a second of pausing outweighs, when the longer of two chains is sought. */
const PAUSE = 10;
