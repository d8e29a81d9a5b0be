/** What the attacker made, as the lab knows it. */
export interface MadeResource {
  /** CloudFormation type name. */
  type: string;
  id: string;
  arn: string;
  region: string;
  /** Default: the account of the alarm. */
  account?: string;
  /** Other names the same thing goes by (a key pair's name). */
  names?: string[];
  /** UTC. */
  createdAt: string;
  /** Access key id that made it. */
  by: string;
}
/** Something of the company's that the attacker changed: naming it as touched by the key is neither a find nor a false alarm. */
export interface ChangedResource {
  type: string;
  id: string;
  arn: string;
  region: string;
  account?: string;
  how: string;
}
/** What a hunt said; a subset of the kernel's Found. */
export interface Claim {
  type: string;
  id: string;
  arn?: string;
  region: string;
  byKey?: boolean;
  /** The hunt says here that the key changed the thing: `changedByKey`. */
  detail?: Readonly<Record<string, unknown>>;
}
export interface Score {
  found: number;
  /** 'AWS::EC2::Instance i-... (eu-north-1)' */
  missed: string[];
  falseAlarms: string[];
  /** Of the company's things that the attacker changed: how many were named, and which were not. */
  changedFound: number;
  changedMissed: string[];
  contained: boolean;
  /** From the alarm to containment; null if never. */
  secondsToContain: number | null;
}

/** Types whose things belong to no region; hunters may name any region, or none, for them. */
const isGlobal = (type: string): boolean => /^AWS::(IAM|Organizations|Account|SSO|IdentityStore)::/.test(type) || type === 'AWS::S3::Bucket';
const same = (made: Pick<MadeResource, 'type' | 'id' | 'arn' | 'region' | 'names'>, claim: Claim): boolean =>
  made.type === claim.type &&
  (isGlobal(made.type) || made.region === claim.region) &&
  [made.id, made.arn, ...(made.names ?? [])].some((name) => name !== '' && (name === claim.id || name === claim.arn));
/** The same thing under another name, or a part of it: a bucket's policy, a function's URL, a task of a cluster. */
const about = (known: Pick<MadeResource, 'type' | 'id' | 'arn' | 'region' | 'names'>, claim: Claim): boolean =>
  same(known, claim) ||
  ((isGlobal(known.type) || isGlobal(claim.type) || known.region === claim.region) &&
    service(known.type) === service(claim.type) &&
    ([known.id, known.arn].some((name) => name !== '' && (name === claim.id || name === claim.arn)) ||
      (known.arn !== '' && /^[:/]/.test(claim.arn?.startsWith(known.arn) ? claim.arn.slice(known.arn.length) : ''))));
const service = (type: string): string => type.split('::')[1] ?? '';
const label = (of: { type: string; id: string; region: string }): string => `${of.type} ${of.id} (${isGlobal(of.type) ? 'global' : of.region})`;

/**
 * Compares what the hunt laid at the key's door with what the attacker made. A thing claimed twice counts once.
 * @param times epoch milliseconds of the alarm's arrival and of the moment containment was complete.
 */
export function score(
  truth: {
    resources: readonly MadeResource[];
    changed?: readonly ChangedResource[];
    attendant?: readonly Pick<MadeResource, 'type' | 'id' | 'arn' | 'region'>[];
  },
  hunt: { found: readonly Claim[] },
  contained: boolean,
  times: { alarm: number; contained?: number | null },
): Score {
  const claims = hunt.found.filter((claim) => claim.byKey === true);
  const missed = truth.resources.filter((made) => !claims.some((claim) => same(made, claim)));
  const { changed = [], attendant = [] } = truth;
  const accused = hunt.found.filter((claim) => claim.byKey === true || claim.detail?.changedByKey === true);
  const wrong = accused.filter((claim) => ![...truth.resources, ...changed, ...attendant].some((known) => about(known, claim)));
  // One thing may have been changed in several ways; it is to be named once.
  const touched = new Map(changed.filter((one) => !truth.resources.some((made) => same(made, one))).map((one) => [label(one), one]));
  const unnamed = [...touched.values()].filter((one) => !accused.some((claim) => about(one, claim)));
  return {
    found: truth.resources.length - missed.length,
    missed: missed.map(label),
    falseAlarms: [...new Set(wrong.map(label))],
    changedFound: touched.size - unnamed.length,
    changedMissed: unnamed.map(label),
    contained,
    secondsToContain: contained && times.contained != null ? Math.max(0, Math.round((times.contained - times.alarm) / 1000)) : null,
  };
}
