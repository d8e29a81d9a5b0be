import type { Action, ActionContext, Check, Collected, Collector, Json, Step, Verdict } from '../../src/kernel/index.ts';
import { text } from '../../src/kernel/index.ts';
import { call } from './account.ts';

export const check = (name: string, verdict: Verdict): Check => ({ name, verdict, why: text(`${name} ${verdict}`, `${name} ${verdict}`), evidence: [] });

/** An action over the small account: observes all things, plans from them, and checks by reading them again. */
export function actionOf(
  id: string,
  parts: { plan(things: any[]): Step[]; check(things: any[], ctx: ActionContext): Check[]; step?: Action['step'] },
): Action<Json> {
  const things = async (ctx: ActionContext): Promise<Json> => (await ctx.read<{ Things: Json }>(call('DescribeThings'))).output.Things;
  return {
    id,
    step: parts.step ?? 4,
    title: text(`Do ${id}`, `Hacer ${id}`),
    permissions: ['toy:DescribeThings'],
    observe: things,
    plan: (observed) => parts.plan(observed as any[]),
    check: async (ctx) => parts.check((await things(ctx)) as any[], ctx),
  };
}

/** A collector that gives these items, then breaks with `broken`. */
export const collectorOf = (id: string, items: readonly Collected[], broken?: Error): Collector => ({
  id,
  step: 6,
  title: text(`Collect ${id}`, `Recoger ${id}`),
  permissions: [],
  async *collect() {
    yield* items;
    if (broken) throw broken;
  },
});
