import { canonical, type Plan, type Step, sha256 } from '../kernel/index.ts';

/** A plan step without the sentences: what approval is about. Texts may change (a language, a typo); calls, order and undo may not. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'why' && key !== 'danger' && key !== 'loses' && key !== 'progress')
      .map(([key, inner]) => [
        key,
        key === 'ask' || key === 'kept' || key === 'never' ? true : key === 'input' || key === 'is' || key === 'in' ? inner : bare(inner),
      ]),
  );
}

export const bareStep = (step: Step): unknown => bare(step);

/** SHA-256 over the canonical JSON of action, target and steps without texts. */
export const planHash = (plan: Plan): string => sha256(canonical({ action: plan.action, target: plan.target, steps: plan.steps.map(bareStep) }));
