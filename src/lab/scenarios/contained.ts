import type { Account, Caller, World } from '../contract.ts';
import type { Instance, Interface, Rule } from '../services/ec2/rows.ts';
import { gone, phase } from '../services/ec2/tables.ts';
import { authorize, iamTables, resolveCaller, sessionsOf, worldNow } from '../world/index.ts';
import type { AttackerCredential, Containment, Truth } from './scenario.ts';

/** A credential is dead when nothing of this is allowed any more: reading, spending, coming back, destroying. */
const ACTS = [
  'ec2:DescribeInstances',
  'ec2:RunInstances',
  'ec2:TerminateInstances',
  'iam:CreateUser',
  'iam:CreateAccessKey',
  'iam:UpdateAccessKey',
  'iam:CreateRole',
  'iam:DetachUserPolicy',
  's3:GetObject',
  'lambda:UpdateFunctionCode',
  'cloudtrail:StopLogging',
];
/** What a credential that is good for one service only is used for. */
const SERVICE_ACTS: Readonly<Record<string, readonly string[]>> = {
  'bedrock.amazonaws.com': ['bedrock:InvokeModel', 'bedrock:Converse', 'bedrock:ListFoundationModels'],
  'codecommit.amazonaws.com': ['codecommit:GitPull', 'codecommit:GitPush'],
  'cassandra.amazonaws.com': ['cassandra:Select', 'cassandra:Modify'],
  'logs.amazonaws.com': ['logs:PutLogEvents'],
};

/** The first of these acts that is allowed, or a role that may be assumed, in this account or another. */
function allowed(world: World, caller: Caller, acts: readonly string[] = ACTS): string | undefined {
  const now = worldNow(world);
  const act = acts.find((action) => authorize(world, caller, { action, resources: ['*'], now }).allowed);
  if (act || acts !== ACTS) return act;
  const roles = Object.values(world.accounts).flatMap((account) => Object.values(iamTables(account).roles));
  const role = roles.find(({ arn }) => authorize(world, caller, { action: 'sts:AssumeRole', resources: [arn], now }).allowed);
  return role && `sts:AssumeRole ${role.arn}`;
}

/** Whether a trust policy names an account outside the organisation, or an identity provider that still exists. */
function letsStrangersIn(world: World, account: Account, trust: string): boolean {
  const accounts = [...trust.matchAll(/"(?:arn:aws:iam::)?(\d{12})[:"]/g)].map(([, id]) => id!);
  const providers = [...trust.matchAll(/"(arn:aws:iam::\d{12}:(?:oidc|saml)-provider\/[^"]+)"/g)].map(([, arn]) => arn!);
  const known = JSON.stringify(Object.entries(account.tables).filter(([table]) => /provider/i.test(table)));
  return accounts.some((id) => !Object.hasOwn(world.accounts, id)) || providers.some((arn) => known.includes(`"${arn}"`));
}

/** What the credential can still do, or undefined when it is dead. */
function alive(world: World, account: Account, credential: AttackerCredential): string | undefined {
  const { users, roles, credentials } = iamTables(account);
  const asUser = (name: string, acts?: readonly string[]): string | undefined => {
    const user = users[name];
    return user && allowed(world, { account: account.id, type: 'IAMUser', arn: user.arn, userId: user.id, userName: name, accessKeyId: '' }, acts);
  };
  switch (credential.kind) {
    case 'key':
    case 'session': {
      const session = sessionsOf(account)[credential.id];
      // A role's sessions end with the role.
      if (session?.issuer.type === 'role' && !roles[session.issuer.name]) return undefined;
      const known = resolveCaller(world, { accessKeyId: credential.id, sessionToken: session?.token, now: worldNow(world) });
      return 'refused' in known ? undefined : allowed(world, known.caller);
    }
    case 'password':
      return users[credential.id]?.login ? asUser(credential.id) : undefined;
    case 'service':
    case 'ssh':
    case 'certificate': {
      const row = credentials[credential.id];
      if (row?.status !== 'Active' || row.user === null || (row.expires !== undefined && row.expires <= worldNow(world))) return undefined;
      if (credential.kind === 'certificate') return asUser(row.user);
      return asUser(row.user, credential.kind === 'ssh' ? SERVICE_ACTS['codecommit.amazonaws.com'] : SERVICE_ACTS[row.service ?? '']);
    }
    case 'role': {
      const role = roles[credential.id];
      if (!role || !letsStrangersIn(world, account, role.trust)) return undefined;
      const caller: Caller = {
        account: account.id,
        type: 'AssumedRole',
        arn: `arn:aws:sts::${account.id}:assumed-role/${role.name}/x`,
        userId: `${role.id}:x`,
        roleName: role.name,
        accessKeyId: '',
        issuedAt: worldNow(world),
      };
      return allowed(world, caller);
    }
  }
}

/** Why the instance is still the attacker's, or undefined: it is down, or its groups let nobody but single hosts in and nothing out. */
function reachable(world: World, account: Account, entered: Truth['instances'][number], attackers: readonly string[]): string | undefined {
  const now = worldNow(world);
  const tables = account.regions[entered.region]!.tables as {
    instances: Record<string, Instance>;
    interfaces: Record<string, Interface>;
    securityGroupRules: Record<string, Rule>;
  };
  const instance = tables.instances[entered.id];
  const state = instance && !gone(instance, now) ? phase(instance.timeline, now) : 'terminated';
  if (state === 'stopped' || state === 'terminated') return undefined;
  const cards = Object.values(tables.interfaces).filter(
    (card) => card.attachment?.instanceId === entered.id && !gone(card, now) && !gone(card.attachment, now),
  );
  const rules = Object.values(tables.securityGroupRules).filter((rule) => cards.some((card) => card.groups.includes(rule.groupId)));
  const out = rules.find((rule) => rule.egress);
  if (out) return `${state}, and ${out.groupId} lets it out`;
  const host = (rule: Rule) => rule.cidr4?.endsWith('/32') || rule.cidr6?.endsWith('/128');
  const open = rules.find((rule) => !rule.egress && (!host(rule) || attackers.some((ip) => rule.cidr4 === `${ip}/32`)));
  return open && `${state}, and ${open.groupId} lets ${open.cidr4 ?? open.cidr6 ?? 'others'} in`;
}

/** Which of the attacker's credentials still work, one line each. IAM changes count once they take effect. */
export function openCredentials(world: World): string[] {
  const truth = world.truth as Truth;
  const home = Object.values(world.accounts).find(({ tables }) => truth.accessKeyId in (tables.accessKeys ?? {}) || truth.userName in (tables.users ?? {}));
  return truth.credentials.flatMap((credential) => {
    const account = credential.account === undefined ? home : world.accounts[credential.account];
    const act = account && alive(world, account, credential);
    return act === undefined ? [] : [`${credential.kind} ${credential.id} (${credential.principal}) may still call ${act}`];
  });
}

/** The lab's own truth: read from the world, not from what any tool says. */
export function contained(world: World): Containment {
  const truth = world.truth as Truth;
  const open = openCredentials(world);
  const instances = truth.instances.map((entered) => {
    const account = world.accounts[entered.account];
    return { id: entered.id, why: account && reachable(world, account, entered, truth.addresses) };
  });
  return {
    key: open.length === 0,
    instances: Object.fromEntries(instances.map(({ id, why }) => [id, why === undefined])),
    reasons: [...open, ...instances.flatMap(({ id, why }) => (why === undefined ? [] : [`instance ${id} is ${why}`]))],
  };
}
