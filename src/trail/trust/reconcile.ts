import type { Text } from '../../kernel/index.ts';
import { apiOf, isService, keyOf, type Outcome, outcomeOf, type TrailEvent, type TrailRecord, text as textAt, timeOf } from '../event.ts';
import { type Absence, absenceOf, sameRegion } from './absence.ts';
import type { CaseCalls, SentCall } from './case-calls.ts';
import { type Asked, type GapReport, gapsOf } from './gaps.ts';
import type { Coverage } from './logs.ts';
import { differsText, reconcileSentences } from './reconcile-words.ts';
import { isoOf } from './words.ts';

export interface ReconcileInput extends Pick<CaseCalls, 'calls' | 'known' | 'responder'> {
  /** When the case was worked on; events of the responder outside of it are told apart. */
  readonly from?: number;
  readonly until?: number;
  /** From `validateDigests`, and from `gapsOf` (made when absent): whether the trail covers a call's region and hour. */
  readonly coverage?: readonly Coverage[];
  readonly gaps?: GapReport;
  /** Milliseconds within which CloudTrail delivers; default 30 minutes. */
  readonly lateness?: number;
}
/** A call of the ledger. */
export interface CallFound {
  readonly call: SentCall;
  /**
   * `found`: by its request id. `likely`: the id is not known, and an event of the same call, region and time is there. Otherwise it is not in the trail, and:
   * `not-yet`: the trail at hand ends before; `not-covered`: the trail does not cover its region or hour; `not-recorded`: a call of a kind that trails record
   * only when told to; `gone`: the trail covers its time, and it is not there.
   */
  readonly status: 'found' | 'likely' | Absence['status'];
  readonly why: Text;
  /** The event's number. */
  readonly n: number | undefined;
  /** How the event and the ledger differ. */
  readonly differs: readonly Text[];
}
/** An event under the responder's credentials that the ledger does not know. */
export interface Unknown {
  readonly n: number;
  readonly time: number;
  readonly api: string;
  readonly region: string;
  readonly key: string | undefined;
  readonly arn: string | undefined;
  readonly address: string | undefined;
  readonly agent: string | undefined;
  readonly requestId: string | undefined;
  readonly outcome: Outcome;
  readonly readOnly: boolean | undefined;
  /** An AWS service did it on the responder's behalf. */
  readonly byService: boolean;
  readonly when: 'before' | 'during' | 'after' | 'undated';
}
export interface Reconciliation {
  readonly calls: readonly CallFound[];
  readonly unknown: readonly Unknown[];
  /** Number of unknown events in all; `unknown` holds the first 10,000. */
  readonly unknownInAll: number;
  /** Events under the responder's credentials that the ledger knows. */
  readonly knownEvents: number;
  readonly sentences: readonly Text[];
}
const MOST_UNKNOWN = 10_000;
const CHUNK = 500;
const chunks = <T>(all: readonly T[]): T[][] => Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, i) => all.slice(i * CHUNK, (i + 1) * CHUNK));
const marks = (count: number, from = 1): string => Array.from({ length: count }, (_, i) => `$${from + i}`).join(', ');

/** The column, where the store has it; a test's store may hold it in the record only. */
async function requestIdIn(store: Asked): Promise<string> {
  const columns = await store.query('SELECT column_name AS name FROM (DESCRIBE SELECT * FROM events)');
  return columns.some(({ name }) => name === 'requestID') ? 'requestID' : `json_extract_string(raw, '$.requestID')`;
}
const requestIdOf = (record: TrailRecord): string | undefined => textAt(record, 'requestID') || undefined;

/** Operation names of the SDK and of events are the same but for dates that older services append, and case. */
const sameCall = (call: SentCall, record: TrailRecord): boolean => apiOf(record).split(':')[1]!.toLowerCase() === call.operation.toLowerCase();
function differences(call: SentCall, record: TrailRecord): Text[] {
  const differs: Text[] = [];
  const outcome = outcomeOf(record);
  const name = textAt(record, 'eventName') ?? '';
  if (!sameCall(call, record)) differs.push(differsText('call', call.operation, name));
  if (call.state === 'done' && outcome !== 'done') differs.push(differsText('outcome', call.state, textAt(record, 'errorCode') ?? outcome));
  if (call.state === 'refused' && outcome === 'done') differs.push(differsText('outcome', call.state, outcome));
  if (Math.abs(timeOf(record) - call.time) > 15 * 60_000) differs.push(differsText('time', isoOf(call.time), textAt(record, 'eventTime') ?? ''));
  return differs;
}

const MINE = (keys: number, arns: number): string =>
  [keys > 0 ? `accessKeyId IN (${marks(keys)})` : '', arns > 0 ? `arn IN (${marks(arns, keys + 1)})` : ''].filter(Boolean).join(' OR ');
async function* mineIn(store: Asked, { keys, arns }: CaseCalls['responder']): AsyncGenerator<TrailEvent> {
  const seen = new Set<number>();
  for (const [some, others] of [...chunks(keys).map((list) => [list, []] as const), ...chunks(arns).map((list) => [[], list] as const)])
    for await (const event of store.events(MINE(some.length, others.length), [...some, ...others])) {
      if (seen.has(event.n)) continue;
      seen.add(event.n);
      yield event;
    }
}

const unknownOf = ({ n, record }: TrailEvent, from: number, until: number): Unknown => {
  const time = timeOf(record);
  const readOnly = textAt(record, 'readOnly');
  return {
    n,
    time,
    api: apiOf(record),
    region: textAt(record, 'awsRegion') ?? '',
    key: keyOf(record),
    arn: textAt(record, 'userIdentity.arn'),
    address: textAt(record, 'sourceIPAddress'),
    agent: textAt(record, 'userAgent'),
    requestId: requestIdOf(record),
    outcome: outcomeOf(record),
    readOnly: readOnly === 'true' ? true : readOnly === 'false' ? false : undefined,
    byService: textAt(record, 'userIdentity.invokedBy') !== undefined || isService(record),
    when: Number.isNaN(time) ? 'undated' : time < from - 60_000 ? 'before' : time > until + 60_000 ? 'after' : 'during',
  };
};

/**
 * Compares the ledger with the trail. Every mutating call that was sent must be in the trail, by its request id; and every event under the responder's
 * credentials must be one that the ledger knows.
 */
export async function reconcile(store: Asked, input: ReconcileInput): Promise<Reconciliation> {
  const { calls, known, responder, lateness = 30 * 60_000, coverage = [] } = input;
  const [from, until] = [input.from ?? Number.NEGATIVE_INFINITY, input.until ?? Number.POSITIVE_INFINITY];
  const wanted = new Map<string, SentCall>();
  for (const call of calls) if (call.requestId) wanted.set(call.requestId, call);
  const found = new Map<string, { readonly n: number; readonly differs: readonly Text[] }>();
  const take = ({ n, record }: TrailEvent): boolean => {
    const id = requestIdOf(record);
    const call = id === undefined ? undefined : wanted.get(id);
    if (!call) return false;
    const differs = differences(call, record);
    // One request may leave several events: the one that says most of what the ledger says counts.
    const before = found.get(id!);
    if (!before || before.differs.length > differs.length) found.set(id!, { n, differs });
    return true;
  };
  const unanswered = calls.filter(({ requestId }) => !requestId);
  const likely = new Map<SentCall, number>();
  const unknown: Unknown[] = [];
  let [unknownInAll, knownEvents] = [0, 0];
  for await (const event of mineIn(store, responder)) {
    const id = requestIdOf(event.record);
    if (take(event) || (id !== undefined && known.has(id))) {
      knownEvents++;
      continue;
    }
    const time = timeOf(event.record);
    const call = unanswered.find(
      (one) =>
        !likely.has(one) && sameCall(one, event.record) && Math.abs(time - one.time) < 3 * 60_000 && sameRegion(one, textAt(event.record, 'awsRegion') ?? ''),
    );
    if (call) {
      likely.set(call, event.n);
      knownEvents++;
      continue;
    }
    unknownInAll++;
    if (unknown.length < MOST_UNKNOWN) unknown.push(unknownOf(event, from, until));
  }
  const missing = [...wanted.keys()].filter((id) => !found.has(id));
  const column = missing.length > 0 ? await requestIdIn(store) : '';
  for (const ids of chunks(missing)) for await (const event of store.events(`${column} IN (${marks(ids.length)})`, ids)) take(event);
  const gaps = input.gaps ?? (await gapsOf(store, { coverage, lateness }));
  const answers = calls.map((call): CallFound => {
    const event = call.requestId ? found.get(call.requestId) : undefined;
    if (event) return { call, status: 'found', why: differsText('found'), n: event.n, differs: event.differs };
    const similar = likely.get(call);
    if (similar !== undefined) return { call, status: 'likely', why: differsText('likely'), n: similar, differs: [] };
    return { call, ...absenceOf(call, gaps, coverage, lateness), n: undefined, differs: [] };
  });
  const result = { calls: answers, unknown: unknown.sort((a, b) => a.time - b.time || a.n - b.n), unknownInAll, knownEvents };
  return { ...result, sentences: reconcileSentences(result) };
}
