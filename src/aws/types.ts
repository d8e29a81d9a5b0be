import type { AplombError, Call, CaseFile, Clock, Emit, Json, Kept, Stored } from '../kernel/index.ts';

/** What a request is for: reads are retried, mutations and dry runs are sent exactly once. */
export type Purpose = 'read' | 'mutation' | 'dry-run';

export interface SendRequest {
  readonly call: Call;
  /** The resolved input: plain JSON without refs. */
  readonly input: Json;
  readonly purpose: Purpose;
  /** Keep the exact response bytes as evidence. */
  readonly keep: boolean;
  /** Word for the log: the action or command that asks. */
  readonly phase: string;
  readonly signal?: AbortSignal;
}

export interface Answer {
  /** Plain JSON: Dates are ISO 8601 with milliseconds and Z, blobs base64, fractions and unsafe integers strings. */
  readonly output: Json;
  readonly requestId: string;
  readonly status: number;
  /** AWS's own time (Date header), epoch milliseconds. */
  readonly date: number | null;
  readonly attempts: number;
  /** The kept response bytes, found by their hash (perhaps inside a pack); null unless asked for and a case is open. */
  readonly body: Stored | null;
  /** SHA-256 of the response bytes. */
  readonly sha256: string;
}

export interface Identity {
  readonly arn: string;
  readonly account: string;
  readonly userId: string;
  readonly accessKeyId: string | null;
}

export interface Region {
  readonly name: string;
  readonly optIn: 'opt-in-not-required' | 'opted-in' | 'not-opted-in';
  /** account:ListRegions' word (ENABLED, ENABLING, DISABLING, DISABLED, ENABLED_BY_DEFAULT), when that call is permitted. */
  readonly status?: string;
}

export interface OpenOptions {
  /** Where evidence and the log of reads go. Without one nothing is kept. */
  readonly case?: CaseFile | null;
  readonly emit?: Emit;
  readonly profile?: string;
  readonly region?: string;
  /** Default: process.env. */
  readonly env?: NodeJS.ProcessEnv;
  /** The untrusted local clock. Default: the system's. */
  readonly clock?: Clock;
  /** Refuse every host but loopback and every credential but the environment's: for rehearsals. */
  readonly loopbackOnly?: boolean;
  /** The first mutation of a set of credentials is refused unless they belong to one of these accounts (one text: separated by commas). */
  readonly expectAccount?: string | readonly string[];
  /** Asked when the credentials have expired in the middle of the work; true once the responder has signed in again. */
  readonly refresh?: (why: AplombError) => Promise<boolean>;
  /** What sessions of assumed roles are called, after `aplomb-`. Default: the case's id. */
  readonly sessionOf?: string;
  /** Hold back requests below AWS's own rates. Default true; false only where nobody else is throttled (tests against the lab). */
  readonly rated?: boolean;
  /** Reads at work at once, over all services and Regions. Default 96. */
  readonly atOnce?: number;
  /** Milliseconds to connect, for a read's answer and for a mutation's answer. */
  readonly timeouts?: { readonly connect?: number; readonly read?: number; readonly mutation?: number };
}

/** The only door to AWS. */
export interface Aws {
  /** System clock plus the offset learned from AWS's Date headers. */
  readonly clock: Clock;
  readonly endpoint: string | null;
  readonly customEndpoint: boolean;
  /** The default region. @throws AplombError NoRegion (exit 2) when there is none. */
  readonly region: string;
  /**
   * GetCallerIdentity, cached. @throws AplombError on missing, expired or invalid credentials.
   * @param as another set of credentials: `profile:NAME`, the ARN of a role, `root:ACCOUNT/TASKPOLICY`; then also AwsFailure
   */
  identity(as?: string): Promise<Identity>;
  /** Sets of credentials used so far beside the responder's own. */
  sets(): readonly string[];
  /** Every region of the partition with its opt-in status, cached. Sorted by name. */
  regions(): Promise<readonly Region[]>;
  /** One request. @throws AwsFailure for an error answer or no answer. */
  send(request: SendRequest): Promise<Answer>;
  /** Page by page, as they come: lists too long to hold. `next` is the token of the page after, null at the end. */
  sendPages(request: SendRequest): AsyncIterable<{ readonly answer: Answer; readonly next: Json | null }>;
  /** Every page; list members are concatenated, other members are the last page's, tokens are dropped. */
  sendAll(request: SendRequest): Promise<Answer & { readonly bodies: readonly Stored[] }>;
  /** GetSnapshotBlock and its like: the payload as bytes. */
  sendForBytes(request: SendRequest): Promise<{ readonly output: Json; readonly data: Uint8Array; readonly answer: Answer }>;
  /** True when the operation exists and its input has this member (DryRun, dryRun). */
  hasInput(service: string, operation: string, member: string): Promise<boolean>;
  /** Writes the attempts recorded so far as one JSONL item and one `reads` entry, which keeps `more` besides. */
  flush(phase: string, more?: readonly Kept[]): Promise<Stored | null>;
  close(): Promise<void>;
}
