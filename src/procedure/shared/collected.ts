import { type ActionContext, type Call, type Collected, isAplombError, type Json, type Text } from '../../kernel/index.ts';
import { failureCode } from './ec2.ts';

/** "Not available, because": the error's code and message, as an item of its own. Other errors are faults and are thrown. */
export function unavailable(name: string, error: unknown, call?: Call): Collected {
  const code = failureCode(error) ?? (isAplombError(error) ? error.code : undefined);
  if (code === undefined) throw error;
  return { name, mediaType: 'text/plain', ...(call ? { call } : {}), reading: [], unavailable: `${code}: ${(error as Error).message}` };
}

export interface Taken<T> {
  readonly item: Collected;
  /** undefined when it was not available. */
  readonly output: T | undefined;
}
/**
 * One read as evidence: the answer as JSON, derived from the kept bytes that came over HTTP, which `reading` names.
 * A refusal becomes an item that says so.
 */
export async function take<T = Json>(ctx: ActionContext, name: string, call: Call, options: { all?: boolean; note?: Text } = {}): Promise<Taken<T>> {
  try {
    const { output, evidence } = await (options.all ? ctx.readAll<T>(call) : ctx.read<T>(call));
    const data = Buffer.from(`${JSON.stringify(output, null, 2)}\n`);
    return { output, item: { name, mediaType: 'application/json', call, data, reading: evidence, ...(options.note ? { note: options.note } : {}) } };
  } catch (error) {
    return { output: undefined, item: unavailable(name, error, call) };
  }
}

/** Bytes that AWS gives as base64, as an item of their own. Nothing when there are none. */
export const decoded = (name: string, mediaType: string, base64: string | undefined, from: Collected, note?: Text): Collected[] =>
  base64
    ? [{ name, mediaType, ...(from.call ? { call: from.call } : {}), data: Buffer.from(base64, 'base64'), reading: from.reading, ...(note ? { note } : {}) }]
    : [];
