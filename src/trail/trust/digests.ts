import { AplombError, EXIT, type Text } from '../../kernel/index.ts';
import { type Chain, chainsOf } from './chains.ts';
import { type DigestFile, type Head, isUnusable, readHead } from './digest-file.ts';
import { type DigestKey, verifier } from './keys.ts';
import { type Coverage, checkLogs, type LogFile } from './logs.ts';
import { stemOf } from './names.ts';
import { type Note, type Status, type Verdict, whyOf } from './verdict.ts';
import { chainSentences } from './words.ts';

export interface ValidationInput {
  readonly digests: Iterable<DigestFile> | AsyncIterable<DigestFile>;
  readonly logs: Iterable<LogFile> | AsyncIterable<LogFile>;
  /** From the API or a file of the user's; an empty list proves nothing, and says so. */
  readonly keys: readonly DigestKey[];
  /** Gets each result as it is had; results are not kept. */
  readonly each?: (verdict: Verdict) => void | Promise<void>;
  /** Default a million: a digest costs about a kilobyte of memory, a log file a quarter of one. */
  readonly mostDigests?: number;
  readonly mostLogs?: number;
}
export type Counts = Readonly<Record<Status, number>>;
export interface Validation {
  readonly digests: Counts;
  readonly logs: Counts;
  readonly chains: readonly Chain[];
  /** What each digest proves about its hour of deliveries, oldest first: for `gapsOf` and `reconcile`. */
  readonly coverage: readonly Coverage[];
  /** One or more sentences for each chain: where it begins and ends, what is missing in it. */
  readonly sentences: readonly Text[];
  /** Everything named is at hand and proved, and nothing else lies there. */
  readonly whole: boolean;
}
const none = (): Record<Status, number> => ({ valid: 0, altered: 0, missing: 0, unnamed: 0, 'not-verifiable': 0 });

async function limited<T>(source: Iterable<T> | AsyncIterable<T>, most: number, what: string): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) {
    if (all.length >= most)
      throw new AplombError('TooManyFiles', `There are more than ${most} ${what}; they cannot be checked in one run.`, {
        fix: 'Check one account, region or month at a time.',
        exit: EXIT.usage,
      });
    all.push(one);
  }
  return all;
}

/**
 * Validates the digests of any number of accounts, regions and trails, and with them the log files. A file is `valid` only with proof: a digest by CloudTrail's
 * signature, or by its hash in a digest that is proved; a log file by its hash in such a digest. Files are streamed and each is opened once (digests twice).
 * Source: AWS CloudTrail User Guide, "Custom implementations of CloudTrail log file integrity validation".
 * @throws AplombError `TooManyFiles`
 */
export async function validateDigests(input: ValidationInput): Promise<Validation> {
  const counts = { digest: none(), log: none() };
  const emit = async (verdict: Verdict): Promise<void> => {
    counts[verdict.what][verdict.status]++;
    await input.each?.(verdict);
  };
  const check = verifier(input.keys);
  const files = new Map<string, DigestFile>();
  const heads: Head[] = [];
  const broken = new Set<string>();
  for (const digest of await limited(input.digests, input.mostDigests ?? 1_000_000, 'digest files')) {
    const head = await readHead(digest, check);
    if (isUnusable(head)) {
      broken.add(stemOf(digest.file));
      const code = head.why === 'not-json' || head.why === 'not-a-digest' || head.why === 'too-large' ? 'not-a-digest' : 'unreadable';
      const blank = { object: undefined, bucket: undefined, namedBy: undefined, account: undefined, region: undefined, from: undefined, until: undefined };
      const status = head.why === 'unreadable' ? 'not-verifiable' : 'altered';
      await emit({ what: 'digest', status, code, why: whyOf(code), notes: [], file: digest.file, ...blank });
      continue;
    }
    heads.push(head);
    files.set(digest.file, digest);
  }
  const chains = chainsOf(heads, check);
  const logs = await limited(input.logs, input.mostLogs ?? 4_000_000, 'log files');
  const { coverage, changed, malformed } = await checkLogs(chains, (file) => files.get(file)!, logs, emit);
  let edges = 0;
  const [changedNow, strange] = [new Set(changed), new Set(malformed)];
  for (const chain of chains) {
    for (const one of chain.digests) {
      const { head, code, notes } = one;
      const status = changedNow.has(one) && one.status === 'valid' ? 'not-verifiable' : one.status;
      for (const file of head.files) {
        const more: Note[] = [
          ...notes,
          ...(stemOf(file) === stemOf(head.object) ? [] : (['renamed'] as const)),
          ...(changedNow.has(one) ? (['digest-changed'] as const) : []),
          ...(strange.has(one) ? (['entries-malformed'] as const) : []),
        ];
        const place = { object: head.object, bucket: head.bucket, namedBy: undefined, account: head.account, region: head.region };
        await emit({ what: 'digest', status, code, why: whyOf(code), notes: more, file, ...place, from: head.start, until: head.end });
      }
    }
    for (const { bucket, object, namedBy, inside } of chain.absent) {
      // Its file is there and could not be read: that was said already.
      if (broken.has(stemOf(object))) continue;
      const code = inside ? 'digest-missing' : 'before-copy';
      if (!inside) edges++;
      const place = { object, bucket, namedBy: namedBy.head.object, account: chain.account, region: chain.region, file: undefined };
      const status = inside ? 'missing' : 'not-verifiable';
      await emit({ what: 'digest', status, code, why: whyOf(code), notes: [], ...place, from: undefined, until: namedBy.head.start });
    }
  }
  const bad = (all: Counts): number => all.altered + all.missing + all.unnamed + all['not-verifiable'];
  return {
    digests: counts.digest,
    logs: counts.log,
    chains,
    coverage: coverage.toSorted((a, b) => a.from - b.from),
    sentences: chains.flatMap(chainSentences),
    whole: chains.length > 0 && bad(counts.digest) - edges === 0 && bad(counts.log) === 0 && chains.every(({ holes }) => holes.length === 0),
  };
}
