import type { ActionContext, Call, Value } from '../../kernel/index.ts';
import { policyName } from './names.ts';
import { partition } from './partition.ts';
import { isDenyAll, quarantineName } from './policies.ts';
import { readOrAbsent } from './reading.ts';

export interface KeyState {
  readonly id: string;
  readonly status: string;
  readonly created: string | null;
}
/** What can be read of a user that matters for cutting it off. */
export interface UserState {
  readonly userName: string;
  readonly exists: boolean;
  readonly keys: readonly KeyState[];
  /** Everything is denied: by AWS's managed policy, or by this case's inline policy. */
  readonly denied: 'managed' | 'inline' | null;
  /** AWS's own quarantine policies on the user. */
  readonly quarantine: readonly string[];
  readonly attached: number;
  /** SHA-256 of the answers this was read from. */
  readonly evidence: readonly string[];
}

export const iam = (ctx: ActionContext, operation: string, input: Value): Call => ({ service: 'iam', operation, region: partition(ctx).globalRegion, input });
/** AWS's managed policy that denies everything. Source: AWS Managed Policy Reference, AWSDenyAll. */
export const denyAllArn = (partitionName: string): string => `arn:${partitionName}:iam::aws:policy/AWSDenyAll`;

interface KeysAnswer {
  AccessKeyMetadata?: { AccessKeyId: string; Status: string; CreateDate?: string }[];
}
interface AttachedAnswer {
  AttachedPolicies?: { PolicyName: string; PolicyArn: string }[];
}
interface InlineAnswer {
  PolicyDocument?: string;
}

/** Reads a user's keys and denials: three reads side by side. A user that is not there is an answer, not an error. */
export async function readUser(ctx: ActionContext, userName: string): Promise<UserState> {
  const [keys, attached, deny] = await Promise.all([
    readOrAbsent<KeysAnswer>(ctx, iam(ctx, 'ListAccessKeys', { UserName: userName }), true),
    readOrAbsent<AttachedAnswer>(ctx, iam(ctx, 'ListAttachedUserPolicies', { UserName: userName }), true),
    readOrAbsent<InlineAnswer>(ctx, iam(ctx, 'GetUserPolicy', { UserName: userName, PolicyName: policyName(ctx, 'DenyAll') })),
  ]);
  const policies = attached?.output.AttachedPolicies ?? [];
  const managed = policies.some((policy) => policy.PolicyArn === denyAllArn(partition(ctx).name));
  return {
    userName,
    exists: keys !== null,
    keys: (keys?.output.AccessKeyMetadata ?? []).map((key) => ({ id: key.AccessKeyId, status: key.Status, created: key.CreateDate ?? null })),
    denied: managed ? 'managed' : deny && isDenyAll(deny.output.PolicyDocument) ? 'inline' : null,
    quarantine: policies.flatMap((policy) => quarantineName(policy.PolicyArn) ?? []),
    attached: policies.length,
    evidence: [keys, attached, deny].flatMap((reading) => reading?.evidence ?? []),
  };
}
