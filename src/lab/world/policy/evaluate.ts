import { conditionsHold, knownOperator } from './conditions.ts';
import { type Context, matches } from './match.ts';

export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Principal?: '*' | Record<string, string | string[]>;
  NotPrincipal?: '*' | Record<string, string | string[]>;
  Condition?: Record<string, Record<string, unknown>>;
}
export interface Policy {
  Version?: string;
  Statement: Statement[];
}
export interface Request {
  action: string;
  resource: string;
  context: Context;
}
export type Decision = 'deny' | 'allow' | 'none';

const list = (value: string | string[] | undefined): string[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

const parsed = new Map<string, Policy>();
/** @throws SyntaxError on a text that is not JSON; documents are checked when they are stored. */
export function parsePolicy(document: string): Policy {
  let policy = parsed.get(document);
  if (!policy) {
    const raw = JSON.parse(document);
    policy = { ...raw, Statement: Array.isArray(raw.Statement) ? raw.Statement : [raw.Statement] } as Policy;
    if (parsed.size > 1000) parsed.clear();
    parsed.set(document, policy);
  }
  return policy;
}

const hitsAction = (statement: Statement, action: string): boolean => {
  const hit = (pattern: string): boolean => matches(pattern.toLowerCase(), action.toLowerCase());
  return statement.NotAction ? !list(statement.NotAction).some(hit) : list(statement.Action).some(hit);
};
const hitsResource = (statement: Statement, request: Request, variables: boolean): boolean => {
  const hit = (pattern: string): boolean => matches(pattern, request.resource, variables ? request.context : undefined);
  if (statement.NotResource) return !list(statement.NotResource).some(hit);
  // A trust policy has no Resource: it is about the role it hangs on.
  return statement.Resource === undefined || list(statement.Resource).some(hit);
};

/** Policy variables exist since version 2012-10-17; in older documents `${` is plain text. */
const usesVariables = (policy: Policy): boolean => policy.Version === '2012-10-17';

/** What the documents say about one request on one resource: an explicit deny wins. `who` narrows to statements about a principal. */
export function evaluate(documents: readonly string[], request: Request, who: (statement: Statement) => boolean = () => true): Decision {
  let decision: Decision = 'none';
  for (const document of documents) {
    const policy = parsePolicy(document);
    const variables = usesVariables(policy);
    for (const statement of policy.Statement) {
      if (!who(statement) || !hitsAction(statement, request.action) || !hitsResource(statement, request, variables)) continue;
      if (statement.Condition && !conditionsHold(statement.Condition, request.context, variables)) continue;
      if (statement.Effect === 'Deny') return 'deny';
      decision = 'allow';
    }
  }
  return decision;
}

/**
 * What is wrong with a document, or null. IAM User Guide, "Grammar of the IAM JSON policy language".
 * `trust`: a role's trust policy, which names principals and no resources.
 */
export function policyFault(document: string, trust = false): string | null {
  let raw: any;
  try {
    raw = JSON.parse(document);
  } catch {
    return trust ? 'This policy contains invalid Json' : 'Syntax errors in policy.';
  }
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw) || raw.Statement === undefined) return 'Syntax errors in policy.';
  if (raw.Version !== undefined && raw.Version !== '2012-10-17' && raw.Version !== '2008-10-17') return 'The policy must contain a valid version string';
  if (Object.keys(raw).some((key) => !['Version', 'Id', 'Statement'].includes(key))) return 'Syntax errors in policy.';
  const statements = Array.isArray(raw.Statement) ? raw.Statement : [raw.Statement];
  const sids = new Set<string>();
  for (const statement of statements) {
    const fault = statementFault(statement, trust);
    if (fault) return fault;
    if (statement.Sid !== undefined && sids.has(statement.Sid)) return `Statement IDs (SID) in a single policy must be unique.`;
    sids.add(statement.Sid);
  }
  return null;
}

const ELEMENTS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'NotPrincipal', 'Condition'];
const strings = (value: unknown): value is string | string[] =>
  typeof value === 'string' || (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string'));

function statementFault(statement: any, trust: boolean): string | null {
  if (statement === null || typeof statement !== 'object' || Object.keys(statement).some((key) => !ELEMENTS.includes(key))) return 'Syntax errors in policy.';
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return `Invalid effect: ${String(statement.Effect)}`;
  if ((statement.Action === undefined) === (statement.NotAction === undefined)) return 'Policy statement must contain actions.';
  const action = statement.Action ?? statement.NotAction;
  if (!strings(action)) return 'Syntax errors in policy.';
  const vague = list(action).find((name) => name !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(name));
  if (vague !== undefined) return `Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.`;
  if (trust) {
    if (statement.Resource !== undefined || statement.NotResource !== undefined) return 'Has prohibited field Resource';
    if (statement.Principal === undefined && statement.NotPrincipal === undefined) return 'Missing required field Principal';
  } else {
    if (statement.Principal !== undefined || statement.NotPrincipal !== undefined) return 'Policy document should not specify a principal.';
    if ((statement.Resource === undefined) === (statement.NotResource === undefined)) return 'Policy statement must contain resources.';
    const resource = statement.Resource ?? statement.NotResource;
    if (!strings(resource)) return 'Syntax errors in policy.';
    const odd = list(resource).find((arn) => arn !== '*' && !arn.startsWith('arn:') && !arn.startsWith('*') && !arn.startsWith('${'));
    if (odd !== undefined) return `Resource ${odd} must be in ARN format or "*".`;
  }
  for (const operator of Object.keys(statement.Condition ?? {})) if (!knownOperator(operator)) return `Invalid Condition type : ${operator}.`;
  return null;
}
