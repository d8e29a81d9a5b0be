import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ActionContext, AwsFailure, BlockSource, Call, Facts, Hunter, Json, JsonObject, Reading, Standing } from '../../kernel/index.ts';
import { canonical } from '../../kernel/index.ts';
import { temporaryFolder } from './temporary.ts';

/** What a canned answer may be: JSON, a failure, or a function of the call (its input, region, how often it was asked before). */
export type Canned = Json | AwsFailure | ((call: Call, times: number) => Json | AwsFailure);

/** An AWS error answer. @example failure('NoSuchEntity', 404) */
export function failure(code: string, status = 400, message = code): AwsFailure {
  return Object.assign(new Error(message), { code, status, requestId: 'req-fake' });
}

export interface FakeOptions {
  /**
   * Answers by 'service:operation', 'service:operation@region' or either followed by the canonical JSON of the input;
   * the most specific one counts. An unlisted call fails the test.
   */
  readonly answers?: Readonly<Record<string, Canned>>;
  readonly target?: JsonObject;
  readonly options?: JsonObject;
  readonly facts?: Partial<Facts>;
  readonly hunters?: readonly Hunter[];
  readonly blocks?: (region: string, snapshotId: string, as?: string) => BlockSource;
  /** What standing() answers. */
  readonly standing?: readonly Standing[];
  /** Kept evidence by name, as text. */
  readonly kept?: Readonly<Record<string, string>>;
  /** Trusted time, ISO 8601; moves only by settle(). */
  readonly now?: string;
}
export interface FakeContext extends ActionContext {
  /** Every call that was read, in order. */
  readonly calls: Call[];
  /** Seconds asked of settle(), in order. */
  readonly settled: number[];
  readonly said: { readonly en: string; readonly detail: JsonObject | undefined }[];
  /** Replace an answer between observe() and check(). */
  answer(key: string, canned: Canned): void;
}

const ACCOUNT = '111122223333';

/** An ActionContext that answers from a table: for the unit tests of actions, collectors and hunters. */
export function fakeContext(options: FakeOptions = {}): FakeContext {
  const answers = new Map<string, Canned>(Object.entries(options.answers ?? {}));
  const asked = new Map<string, number>();
  const calls: Call[] = [];
  const settled: number[] = [];
  const once = new Map<string, Promise<Json>>();
  const said: { en: string; detail: JsonObject | undefined }[] = [];
  let now = Date.parse(options.now ?? '2026-11-22T12:00:00.000Z');
  let folder: string | undefined;

  const read = async <T>(call: Call): Promise<Reading<T>> => {
    calls.push(call);
    const name = `${call.service}:${call.operation}`;
    const input = canonical(call.input);
    const key = [`${name}@${call.region} ${input}`, `${name} ${input}`, `${name}@${call.region}`, name].find((candidate) => answers.has(candidate));
    if (key === undefined) throw new TypeError(`no canned answer for ${name}@${call.region} ${input}`);
    const times = asked.get(key) ?? 0;
    asked.set(key, times + 1);
    const canned = answers.get(key)!;
    const answer = typeof canned === 'function' ? canned(call, times) : canned;
    if (answer instanceof Error) throw answer;
    // A copy: an action that changes an answer must not change the world.
    const output = structuredClone(answer) as T;
    return { output, evidence: [createHash('sha256').update(canonical(answer)).digest('hex')] };
  };
  return {
    read,
    readAll: read,
    async *pages<T>(call: Call) {
      yield await read<T>(call);
    },
    async once<T extends Json>(name: string, make: () => Promise<T>): Promise<T> {
      const known = (once.get(name) as Promise<T> | undefined) ?? make();
      once.set(name, known);
      known.catch(() => once.delete(name));
      return structuredClone(await known);
    },
    target: options.target ?? {},
    options: options.options ?? {},
    facts: {
      caseId: 'IR-2026-7',
      title: 'A rehearsal',
      responder: 'jdoe',
      opened: '2026-11-22T11:55:00.000Z',
      account: ACCOUNT,
      callerArn: `arn:aws:sts::${ACCOUNT}:assumed-role/IncidentResponder/jdoe`,
      alarm: {},
      outputs: {},
      observed: {},
      verdicts: {},
      found: [],
      ...options.facts,
    },
    now: () => now,
    progress: (message, detail) => void said.push({ en: message.en, detail }),
    settle: async (seconds, ended) => {
      // A deadline never passes here: canned answers come at once.
      if (ended) return new Promise((resolve) => ended.addEventListener('abort', () => resolve(), { once: true }));
      settled.push(seconds);
      now += seconds * 1000;
    },
    hunters: async () => options.hunters ?? [],
    standing: async (_step, of) => (options.standing ?? []).filter(({ action }) => of?.includes(action) ?? true),
    kept: async (name) => (options.kept?.[name] === undefined ? null : new TextEncoder().encode(options.kept[name])),
    blocks: async (region, snapshotId, as) => {
      if (!options.blocks) throw new TypeError(`no blocks for ${snapshotId} in ${region}`);
      return options.blocks(region, snapshotId, as);
    },
    derived: async (name) => {
      folder ??= temporaryFolder('derived');
      return join(folder, name.replace(/[^A-Za-z0-9._-]/g, '_'));
    },
    calls,
    settled,
    said,
    answer: (key, canned) => void answers.set(key, canned),
  };
}
