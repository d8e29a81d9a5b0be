import type { Chain, Judged } from './chains.ts';
import { type Bytes, contentHash, isUnread } from './content.ts';
import { type DigestFile, type NamedLog, namedLogs } from './digest-file.ts';
import { logName, placeIn, stemOf } from './names.ts';
import { type Code, type Note, type Status, type Verdict, whyOf } from './verdict.ts';

/** A log file at hand. */
export interface LogFile {
  /** Where it lies, for people. Its name is what ties it to a digest: copies keep it, with or without `.gz`. */
  readonly file: string;
  open(): Bytes | Promise<Bytes>;
  /** SHA-256 of its uncompressed content, hexadecimal, when whoever read it before knows; it is not opened then. */
  readonly content?: string;
}
/** One digest's stretch of delivery time. UTC milliseconds. */
export interface Coverage {
  readonly account: string;
  readonly region: string;
  readonly trail: string;
  readonly from: number;
  readonly until: number;
  /** The digest is proved. */
  readonly proven: boolean;
  /** Log files that it names. */
  readonly files: number;
  /** Each of them is at hand and valid. With none named: nothing was delivered. */
  readonly complete: boolean;
}
/** Proved digests first: whoever else names a file has nothing to add. */
const ORDER: readonly Judged['status'][] = ['valid', 'not-verifiable', 'altered'];
export const MOST_LOG_BYTES = 4 * 2 ** 30;

type Emit = (verdict: Verdict) => void | Promise<void>;
/** Lets timers and signals have their turn: small files are read without one. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
type Found = { readonly status: Status; readonly code: Code };

/** The log files at hand by name; `judged` remembers those that a digest named. */
function shelfOf(logs: readonly LogFile[]) {
  const byStem = new Map<string, number[]>();
  logs.forEach(({ file }, index) => {
    const stem = stemOf(file);
    const list = byStem.get(stem);
    if (list) list.push(index);
    else byStem.set(stem, [index]);
  });
  return { byStem, judged: new Uint8Array(logs.length) };
}

async function compare(log: LogFile, named: NamedLog, by: Judged['status']): Promise<Found> {
  if (named.hash === undefined) return { status: 'not-verifiable', code: 'no-hash' };
  if (by === 'altered') return { status: 'not-verifiable', code: 'digest-altered' };
  let hash: string;
  if (log.content !== undefined) hash = log.content.toLowerCase();
  else {
    let read: Awaited<ReturnType<typeof contentHash>>;
    try {
      read = await contentHash(await log.open(), MOST_LOG_BYTES);
    } catch {
      return { status: 'not-verifiable', code: 'unreadable' };
    }
    if (isUnread(read)) {
      if (read.broken === 'too-large') return { status: 'not-verifiable', code: 'too-large' };
      return { status: read.broken === 'gzip' ? 'altered' : 'not-verifiable', code: 'unreadable' };
    }
    hash = read;
  }
  const same = hash === named.hash;
  if (by === 'valid') return same ? { status: 'valid', code: 'hash-holds' } : { status: 'altered', code: 'hash-differs' };
  return same ? { status: 'not-verifiable', code: 'hash-holds-unproved' } : { status: 'altered', code: 'hash-differs-unproved' };
}

/** Every log file that the digests name, against what is at hand; then what is at hand and was not named. @returns what each digest covers. */
export async function checkLogs(
  chains: readonly Chain[],
  digestAt: (file: string) => DigestFile,
  logs: readonly LogFile[],
  emit: Emit,
): Promise<{ readonly coverage: readonly Coverage[]; readonly changed: readonly Judged[]; readonly malformed: readonly Judged[] }> {
  const shelf = shelfOf(logs);
  const coverage: Coverage[] = [];
  const changed: Judged[] = [];
  const malformedIn: Judged[] = [];
  let compared = 0;

  const checkDigest = async (chain: Chain, one: Judged): Promise<void> => {
    const { head, status } = one;
    const list = await namedLogs(digestAt(head.files[0]!), head.hash);
    if (!list) return void changed.push(one);
    if (list.malformed > 0) malformedIn.push(one);
    let complete = list.malformed === 0;
    for (const named of list.logs) {
      const delivered = logName(named.object)?.delivered;
      const place = { what: 'log', object: named.object, bucket: named.bucket, namedBy: head.object, account: head.account, region: head.region } as const;
      const time = { from: delivered, until: delivered };
      const here = shelf.byStem.get(stemOf(named.object)) ?? [];
      if (here.length === 0) {
        // An altered digest's word for what else there was is worth nothing.
        if (status === 'altered') continue;
        const code: Code = status === 'valid' ? 'log-missing' : 'log-missing-unproved';
        await emit({ ...place, ...time, status: 'missing', code, why: whyOf(code), notes: [], file: undefined });
      }
      let good = false;
      for (const index of here) {
        const log = logs[index]!;
        if (shelf.judged[index]) {
          good ||= shelf.judged[index] === 2;
          continue;
        }
        if (++compared % 64 === 0) await turn();
        const found = await compare(log, named, status);
        shelf.judged[index] = found.status === 'valid' ? 2 : 1;
        good ||= found.status === 'valid';
        const [at, should] = [placeIn(log.file), placeIn(named.object)];
        const notes: Note[] = at !== undefined && should !== undefined && stemOf(at) === stemOf(should) && dirOf(at) !== dirOf(should) ? ['moved'] : [];
        await emit({ ...place, ...time, ...found, why: whyOf(found.code), notes, file: log.file });
      }
      complete &&= good;
    }
    if (status !== 'altered')
      coverage.push({
        account: chain.account,
        region: chain.region,
        trail: chain.trail,
        from: head.start,
        until: head.end,
        proven: status === 'valid',
        files: list.logs.length + list.malformed,
        complete,
      });
  };
  for (const status of ORDER) for (const chain of chains) for (const one of chain.digests) if (one.status === status) await checkDigest(chain, one);

  const spans = spansOf(chains);
  for (const [index, log] of logs.entries()) {
    if (shelf.judged[index]) continue;
    const name = logName(log.file);
    const found = unnamed(name, spans);
    await emit({
      what: 'log',
      ...found,
      why: whyOf(found.code),
      notes: [],
      file: log.file,
      object: undefined,
      bucket: undefined,
      namedBy: undefined,
      account: name?.account,
      region: name?.region,
      from: name?.delivered,
      until: name?.delivered,
    });
  }
  return { coverage, changed, malformed: malformedIn };
}
const dirOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

type Span = { readonly from: number; readonly until: number; readonly proven: boolean };
function spansOf(chains: readonly Chain[]): ReadonlyMap<string, readonly Span[]> {
  const spans = new Map<string, Span[]>();
  for (const { account, region, digests, backfill } of chains) {
    if (backfill) continue;
    const key = `${account}|${region}`;
    const list = spans.get(key) ?? [];
    for (const { head, status } of digests) if (status !== 'altered') list.push({ from: head.start, until: head.end, proven: status === 'valid' });
    spans.set(key, list);
  }
  for (const list of spans.values()) list.sort((a, b) => a.from - b.from);
  return spans;
}
const MINUTE = 60_000;
/** A name gives the minute of delivery only, and delivery may be a little after the name was made: the digest of the next hours may be the one. */
function unnamed(name: ReturnType<typeof logName>, spans: ReadonlyMap<string, readonly Span[]>): Found {
  if (name === undefined) return spans.size === 0 ? { status: 'not-verifiable', code: 'no-digests' } : { status: 'unnamed', code: 'foreign-name' };
  const list = spans.get(`${name.account}|${name.region}`);
  if (!list || list.length === 0) return { status: 'not-verifiable', code: 'no-digests' };
  const near = list.filter(({ from, until }) => until > name.delivered - MINUTE && from < name.delivered + 15 * MINUTE);
  let until = name.delivered;
  for (const span of near) if (span.from <= until + 1000) until = Math.max(until, span.until);
  if (near.length === 0 || near[0]!.from > name.delivered + MINUTE || until < name.delivered + 15 * MINUTE)
    return { status: 'not-verifiable', code: 'no-digest' };
  return { status: 'unnamed', code: near.every(({ proven }) => proven) ? 'not-in-digest' : 'not-in-digest-unproved' };
}
