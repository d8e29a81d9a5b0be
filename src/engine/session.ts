import type { Aws } from '../aws/index.ts';
import type {
  Action,
  AplombEvent,
  CaseFile,
  Clock,
  Collector,
  Emit,
  EventCode,
  Hunter,
  JsonObject,
  Plan,
  Playbook,
  StepNumber,
  Text,
} from '../kernel/index.ts';
import { utc } from '../kernel/index.ts';
import type { Timing } from './run.ts';

/** The registry, as the command line hands it in: lookups by id, loaded when asked for. */
export interface Registry {
  action(id: string): Promise<Action>;
  collector(id: string): Promise<Collector>;
  hunters(): Promise<readonly Hunter[]>;
  playbook(id: string): Promise<Playbook>;
}

/** What a person is asked before anything changes. */
export interface ApprovalRequest {
  readonly action: string;
  readonly step: StepNumber | null;
  readonly title: Text;
  readonly plan: Plan;
  readonly hash: string;
}
/** Approval has several fronts: terminal, `--yes`, a plan file. */
export interface Approver {
  /** Null declines. */
  approve(request: ApprovalRequest): Promise<'terminal' | 'flag' | 'file' | null>;
  /** Asks for a word to be typed; `--yes` does not replace it. */
  typed(word: string, why: Text): Promise<boolean>;
  /** Asks why to go through a closed gate; null where nobody can be asked, or gives no reason. */
  reason?(question: Text): Promise<string | null>;
}

/** Everything one command works with. */
export interface Session {
  readonly case: CaseFile;
  readonly aws: Aws;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly approver: Approver;
  readonly registry: Registry;
  readonly timing: Timing;
  readonly signal: AbortSignal | undefined;
}

export const event = (session: { clock: Clock }, code: EventCode, data: JsonObject, more: { text?: Text; level?: AplombEvent['level'] } = {}): AplombEvent => ({
  kind: 'event',
  code,
  level: more.level ?? 'info',
  time: utc(session.clock.now()),
  ...(more.text ? { text: more.text } : {}),
  data,
});
