import { AplombError, type Change, isChange, type Json, type JsonObject, type Plan, type Value } from '../kernel/index.ts';
import { isAwsFailure } from './errors.ts';
import type { Aws } from './types.ts';

/** `undetermined` never means "fails": DryRun answers about permission, and only for ids that exist. */
export interface DryRunResult {
  readonly id: string;
  readonly result: 'permitted' | 'denied' | 'undetermined' | 'no-dry-run';
  readonly code?: string;
  /** The answer rests on a stand-in for an id that does not exist yet. */
  readonly standIn?: boolean;
}

/** Services of a call that AWS does not run. */
const NOT_AWS = new Set(['guest', 'evidence', 'case', 'person']);
const MISSING = Symbol('no stand-in');

/** Fills a value for DryRun: refs take what was observed, or their own `like`; marks and times are fixed. */
function fill(value: Value, standIns: Readonly<Record<string, Json>>, used: { standIn: boolean }): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => fill(item, standIns, used));
  if (typeof value.$ref === 'string') {
    const like = standIns[value.$ref] ?? value.like;
    if (like === undefined) throw MISSING;
    used.standIn = true;
    return like;
  }
  if (value.$token === true) return '0'.repeat(32);
  if (value.$now === true) return '1970-01-01T00:00:00.000Z';
  if (value.$json !== undefined) return JSON.stringify(fill(value.$json, standIns, used));
  if (Array.isArray(value.$join)) return value.$join.map((part) => fill(part, standIns, used)).join('');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, standIns, used)]));
}

/**
 * Asks AWS, change by change, whether the caller may do it, where the operation models DryRun (EC2 User Guide; Support's
 * dryRun). One after another: an endpoint that ignores DryRun is noticed at the first answer that is a success.
 * @param standIns by ref ('sg#GroupId'): ids seen while observing.
 * @throws AplombError DryRunRan
 */
export async function dryRun(aws: Pick<Aws, 'send' | 'hasInput'>, plan: Plan, standIns: Readonly<Record<string, Json>> = {}): Promise<DryRunResult[]> {
  const results: DryRunResult[] = [];
  for (const change of plan.steps.filter(isChange)) results.push(await ask(aws, change, standIns));
  return results;
}

async function ask(aws: Pick<Aws, 'send' | 'hasInput'>, change: Change, standIns: Readonly<Record<string, Json>>): Promise<DryRunResult> {
  const { id, call } = change;
  if (NOT_AWS.has(call.service)) return { id, result: 'no-dry-run' };
  const member = (await aws.hasInput(call.service, call.operation, 'DryRun'))
    ? 'DryRun'
    : (await aws.hasInput(call.service, call.operation, 'dryRun'))
      ? 'dryRun'
      : undefined;
  if (!member) return { id, result: 'no-dry-run' };
  const used = { standIn: false };
  let input: JsonObject;
  try {
    input = { ...(fill(call.input, standIns, used) as JsonObject), [member]: true };
  } catch (error) {
    if (error === MISSING) return { id, result: 'undetermined' };
    throw error;
  }
  const standIn = used.standIn ? { standIn: true } : {};
  try {
    await aws.send({ call, input, purpose: 'dry-run', keep: false, phase: 'dry-run' });
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    const { code } = error;
    if (code === 'DryRunOperation') return { id, result: 'permitted', code, ...standIn };
    if (/^(UnauthorizedOperation|AccessDenied|Client\.UnauthorizedOperation)$/.test(code)) return { id, result: 'denied', code, ...standIn };
    return { id, result: 'undetermined', code, ...standIn };
  }
  throw new AplombError('DryRunRan', `The endpoint ignored DryRun: ${call.operation} (${id}) in ${call.region} was carried out.`, {
    fix: 'This endpoint is not AWS. Look at what was made and remove it, and do not use --dry-run against this endpoint.',
  });
}
