import { brokenLaws } from '../../engine/laws.ts';
import type { Action, ActionContext, Change, Json, Step } from '../../kernel/index.ts';
import { canonical, isChange } from '../../kernel/index.ts';

/**
 * Observes and plans the way the engine does: what plan() sees has been through canonical JSON, planning twice gives
 * the same plan, and the plan keeps every law.
 * @throws Error naming the broken laws.
 */
export async function planOf(action: Action<any>, ctx: ActionContext): Promise<{ observed: any; steps: Step[]; changes: Change[] }> {
  const observed = JSON.parse(canonical(await action.observe(ctx))) as Json;
  const steps = action.plan(observed);
  if (canonical(steps) !== canonical(action.plan(structuredClone(observed)))) throw new Error(`${action.id}: plan() is not pure`);
  const bad = brokenLaws({ action: action.id, target: ctx.target, steps });
  if (bad.length > 0) throw new Error(`${action.id} breaks the laws:\n${bad.join('\n')}`);
  return { observed, steps, changes: steps.filter(isChange) };
}
