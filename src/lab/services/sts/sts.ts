import { type Constraint, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { iamTables, issueRoleSession, issueSession, policyFault, type SessionRow, sessionsOf } from '../../world/index.ts';

const sessionName: Constraint = { length: [2, 64], pattern: '^[\\w+=,.@-]*$' };
const policyArn: Constraint = { length: [20, 2048] };
const serial: Constraint = { length: [9, 256], pattern: '^[\\w+=/:,.@-]*$' };
const tokenCode: Constraint = { length: [6, 6], pattern: '^[\\d]*$' };
const tagRules: Record<string, Constraint> = {
  Tags: { length: [0, 50] },
  'Tags[].Key': { length: [1, 128], required: true },
  'Tags[].Value': { length: [0, 256], required: true },
};
const HOUR = 3600;

const invalid = (message: string): LabError => new LabError('ValidationError', message, { status: 400 });
const denied = (message: string): LabError => new LabError('AccessDenied', message, { status: 403 });

const credentials = (session: SessionRow): object => ({
  AccessKeyId: session.id,
  SecretAccessKey: session.secret,
  SessionToken: session.token,
  Expiration: new Date(Math.floor(session.expires / 1000) * 1000),
});
/** Session policies as they are kept; `undefined` when none were passed. */
function passed(input: { Policy?: string; PolicyArns?: { arn?: string }[] }): SessionRow['policies'] {
  if (input.Policy === undefined && !input.PolicyArns?.length) return undefined;
  if ((input.Policy?.length ?? 0) > 2048)
    throw new LabError('PackedPolicyTooLarge', 'Packed size of session policy consumes more than 100% of allotted space.', { status: 400 });
  const fault = input.Policy === undefined ? null : policyFault(input.Policy);
  if (fault) throw new LabError('MalformedPolicyDocument', fault, { status: 400 });
  const inline = input.Policy === undefined ? [] : [input.Policy];
  return { inline, arns: (input.PolicyArns ?? []).flatMap(({ arn }) => (arn === undefined ? [] : [arn])) };
}
const tagsOf = (tags: { Key: string; Value: string }[] | undefined): object =>
  tags?.length ? { tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) } : {};
/** The caller proves an MFA device by its serial number and a code; the lab knows devices, not codes. */
function mfa(input: { SerialNumber?: string; TokenCode?: string }, ctx: LabContext): boolean {
  if (input.SerialNumber === undefined && input.TokenCode === undefined) return false;
  const device = iamTables(ctx.account).credentials[input.SerialNumber ?? ''];
  if (input.TokenCode === undefined || device?.kind !== 'mfa' || device.user !== (ctx.caller.userName ?? null))
    throw denied('MultiFactorAuthentication failed with invalid MFA one time pass code.');
  return true;
}
function longTerm(ctx: LabContext, operation: string): void {
  if (ctx.caller.issuedAt !== undefined) throw denied(`Cannot call ${operation} with session credentials`);
}

export const operations: LabOperations = {
  GetCallerIdentity: { run: (_input, { caller }) => ({ UserId: caller.userId, Account: caller.account, Arn: caller.arn }) },

  /** The trust policy is part of the decision in `authorize`. */
  AssumeRole: {
    mutates: false,
    constraints: {
      RoleArn: { length: [20, 2048] },
      RoleSessionName: sessionName,
      'PolicyArns[].arn': policyArn,
      Policy: { length: [1, Number.MAX_SAFE_INTEGER] },
      DurationSeconds: { min: 900, max: 43200 },
      ...tagRules,
      TransitiveTagKeys: { length: [0, 50] },
      'TransitiveTagKeys[]': { length: [1, 128] },
      ExternalId: { length: [2, 1224], pattern: '^[\\w+=,.@:\\/-]*$' },
      SerialNumber: serial,
      TokenCode: tokenCode,
      SourceIdentity: sessionName,
      ProvidedContexts: { length: [1, 5] },
      'ProvidedContexts[].ProviderArn': policyArn,
      'ProvidedContexts[].ContextAssertion': { length: [4, 2048] },
    },
    resources: (input) => [String(input.RoleArn)],
    conditions(input) {
      const keys: Record<string, string | string[]> = { 'sts:RoleSessionName': String(input.RoleSessionName) };
      if (input.ExternalId !== undefined) keys['sts:ExternalId'] = input.ExternalId;
      if (input.SourceIdentity !== undefined) keys['sts:SourceIdentity'] = input.SourceIdentity;
      if (input.SerialNumber !== undefined) keys['aws:MultiFactorAuthPresent'] = 'true';
      if (input.Tags?.length) keys['aws:TagKeys'] = input.Tags.map((tag: { Key: string }) => tag.Key);
      for (const tag of input.Tags ?? []) keys[`aws:RequestTag/${tag.Key}`] = tag.Value;
      return keys;
    },
    run(input, ctx) {
      const [, owner = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(input.RoleArn) ?? [];
      const account = ctx.world.accounts[owner];
      const role = account && iamTables(account).roles[name];
      if (!account || role?.arn !== input.RoleArn)
        throw denied(`User: ${ctx.caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`);
      const seconds = input.DurationSeconds ?? HOUR;
      if (ctx.caller.type === 'AssumedRole' && seconds > HOUR)
        throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining');
      if (seconds > role!.maxSession) throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
      const own = sessionsOf(ctx.account)[ctx.caller.accessKeyId];
      const sourceIdentity = own?.sourceIdentity ?? input.SourceIdentity;
      const policies = passed(input);
      const session = issueRoleSession(ctx.world, account, role!, {
        sessionName: input.RoleSessionName,
        seconds,
        mfa: mfa(input, ctx),
        ...(policies === undefined ? {} : { policies }),
        ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
        ...tagsOf(input.Tags),
      });
      return {
        Credentials: credentials(session),
        AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
        ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
      };
    },
  },

  GetSessionToken: {
    mutates: false,
    constraints: { DurationSeconds: { min: 900, max: 129600 }, SerialNumber: serial, TokenCode: tokenCode },
    run(input, ctx) {
      longTerm(ctx, 'GetSessionToken');
      const root = ctx.caller.type === 'Root';
      // The root user's sessions last an hour at most, whatever was asked for.
      const seconds = root ? Math.min(input.DurationSeconds ?? HOUR, HOUR) : (input.DurationSeconds ?? 12 * HOUR);
      const session = issueSession(ctx.world, ctx.account, {
        type: root ? 'Root' : 'SessionUser',
        arn: ctx.caller.arn,
        userId: ctx.caller.userId,
        issuer: root ? { type: 'root', name: 'root' } : { type: 'user', name: ctx.caller.userName! },
        seconds,
        mfa: mfa(input, ctx),
      });
      return { Credentials: credentials(session) };
    },
  },

  GetFederationToken: {
    mutates: false,
    constraints: {
      Name: { length: [2, 32], pattern: '^[\\w+=,.@-]*$' },
      Policy: { length: [1, 2048] },
      'PolicyArns[].arn': policyArn,
      DurationSeconds: { min: 900, max: 129600 },
      ...tagRules,
    },
    resources: (input, ctx) => [`arn:aws:sts::${ctx.account.id}:federated-user/${input.Name}`],
    run(input, ctx) {
      longTerm(ctx, 'GetFederationToken');
      const root = ctx.caller.type === 'Root';
      const policies = passed(input);
      const session = issueSession(ctx.world, ctx.account, {
        type: 'FederatedUser',
        arn: `arn:aws:sts::${ctx.account.id}:federated-user/${input.Name}`,
        userId: `${ctx.account.id}:${input.Name}`,
        issuer: root ? { type: 'root', name: 'root' } : { type: 'user', name: ctx.caller.userName! },
        sessionName: input.Name,
        seconds: root ? Math.min(input.DurationSeconds ?? HOUR, HOUR) : (input.DurationSeconds ?? 12 * HOUR),
        ...(policies === undefined ? {} : { policies }),
        ...tagsOf(input.Tags),
      });
      return { Credentials: credentials(session), FederatedUser: { FederatedUserId: session.userId, Arn: session.arn } };
    },
  },

  GetAccessKeyInfo: {
    constraints: { AccessKeyId: { length: [16, 128], pattern: '^[\\w]*$' } },
    run(input, ctx) {
      const account = ctx.world.keyIndex[input.AccessKeyId];
      if (account === undefined) throw invalid(`The access key ID ${input.AccessKeyId} is not valid.`);
      return { Account: account };
    },
  },
};
