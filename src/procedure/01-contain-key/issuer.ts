import type { ActionContext } from '../../kernel/index.ts';
import { principalOf } from '../shared/caller.ts';
import { isAccessKeyId } from '../shared/key.ts';
import { isIamName } from '../shared/names.ts';
import { type Act, hear } from '../shared/trail.ts';

/** Whose permissions a temporary credential carries: what must be revoked to end it. */
export interface Issuer {
  readonly type: 'user' | 'role' | 'root';
  readonly name: string;
  readonly arn: string;
  readonly account: string | null;
  /** The event that handed it out (AssumeRole, GetSessionToken, ...), or 'use' when only its uses were seen. */
  readonly via: string;
  /** The credential that asked for it: if that one is a leaked key, it must be contained too. */
  readonly issuedBy: string | null;
  /** UTC. */
  readonly issued: string | null;
}
export interface Traced {
  readonly issuer: Issuer | null;
  readonly uses: readonly Act[];
  readonly unread: readonly { readonly region: string; readonly why: string }[];
  readonly evidence: readonly string[];
}

const named = (arn: string): Pick<Issuer, 'type' | 'name' | 'arn' | 'account'> | null => {
  const principal = principalOf(arn);
  const account = /^\d{12}$/.test(arn.split(':')[4] ?? '') ? arn.split(':')[4]! : null;
  if (principal === null) return null;
  if (principal.type === 'root') return { type: 'root', name: 'root', arn, account };
  return isIamName(principal.name) ? { type: principal.type, name: principal.name, arn, account } : null;
};

/** What the userIdentity of a use says: a role's session names its role, a user's or federated session its user. */
function ofUse(act: Act): Issuer | null {
  const { by } = act;
  const common = { via: 'use', issuedBy: null, issued: by.issued };
  if (by.roleArn) {
    const role = named(by.roleArn);
    return role && { ...role, ...common };
  }
  if (by.type === 'Root') return { type: 'root', name: 'root', arn: by.arn, account: by.arn.split(':')[4] ?? null, ...common };
  if (!isIamName(by.userName)) return null;
  const account = by.arn.split(':')[4] ?? '';
  const partition = by.arn.split(':')[1] ?? 'aws';
  return { type: 'user', name: by.userName, arn: `arn:${partition}:iam::${account}:user/${by.userName}`, account, ...common };
}

/** What the event that handed it out says. A session of GetSessionToken or GetFederationToken acts as the user who asked. */
function ofIssue(act: Act): Issuer | null {
  const whose = act.gave?.roleArn ? named(act.gave.roleArn) : ofUse(act);
  return whose && { ...whose, via: act.name, issuedBy: act.by.accessKeyId, issued: act.time };
}

/**
 * Traces a temporary key to the role or user whose sessions must be revoked: by its own uses, and by the event that handed it
 * out, which CloudTrail lists under the resource of that name. One page per region, all regions at once.
 */
export async function traceSession(ctx: ActionContext, regions: readonly string[], accessKeyId: string, from: string): Promise<Traced> {
  if (!isAccessKeyId(accessKeyId)) return { issuer: null, uses: [], unread: [], evidence: [] };
  const [uses, issues] = await Promise.all([
    hear(ctx, regions, { attribute: 'AccessKeyId', value: accessKeyId, from, pages: 1 }),
    hear(ctx, regions, { attribute: 'ResourceName', value: accessKeyId, from, pages: 1 }),
  ]);
  const mine = uses.acts.filter((act) => act.by.accessKeyId === accessKeyId);
  const issue = issues.acts.find((act) => act.gave?.accessKeyId === accessKeyId);
  const issuer = (issue && ofIssue(issue)) ?? mine.map(ofUse).find((one) => one !== null) ?? null;
  return { issuer, uses: mine, unread: [...uses.unread, ...issues.unread], evidence: [...uses.evidence, ...issues.evidence] };
}
