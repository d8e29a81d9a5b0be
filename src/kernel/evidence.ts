import type { Check, Verdict } from './action.ts';
import type { Json, JsonObject } from './json.ts';
import type { Plan, Result } from './plan.ts';

/** An item of the content-addressed store. */
export interface Stored {
  readonly sha256: string;
  readonly bytes: number;
}
/** What a batch of reads kept: an answer by itself, a pack of answers, or results of long work. docs/format/ledger.md. */
export interface Kept extends Stored {
  /** The item is a pack: so many answers, a line each. */
  readonly answers?: number;
  /** The item holds so many results of the work named by `work` (a hash of what was asked), a line each. */
  readonly results?: number;
  readonly work?: string;
}
export interface EvidenceItem extends Stored {
  /** Human name, never used as a path. */
  readonly name: string;
  readonly mediaType: string;
  readonly source: {
    readonly tool: string;
    /** UTC time of acquisition. */
    readonly time: string;
    readonly region?: string;
    readonly account?: string;
    readonly call?: { readonly service: string; readonly operation: string };
    /** SHA-256 of the items it was derived from. */
    readonly from?: readonly string[];
    /** Set when the item could not be had: "not available, because". */
    readonly unavailable?: string;
  };
}

/** Bodies of the ledger's entries, by kind. docs/format/ledger.md is the specification. */
export interface LedgerBodies {
  /** Entry 0. `publicKey` is the raw Ed25519 key in hexadecimal. */
  readonly case: {
    readonly format: 'aplomb-case-1';
    readonly id: string;
    readonly title: string;
    readonly responder: string;
    readonly publicKey: string;
    readonly fingerprint: string;
    readonly tool: string;
  };
  readonly key: { readonly publicKey: string; readonly fingerprint: string; readonly responder: string };
  /** A command began: what was asked, as whom, against which endpoint. `customEndpoint` is said on screen and in the report. */
  readonly session: {
    readonly command: string;
    readonly callerArn: string | null;
    readonly account: string | null;
    readonly endpoint: string | null;
    readonly customEndpoint: boolean;
    readonly tool: string;
  };
  /** The alarm and options: merged over earlier ones. */
  readonly facts: { readonly alarm?: JsonObject; readonly options?: JsonObject };
  readonly note: { readonly text: string };
  readonly evidence: { readonly items: readonly EvidenceItem[] };
  /** One batch of reads: a JSONL item, and the response bodies kept beside it, small ones in packs. */
  readonly reads: { readonly phase: string; readonly calls: number; readonly log: Stored; readonly kept: readonly Kept[] };
  readonly observe: { readonly action: string; readonly target: JsonObject; readonly observed: Json };
  readonly plan: { readonly action: string; readonly hash: string; readonly plan: Plan };
  readonly approve: {
    readonly action: string;
    readonly plan: string;
    readonly apply: string;
    readonly by: 'terminal' | 'flag' | 'file';
    readonly typed?: readonly string[];
  };
  readonly decline: { readonly action: string; readonly plan: string };
  readonly intent: {
    readonly action: string;
    readonly apply: string;
    readonly step: string;
    readonly call: { readonly service: string; readonly operation: string; readonly region: string; readonly as?: string };
    readonly input: Json;
  };
  readonly receipt: { readonly action: string; readonly apply: string; readonly step: string; readonly result: Result; readonly requestId?: string };
  readonly pause: { readonly action: string; readonly apply: string; readonly step: string };
  readonly finish: { readonly action: string; readonly apply: string; readonly states: Readonly<Record<string, string>> };
  readonly verdict: { readonly action: string; readonly step: number; readonly verdict: Verdict; readonly checks: readonly Check[]; readonly final?: boolean };
  readonly gate: { readonly gate: string; readonly open: boolean; readonly why: string };
  readonly waiver: { readonly gate: string; readonly reason: string };
  readonly playbook: { readonly playbook: string; readonly state: 'started' | 'finished'; readonly target: JsonObject; readonly order?: string };
  readonly torn: { readonly item: Stored };
  readonly score: { readonly score: JsonObject };
}
export type LedgerKind = keyof LedgerBodies;

/** Who wrote the entry. */
export interface Actor {
  readonly responder: string;
  readonly host: string;
  readonly callerArn: string | null;
}
/** One line of ledger.jsonl. */
export interface LedgerEntry<K extends LedgerKind = LedgerKind> {
  readonly seq: number;
  readonly time: string;
  readonly actor: Actor;
  readonly kind: K;
  readonly body: LedgerBodies[K];
  readonly prev: string;
  readonly hash: string;
  readonly sig: string;
}
/** @example entries.filter(ofKind('verdict')) */
export const ofKind =
  <K extends LedgerKind>(kind: K) =>
  (entry: LedgerEntry): entry is LedgerEntry<K> =>
    entry.kind === kind;

/** The case as the engine and the AWS layer see it; evidence/ implements it. */
export interface CaseFile {
  readonly dir: string;
  readonly info: LedgerBodies['case'];
  /** All entries, verified as a chain when the case was opened. */
  readonly entries: readonly LedgerEntry[];
  /** Writes one entry: exclusive lock, head re-read, fsync. Returns when it is on disk. */
  append<K extends LedgerKind>(kind: K, body: LedgerBodies[K]): LedgerEntry<K>;
  /** Write-once, content-addressed, 0400. Says nothing in the ledger by itself: an entry must name it. */
  store(data: Uint8Array | AsyncIterable<Uint8Array>): Promise<Stored>;
  /** Bytes of a stored item, or of an answer inside a pack; checks the hash. */
  load(sha256: string): Promise<Buffer>;
  /** Path of the item inside the case, for streaming readers. An answer inside a pack has none: load it. */
  pathOf(sha256: string): string;
  /** An exclusive lease (one apply at a time); returns its release. @throws AplombError CaseBusy */
  lease?(name: string): () => void;
  /** Caller ARN for the actor of further entries. */
  setCaller(arn: string | null): void;
  /** Replaces head.json atomically and releases everything. */
  close(): void;
}
