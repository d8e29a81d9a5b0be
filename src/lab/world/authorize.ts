import type { Account, Caller, World } from '../contract.ts';
import { settledIam } from './journal.ts';
import { keyAccess } from './keys.ts';
import { controlPolicies } from './organization.ts';
import { type Decision, evaluate } from './policy/evaluate.ts';
import { awsManaged } from './policy/managed.ts';
import type { Context } from './policy/match.ts';
import { trustAllows } from './policy/trust.ts';
import { type IamTables, type Principal, sessionsOf } from './rows.ts';

export interface AuthorizeRequest {
  /** E.g. `iam:ListUsers`. */
  action: string;
  resources: readonly string[];
  /** What only the request knows: aws:SourceIp, aws:RequestedRegion, aws:UserAgent, aws:SecureTransport and the service's own keys. */
  conditions?: Readonly<Record<string, string | readonly string[]>>;
  now: number;
}
/**
 * `why` completes "User: ARN is not authorized to perform: ACTION on resource: ARN ". `code` is set when the service
 * answers with another error than its access-denied one.
 */
export type Verdict = { allowed: true } | { allowed: false; why: string; resource: string; code?: string };

/** No permission is needed and none can be taken away (STS API reference). */
const FREE = new Set(['sts:GetCallerIdentity', 'sts:GetSessionToken']);

/** Everything that limits or grants, as JSON texts. `null`: this limit does not apply. */
interface Applicable {
  identity: string[];
  boundary: string[] | null;
  session: string[] | null;
  /** Service control policies, level by level. */
  control: string[][] | null;
}
const EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/** Decides as AWS does: IAM User Guide, "Policy evaluation logic". IAM changes count `settings.iamDelay` after they were made. */
export function authorize(world: World, caller: Caller, request: AuthorizeRequest): Verdict {
  const account = world.accounts[caller.account]!;
  const first = request.resources[0] ?? '*';
  const refused = sessionRefusal(account, caller, request.action);
  if (refused) return { allowed: false, resource: first, ...refused };
  if (FREE.has(request.action)) return { allowed: true };
  if (caller.type === 'Root' && request.action === 'sts:AssumeRole')
    return { allowed: false, resource: first, why: 'because roles may not be assumed by root accounts.' };
  const iam = settledIam(world, account, request.now);
  const context = contextOf(account, iam, caller, request);
  const applicable = policiesOf(world, account, iam, caller);
  for (const resource of request.resources.length > 0 ? request.resources : ['*']) {
    const decide = (documents: string[]): Decision => evaluate(documents, { action: request.action, resource, context });
    const why = judge(applicable, decide, request.action, trust(world, caller, request, resource, context));
    if (why) return { allowed: false, resource, why };
  }
  return { allowed: true };
}

type Grant = 'direct' | 'delegated' | 'none' | 'deny' | 'not-applicable';

function judge({ identity, boundary, session, control }: Applicable, decide: (documents: string[]) => Decision, action: string, grant: Grant): string | null {
  const layers: [string, string[] | null][] = [
    ['an identity-based policy', identity],
    ['a permissions boundary', boundary],
    ['a session policy', session],
  ];
  for (const level of control ?? []) {
    const decision = decide(level);
    if (decision === 'deny') return 'with an explicit deny in a service control policy';
    if (decision === 'none') return `because no service control policy allows the ${action} action`;
  }
  const decisions = layers.map(([, documents]) => (documents === null ? 'allow' : decide(documents)));
  const denied = decisions.indexOf('deny');
  if (denied >= 0) return `with an explicit deny in ${layers[denied]![0]}`;
  if (grant === 'deny') return 'with an explicit deny in a resource-based policy';
  if (grant === 'none') return `because no resource-based policy allows the ${action} action`;
  // A resource-based policy that names the principal itself needs no identity-based policy in the same account.
  if (grant === 'direct') return null;
  const missing = decisions.indexOf('none');
  if (missing < 0) return null;
  return `because no ${['identity-based policy', 'permissions boundary', 'session policy'][missing]} allows the ${action} action`;
}

/** AssumeRole is also decided by the role's trust policy, the use of a KMS key by its policy and grants; across accounts both sides must allow. */
function trust(world: World, caller: Caller, request: AuthorizeRequest, resource: string, context: Context): Grant {
  if (request.action !== 'sts:AssumeRole') return keyAccess(world, caller, request.action, resource, context);
  const [, owner = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(resource) ?? [];
  const account = world.accounts[owner];
  const role = account && settledIam(world, account, request.now).roles[name];
  if (!role || role.arn !== resource) return 'none';
  const grant = trustAllows(role.trust, caller, { action: request.action, resource, context });
  return grant === 'direct' && owner !== caller.account ? 'delegated' : grant;
}

/** What temporary credentials may never do (STS API reference: GetSessionToken, GetFederationToken). */
function sessionRefusal(account: Account, caller: Caller, action: string): { why: string; code?: string } | null {
  const session = sessionsOf(account)[caller.accessKeyId];
  // The console's own sessions are not bound by what the API refuses to temporary credentials.
  if (!session || session.type === 'AssumedRole' || session.assumedRoot || session.console) return null;
  const [service, operation] = action.split(':');
  const federated = session.type === 'FederatedUser';
  const invalid = { code: 'InvalidClientTokenId', why: 'The security token included in the request is invalid' };
  if (service === 'iam' && (federated || !session.mfa)) return invalid;
  if (service === 'sts' && operation !== 'GetCallerIdentity' && (federated || operation !== 'AssumeRole'))
    return { code: 'AccessDenied', why: `Cannot call ${operation} with session credentials` };
  return null;
}

const attachedDocuments = (iam: IamTables, arns: readonly string[]): string[] =>
  arns.flatMap((arn) => {
    const own = iam.policies[arn];
    const document = own ? own.versions[own.defaultVersion]?.document : awsManaged[arn]?.document;
    return document === undefined ? [] : [document];
  });
const documentsOf = (iam: IamTables, principal: Principal): string[] => [...Object.values(principal.inline), ...attachedDocuments(iam, principal.attached)];

/** The policies that count for the caller: of the user and its groups or of the role, boundary, and session policies. */
function policiesOf(world: World, account: Account, iam: IamTables, caller: Caller): Applicable {
  const control = controlPolicies(world, account);
  const user = caller.userName === undefined ? undefined : iam.users[caller.userName];
  const role = caller.roleName === undefined ? undefined : iam.roles[caller.roleName];
  const principal = user ?? role;
  const identity = principal ? documentsOf(iam, principal) : [];
  for (const group of user?.groups ?? []) if (iam.groups[group]) identity.push(...documentsOf(iam, iam.groups[group]));
  const passed = caller.sessionPolicy as { inline: string[]; arns: string[] } | undefined;
  // A federated user without session policies has no permissions at all.
  // No identity-based policy binds the root user; a task of AssumeRoot and service control policies do.
  if (caller.type === 'Root') return { identity: [EVERYTHING], boundary: null, session: passed ? attachedDocuments(iam, passed.arns) : null, control };
  const session = passed ? [...passed.inline, ...attachedDocuments(iam, passed.arns)] : caller.type === 'FederatedUser' ? [] : null;
  return { identity, boundary: principal?.boundary === undefined ? null : attachedDocuments(iam, [principal.boundary]), session, control };
}

const PRINCIPAL_TYPE = { Root: 'Account', IAMUser: 'User', SessionUser: 'User', AssumedRole: 'AssumedRole', FederatedUser: 'FederatedUser' } as const;

/** Global condition keys. Keys that AWS leaves out are left out: aws:TokenIssueTime and MFA exist on temporary credentials only. */
function contextOf(account: Account, iam: IamTables, caller: Caller, request: AuthorizeRequest): Context {
  const session = sessionsOf(account)[caller.accessKeyId];
  const role = caller.roleName === undefined ? undefined : iam.roles[caller.roleName];
  const user = caller.userName === undefined ? undefined : iam.users[caller.userName];
  const context = new Map<string, readonly string[]>();
  const set = (key: string, value: string | readonly string[] | undefined): void => {
    if (value !== undefined) context.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
  };
  set('aws:CurrentTime', new Date(request.now).toISOString());
  set('aws:EpochTime', String(Math.floor(request.now / 1000)));
  set('aws:PrincipalAccount', caller.account);
  set('aws:PrincipalArn', role?.arn ?? caller.arn);
  set('aws:PrincipalType', PRINCIPAL_TYPE[caller.type]);
  set('aws:userid', caller.userId);
  set('aws:username', caller.type === 'IAMUser' || caller.type === 'SessionUser' ? caller.userName : undefined);
  set('aws:PrincipalIsAWSService', 'false');
  for (const [tag, value] of Object.entries({ ...(user ?? role)?.tags, ...session?.tags })) set(`aws:PrincipalTag/${tag}`, value);
  if (session) {
    set('aws:TokenIssueTime', new Date(session.issuedAt).toISOString());
    set('aws:MultiFactorAuthPresent', String(session.mfa));
    set('aws:SourceIdentity', session.sourceIdentity);
    if (session.mfa) set('aws:MultiFactorAuthAge', String(Math.floor((request.now - session.issuedAt) / 1000)));
  }
  for (const [key, value] of Object.entries(request.conditions ?? {})) set(key, value);
  return context;
}
