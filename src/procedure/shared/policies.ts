import type { Json, JsonObject, Value } from '../../kernel/index.ts';

export const DENY_ALL: Value = { Version: '2012-10-17', Statement: [{ Sid: 'AplombDenyAll', Effect: 'Deny', Action: '*', Resource: '*' }] };

/**
 * Ends every session issued before the moment it is sent (UTC with Z). `aws:TokenIssueTime` exists on temporary
 * credentials only: on a user it spares the long-term keys, on a role it reaches every holder.
 * Source: IAM User Guide, "Revoke IAM role temporary security credentials".
 */
export const REVOKE_OLDER: Value = {
  Version: '2012-10-17',
  Statement: [
    { Sid: 'AplombRevokeOlderSessions', Effect: 'Deny', Action: '*', Resource: '*', Condition: { DateLessThan: { 'aws:TokenIssueTime': { $now: true } } } },
  ],
};

/** AWS's own quarantine policies, of whatever version: recognised, reported, never removed. Source: AWS Managed Policy Reference. */
const QUARANTINE = /^arn:aws[a-z-]*:iam::aws:policy\/(AWSCompromisedKeyQuarantine(?:V\d{1,3})?)$/;
export const quarantineName = (policyArn: string): string | null => QUARANTINE.exec(policyArn)?.[1] ?? null;

const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A policy document as IAM returns it: percent-encoded JSON (RFC 3986). Null when it is neither that nor plain JSON. */
function statements(document: unknown): JsonObject[] {
  if (typeof document !== 'string') return [];
  try {
    const parsed = JSON.parse(document.trimStart().startsWith('{') ? document : decodeURIComponent(document)) as Json;
    return isObject(parsed) ? list(parsed.Statement).filter(isObject) : [];
  } catch {
    return [];
  }
}
const deniesEverything = (statement: JsonObject): boolean =>
  statement.Effect === 'Deny' && list(statement.Action).includes('*') && list(statement.Resource).includes('*');

/** Does the document deny every action on every resource without a condition? */
export const isDenyAll = (document: unknown): boolean =>
  statements(document).some((statement) => deniesEverything(statement) && statement.Condition === undefined);

/** The latest cut-off of a revoke policy in milliseconds, or null when the document revokes nothing. */
export function revokedBefore(document: unknown): number | null {
  const cutoffs = statements(document).flatMap((statement) => {
    const condition = statement.Condition;
    // A second condition would narrow the denial; such a policy is not ours and proves nothing.
    if (!deniesEverything(statement) || !isObject(condition) || Object.keys(condition).length !== 1 || !isObject(condition.DateLessThan)) return [];
    const [only, ...more] = Object.entries(condition.DateLessThan);
    if (only === undefined || more.length > 0 || only[0].toLowerCase() !== 'aws:tokenissuetime' || Array.isArray(only[1])) return [];
    const time = Date.parse(String(only[1]));
    return Number.isNaN(time) ? [] : [time];
  });
  return cutoffs.length > 0 ? Math.max(...cutoffs) : null;
}
