import type { Json, JsonObject } from '../../kernel/index.ts';

/**
 * What somebody of another account needs of the key of a shared snapshot to copy it.
 * Source: Amazon EBS User Guide, "Share the KMS key used to encrypt a shared Amazon EBS snapshot".
 */
export const NEEDED = ['Decrypt', 'DescribeKey', 'CreateGrant', 'ReEncryptFrom', 'GenerateDataKeyWithoutPlaintext'] as const;
/** The same as operations of a grant, with the siblings that AWS's page names by wildcard. */
export const GRANTED = ['CreateGrant', 'Decrypt', 'DescribeKey', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo'] as const;

export interface KeyGrant {
  readonly GranteePrincipal?: string;
  readonly Operations?: readonly string[];
  readonly Constraints?: Json;
}
export interface KeyUse {
  /** Operations that nothing allows, or that something denies. */
  readonly missing: readonly string[];
  /** Allowed under a condition that cannot be judged from here: AWS decides. */
  readonly conditional: boolean;
}

const list = (value: Json | undefined): string[] => (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
const object = (value: Json | undefined): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
/** An action pattern; only `*` and `?` mean anything in it. */
const covers = (pattern: string, action: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
    'i',
  ).test(action);
/** Conditions that a copy made by EC2 meets, by construction. */
const MET = /^kms:(viaservice|calleraccount|grantisforawsresource)$/i;

/**
 * May this principal use the key, as far as its policy and grants tell? What its own account allows is not seen from here.
 * @param policy the key policy as KMS answers it; hostile text
 */
export function keyUse(policy: string | undefined, grants: readonly KeyGrant[], who: { readonly account: string; readonly principal: string }): KeyUse {
  let statements: JsonObject[] = [];
  try {
    const { Statement } = JSON.parse(policy ?? '{}') as { Statement?: Json };
    statements = (Array.isArray(Statement) ? Statement : [Statement]).map(object).filter((one) => one !== undefined);
  } catch {
    // A policy that cannot be read allows nothing here.
  }
  const names = ({ Principal }: JsonObject): boolean =>
    Principal === '*' ||
    list(object(Principal)?.AWS).some((one) => one === '*' || one === who.account || one === who.principal || one.endsWith(`:iam::${who.account}:root`));
  const conditions = (statement: JsonObject): string[] => Object.values(object(statement.Condition) ?? {}).flatMap((one) => Object.keys(object(one) ?? {}));
  const says = (effect: string, operation: string): JsonObject[] =>
    statements.filter((one) => one.Effect === effect && names(one) && list(one.Action).some((pattern) => covers(pattern, `kms:${operation}`)));
  const unconditional = (statement: JsonObject): boolean => conditions(statement).every((key) => MET.test(key));
  const byGrant = (operation: string): boolean =>
    grants.some((grant) => grant.GranteePrincipal === who.principal && grant.Constraints === undefined && grant.Operations?.includes(operation));
  let conditional = false;
  const missing = NEEDED.filter((operation) => {
    if (says('Deny', operation).some((one) => conditions(one).length === 0)) return true;
    if (byGrant(operation)) return false;
    const allowed = says('Allow', operation);
    if (allowed.some(unconditional)) return false;
    conditional ||= allowed.length > 0;
    return allowed.length === 0;
  });
  return { missing, conditional };
}

/** The statements to add to the key's policy so that the principal can copy what is encrypted under it. */
export const statementsFor = (principal: string): string =>
  JSON.stringify([
    {
      Sid: 'ForensicCopy',
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
      Resource: '*',
    },
    {
      Sid: 'ForensicCopyGrants',
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action: 'kms:CreateGrant',
      Resource: '*',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  ]);
