import { type Head, signedText } from './digest-file.ts';
import type { Verifier } from './keys.ts';
import type { Code, Note, Proof, Status } from './verdict.ts';

/** A digest and what is known of it. */
export interface Judged {
  readonly head: Head;
  readonly status: Extract<Status, 'valid' | 'altered' | 'not-verifiable'>;
  readonly code: Code;
  readonly proof: Proof | undefined;
  readonly notes: readonly Note[];
}
/** A digest that another one names and that is not at hand. */
export interface Absent {
  readonly bucket: string;
  readonly object: string;
  readonly namedBy: Judged;
  /** Older digests of the chain are at hand: it was taken out of the middle. Otherwise the copy may simply begin later. */
  readonly inside: boolean;
}
/** A stretch of time, UTC milliseconds, for which no digest of the chain stands. */
export interface Hole {
  readonly from: number;
  readonly until: number;
  /**
   * `missing`: the next digest names one that is not at hand. `altered`: a digest is there and cannot be believed. `restart`: the chain begins anew, as
   * when validation or logging was off. `unaccounted`: linked digests leave time out.
   */
  readonly why: 'missing' | 'altered' | 'restart' | 'unaccounted';
}
/** The digests of one trail in one account and region. Backfill digests are a chain of their own. */
export interface Chain {
  readonly account: string;
  readonly region: string;
  readonly trail: string;
  readonly backfill: boolean;
  /** Oldest first. */
  readonly digests: readonly Judged[];
  readonly absent: readonly Absent[];
  readonly holes: readonly Hole[];
  /** `begun`: the first digest says it has none before it. `cut`: it names one that is not at hand. */
  readonly start: 'begun' | 'cut';
  readonly from: number;
  readonly until: number;
}

const placeOf = ({ bucket, object }: { readonly bucket: string; readonly object: string }): string => `${bucket}/${object}`;
const groupOf = (head: Head): string => `${head.account}|${head.region}|${head.trail}|${head.backfill}`;

/** Copies of one digest are one: the same place and the same content. A signature that holds beside one copy holds for all. */
export function merged(heads: Iterable<Head>): Head[] {
  const all = new Map<string, Head>();
  for (const head of heads) {
    const key = `${placeOf(head)}|${head.hash}`;
    const known = all.get(key);
    if (!known) all.set(key, head);
    else {
      known.files.push(...head.files);
      if (known.own !== 'valid' && (head.own === 'valid' || (known.own !== 'fails' && head.own !== 'no-signature'))) known.own = head.own;
    }
  }
  return [...all.values()];
}

const UNPROVED: Readonly<Record<Exclude<Head['own'], 'valid' | 'fails'>, Code>> = {
  'no-signature': 'no-signature',
  'no-key': 'no-key',
  malformed: 'bad-signature-text',
  unsupported: 'unsupported-algorithm',
};
/**
 * One digest, when the newer ones that name it as theirs are judged already. Proof is its own signature; its signature as the next digest keeps it; or
 * its hash in a next digest that is proved itself.
 */
function judge(head: Head, nexts: readonly Judged[], check: Verifier): Judged {
  const notes: Note[] = [];
  let proof: Proof | undefined = head.own === 'valid' ? 'own-signature' : undefined;
  let contradicted = false;
  for (const next of nexts) {
    const link = next.head.previous!;
    const same = link.hash === head.hash;
    if (next.status === 'valid' && !same) contradicted = true;
    if (next.status === 'valid' && same) proof ??= 'next-hash';
    if (next.status === 'not-verifiable' && !same) notes.push('next-disagrees');
    if (same && !proof && check(head.fingerprint, signedText(head), link.signature) === 'valid') proof = 'next-signature';
  }
  if (head.end - head.start > 3 * 3_600_000) notes.push('long');
  const answer = (status: Judged['status'], code: Code): Judged => ({ head, status, code, proof: status === 'valid' ? proof : undefined, notes });
  if (contradicted) return answer('altered', 'next-hash-differs');
  if (proof) {
    if (head.own === 'fails' || head.own === 'malformed') notes.push('sidecar-wrong');
    return answer('valid', proof);
  }
  return head.own === 'fails' ? answer('altered', 'signature-fails') : answer('not-verifiable', UNPROVED[head.own as keyof typeof UNPROVED]);
}

function holesOf(digests: readonly Judged[], absent: ReadonlySet<string>): Hole[] {
  const holes: Hole[] = [];
  const bad = digests.filter(({ status }) => status === 'altered');
  const good = digests.filter(({ status }) => status !== 'altered');
  let until = good[0]?.head.end ?? 0;
  for (const { head } of good.slice(1)) {
    // Ends and beginnings are the same second; one of them may be rounded.
    if (head.start > until + 1000) {
      const why = bad.some((one) => one.head.start < head.start && one.head.end > until)
        ? 'altered'
        : !head.previous
          ? 'restart'
          : absent.has(placeOf(head.previous))
            ? 'missing'
            : 'unaccounted';
      holes.push({ from: until, until: head.start, why });
    }
    until = Math.max(until, head.end);
  }
  return holes;
}

/** Links digests into chains and judges each, newest first: what proves a digest is newer than it. */
export function chainsOf(heads: Iterable<Head>, check: Verifier): Chain[] {
  const groups = new Map<string, Head[]>();
  for (const head of merged(heads)) {
    const group = groups.get(groupOf(head));
    if (group) group.push(head);
    else groups.set(groupOf(head), [head]);
  }
  const chains: Chain[] = [];
  for (const group of groups.values()) {
    group.sort((a, b) => b.end - a.end || b.start - a.start || (a.hash < b.hash ? -1 : 1));
    const here = new Set(group.map(placeOf));
    const nexts = new Map<string, Judged[]>();
    const judged: Judged[] = [];
    for (const head of group) {
      // A link from a digest that is not newer would be a circle, and proves nothing.
      const naming = (nexts.get(placeOf(head)) ?? []).filter((next) => next.head.end > head.end);
      const one = judge(head, naming, check);
      judged.push(one);
      if (head.previous && one.status !== 'altered') {
        const place = placeOf(head.previous);
        const list = nexts.get(place);
        if (list) list.push(one);
        else nexts.set(place, [one]);
      }
    }
    const digests = judged.reverse();
    const oldest = digests[0]!;
    const absent = digests
      .filter(({ head, status }) => status !== 'altered' && head.previous && !here.has(placeOf(head.previous)))
      .map((namedBy): Absent => ({ ...pick(namedBy.head.previous!), namedBy, inside: namedBy.head.start > oldest.head.end - 1000 && namedBy !== oldest }));
    const { account, region, trail, backfill } = oldest.head;
    chains.push({
      account,
      region,
      trail,
      backfill,
      digests,
      absent,
      holes: backfill ? [] : holesOf(digests, new Set(absent.map(placeOf))),
      start: oldest.head.previous ? 'cut' : 'begun',
      from: oldest.head.start,
      until: digests.reduce((most, { head }) => Math.max(most, head.end), 0),
    });
  }
  return chains.sort((a, b) => (groupOf(a.digests[0]!.head) < groupOf(b.digests[0]!.head) ? -1 : 1));
}
const pick = ({ bucket, object }: { readonly bucket: string; readonly object: string }) => ({ bucket, object });
