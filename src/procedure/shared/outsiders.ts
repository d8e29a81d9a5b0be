import { type JsonObject, type Reason, text } from '../../kernel/index.ts';
import { oneLine } from './names.ts';

/** Who, beyond the account itself and AWS's own services, a resource policy or trust policy lets in. */
export interface Outsiders {
  /** Anybody: an Allow for every principal, without a condition that narrows who may come. */
  readonly public: boolean;
  /** Ids of other accounts that an Allow names, or to which its conditions limit it. Sorted, each once. */
  readonly accounts: readonly string[];
  /** Identity providers that may vouch for a caller: an ARN, or a host such as accounts.google.com. */
  readonly federated: readonly string[];
  /** Canonical user ids of S3. Whose account one is cannot be told from it. */
  readonly canonical: readonly string[];
  /** What keeps an Allow for everybody from being public: "aws:PrincipalOrgID o-a1b2c3d4e5". */
  readonly narrowedBy: readonly string[];
  /** The actions those Allows give. */
  readonly actions: readonly string[];
  /** Not a policy, or a part of it that could not be understood: what it grants is then not known in full. */
  readonly malformed: boolean;
}

type Loose = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
/** String() of a hostile object may call what stands in it. */
const word = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
const ACCOUNT = /^\d{12}$/;
const MOST = 100;

/** Texts of conditions and principals are hostile. */
const tidy = (values: Iterable<string>): string[] => [...new Set([...values].map((value) => oneLine(value, 300)))].sort().slice(0, MOST);

function parse(document: unknown): unknown {
  if (typeof document !== 'string') return document;
  try {
    return JSON.parse(document);
  } catch {
    // IAM gives policy documents percent-encoded (RFC 3986).
    return JSON.parse(decodeURIComponent(document));
  }
}

/** The account of an ARN: digits, a word of AWS's own ("aws", "cloudfront"), or empty where ARNs of the service carry none. */
const accountOf = (arn: string): string | undefined => /^arn:[^:]*:[^:]*:[^:]*:([^:]*):/.exec(arn)?.[1];

/** What one Allow says about who: everybody, these accounts, these others. */
interface Named {
  everybody: boolean;
  accounts: Set<string>;
  federated: Set<string>;
  canonical: Set<string>;
  malformed: boolean;
}

function principalsOf(statement: Loose): Named {
  const named: Named = { everybody: false, accounts: new Set(), federated: new Set(), canonical: new Set(), malformed: false };
  const { Principal: principal, NotPrincipal: others } = statement;
  // Everybody but those: AWS's own advice is never to write this with Allow.
  if (others !== undefined) named.everybody = true;
  else if (principal === '*') named.everybody = true;
  else if (isObject(principal)) for (const [kind, values] of Object.entries(principal)) for (const value of listOf(values)) name(named, kind, value);
  else named.malformed = true;
  return named;
}

function name(into: Named, kind: string, value: unknown): void {
  if (typeof value !== 'string') {
    into.malformed = true;
    return;
  }
  switch (kind) {
    case 'AWS':
      if (value === '*') into.everybody = true;
      else if (ACCOUNT.test(value)) into.accounts.add(value);
      else if (accountOf(value) !== undefined) {
        const account = accountOf(value)!;
        if (ACCOUNT.test(account)) into.accounts.add(account);
        // CloudFront's origin access identities stand under the account "cloudfront"; a wildcard here is refused by AWS.
        else if (!/^[a-z]+$/.test(account)) into.malformed = true;
        // A user or role that was deleted leaves its unique id behind: it lets nobody in.
      } else if (!/^A[A-Z]{3}[A-Z0-9]{12,124}$/.test(value)) into.malformed = true;
      return;
    case 'Federated': {
      into.federated.add(value);
      const account = accountOf(value);
      if (account !== undefined && ACCOUNT.test(account)) into.accounts.add(account);
      return;
    }
    case 'CanonicalUser':
      into.canonical.add(value);
      return;
    case 'Service':
      // {"Service": "*"} is accepted by some services: every AWS service, on behalf of anybody.
      if (value === '*') into.everybody = true;
      return;
    default:
      into.malformed = true;
  }
}

/** Keys that say who comes or through what. Others (MFA, TLS, encryption, external id) leave "everybody" everybody. Lower case. */
const ACCOUNT_KEYS = new Set(['aws:principalaccount', 'aws:sourceaccount', 'aws:sourceowner', 'kms:calleraccount', 's3:dataaccesspointaccount']);
const ARN_KEYS = new Set(['aws:principalarn', 'aws:sourcearn', 's3:dataaccesspointarn', 'lambda:sourcefunctionarn']);
const ID_KEYS = new Set([
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:vpcsourceip',
  'aws:userid',
  'aws:username',
]);
const EQUAL = /^(string(equals|equalsignorecase|like)|arn(equals|like))$/;

/** What a condition does to a statement for everybody. `accounts` undefined: no limit to accounts. */
interface Narrowing {
  accounts: ReadonlySet<string> | undefined;
  by: string[];
  malformed: boolean;
}

function narrowing(condition: unknown): Narrowing {
  const result: Narrowing = { accounts: undefined, by: [], malformed: false };
  if (condition === undefined) return result;
  if (!isObject(condition)) return { ...result, malformed: true };
  for (const [operator, tests] of Object.entries(condition)) {
    if (!isObject(tests)) {
      result.malformed = true;
      continue;
    }
    // ...IfExists and ForAllValues: also hold when the request does not carry the key.
    if (/ifexists$/i.test(operator) || /^forallvalues:/i.test(operator)) continue;
    const plain = operator.toLowerCase().replace(/^foranyvalue:/, '');
    for (const [key, raw] of Object.entries(tests)) {
      const values = listOf(raw).map(word);
      if (values.length > 0) test(result, plain, key, values);
    }
  }
  return result;
}

function test(into: Narrowing, operator: string, key: string, values: string[]): void {
  const lower = key.toLowerCase();
  const wild = operator.endsWith('like') || operator.startsWith('arn');
  const say = () => into.by.push(`${key} ${values.slice(0, 10).join(', ')}`);
  const limit = (accounts: string[]) => {
    const before = into.accounts;
    into.accounts = new Set(before ? accounts.filter((account) => before.has(account)) : accounts);
  };
  if (operator === 'ipaddress' && lower === 'aws:sourceip') {
    if (values.every(isNarrowRange)) say();
  } else if (!EQUAL.test(operator)) return;
  else if (ACCOUNT_KEYS.has(lower)) {
    if (!values.every((value) => ACCOUNT.test(value))) return;
    limit(values);
    say();
  } else if (ARN_KEYS.has(lower)) {
    const accounts = values.map(accountOf);
    // arn:aws:s3:::bucket has no account; arn:aws:s3:*:*:bucket is still one bucket.
    const fixed = (value: string, index: number) => ACCOUNT.test(accounts[index] ?? '') || !wild || isFixed(value.split(':').slice(5).join(':'));
    if (!values.every(fixed)) return;
    if (accounts.every((account) => ACCOUNT.test(account ?? ''))) limit(accounts as string[]);
    say();
  } else if (ID_KEYS.has(lower) && values.every((value) => (wild ? beginsFixed(value) : value !== '*'))) say();
}
const isFixed = (text: string): boolean => text !== '' && !/[*?]/.test(text);
/** o-a1b2c3d4e5/*, AROAEXAMPLEID:*: what follows a fixed id may vary. */
const beginsFixed = (text: string): boolean => /^[^*?]{8,}[/:]?\*?$/.test(text);

/**
 * Narrower than what Amazon S3 calls public: /8 of IPv4, /32 of IPv6.
 * Source: Amazon S3 User Guide, "The meaning of public".
 */
function isNarrowRange(range: string): boolean {
  const [address = '', length] = range.split('/');
  const v6 = address.includes(':');
  if (!v6 && !/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return false;
  const bits = length === undefined ? (v6 ? 128 : 32) : /^\d{1,3}$/.test(length) ? Number(length) : 0;
  return bits >= (v6 ? 32 : 8);
}

const NOBODY: Outsiders = { public: false, accounts: [], federated: [], canonical: [], narrowedBy: [], actions: [], malformed: false };

/**
 * Reads a resource policy or a trust policy: JSON text (percent-encoded too) or parsed. Only what Allow statements grant counts;
 * a Deny beside them may take some of it away, which is not worked out: more is reported, never less. Never throws.
 * @param account our own; a policy that names only it, or AWS services, has no outsiders. Undefined when not known: all are outside
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function outsiders(document: unknown, account: string | undefined): Outsiders {
  if (document === undefined || document === null || document === '') return NOBODY;
  let policy: unknown;
  try {
    policy = parse(document);
  } catch {
    return { ...NOBODY, malformed: true };
  }
  if (!isObject(policy) || policy.Statement === undefined) return { ...NOBODY, malformed: true };
  const all = { public: false, accounts: new Set<string>(), federated: new Set<string>(), canonical: new Set<string>(), malformed: false };
  const narrowedBy: string[] = [];
  const actions: string[] = [];
  for (const statement of listOf(policy.Statement)) {
    if (!isObject(statement) || (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')) {
      all.malformed = true;
      continue;
    }
    if (statement.Effect === 'Deny') continue;
    const named = principalsOf(statement);
    const limits = narrowing(statement.Condition);
    all.malformed ||= named.malformed || limits.malformed;
    const { accounts: only } = limits;
    // Named accounts count only where the conditions let them; everybody counts as the accounts left over.
    const accounts = named.everybody ? [...(only ?? [])] : [...named.accounts].filter((one) => only?.has(one) ?? true);
    const outside = accounts.filter((one) => one !== account);
    const open = named.everybody && limits.by.length === 0;
    for (const one of outside) all.accounts.add(one);
    for (const one of named.federated) all.federated.add(one);
    for (const one of named.canonical) all.canonical.add(one);
    all.public ||= open;
    if (named.everybody) narrowedBy.push(...limits.by);
    if (open || outside.length > 0 || named.federated.size + named.canonical.size > 0) {
      actions.push(...listOf(statement.Action).map(word), ...listOf(statement.NotAction).map((one) => `all but ${word(one)}`));
    }
  }
  return {
    public: all.public,
    accounts: tidy(all.accounts),
    federated: tidy(all.federated),
    canonical: tidy(all.canonical),
    narrowedBy: tidy(narrowedBy),
    actions: tidy(actions),
    malformed: all.malformed,
  };
}

const some = (values: readonly string[]): string => `${values.slice(0, 5).join(', ')}${values.length > 5 ? ', ...' : ''}`;

/** The reasons that speak for themselves, in plain words. Federated principals are for trust policies to judge. */
export function outsideReasons(who: Outsiders): Reason[] {
  const able = who.actions.length > 0 ? some(who.actions.map((action) => oneLine(action, 80))) : '';
  const [to, para] = able ? [` (${able})`, ` (${able})`] : ['', ''];
  const reasons: Reason[] = [];
  if (who.public) reasons.push({ code: 'public', text: text(`its policy lets anybody in${to}`, `su política deja entrar a cualquiera${para}`) });
  if (who.accounts.length > 0)
    reasons.push({
      code: 'shared-outside',
      text: text(`its policy lets another account in: ${some(who.accounts)}${to}`, `su política deja entrar a otra cuenta: ${some(who.accounts)}${para}`),
    });
  if (who.canonical.length > 0)
    reasons.push({
      code: 'shared-outside',
      text: text(
        `its policy names a canonical user id, whose account AWS does not tell: ${some(who.canonical)}`,
        `su política nombra un id de usuario canónico, de cuya cuenta AWS no informa: ${some(who.canonical)}`,
      ),
    });
  return reasons;
}

/** The same as facts for `Found.detail`. Empty lists are left out. */
export function outsideDetail(who: Outsiders): JsonObject {
  return {
    ...(who.public ? { public: true } : {}),
    ...(who.accounts.length > 0 ? { otherAccounts: [...who.accounts] } : {}),
    ...(who.federated.length > 0 ? { federated: [...who.federated] } : {}),
    ...(who.narrowedBy.length > 0 ? { narrowedBy: [...who.narrowedBy] } : {}),
    ...(who.malformed ? { policy: 'not understood in full: read it yourself' } : {}),
  };
}
