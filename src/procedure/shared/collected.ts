import { type ActionContext, type Call, type Collected, isAplombError, type Json, type Text, text } from '../../kernel/index.ts';
import { describeInstance, failureCode, type Instance, targetOf } from './ec2.ts';

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
export interface TakeOptions {
  /** Every page. */
  readonly all?: boolean;
  readonly note?: Text;
  /** Error codes that are an answer ("there is none of that here"), not a failure: kept as what AWS said. */
  readonly none?: readonly string[];
}
/**
 * One read as evidence: the answer as JSON, derived from the kept bytes that came over HTTP, which `reading` names.
 * A refusal becomes an item that says so.
 */
export async function take<T = Json>(ctx: ActionContext, name: string, call: Call, options: TakeOptions = {}): Promise<Taken<T>> {
  try {
    const { output, evidence } = await (options.all ? ctx.readAll<T>(call) : ctx.read<T>(call));
    return { output, item: { ...derived(name, output, evidence), call, ...(options.note ? { note: options.note } : {}) } };
  } catch (error) {
    const code = failureCode(error);
    if (code === undefined || !options.none?.includes(code)) return { output: undefined, item: unavailable(name, error, call) };
    const data = Buffer.from(`AWS answered: ${code}: ${(error as Error).message}\n`);
    const note = text('AWS says that there is none here.', 'AWS dice que aquí no hay ninguno.');
    return { output: undefined, item: { name, mediaType: 'text/plain', call, data, reading: [], note } };
  }
}

/** One read of a list: name of the item, what is asked, how. */
export type Wanted = readonly [name: string, call: Call, options?: TakeOptions];
/** Several reads that do not build on one another: side by side, given in their order. */
export async function* takeEach(ctx: ActionContext, wanted: readonly Wanted[]): AsyncIterable<Collected> {
  const taken = wanted.map(([name, call, options]) => take(ctx, name, call, options));
  for (const { item } of await Promise.all(taken)) yield item;
}

/** Plain JSON made from kept answers, as an item. */
export const derived = (name: string, value: unknown, reading: readonly string[], note?: Text): Collected => ({
  name,
  mediaType: 'application/json',
  data: Buffer.from(`${JSON.stringify(value ?? null, null, 2)}\n`),
  reading,
  ...(note ? { note } : {}),
});

/** Bytes that AWS gives as base64, as an item of their own. Nothing when there are none. */
export const decoded = (name: string, mediaType: string, base64: string | undefined, from: Collected, note?: Text): Collected[] =>
  base64
    ? [{ name, mediaType, ...(from.call ? { call: from.call } : {}), data: Buffer.from(base64, 'base64'), reading: from.reading, ...(note ? { note } : {}) }]
    : [];

export interface AboutInstance {
  readonly instanceId: string;
  readonly region: string;
  readonly account: string;
  readonly instance: Instance;
  /** SHA-256 of the answer that describes it. */
  readonly evidence: readonly string[];
}
/**
 * For collectors that ask further because of what the instance is (its image, network, role). When EC2 does not show the instance,
 * that is what they give.
 * @param id name of the item that says so: the collector's
 */
export const ofInstance = (id: string, give: (ctx: ActionContext, about: AboutInstance) => AsyncIterable<Collected>) =>
  async function* (ctx: ActionContext): AsyncIterable<Collected> {
    const target = targetOf(ctx);
    let about: AboutInstance;
    try {
      const { instanceId, region, account } = target;
      about = { instanceId, region, account, ...(await describeInstance(ctx, target)) };
    } catch (error) {
      yield unavailable(id, error);
      return;
    }
    yield* give(ctx, about);
  };

/** A sentence in place of an answer: the question does not arise (no role, no group, not a Spot instance). */
export const notApplicable = (name: string, why: Text, reading: readonly string[]): Collected => ({
  name,
  mediaType: 'text/plain',
  data: Buffer.from(`${why.en}\n`),
  reading,
  note: why,
});
