import { type Json, type JsonObject, type Text, text } from '../../../kernel/index.ts';
import type { Background } from '../../detection.ts';
import { text as at, isObject, type TrailRecord } from '../../event.ts';
import { below, list, shown, strings } from './reading.ts';

/** Accounts of Elastic Load Balancing that deliver access logs into buckets. Source: "Enable access logs", Elastic Load Balancing User Guide. */
const DELIVERY = new Set(
  `127311923021 033677994240 027434742980 797873946194 098369216593 754344448648 589379963580 718504428378 383597477331 600734575887 114774131450
   783225319266 582318560864 985666609251 054676820928 156460612806 652711504416 635631232127 009996457667 897822967062 076674570225 507241528517`.split(/\s+/),
);

/** The account that an id, an ARN or a queue's address names. */
export function accountOf(value: string): string | undefined {
  if (/^\d{12}$/.test(value)) return value;
  if (value.length > 2_048) return undefined;
  return (/^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(value) ?? /^https?:\/\/[^/]+\/(\d{12})\//.exec(value))?.[1];
}
/** The account that `value` names when it is neither one of those whose trails were read, nor the record's own, nor one of AWS's that deliver logs. */
export function outsider(value: string | undefined, record: TrailRecord, { accounts }: Background): string | undefined {
  const account = value === undefined ? undefined : accountOf(value);
  if (account === undefined || accounts.has(account) || DELIVERY.has(account)) return undefined;
  return account === at(record, 'recipientAccountId') ? undefined : account;
}
/** All such accounts within a value, each once. */
export const outsidersIn = (value: unknown, record: TrailRecord, background: Background): readonly string[] => [
  ...new Set(strings(value).flatMap((one) => outsider(one, record, background) ?? [])),
];
export const ANYONE: Text = text('anyone', 'cualquiera');
/** `account 999988887777`, or several. */
export const accountsNamed = (accounts: readonly string[]): Text => {
  const some = accounts.slice(0, 3).join(', ') + (accounts.length > 3 ? ', …' : '');
  return accounts.length > 1 ? text(`accounts ${some}`, `las cuentas ${some}`) : text(`account ${some}`, `la cuenta ${some}`);
};

/** Condition keys that can keep strangers out, and the operators that do. */
const LIMITS =
  /^(aws:(principal|source|resource)(org(id|paths)|account|arn|owner)|aws:sourcevpc(e|arn)?|aws:(vpc)?sourceip|aws:userid|kms:calleraccount|s3:dataaccesspointaccount)$/i;
const POSITIVE = /^(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like)|IpAddress)$/i;
const EVERYONE = /^(\*|0\.0\.0\.0\/0|::\/0|0000:.*\/0)$/;

/** The document of a resource policy: an object, or JSON as text. */
export function documentOf(policy: Json | undefined): JsonObject | undefined {
  if (isObject(policy)) return policy;
  if (typeof policy !== 'string' || policy.length > 300_000) return undefined;
  try {
    const parsed = JSON.parse(policy.startsWith('%7B') ? decodeURIComponent(policy) : policy) as unknown;
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
/** Whom the conditions leave when the principal is anyone: undefined for nobody from outside. */
function leftBy(condition: Json | undefined, record: TrailRecord, background: Background): Text | undefined {
  if (!isObject(condition)) return ANYONE;
  let left: Text | undefined = ANYONE;
  for (const [operator, keys] of Object.entries(condition)) {
    if (!POSITIVE.test(operator) || !isObject(keys)) continue;
    for (const [key, values] of Object.entries(keys)) {
      const given = strings(values);
      if (!LIMITS.test(key) || given.length === 0 || given.some((value) => EVERYONE.test(value))) continue;
      const foreign = outsidersIn(values, record, background);
      if (foreign.length === 0) return undefined;
      left = accountsNamed(foreign);
    }
  }
  return left;
}
/**
 * Who from outside may do something under this resource policy: anyone, or named accounts; undefined when nobody. Conditions that keep strangers out
 * (organisation, account, ARN, VPC, address) are heeded; services, identity providers and canonical users are left out.
 */
export function openTo(policy: Json | undefined, record: TrailRecord, background: Background): Text | undefined {
  const accounts = new Set<string>();
  for (const statement of list(below(documentOf(policy), 'Statement')).slice(0, 500)) {
    if (below(statement, 'Effect') !== 'Allow') continue;
    const principal = below(statement, 'Principal');
    const given = isObject(principal) ? strings(below(principal, 'AWS')) : strings(principal);
    if (given.includes('*') || (principal === undefined && below(statement, 'NotPrincipal') !== undefined)) {
      const left = leftBy(below(statement, 'Condition'), record, background);
      if (left) return left;
    }
    for (const one of given) {
      const account = outsider(one, record, background);
      if (account) accounts.add(account);
    }
  }
  return accounts.size > 0 ? accountsNamed([...accounts]) : undefined;
}
/** A principal given by itself, as AddPermission takes it: `*`, an account, an ARN. */
export function openToPrincipal(principal: string | undefined, record: TrailRecord, background: Background): Text | undefined {
  if (principal === '*') return ANYONE;
  const account = outsider(principal, record, background);
  return account ? accountsNamed([shown(account)]) : undefined;
}
