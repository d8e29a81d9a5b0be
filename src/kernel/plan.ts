import type { Json } from './json.ts';
import type { Text } from './text.ts';

/**
 * Json in which these objects may stand anywhere:
 * `{$ref: 'step#JMESPath', like?}` output of an earlier step ('self#...' is the change's own frozen input; `like` is a
 * stand-in for DryRun), `{$now}` the trusted time of the intent, `{$token}` the mark of this step in this apply,
 * `{$json: Value}` a JSON text, `{$join: Value[]}` strings put together.
 */
export type Value = Json;

/** `as` names a set of credentials (default: the responder's). Besides AWS services: `guest`, `evidence`, `case`, `person`. */
export interface Call {
  readonly as?: string;
  /** Client name as in the SDK package: ec2, iam, sts, cloudtrail, support, ebs, account. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly input: Value;
}
/** JMESPath over an answer. Lists compare as sets; a JMESPath error means false. Default: `is: null`. */
export interface Test {
  readonly path: string;
  readonly is?: Value;
  readonly in?: readonly Value[];
}
export interface Probe {
  readonly call: Call;
  /** Narrows a list to its matching elements, so that no hostile value is ever pasted into a path. Tests then see the list. */
  readonly pick?: { readonly from: string; readonly where: readonly Test[] };
  readonly done: readonly Test[];
  readonly ready?: readonly Test[];
  /** Rebuilds from the probe's answer what refs and undo need of the change's output. */
  readonly output?: string;
  /** Error codes that mean "not there": the probe then sees `{}`. */
  readonly absent?: readonly string[];
}
interface Order {
  readonly id: string;
  readonly why: Text;
  /** Must have succeeded; a `$ref` implies it. */
  readonly needs?: readonly string[];
  /** Must be settled, however it ended. */
  readonly after?: readonly string[];
}
export type Undo =
  | {
      readonly calls: readonly (Call | UndoWait)[];
      readonly done?: readonly Test[];
      readonly already?: readonly string[];
      readonly lag?: readonly string[];
      readonly ask?: Text;
      readonly loses?: Text;
    }
  | { readonly with: string }
  | { readonly kept: Text }
  | { readonly never: Text };
/** A wait between two undo calls (an instance must be stopped before its volume detaches cleanly). */
export interface UndoWait {
  readonly read: Call;
  readonly until: readonly Test[];
  readonly every: number;
  readonly limit: number;
}
export interface Change extends Order {
  readonly call: Call;
  /** `safe` may be resent; `look` only after the probe found nothing for a settle window; `ask` stays unknown until a person decides. */
  readonly repeat: 'safe' | 'look' | 'ask';
  readonly probe: Probe;
  readonly undo: Undo;
  /** The answer itself must satisfy these, or the change has failed. */
  readonly accept?: readonly Test[];
  /** Codes that say it is there already; believed only if the probe agrees. */
  readonly already?: readonly string[];
  /** Codes that mean "not yet visible": late, retried. */
  readonly lag?: readonly string[];
  /** Runs only when `of` was refused with one of these codes, and then satisfies its dependants. */
  readonly instead?: { readonly of: string; readonly on: readonly string[] };
  readonly danger: readonly Text[];
  /** Asks for this typed word, which `--yes` does not replace. */
  readonly typed?: string;
}
export interface Read extends Order {
  readonly read: Call;
  readonly until?: readonly Test[];
  readonly fail?: readonly Test[];
  readonly lag?: readonly string[];
  /** Seconds between readings. */
  readonly every: number;
  /** Seconds after which the step is `waiting` (not failed). */
  readonly limit: number;
  /** JMESPath to how far it is ("37%"), told while it waits. */
  readonly progress?: string;
}
export interface Pause extends Order {
  /** Seconds. */
  readonly pause: number;
}
export type Step = Change | Read | Pause;
export const isChange = (step: Step): step is Change => 'call' in step;
export const isRead = (step: Step): step is Read => 'read' in step;
export const isPause = (step: Step): step is Pause => 'pause' in step;

export interface Plan {
  readonly action: string;
  readonly target: Json;
  readonly steps: readonly Step[];
}

export type State = 'done' | 'already' | 'refused' | 'failed' | 'drifted' | 'unknown' | 'waiting' | 'blocked' | 'unneeded';
/** How one step ended. `output` is what later refs see; `ours` says that our call made the effect, so undo takes it back. */
export interface Result {
  readonly state: State;
  readonly output?: Json;
  readonly code?: string;
  readonly ours?: boolean;
  readonly why?: string;
}
