import type { ActionContext, JsonObject } from '../../kernel/index.ts';
import { contextWithin, type Within } from '../shared/accounts.ts';
import { outsiders } from '../shared/outsiders.ts';
import { partition } from '../shared/partition.ts';
import { isAwsFailure } from '../shared/reading.ts';

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A trust policy as IAM gives it: percent-encoded JSON. Null when it is not JSON. */
export function decoded(document: string | undefined): JsonObject | null {
  if (document === undefined) return null;
  for (const text of [document, safely(document)]) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (isObject(parsed)) return parsed as JsonObject;
    } catch {
      // The other form.
    }
  }
  return null;
}
function safely(document: string): string {
  try {
    return decodeURIComponent(document);
  } catch {
    return '';
  }
}

/** Whom a trust policy lets in from outside: account ids, identity providers, and "*" for everybody. */
export function strangersIn(policy: JsonObject | null, own: string): string[] {
  const who = outsiders(policy, own);
  return [...who.accounts, ...who.federated, ...(who.public ? ['*'] : [])];
}

/** The principals of one statement without these strangers; null when nobody is left. */
function without(principal: unknown, strangers: ReadonlySet<string>): unknown {
  if (principal === '*') return strangers.has('*') ? null : principal;
  if (!isObject(principal)) return principal;
  const kept = Object.entries(principal).flatMap(([kind, values]) => {
    const rest = listOf(values).filter(
      (value) => typeof value === 'string' && !strangers.has(value) && !(kind === 'AWS' && strangers.has(value.split(':')[4] ?? '')),
    );
    return rest.length === 0 ? [] : [[kind, rest.length === 1 ? rest[0] : rest] as const];
  });
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

/** Nobody: IAM wants at least one statement. */
const NOBODY = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' };

/** The policy with the strangers' names taken out of its Allow statements; all else stays as it is. */
export function withoutStrangers(policy: JsonObject, strangers: readonly string[]): JsonObject {
  const gone = new Set(strangers);
  const statements = listOf(policy.Statement).flatMap((statement) => {
    if (!isObject(statement) || statement.Effect !== 'Allow') return [statement];
    const principal = without(statement.Principal, gone);
    return principal === null ? [] : [{ ...statement, Principal: principal }];
  });
  return { ...policy, Statement: (statements.length > 0 ? statements : [NOBODY]) as never };
}

interface TrailAnswer {
  Events?: { CloudTrailEvent?: string }[];
}
/**
 * The role's trust policy as it stood before the attacker touched it, out of CloudTrail's 90 days: what the last change by
 * anybody else set. Null when CloudTrail does not go back that far, or may not be read.
 */
export async function trustBefore(
  ctx: ActionContext,
  where: Within,
  role: { name: string; arn: string },
  attacker: ReadonlySet<string>,
): Promise<JsonObject | null> {
  const inside = contextWithin(ctx, where);
  const looked = await Promise.all(
    [role.name, role.arn].map(async (value) => {
      try {
        const { output } = await inside.readAll<TrailAnswer>({
          service: 'cloudtrail',
          operation: 'LookupEvents',
          region: partition(ctx).globalRegion,
          input: { LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: value }], MaxResults: 50 },
        });
        return output.Events ?? [];
      } catch (error) {
        if (!isAwsFailure(error)) throw error;
        return [];
      }
    }),
  );
  const set = looked.flat().flatMap(({ CloudTrailEvent }) => {
    try {
      const record = JSON.parse(CloudTrailEvent ?? '') as Record<string, any>;
      const { eventName, requestParameters: request, errorCode } = record;
      if (errorCode || request?.roleName !== role.name || !/^(CreateRole|UpdateAssumeRolePolicy)$/.test(eventName)) return [];
      const policy = decoded(request.assumeRolePolicyDocument ?? request.policyDocument);
      return policy ? [{ time: String(record.eventTime), policy, theirs: attacker.has(record.userIdentity?.accessKeyId) }] : [];
    } catch {
      return [];
    }
  });
  const history = set.sort((a, b) => a.time.localeCompare(b.time));
  const first = history.findIndex((one) => one.theirs);
  const before = history.slice(0, first < 0 ? 0 : first).at(-1);
  return before && first >= 0 ? before.policy : null;
}
