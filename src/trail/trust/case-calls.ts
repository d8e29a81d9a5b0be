import type { CaseView } from '../../evidence/index.ts';
import { type LedgerEntry, ofKind } from '../../kernel/index.ts';
import { isObject } from '../event.ts';

/** A mutating call that was sent, as the ledger has it. */
export interface SentCall {
  /** undefined: the answer did not come, so nobody knows it. */
  readonly requestId: string | undefined;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly account: string | undefined;
  /** UTC milliseconds, by the responder's clock as AWS set it. */
  readonly time: number;
  /** The receipt's state, `HTTP 400 Code` of an attempt without one, or `unanswered`. */
  readonly state: string;
  readonly action: string;
}
/** Who the responder was: all that events may say of it. */
export interface ResponderIdentity {
  /** ARNs as `userIdentity.arn` has them: of a user, of a session. */
  readonly arns: readonly string[];
  /** Access key ids; those of sessions that were taken on the way among them. */
  readonly keys: readonly string[];
}
/** What a case tells of the calls that were made for it. */
export interface CaseCalls {
  readonly calls: readonly SentCall[];
  /** Request ids of every attempt, reads and dry runs too. */
  readonly known: ReadonlySet<string>;
  readonly responder: ResponderIdentity;
  readonly from: number;
  readonly until: number;
  /** Logs of reads that could not be loaded, with why: their requests are not known then. */
  readonly problems: readonly { readonly seq: number; readonly why: string }[];
}
/** What is needed of a case: `readCase` gives it. */
export type CaseRead = Pick<CaseView, 'entries' | 'load'>;

const str = (value: unknown): string | undefined => (typeof value === 'string' && value.length > 0 && value.length <= 2048 ? value : undefined);
/** The ARN that events show for a session of a role. */
export function sessionArn(role: string, session: string): string | undefined {
  const parts = /^arn:([a-z-]{3,20}):iam::(\d{12}):role\/(?:.{1,600}\/)?([^/]{1,64})$/.exec(role.slice(0, 2048));
  return parts && session ? `arn:${parts[1]}:sts::${parts[2]}:assumed-role/${parts[3]}/${session}` : undefined;
}

interface Attempt {
  readonly time: number;
  readonly mutation: boolean;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly account: string | undefined;
  readonly requestId: string | undefined;
  readonly status: string;
  readonly phase: string;
}
function attemptOf(line: string, keys: Set<string>, arns: Set<string>): Attempt | undefined {
  const value: unknown = JSON.parse(line);
  if (!isObject(value)) return undefined;
  if (isObject(value.issued)) {
    const { accessKeyId, of, session } = value.issued;
    if (str(accessKeyId)) keys.add(accessKeyId as string);
    const arn = str(of) && str(session) ? sessionArn(of as string, session as string) : undefined;
    if (arn) arns.add(arn);
  }
  return {
    time: Date.parse(str(value.time) ?? ''),
    mutation: value.purpose === 'mutation',
    service: str(value.service) ?? '',
    operation: str(value.operation) ?? '',
    region: str(value.region) ?? '',
    account: str(value.account),
    requestId: str(value.requestId),
    status: typeof value.status === 'number' ? `HTTP ${value.status}${str(value.code) ? ` ${value.code as string}` : ''}` : 'unanswered',
    phase: str(value.phase) ?? '',
  };
}
const accountIn = (arn: string | null | undefined): string | undefined => /^arn:[a-z-]{3,20}:(?:iam|sts)::(\d{12}):/.exec(arn ?? '')?.[1];

/** Intents with their receipts. A receipt without a request id was settled by a look. */
function sentBy(entries: readonly LedgerEntry[]): { call: SentCall; answered: boolean }[] {
  const open = new Map<string, { call: SentCall; answered: boolean }>();
  const all: { call: SentCall; answered: boolean }[] = [];
  for (const entry of entries) {
    const place = ofKind('intent')(entry) || ofKind('receipt')(entry) ? `${entry.body.apply}\n${entry.body.step}` : '';
    if (ofKind('intent')(entry)) {
      const { call, action } = entry.body;
      const { service, operation, region } = call;
      const one = {
        call: {
          requestId: undefined,
          service,
          operation,
          region,
          account: accountIn(entry.actor.callerArn),
          time: Date.parse(entry.time),
          state: 'unanswered',
          action,
        },
        answered: false,
      };
      open.set(place, one);
      all.push(one);
    } else if (ofKind('receipt')(entry)) {
      const one = open.get(place);
      if (!one) continue;
      one.answered = true;
      one.call = { ...one.call, requestId: str(entry.body.requestId), state: entry.body.result.state };
      open.delete(place);
    }
  }
  return all;
}

/**
 * The calls of a case: intents and receipts, and the log of every attempt. What the log knows and no receipt (attempts that AWS refused and that were sent
 * again, a crash before the receipt) is a call of its own. Entries are as the case gives them; `readCase` checked their chain.
 */
export async function callsOf(view: CaseRead): Promise<CaseCalls> {
  const [known, keys, arns] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const problems: { seq: number; why: string }[] = [];
  const mutations: Attempt[] = [];
  const sent = sentBy(view.entries);
  for (const entry of view.entries) {
    for (const arn of [entry.actor.callerArn, ofKind('session')(entry) ? entry.body.callerArn : null]) if (arn) arns.add(arn);
    if (!ofKind('reads')(entry)) continue;
    let log: string;
    try {
      log = (await view.load(entry.body.log.sha256)).toString('utf8');
    } catch (error) {
      problems.push({ seq: entry.seq, why: (error as Error).message });
      continue;
    }
    for (const line of log.split('\n')) {
      if (line === '') continue;
      try {
        const attempt = attemptOf(line, keys, arns);
        if (attempt?.requestId) known.add(attempt.requestId);
        if (attempt?.mutation) mutations.push(attempt);
      } catch (error) {
        problems.push({ seq: entry.seq, why: `a line of its log: ${(error as Error).message.slice(0, 200)}` });
      }
    }
  }
  const byId = new Map(sent.flatMap((one) => (one.call.requestId ? [[one.call.requestId, one] as const] : [])));
  const calls: SentCall[] = [];
  const unnamed = sent.filter(({ call }) => call.requestId === undefined);
  for (const attempt of mutations) {
    if (attempt.requestId && byId.has(attempt.requestId)) continue;
    const { service, operation, region, account, requestId, time, status, phase } = attempt;
    // The intent of this very attempt: the last one before it of the same call, within two minutes.
    const at = unnamed.findLastIndex(
      ({ call }) =>
        call.service === service && call.operation === operation && call.region === region && call.time <= time + 5000 && call.time > time - 120_000,
    );
    const own = at >= 0 ? unnamed.splice(at, 1)[0]! : undefined;
    calls.push({
      requestId,
      service,
      operation,
      region,
      account: account ?? own?.call.account,
      time,
      state: own?.answered ? own.call.state : status,
      action: own?.call.action ?? phase,
    });
  }
  for (const { call } of unnamed) calls.push(call);
  const accounts = new Map(mutations.flatMap(({ requestId, account }) => (requestId && account ? [[requestId, account] as const] : [])));
  for (const [id, { call }] of byId) calls.push({ ...call, account: accounts.get(id) ?? call.account });
  for (const { requestId } of calls) if (requestId) known.add(requestId);
  const times = view.entries.map(({ time }) => Date.parse(time));
  return {
    calls: calls.sort((a, b) => a.time - b.time),
    known,
    responder: { arns: [...arns], keys: [...keys] },
    from: times[0] ?? Number.NaN,
    until: times.at(-1) ?? Number.NaN,
    problems,
  };
}
