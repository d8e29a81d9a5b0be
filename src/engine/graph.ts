import { isChange, isRead, type Step } from '../kernel/index.ts';
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
