import type { Condition } from './read.ts';

/** What a statement's conditions ask for besides the principal. Only conditions that every request must meet count: `...IfExists` and `ForAllValues` do not. */
export interface Guards {
  readonly externalId: boolean;
  /** Accounts that alone remain (aws:PrincipalAccount, aws:SourceAccount, or the account in aws:PrincipalArn / aws:SourceArn ...). */
  readonly accounts: readonly string[];
  readonly organisations: readonly string[];
  /** `sub` of a token, narrower than "anything". */
  readonly subject: boolean;
  readonly audience: boolean;
  readonly mfa: boolean;
  /** A VPC or VPC endpoint. */
  readonly network: boolean;
  /** One named bucket (its ARN has no account, and its name is the only one in the world). */
  readonly bucket: boolean;
  /** Some public addresses, fewer than all. */
  readonly addresses: boolean;
}
const NARROWING = /^(stringequals|stringequalsignorecase|stringlike|arnequals|arnlike)$/;
const ACCOUNT_KEYS = new Set(['aws:principalaccount', 'aws:sourceaccount', 'aws:sourceowner', 'kms:calleraccount', 's3:resourceaccount', 'aws:userid']);
const ARN_KEYS = new Set(['aws:principalarn', 'aws:sourcearn', 'lambda:sourcefunctionarn']);
const ORGANISATION_KEYS = new Set(['aws:principalorgid', 'aws:principalorgpaths', 'aws:sourceorgid', 'aws:sourceorgpaths']);

/**
 * Whole, or with a beginning that means somebody: after the kind at least one more full part, as `repo:example/`. `repo:*` means every repository there is,
 * and `repo:ex*` everybody who calls himself so.
 */
const narrow = (value: string): boolean => {
  const [before = ''] = value.split(/[*?]/, 1);
  if (before === value) return value !== '';
  const whole = before.slice(0, Math.max(before.lastIndexOf(':'), before.lastIndexOf('/')) + 1);
  return whole.split(/[:/]/).filter(Boolean).length >= 2;
};
/** Every one of the values must narrow: a list is "any of". */
const all = (values: readonly string[], test: (value: string) => boolean): boolean => values.length > 0 && values.every(test);

export function guardsOf(conditions: readonly Condition[]): Guards {
  const narrowing = conditions.filter(({ operator, optional }) => !optional && NARROWING.test(operator));
  const named = (test: (key: string) => boolean) => narrowing.filter(({ key }) => test(key));
  const accounts = named((key) => ACCOUNT_KEYS.has(key)).filter(({ values }) => all(values, (value) => /^\d{12}$/.test(value)));
  const arns = named((key) => ARN_KEYS.has(key)).filter(({ values }) => all(values, (value) => /^arn:[^:*]*:[^:*]+:[^:]*:\d{12}:/.test(value)));
  const organisations = named((key) => ORGANISATION_KEYS.has(key)).filter(({ values }) => all(values, (value) => /^o-[a-z0-9]/.test(value)));
  const addresses = conditions.filter(({ operator, key, optional }) => operator === 'ipaddress' && key === 'aws:sourceip' && !optional);
  return {
    externalId: named((key) => key === 'sts:externalid').some(({ values }) => all(values, (value) => value !== '' && value !== '*')),
    accounts: [...new Set([...accounts.flatMap(({ values }) => values), ...arns.flatMap(({ values }) => values.map((value) => value.split(':')[4]!))])].slice(
      0,
      100,
    ),
    organisations: [...new Set(organisations.flatMap(({ values }) => values.map((value) => value.split('/')[0]!)))].slice(0, 100),
    subject: named((key) => /:sub$/.test(key)).some(({ values }) => all(values, narrow)) || named((key) => key === 'aws:requesttag/sub').length > 0,
    audience: named((key) => /:aud$/.test(key)).some(({ values }) => all(values, narrow)),
    mfa: conditions.some(
      ({ operator, key, values, optional }) =>
        !optional && operator === 'bool' && key === 'aws:multifactorauthpresent' && all(values, (value) => value.toLowerCase() === 'true'),
    ),
    network: named((key) => key === 'aws:sourcevpc' || key === 'aws:sourcevpce').some(({ values }) => all(values, (value) => /^vpce?-[0-9a-f]/.test(value))),
    bucket: named((key) => key === 'aws:sourcearn').some(({ values }) => all(values, (value) => /^arn:[^:*]*:s3:::[a-z0-9.-]+$/.test(value))),
    addresses: addresses.some(({ values }) => all(values, (value) => !/^(0\.0\.0\.0|::|0:0:0:0:0:0:0:0)\/0$/.test(value))),
  };
}
