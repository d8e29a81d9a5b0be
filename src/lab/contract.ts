/**
 * The words inside the lab: the world's state and what an operation is. Pure types; wire/, world/, services/ and
 * scenarios/ meet here. The world is plain JSON (Dates are epoch milliseconds), so save and load are JSON.
 */

/** Rows of one kind, by id. */
export type Table = Record<string, any>;
/** All tables of one scope (a region, or an account's global services), e.g. tables.instances['i-...']. */
export type Tables = Record<string, Table>;

export interface RegionState {
  name: string;
  optIn: 'opt-in-not-required' | 'opted-in' | 'not-opted-in';
  tables: Tables;
}
export interface Account {
  id: string;
  /** IAM users, roles, keys, policies, sessions, Support cases, ...: what is not regional. */
  tables: Tables;
  regions: Record<string, RegionState>;
  /** CloudTrail management events, oldest first, in CloudTrail's record shape, plus when LookupEvents may show them. */
  trail: { visibleAt: number; region: string; record: Record<string, any> }[];
}

/** One kind of trouble; the first matching entry with `times` left acts. Data, so scenarios and tests set it over the control interface. */
export interface Fault {
  service?: string;
  operation?: string;
  region?: string;
  /** Only the caller with this access key id. */
  accessKeyId?: string;
  /** Only a call whose input, as JSON, holds each of these texts. */
  about?: string[];
  /** Acts this many times, then is gone. Default: for ever. */
  times?: number;
  /** Lets this many matching calls pass first. */
  after?: number;
  /** 0..1, drawn from the world's seeded random numbers. Default 1. */
  chance?: number;
  kind: 'latency' | 'error' | 'timeout' | 'drop-after-effect' | 'drop-before-effect' | 'lie' | 'deny';
  /** latency: milliseconds (min, max drawn evenly). */
  milliseconds?: [number, number];
  /** error: wire code and status, e.g. RequestLimitExceeded 503, InternalError 500. */
  code?: string;
  status?: number;
  message?: string;
}
export interface Settings {
  faults: Fault[];
  /** Milliseconds (lab time) until an IAM change counts for authorisation. */
  iamDelay: number;
  /** Milliseconds during which EC2 Describe calls may show the state before a write. */
  ec2Stale: number;
  /** [min, max] milliseconds until LookupEvents shows an event. */
  trailDelay: [number, number];
  /** Cap on the items of one page for every paginated operation; 0 = the service's own default. */
  pageSize: number;
  /** Pending states last their natural time divided by this. */
  speed: number;
  /** LookupEvents: requests per second per account and region before ThrottlingException; 0 = no limit. */
  lookupRate: number;
  /** Token buckets per account and region, by 'service:Operation' or 'service' (signing name): beyond them the service's own throttling error. Default: none. */
  rates?: Record<string, { perSecond: number; burst: number }>;
}
/** A mutating call that took effect, for scoring and for the crash suites. */
export interface Effect {
  time: number;
  account: string;
  region: string;
  service: string;
  operation: string;
  caller: string;
  accessKeyId: string;
  input: any;
}
export interface World {
  version: 1;
  seed: string;
  /** State of the seeded random number generator. */
  random: number[];
  /** Lab time = wall clock + offset (milliseconds). */
  offset: number;
  settings: Settings;
  accounts: Record<string, Account>;
  /** access key id -> account id, for every key and session ever issued. */
  keyIndex: Record<string, string>;
  effects: Effect[];
  /** The answer key, written by the scenario; only the control interface shows it. */
  truth: any;
  /** What the responder is told: alarm, credentials, addresses, workstation. */
  briefing: any;
  /** Folder with disk images, referred to by volumes and snapshots as file names. Not part of the JSON. */
  disks?: string;
}

/** Who is calling, resolved from the access key. */
export interface Caller {
  account: string;
  type: 'Root' | 'IAMUser' | 'AssumedRole' | 'FederatedUser' | 'SessionUser';
  arn: string;
  /** AIDA..., AROA...:session or the account id for root. */
  userId: string;
  accessKeyId: string;
  userName?: string;
  roleName?: string;
  sessionName?: string;
  /** Temporary credentials: when they were issued (epoch ms); feeds aws:TokenIssueTime. */
  issuedAt?: number;
  sessionPolicy?: any;
}

/** What a behaviour gets beside its input. */
export interface LabContext {
  world: World;
  account: Account;
  /** The region's state. For a read under ec2Stale this may be the view of a moment ago: reads must not write. */
  region: RegionState;
  caller: Caller;
  requestId: string;
  request: { ip: string; userAgent: string };
  /** Lab time, epoch milliseconds. */
  now(): number;
  /** Lab time at which something that naturally takes `seconds` is finished, at the lab's speed. */
  due(seconds: number): number;
  /** A fresh id from the world's seed: id('sg') -> sg-0a1b2c... (17 hex digits). */
  id(prefix: string): string;
  /** n characters of A-Z2-7 from the seed. */
  letters(n: number): string;
  uuid(): string;
  /** Cuts one page out of `items`; honours MaxResults and settings.pageSize. Token is opaque. Throws the service's invalid-token error. */
  page<T>(items: T[], token: string | undefined, max: number | undefined, defaults?: { size?: number }): { items: T[]; next: string | undefined };
}

/** Constraints the SDK's schemas do not carry; test/witness checks each against botocore's model. Paths: 'Filters[].Values'. */
export interface Constraint {
  required?: boolean;
  min?: number;
  max?: number;
  /** Length of strings or lists. */
  length?: [number, number];
  enum?: readonly string[];
  pattern?: string;
}
export interface LabOperation {
  run(input: any, ctx: LabContext): any | Promise<any>;
  /** Default: by name (Describe, Get, List, Lookup, Head, Search, Generate... are reads). */
  mutates?: boolean;
  /** Data-plane calls leave no management event in CloudTrail (e.g. ebs:GetSnapshotBlock). */
  dataPlane?: boolean;
  /** ARNs the call acts on, for policy evaluation. Default ['*']. */
  resources?(input: any, ctx: LabContext): string[];
  /** Extra condition keys for policy evaluation. */
  conditions?(input: any, ctx: LabContext): Record<string, string | string[]>;
  /** Member path -> constraint. */
  constraints?: Record<string, Constraint>;
  /** Groups of members of which exactly one may be given. */
  exclusive?: readonly (readonly string[])[];
}
/** What a file in services/ exports: `export const operations: LabOperations = {...}` for the folder's service. */
export type LabOperations = Record<string, LabOperation>;

/** An error with its wire code. Modelled errors take their status from the SDK's schema. */
export class LabError extends Error {
  readonly code: string;
  readonly status: number | undefined;
  readonly fields: Record<string, unknown> | undefined;
  constructor(code: string, message: string, options: { status?: number; fields?: Record<string, unknown> } = {}) {
    super(message);
    this.code = code;
    this.status = options.status;
    this.fields = options.fields;
  }
}
