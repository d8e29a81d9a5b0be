import { createHash } from 'node:crypto';
import type { Account, World } from '../../contract.ts';
import { regionEnabled } from '../../world/index.ts';
import { deposit } from './deposit.ts';
import { accountsOf, base, day } from './log-files.ts';
import { signer, signingKey } from './signing-keys.ts';
import type { Course, TrailState } from './states.ts';

const HOUR = 3_600_000;
const seconds = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
const stamp = (time: number): string => seconds(time).replace(/[-:]/g, '');

/** A time in which the trail logged with validation: one chain of digests a region. It breaks off within an hour of its end. */
interface Period {
  from: number;
  to: number;
  state: TrailState;
}
function periodsOf(course: Course): Period[] {
  const periods: Period[] = [];
  for (const state of course.states) {
    const open = periods.at(-1)?.to === Number.POSITIVE_INFINITY ? periods.at(-1) : undefined;
    const on = state.logging && state.validation;
    if (on && !open) periods.push({ from: Math.floor(state.from / 1000) * 1000, to: Number.POSITIVE_INFINITY, state });
    else if (!on && open) open.to = state.from;
    else if (open) open.state = state;
  }
  return periods;
}

/**
 * Writes the digests that are due and that somebody who looks at `prefix` could see: with validation CloudTrail signs a digest an hour in
 * every region, also when there was nothing to log. CloudTrail User Guide, "CloudTrail digest file structure".
 * @param delimited only folders are asked for: one digest shows that there are some
 */
export function writeDigests(world: World, owner: Account, course: Course, now: number, prefix: string, delimited: boolean): void {
  for (const period of periodsOf(course)) {
    for (const account of accountsOf(world, owner, course)) {
      if (account !== owner && !period.state.organization) continue;
      const regions = period.state.multiRegion ? Object.keys(account.regions).filter((name) => regionEnabled(account, name)) : [course.home];
      for (const region of regions) {
        const folder = `${base(world, owner, period.state, account.id)}CloudTrail-Digest/${region}/`;
        const within = prefix.startsWith(folder);
        if (within || folder.startsWith(prefix)) extend(world, course, period, account.id, region, folder, now, delimited && !within);
      }
    }
  }
}

function extend(world: World, course: Course, period: Period, account: string, region: string, folder: string, now: number, once: boolean): void {
  const chain = (course.chains[`${account}/${region}/${period.from}`] ??= { next: period.from, previous: null });
  if (chain.next + HOUR > now || chain.next >= period.to || (once && chain.previous)) return;
  const key = signingKey(world, course.arn.split(':')[4]!, region);
  const signed = signer(key);
  const waiting = course.unnamed[`${account}/${region}`] ?? [];
  const { bucket } = period.state;
  for (; chain.next + HOUR <= now && chain.next < period.to; chain.next += HOUR) {
    const end = chain.next + HOUR;
    const named = waiting.splice(0, waiting.findLastIndex((file) => file.at <= end) + 1);
    const name = `${folder}${day(end)}/${account}_CloudTrail-Digest_${region}_${course.name}_${course.home}_${stamp(end)}.json.gz`;
    const { previous } = chain;
    const text = JSON.stringify({
      awsAccountId: account,
      digestStartTime: seconds(chain.next),
      digestEndTime: seconds(end),
      digestS3Bucket: bucket,
      digestS3Object: name,
      digestPublicKeyFingerprint: key.fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      newestEventTime:
        named
          .map((file) => file.newest)
          .sort()
          .at(-1) ?? null,
      oldestEventTime: named.map((file) => file.oldest).sort()[0] ?? null,
      previousDigestS3Bucket: previous?.bucket ?? null,
      previousDigestS3Object: previous?.key ?? null,
      previousDigestHashValue: previous?.hash ?? null,
      previousDigestHashAlgorithm: previous ? 'SHA-256' : null,
      previousDigestSignature: previous?.signature ?? null,
      logFiles: named.map((file) => ({
        s3Bucket: file.bucket,
        s3Object: file.key,
        hashValue: file.hash,
        hashAlgorithm: 'SHA-256',
        newestEventTime: file.newest,
        oldestEventTime: file.oldest,
      })),
    });
    const hash = createHash('sha256').update(text).digest('hex');
    const signature = signed(`${seconds(end)}\n${bucket}/${name}\n${hash}\n${previous?.signature ?? 'null'}`);
    deposit(world, { bucket, key: name, text, time: end, metadata: { signature, 'signature-algorithm': 'SHA256withRSA' } });
    chain.previous = { bucket, key: name, hash, signature };
    if (once) {
      chain.next += HOUR;
      return;
    }
  }
}
