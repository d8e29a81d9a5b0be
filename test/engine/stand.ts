import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Aws } from '../../src/aws/index.ts';
import { execute } from '../../src/engine/executor.ts';
import type { ApprovalRequest, Approver, Registry, Session } from '../../src/engine/index.ts';
import { entriesOf, type Run, type Timing } from '../../src/engine/run.ts';
import { createCase, type OpenCase, openCase } from '../../src/evidence/index.ts';
import type { Action, AplombEvent, Collector, Json, LedgerBodies, LedgerKind, Plan, Playbook, Result, Step } from '../../src/kernel/index.ts';
import { ofKind } from '../../src/kernel/index.ts';
import { fakeAccount } from './account.ts';
import { virtualClock } from './clock.ts';

export const TEST_TIMING: Timing = { settle: 60, lag: 60, fresh: 15, pace: 1, patience: 86_400 };
const IDENTITY = { arn: 'arn:aws:iam::111122223333:user/responder', account: '111122223333', userId: 'AIDARESPONDER', accessKeyId: 'AKIARESPONDERRESPOND' };

/** A case folder of its own, a small account, and time under control: what the engine works with, without AWS. */
export function stand() {
  const root = mkdtempSync(join(tmpdir(), 'aplomb-engine-'));
  const before = process.env.APLOMB_CONFIG_DIR;
  process.env.APLOMB_CONFIG_DIR = join(root, 'config');
  const dir = join(root, 'case');
  const clock = virtualClock();
  const account = fakeAccount();
  const events: AplombEvent[] = [];
  const left: OpenCase[] = [];
  let file: OpenCase = createCase(dir, { id: 'IR-1', title: 'Engine', responder: 'ana', host: 'desk', clock });
  const asked: ApprovalRequest[] = [];
  const words: string[] = [];
  let answer: 'terminal' | 'flag' | 'file' | null = 'flag';
  let types = true;
  const approver: Approver = {
    async approve(request) {
      asked.push(request);
      return answer;
    },
    async typed(word) {
      words.push(word);
      return types;
    },
  };
  const actions = new Map<string, Action<any>>();
  const collectors = new Map<string, Collector>();
  const registry: Registry = {
    action: async (id) => actions.get(id)!,
    collector: async (id) => collectors.get(id)!,
    hunters: async () => [],
    playbook: async () => {
      throw new Error('no playbook is registered');
    },
  };
  const store = async (data: Json) => file.store(Buffer.from(JSON.stringify(data)));
  const answered = async (sending: Parameters<typeof account.door.send>[0]) => {
    const { output, requestId } = await account.door.send(sending);
    const body = sending.keep && sending.purpose === 'read' ? await store(output) : null;
    return { output, requestId: requestId ?? '', status: 200, date: null, attempts: 1, body, sha256: body?.sha256 ?? '', bodies: body ? [body] : [] };
  };
  const aws: Aws = {
    clock,
    endpoint: null,
    customEndpoint: false,
    region: 'eu-west-1',
    identity: async () => IDENTITY,
    sets: () => [],
    regions: async () => [{ name: 'eu-west-1', optIn: 'opt-in-not-required' }],
    send: answered,
    async *sendPages(request) {
      yield { answer: await answered(request), next: null };
    },
    sendAll: answered,
    sendForBytes: async () => {
      throw new Error('the small account has no bytes');
    },
    hasInput: async () => false,
    flush: async () => null,
    close: async () => undefined,
  };
  let timing = TEST_TIMING;
  let controller = new AbortController();

  const stand = {
    dir,
    clock,
    account,
    events,
    asked,
    words,
    actions,
    collectors,
    get case(): OpenCase {
      return file;
    },
    answer(next: typeof answer, typesIt = true): void {
      answer = next;
      types = typesIt;
    },
    timing(change: Partial<Timing>): void {
      timing = { ...timing, ...change };
    },
    abort: (reason: unknown) => controller.abort(reason),
    session: (): Session => ({
      case: file,
      aws,
      clock,
      emit: (event) => events.push(event),
      approver,
      registry,
      timing,
      signal: controller.signal,
    }),
    entries: <K extends LedgerKind>(kind: K): LedgerBodies[K][] => file.entries.filter(ofKind(kind)).map((entry) => entry.body),
    /** Kinds of the entries since entry 0, in order: `intent:a`, `receipt:a`, `finish`. */
    story: (): string[] =>
      file.entries.slice(1).map((entry) => ('step' in entry.body && entry.kind !== 'verdict' ? `${entry.kind}:${entry.body.step}` : entry.kind)),
    /** Runs steps straight through the executor. `observedAt`: how many seconds ago the account was looked at. */
    async run(steps: readonly Step[], options: { apply?: string; observed?: number; signal?: AbortSignal } = {}): Promise<Record<string, Result>> {
      const apply = options.apply ?? 'a1';
      const run: Run = {
        case: file,
        door: account.door,
        clock,
        emit: (event) => void events.push(event),
        timing,
        plan: planOf(steps),
        apply,
        observedAt: clock.now() - (options.observed ?? 0) * 1000,
        signal: options.signal,
        before: entriesOf(file.entries, apply),
        results: new Map(),
        inputs: new Map(),
      };
      return Object.fromEntries(await execute(run));
    },
    /** The process is gone without a word, and another one opens the case from what is on disk. */
    restart(): void {
      left.push(file);
      file = openCase(dir, { clock, host: 'desk' });
      controller = new AbortController();
      account.revive();
    },
    close(): void {
      for (const open of [...left, file]) open.close();
      rmSync(root, { recursive: true, force: true });
      if (before === undefined) delete process.env.APLOMB_CONFIG_DIR;
      else process.env.APLOMB_CONFIG_DIR = before;
    },
  };
  return stand;
}
export type Stand = ReturnType<typeof stand>;

export const planOf = (steps: readonly Step[], more: Partial<Plan> = {}): Plan => ({ action: 'test', target: { thing: 'x' }, steps, ...more });
export const states = (results: Readonly<Record<string, Result>>): Record<string, string> =>
  Object.fromEntries(Object.entries(results).map(([id, { state }]) => [id, state]));
export const playbookOf = (items: Playbook['items']): Playbook => ({ id: 'test-book', title: { en: 'Test', es: 'Prueba' }, about: 'instance', items });
