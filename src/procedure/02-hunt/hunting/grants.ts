import { type JsonObject, type Reason, text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { outsiders } from '../../shared/outsiders.ts';

type Loose = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');

/** JSON text, percent-encoded (as IAM answers) or plain, or parsed. Undefined when it is no policy. */
function parsed(document: unknown): Loose | undefined {
  if (isObject(document)) return document;
  if (typeof document !== 'string') return undefined;
  for (const read of [(text: string) => JSON.parse(text), (text: string) => JSON.parse(decodeURIComponent(text))]) {
    try {
      const policy: unknown = read(document);
      return isObject(policy) ? policy : undefined;
    } catch {
      // Encoded, or not JSON at all.
    }
  }
  return undefined;
}

/** Whoever may do these without limit can give himself the rest. */
const ALL_OF = /^(\*|\*:\*|iam:\*)$/i;

/**
 * Does an identity policy make its holder an administrator: everything, or everything in IAM, on every resource, without condition?
 * Roundabout ways (iam:PassRole with a service, iam:CreatePolicyVersion, ...) are not worked out. Never throws.
 */
export function grantsAdmin(document: unknown): 'yes' | 'no' | 'malformed' {
  const policy = parsed(document);
  if (policy?.Statement === undefined) return 'malformed';
  let malformed = false;
  for (const statement of Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement]) {
    if (!isObject(statement)) {
      malformed = true;
      continue;
    }
    if (statement.Effect !== 'Allow' || statement.Condition !== undefined) continue;
    const everywhere = texts(statement.Resource).some((one) => /^(\*|arn:[^:]*:(iam|\*):[^:]*:[^:]*:\*)$/.test(one)) || statement.NotResource !== undefined;
    const everything =
      statement.NotAction === undefined
        ? texts(statement.Action).some((one) => ALL_OF.test(one))
        : !texts(statement.NotAction).some((one) => /^(\*|iam:\*?)/i.test(one));
    if (everywhere && everything) return 'yes';
  }
  return malformed ? 'malformed' : 'no';
}

export interface Granted {
  readonly admin: boolean;
  /** Names of the policies that do, and of those that could not be understood. */
  readonly by: readonly string[];
  readonly malformed: readonly string[];
}
const FULL = /:policy\/(AdministratorAccess|IAMFullAccess)$/;

/** @param inline by name; @param attached ARNs: of AWS's own policies the two that make an administrator are known by name */
export function granted(inline: readonly { PolicyName?: string; PolicyDocument?: unknown }[], attached: readonly string[]): Granted {
  const by: string[] = attached.filter((arn) => FULL.test(arn)).map((arn) => arn.split('/').at(-1)!);
  const malformed: string[] = [];
  for (const one of inline) {
    const verdict = grantsAdmin(one.PolicyDocument);
    if (verdict === 'yes') by.push(oneLine(one.PolicyName, 128));
    else if (verdict === 'malformed') malformed.push(oneLine(one.PolicyName, 128));
  }
  return { admin: by.length > 0, by, malformed };
}
const few = (names: readonly string[]): string => `${names.slice(0, 10).join(', ')}${names.length > 10 ? ', ...' : ''}`;
export const grantDetail = (what: Granted): JsonObject => ({
  ...(what.admin ? { administratorBy: few(what.by) } : {}),
  ...(what.malformed.length > 0 ? { policiesNotUnderstood: few(what.malformed) } : {}),
});
/**
 * Administrators there have always been; a new one speaks for itself. What has no date of its own (an inline policy on an old
 * role) is told in the detail, and by the events that made it.
 */
export const adminReasons = (what: Granted, born: string | null, since: string): Reason[] =>
  what.admin && born !== null && born >= since
    ? [{ code: 'admin', text: text(`gives full control of the account (${few(what.by)})`, `da control total de la cuenta (${few(what.by)})`) }]
    : [];

/** A trust policy that lets in who is outside the account. */
export function trustReasons(document: unknown, account: string | undefined): { reasons: Reason[]; detail: JsonObject } {
  const who = outsiders(document, account);
  const reasons: Reason[] = [];
  if (who.public) reasons.push({ code: 'outsider-trust', text: text('anybody may assume it', 'cualquiera puede asumirlo') });
  if (who.accounts.length > 0)
    reasons.push({
      code: 'outsider-trust',
      text: text(`another account may assume it: ${few(who.accounts)}`, `otra cuenta puede asumirlo: ${few(who.accounts)}`),
    });
  return {
    reasons,
    detail: {
      ...(who.accounts.length > 0 ? { trusts: [...who.accounts] } : {}),
      ...(who.federated.length > 0 ? { federated: [...who.federated] } : {}),
      ...(who.narrowedBy.length > 0 ? { narrowedBy: [...who.narrowedBy] } : {}),
      ...(who.malformed ? { trustPolicy: 'not understood in full: read it yourself' } : {}),
    },
  };
}
