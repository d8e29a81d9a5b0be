import type { Result, Step } from '../kernel/index.ts';
import { isChange, isPause, ofKind } from '../kernel/index.ts';
import { runChange } from './change.ts';
import { afterOf, insteadOf, needsOf } from './graph.ts';
import { codeOf } from './outcome.ts';
import { announce, type Run } from './run.ts';
import { runPause, runRead } from './wait.ts';

const succeeded = (result: Result | undefined): boolean => result?.state === 'done' || result?.state === 'already';
const OVER: ReadonlySet<string> = new Set(['waiting', 'unknown']);

/**
 * Applies an approved plan: independent steps side by side, each after what it needs. Steps that have a receipt are
 * not touched again; steps with an intent and no receipt are reconciled first. Appends `finish` when nothing is left open.
 * @throws the abort reason when interrupted; everything begun is on the ledger by then.
 */
export async function execute(run: Run): Promise<ReadonlyMap<string, Result>> {
  const { steps } = run.plan;
  const byId = new Map(steps.map((step) => [step.id, step]));
  const receipts = new Map(run.before.filter(ofKind('receipt')).map((entry) => [entry.body.step, entry.body.result]));
  const running = new Map<string, Promise<Result>>();
  const good = (id: string): boolean => succeeded(run.results.get(id)) || insteadOf(steps, id).some((alternative) => good(alternative.id));

  const start = (id: string): Promise<Result> => {
    const already = running.get(id);
    if (already) return already;
    const step = byId.get(id)!;
    const promise = one(step).then((result) => {
      run.results.set(id, result);
      announce(run, step, result);
      return result;
    });
    running.set(id, promise);
    return promise;
  };

  async function one(step: Step): Promise<Result> {
    const needs = needsOf(step);
    const fallback = isChange(step) ? step.instead : undefined;
    const first = [...needs, ...afterOf(step)].flatMap((id) => [id, ...insteadOf(steps, id).map((alternative) => alternative.id)]);
    await Promise.all(first.filter((id) => id !== step.id).map(start));
    const receipt = receipts.get(step.id);
    if (receipt) {
      const intent = run.before.filter(ofKind('intent')).find((entry) => entry.body.step === step.id);
      if (intent) run.inputs.set(step.id, intent.body.input);
      return receipt;
    }
    if (fallback) {
      const original = run.results.get(fallback.of)!;
      if (succeeded(original)) return { state: 'unneeded' };
      if (original.state !== 'refused' || !fallback.on.includes(original.code ?? '')) return { state: 'blocked', why: fallback.of };
    }
    const missing = needs.find((id) => !good(id));
    if (missing) return { state: 'blocked', why: missing };
    run.signal?.throwIfAborted();
    try {
      return isPause(step) ? await runPause(run, step) : isChange(step) ? await runChange(run, step) : await runRead(run, step);
    } catch (error) {
      if (run.signal?.aborted || isFatal(error)) throw error;
      return { state: 'failed', code: codeOf(error), why: (error as Error).message };
    }
  }

  const ends = await Promise.allSettled(steps.map((step) => start(step.id)));
  const broken = ends.find((end) => end.status === 'rejected');
  if (broken) throw broken.reason;
  if (![...run.results.values()].some((result) => OVER.has(result.state))) {
    run.case.append('finish', {
      action: run.plan.action,
      apply: run.apply,
      states: Object.fromEntries([...run.results].map(([id, result]) => [id, result.state])),
    });
  }
  return run.results;
}

/** Errors of our own house (a locked case, a full disk, a guard) end the apply; an AWS error ends its step. */
const isFatal = (error: unknown): boolean => error instanceof Error && error.name === 'AplombError';
