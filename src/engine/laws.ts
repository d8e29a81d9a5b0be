import { canonical, isChange, isRead, type Plan, type Test } from '../kernel/index.ts';
import { afterOf, insteadOf, needsOf, ordered } from './graph.ts';
import { holds, refsOf } from './values.ts';

const emptyScope = { output: () => null, now: () => 0, token: '' };

/** Would these tests hold on an answer with empty lists? Then a lagging read would pass for success. */
function hollow(tests: readonly Test[], picks: boolean): boolean {
  // Every name in the paths but those of functions, so that length(Things) is asked of an empty list and not of nothing.
  const names = tests.flatMap((test) => test.path.match(/\b[A-Za-z]\w*\b(?!\()/g) ?? []);
  const empty = picks ? [] : Object.fromEntries(names.map((name) => [name, []]));
  try {
    return holds(tests, empty, emptyScope);
  } catch {
    return false; // a $ref inside: it demands something that is not there, so it does not hold on nothing
  }
}

/**
 * The laws every plan keeps; an unlawful plan is a programming error and is never applied.
 * @returns one sentence per broken law; empty when lawful.
 */
export function brokenLaws(plan: Plan): string[] {
  const bad: string[] = [];
  const ids = new Set(plan.steps.map((step) => step.id));
  const undoing = plan.action.startsWith('undo:');
  if (ids.size !== plan.steps.length) bad.push('two steps have the same id');
  for (const step of plan.steps) {
    for (const id of [...needsOf(step), ...afterOf(step)]) if (!ids.has(id)) bad.push(`${step.id}: there is no step ${id}`);
    if (isRead(step) && step.until && !undoing && hollow(step.until, false)) bad.push(`${step.id}: "until" holds on an empty answer`);
    if (!isChange(step)) continue;
    if (!step.probe) {
      if (!undoing) bad.push(`${step.id}: no probe, so a lost answer could mean a second call`);
      continue;
    }
    if (!undoing && hollow(step.probe.done, step.probe.pick !== undefined)) bad.push(`${step.id}: "done" holds on an empty answer`);
    if (step.repeat === 'look' && !canonical(step.call.input).includes('"$token":true')) bad.push(`${step.id}: "look" needs a $token mark in its input`);
    for (const ref of refsOf(step.call.input)) {
      const source = plan.steps.find((other) => other.id === ref.id);
      if (source && insteadOf(plan.steps, source.id).length > 0) bad.push(`${step.id}: refers to ${ref.id}, which has an alternative`);
      if (source && isChange(source) && source.probe?.output === undefined)
        bad.push(`${step.id}: ${ref.id} is referred to, so its probe must rebuild the output`);
    }
  }
  try {
    ordered(plan.steps);
  } catch (error) {
    bad.push((error as Error).message);
  }
  return bad;
}
