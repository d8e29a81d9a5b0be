import type { Action, ActionContext } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { check } from '../shared/checks.ts';
import { type LeakedKey, resolveKey, whyNotAUser } from '../shared/key.ts';
import { partition } from '../shared/partition.ts';
import { aboutQuarantine } from '../shared/quarantine.ts';
import { inShort, isAwsFailure } from '../shared/reading.ts';
import { enabledRegions } from '../shared/trail.ts';
import { iam, type KeyState, readUser } from '../shared/user-state.ts';
import { within } from '../shared/within.ts';
import { type Issuer, traceSession } from './issuer.ts';
import { type Usage, usageOf } from './usage.ts';

/** Everything known of a leaked key before it is touched. */
export interface Identified extends LeakedKey {
  readonly userName: string | null;
  /** The user's other keys. */
  readonly otherKeys: readonly KeyState[];
  readonly status: string | null;
  readonly denied: 'managed' | 'inline' | null;
  readonly quarantine: readonly string[];
  /** Access keys of the account root, by the account summary; null when not asked or not told. */
  readonly rootKeys: number | null;
  /** A temporary key: whose sessions must be revoked. */
  readonly issuer: Issuer | null;
  readonly usage: Usage | null;
  /** Why something of this could not be had. */
  readonly unread: readonly string[];
  readonly evidence: readonly string[];
}

/** Seconds that may be spent on looking before acting: the key works as long as we look. */
const AT_MOST = 6;
const DAYS_90 = 90 * 86_400_000 - 60_000;

async function softly<T>(unread: string[], what: string, take: () => Promise<T>): Promise<T | null> {
  try {
    return await take();
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    unread.push(`${what}: ${inShort(error)}`);
    return null;
  }
}

async function observe(ctx: ActionContext): Promise<Identified> {
  const key = await resolveKey(ctx);
  const unread: string[] = [];
  const home = partition(ctx).globalRegion;
  const userName = key.owner.type === 'user' ? key.owner.userName : null;
  ctx.progress(
    text(
      `what ${key.accessKeyId} is used for, in all regions (${AT_MOST} s at most)`,
      `para qué se usa ${key.accessKeyId}, en todas las regiones (${AT_MOST} s como máximo)`,
    ),
  );
  const trail = enabledRegions(ctx, home).then(async ({ regions, why }) => {
    if (why) unread.push(why);
    const [usage, traced] = await Promise.all([
      usageOf(ctx, regions, key.accessKeyId),
      key.kind === 'temporary' ? traceSession(ctx, regions, key.accessKeyId, new Date(ctx.now() - DAYS_90).toISOString()) : null,
    ]);
    return { usage, traced };
  });
  const [user, summary, seen] = await Promise.all([
    userName === null ? null : softly(unread, 'the user', () => readUser(ctx, userName)),
    key.owner.type !== 'root'
      ? null
      : softly(unread, 'iam:GetAccountSummary', () => ctx.read<{ SummaryMap?: Record<string, number> }>(iam(ctx, 'GetAccountSummary', {}))),
    // A session's owner is what the trail says: that is waited for. A key's use is a help, which must not hold up its end.
    key.kind === 'temporary' ? trail : within(ctx, AT_MOST, trail),
  ]);
  if (seen === null) unread.push(`CloudTrail did not answer within ${AT_MOST} s`);
  for (const one of [...(seen?.usage.unread ?? []), ...(seen?.traced?.unread ?? [])]) unread.push(`cloudtrail:LookupEvents in ${one.region}: ${one.why}`);
  return {
    ...key,
    userName,
    status: user?.keys.find((one) => one.id === key.accessKeyId)?.status ?? null,
    otherKeys: (user?.keys ?? []).filter((one) => one.id !== key.accessKeyId),
    denied: user?.denied ?? null,
    quarantine: user?.quarantine ?? [],
    rootKeys: summary?.output.SummaryMap?.AccountAccessKeysPresent ?? null,
    issuer: seen?.traced?.issuer ?? null,
    usage: seen?.usage ?? null,
    unread: [...new Set(unread)],
    evidence: [...new Set([...(user?.evidence ?? []), ...(summary?.evidence ?? []), ...(seen?.usage.evidence ?? []), ...(seen?.traced?.evidence ?? [])])],
  };
}

/** Finds out whose the key is and what it is used for. Changes nothing; containment does not wait for what is slow. */
export const action: Action<Identified> = {
  id: 'identify-key',
  step: 1,
  title: text('Find out whose the key is and what it is used for', 'Averiguar de quién es la clave y para qué se usa'),
  permissions: [
    'sts:GetAccessKeyInfo',
    'iam:GetAccessKeyLastUsed',
    'iam:ListAccessKeys',
    'iam:ListAttachedUserPolicies',
    'iam:GetUserPolicy',
    'iam:GetAccountSummary',
    'ec2:DescribeRegions',
    'cloudtrail:LookupEvents',
  ],
  observe,
  plan: () => [],
  async check(ctx) {
    const key = (ctx.facts.observed['identify-key'] as Identified | undefined) ?? (await observe(ctx));
    const account = key.account ? `${key.account} (${key.accountFrom === 'derived' ? 'derived from the id, not confirmed' : key.accountFrom})` : 'not known';
    const cuenta = key.account ? `${key.account} (${key.accountFrom === 'derived' ? 'deducida del id, sin confirmar' : key.accountFrom})` : 'desconocida';
    const others = key.otherKeys.map((one) => `${one.id} ${one.status}`).join(', ');
    const whose =
      key.owner.type === 'user'
        ? text(
            `IAM user ${key.owner.userName}, account ${account}; its other key: ${others || 'none'}`,
            `usuario de IAM ${key.owner.userName}, cuenta ${cuenta}; su otra clave: ${others || 'ninguna'}`,
          )
        : key.issuer
          ? text(
              `a session of the ${key.issuer.type} ${key.issuer.name} (by ${key.issuer.via}${key.issuer.issuedBy ? `, asked for with ${key.issuer.issuedBy}` : ''}), account ${account}`,
              `una sesión de ${key.issuer.type} ${key.issuer.name} (por ${key.issuer.via}${key.issuer.issuedBy ? `, pedida con ${key.issuer.issuedBy}` : ''}), cuenta ${cuenta}`,
            )
          : whyNotAUser(key);
    const quarantine = key.quarantine.length > 0 ? aboutQuarantine(key.quarantine) : null;
    const known = key.owner.type === 'user' || key.owner.type === 'root' || key.issuer !== null;
    return [
      check(
        'owner-known',
        known ? 'holds' : 'unknown',
        known
          ? text(`${whose.en}${quarantine ? `. ${quarantine.en}` : ''}`, `${whose.es}${quarantine ? `. ${quarantine.es}` : ''}`)
          : text(`${whose.en}; CloudTrail shows neither its use nor who issued it`, `${whose.es}; CloudTrail no muestra ni su uso ni quién la emitió`),
        key.evidence,
      ),
    ];
  },
};
