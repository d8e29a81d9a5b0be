import type { Json, JsonObject } from './json.ts';
import type { Call, Step } from './plan.ts';
import type { BlockSource } from './source.ts';
import type { Text } from './text.ts';

export type StepNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
export type Verdict = 'holds' | 'fails' | 'unknown';
/** One named reading of AWS after the fact. `evidence` lists the SHA-256 of the answers it rests on. */
export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
  readonly why: Text;
  readonly evidence: readonly string[];
}
/** An action's verdict is its worst check: fails before unknown before holds. No check at all is unknown. */
export const worstVerdict = (checks: readonly Check[]): Verdict =>
  checks.some((check) => check.verdict === 'fails')
    ? 'fails'
    : checks.length === 0 || checks.some((check) => check.verdict === 'unknown')
      ? 'unknown'
      : 'holds';

/** What is being acted upon, frozen when the action begins: {accessKeyId, userName} or {instanceId, region, account}. */
export type Target = JsonObject;

/** A fold of the ledger that actions may look at. */
export interface Facts {
  readonly caseId: string;
  /** Title and responder as opened; descriptions and tags use them. */
  readonly title: string;
  readonly responder: string;
  /** Opening time of the case, UTC. */
  readonly opened: string;
  readonly account: string | undefined;
  /** The responder's own identity (GetCallerIdentity ARN). */
  readonly callerArn: string | undefined;
  /** The alarm: {accessKeyId?, userName?, instanceId?, region?, since?, ...}. */
  readonly alarm: JsonObject;
  /** Outputs of finished steps: outputs[action][step]. The latest apply wins. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** The latest observation of each action: observed[action]. */
  readonly observed: Readonly<Record<string, Json>>;
  /** The latest verdict of each action. */
  readonly verdicts: Readonly<Record<string, { verdict: Verdict; checks: readonly Check[] }>>;
  /** What the hunts found so far. */
  readonly found: readonly Found[];
}

/** One read, answered as plain JSON. `evidence` is the SHA-256 of the kept response bytes (pages: one each). */
export interface Reading<T = Json> {
  readonly output: T;
  readonly evidence: readonly string[];
}

/** A change of the case that was made and not taken back, as its own probe reads it now. */
export interface Standing {
  readonly action: string;
  /** Id of the change, and what it was for. */
  readonly step: string;
  readonly why: Text;
  readonly call: { readonly service: string; readonly operation: string; readonly region: string };
  /** What was sent. */
  readonly input: Json;
  /** When AWS took it, UTC. */
  readonly since: string;
  /** reverted: it is as it was before. changed: neither as before nor as we left it. gone: what it was done to is no more. unread: AWS did not say. */
  readonly state: 'stands' | 'reverted' | 'changed' | 'gone' | 'unread';
  /** What the probe saw; the error when it is `unread`. */
  readonly seen: Json;
  readonly evidence: readonly string[];
}

/** What an action, collector or hunter is given. It never prints, prompts, sleeps or reads a clock of its own. */
export interface ActionContext {
  /** One request. Kept as evidence. Throws an AwsFailure. */
  read<T = Json>(call: Call): Promise<Reading<T>>;
  /** All pages, list members concatenated. Kept as evidence. */
  readAll<T = Json>(call: Call): Promise<Reading<T>>;
  /** Page by page, for lists too long to hold. Kept as evidence. */
  pages<T = Json>(call: Call): AsyncIterable<Reading<T>>;
  /**
   * Does a piece of long work once: its result is kept with the case, and the same command started again after an interruption
   * gets it from there. `name` is unique within the observation ("scan AWS::EC2::Instance eu-west-1").
   */
  once<T extends Json>(name: string, make: () => Promise<T>): Promise<T>;
  readonly target: Target;
  readonly facts: Facts;
  readonly options: JsonObject;
  /** Trusted time in milliseconds. */
  now(): number;
  /** A line of progress for people ("eu-west-1: 3 of 17"). */
  progress(message: Text, detail?: JsonObject): void;
  /** Pause inside check() only (a consistency delay); plans use Pause and Read steps. Ended early by the signal, without an error: then it is a deadline. */
  settle(seconds: number, ended?: AbortSignal): Promise<void>;
  /** Every change of one step that the case made and did not take back, read again through its own probe. @param of of these actions only */
  standing(step: StepNumber, of?: readonly string[]): Promise<readonly Standing[]>;
  /** The first kept evidence item of this name, or null. */
  kept(name: string): Promise<Uint8Array | null>;
  /** Every registered hunter; step 2 uses them. */
  hunters(): Promise<readonly Hunter[]>;
  /** A completed snapshot, read block by block through the EBS direct API. @param as other credentials than the responder's own, as in a Call */
  blocks(region: string, snapshotId: string, as?: string): Promise<BlockSource>;
  /** Path of a file in the case's derived/ folder; the name is reduced to [A-Za-z0-9._-]. */
  derived(name: string): Promise<string>;
}
/** An AWS answer that is an error, as plain data. `status` is undefined when no answer arrived. */
export interface AwsFailure extends Error {
  readonly code: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
}

export interface Action<Observed = Json> {
  readonly id: string;
  readonly step: StepNumber;
  readonly title: Text;
  /** IAM actions needed, e.g. ec2:CreateSecurityGroup. */
  readonly permissions: readonly string[];
  /** AWS is asked first, by its own DryRun, whether the changes would be accepted; if not, none is sent. */
  readonly dryRunFirst?: boolean;
  /**
   * Watches: observation and check are taken again at these seconds after the step's last change, ascending; the last reading
   * counts, and a reading that fails ends the watch. Its plan is empty.
   */
  readonly watch?: readonly number[];
  /**
   * Only looks: its plan is empty and its check rests on nothing it observed. Both are taken at the same time, and beside the
   * checks of what was done before.
   */
  readonly looks?: true;
  /** Reads only. What it returns is written to the ledger and is all that plan() sees: plain JSON, secrets left out. */
  observe(ctx: ActionContext): Promise<Observed>;
  /** Pure. An empty list means: nothing to do. Planning again after an apply must give an empty list. */
  plan(observed: Observed): Step[];
  /** Re-reads AWS. Never a verdict from a receipt. */
  check(ctx: ActionContext): Promise<Check[]>;
}

/** Evidence a collector gives. `data` is what is kept; a reading's bytes are kept already and need only their name. */
export interface Collected {
  readonly name: string;
  readonly mediaType: string;
  readonly call?: Call;
  /** Raw bytes derived from an answer (decoded console output, screenshot), or absent when `reading` says it all. */
  readonly data?: Uint8Array;
  /** SHA-256 of kept answers this item is (made from). */
  readonly reading: readonly string[];
  /** "Not available, because": the error's code and message. */
  readonly unavailable?: string;
  readonly note?: Text;
}
export interface Collector {
  readonly id: string;
  readonly step: StepNumber;
  readonly title: Text;
  readonly permissions: readonly string[];
  collect(ctx: ActionContext): AsyncIterable<Collected>;
}

/** Why a found thing deserves a look. `code` is stable; `text` names what was seen (hostile text made harmless). */
export interface Reason {
  readonly code:
    | 'by-key'
    | 'changed-by-key'
    | 'new-region'
    | 'gpu'
    | 'large'
    | 'public'
    | 'shared-outside'
    | 'outsider-trust'
    | 'admin'
    | 'runs-code'
    | 'blinded'
    | 'hidden'
    | 'in-window';
  readonly text: Text;
}
/** An estimate. Decimal numbers as strings, since the ledger's JSON has no fractions. */
export interface Cost {
  /** USD per hour while it lives. */
  readonly perHour: string;
  /** USD since it was made, if it ran all the time. */
  readonly soFar: string;
  /** Where the price comes from and for which date and region it is. */
  readonly source: string;
}

/** A resource a hunter saw that was created (or changed) in the window. */
export interface Found {
  readonly type: string;
  readonly arn: string;
  readonly id: string;
  readonly region: string;
  readonly account: string;
  /** UTC. */
  readonly createdAt: string | null;
  readonly alive: boolean;
  /** Filled in by the join with CloudTrail: who made it (ARN), with which credential, by which event. */
  readonly createdBy?: string;
  readonly session?: string;
  readonly event?: string;
  /** Made by the key or a credential issued from it. */
  readonly byKey?: boolean;
  /** Other names under which events speak of it (a function's name beside its ARN). */
  readonly aliases?: readonly string[];
  /** ARNs of the roles whose permissions it runs with: it loses access when their sessions are revoked. */
  readonly roles?: readonly string[];
  /**
   * A hunter gives those that speak for themselves, whoever made the thing and whenever (public, shared-outside, outsider-trust,
   * blinded, gpu, ...); such a thing is reported even if nobody is known to have touched it. The join adds the others.
   */
  readonly reasons?: readonly Reason[];
  /** How much it deserves a look, judged from the reasons and from who made it when. Filled in by the hunt. */
  readonly suspicion?: 'high' | 'medium' | 'low';
  readonly cost?: Cost;
  /** Public facts worth a look (instance type, addresses). Hostile strings: escape when shown. */
  readonly detail?: JsonObject;
}
export interface Hunter {
  /** CloudFormation type name. */
  readonly type: string;
  readonly scope: 'regional' | 'global';
  readonly title: Text;
  readonly permissions: readonly string[];
  /** CloudTrail event names that create this type, for the join. A version suffix (CreateFunction20150331) is left out. */
  readonly createdByEvents: readonly string[];
  /** Event names that change what exists: its policy, its code, whom it is shared with. */
  readonly changedByEvents?: readonly string[];
  /** CloudTrail's event source. Default: the type's service, `lambda.amazonaws.com`. */
  readonly source?: string;
  /**
   * Members of request or answer, at any depth and in any case, that carry the id, name or ARN: ['functionName', 'functionArn']. An
   * event that creates or changes a thing names it there. Ids such as `i-0abc...` and ARNs are also known wherever they stand.
   */
  readonly names: readonly string[];
  /** There is one such thing per region (or per account, for global services): an event of the type is about it, whatever it names. */
  readonly single?: boolean;
  /** ARN of a thing that only CloudTrail knows of. @param id as the event names it */
  arn?(id: string, where: { readonly partition: string; readonly region: string; readonly account: string }): string;
  scan(ctx: ActionContext, region: string, since: string): AsyncIterable<Found>;
}

/** A verdict (or one check of it), or an item of evidence of this name, that must be there. */
export type GateNeed = { readonly action: string; readonly check?: string; readonly verdict: Verdict } | { readonly kept: string };
/** A playbook is data: which items, in which order, behind which gates. Items of one `together` run side by side. */
export type PlaybookItem =
  | {
      readonly action: string;
      readonly options?: JsonObject;
      /** Done anew when the playbook is started again after this action failed: what it found is not contained yet. */
      readonly again?: readonly string[];
    }
  | { readonly collect: readonly string[]; readonly action?: undefined }
  | {
      readonly gate: string;
      readonly title: Text;
      readonly needs: readonly GateNeed[];
      /** What is given up by going through it closed: a person at a terminal is asked for a reason with these words. */
      readonly asks?: Text;
    }
  | { readonly together: readonly PlaybookItem[] }
  /** Actions of earlier items, looked at once more although they held: what was still alive then may have undone them. */
  | { readonly reaffirm: readonly string[] };
export interface Playbook {
  readonly id: string;
  readonly title: Text;
  /** What must be known: 'accessKeyId', 'instance'. */
  readonly about: 'key' | 'instance';
  readonly items: readonly PlaybookItem[];
  /** The order of `items`, where there is a choice. */
  readonly order?: PlaybookOrder;
  /** The same work in other orders. */
  readonly others?: readonly (PlaybookOrder & { readonly items: readonly PlaybookItem[] })[];
}
/** An order of a playbook's items and, in one sentence, what it gives up for what. */
export interface PlaybookOrder {
  readonly id: string;
  readonly trade: Text;
}
