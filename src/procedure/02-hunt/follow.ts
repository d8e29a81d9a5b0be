import { isIamName } from '../shared/names.ts';
import { outsiders } from '../shared/outsiders.ts';
import { named, plainName, type TrailEvent } from './event.ts';
import type { Node, Tie } from './node.ts';

/** That an event's credential (or the one it issued) belongs to the tree, and why. */
export interface Claim {
  readonly credential: string;
  readonly tie: Tie;
  readonly issued?: string;
  readonly role?: string;
  readonly userName?: string;
  readonly arn?: string;
  readonly outsider?: string;
  /** The event itself is an act of the credential: it was signed with no key that could be asked for. */
  readonly own?: boolean;
}
/** Where to look for credentials that no answer of the tree names. */
export interface Errand {
  readonly attribute: 'Username' | 'ResourceName';
  readonly value: string;
  /** Null: what is found has no issuer in the tree. */
  readonly parent: string | null;
  readonly account: string;
  readonly via: string;
  /** A colleague's session may bear any name: only what is proven counts. */
  prove(event: TrailEvent): Claim | null;
  /** Who else could have begun such a session: an event of this name, by a credential outside the tree, of which this holds. */
  readonly rival?: { readonly eventName: string; readonly global: boolean; is(event: TrailEvent, claimed: TrailEvent): boolean };
}
/** A role that was handed to a service whose sessions cannot be told apart from others of that role. */
export interface Passed {
  readonly role: string;
  readonly to: string;
  readonly event: string;
  readonly time: string;
  readonly region: string;
}

const SECOND = 1000;
/** Times in records carry whole seconds. */
const notBefore = (time: string | null, limit: string): boolean => time === null || Date.parse(time) >= Date.parse(limit) - SECOND;
const sessionName = (arn: string): string => arn.split('/').at(-1) ?? '';
const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/;
/** arn:aws:iam::1:role/path/Ops and arn:aws:sts::1:assumed-role/Ops/jane are one role: paths do not make names less unique. */
const sameRole = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && one.split('/').at(-1) === other.split('/').at(-1) && one.split(':')[4] === other.split(':')[4];

type From = Pick<Node, 'credential' | 'account' | 'arn' | 'userName'>;
type Base = Pick<Errand, 'parent' | 'account'>;

/** A session of a role that bears exactly this name. */
function bySessionName(base: Base, via: string, name: string, since: string, role: string | null): Errand {
  return {
    ...base,
    attribute: 'Username',
    value: name,
    via,
    prove: ({ identity, time }) =>
      identity.accessKeyId !== null &&
      identity.type === 'AssumedRole' &&
      sessionName(identity.arn) === name &&
      (role === null || sameRole(identity.roleArn, role)) &&
      notBefore(time, since) &&
      notBefore(identity.begun, since)
        ? { credential: identity.accessKeyId, tie: 'session-name', ...(identity.roleArn ? { role: identity.roleArn } : {}), arn: identity.arn }
        : null,
  };
}

/** Everything that is signed as a user the tree made. */
function madeUser(event: TrailEvent, base: Base): Errand[] {
  const name = named(event, 'userName', false)[0];
  const id = named(event, 'userId', true)[0];
  if (!isIamName(name)) return [];
  return [
    {
      ...base,
      attribute: 'Username',
      value: name,
      via: 'user',
      prove({ identity, time, bearer }) {
        // A user of the same name before or after is another user, with another id.
        const itself = id && identity.principalId ? identity.principalId === id : notBefore(time, event.time);
        if (identity.type !== 'IAMUser' || identity.userName !== name || !itself || bearer) return null;
        return identity.accessKeyId === null ? null : { credential: identity.accessKeyId, tie: 'unique-id', userName: name };
      },
    },
  ];
}

/** Console sessions of a user whose password the tree set: those that began afterwards. */
function setPassword(event: TrailEvent, base: Base, node: From): Errand[] {
  const name = named(event, 'userName', false)[0] ?? (event.name === 'ChangePassword' ? node.userName : undefined);
  if (!isIamName(name)) return [];
  return [
    {
      ...base,
      attribute: 'Username',
      value: name,
      via: 'console',
      prove: ({ identity, time }) =>
        identity.accessKeyId?.startsWith('ASIA') &&
        identity.type === 'IAMUser' &&
        identity.userName === name &&
        identity.fromConsole &&
        notBefore(time, event.time) &&
        identity.begun !== null &&
        notBefore(identity.begun, event.time)
          ? { credential: identity.accessKeyId, tie: 'console', userName: name }
          : null,
      // Somebody who set it again in between gave it back to its owner.
      rival: {
        eventName: 'UpdateLoginProfile',
        global: true,
        is: (other, claimed) =>
          named(other, 'userName', false)[0] === name && other.time > event.time && notBefore(claimed.identity.begun ?? claimed.time, other.time),
      },
    },
  ];
}

/** The console reached with a session: it goes on under the same ARN with another key. */
function console_(arn: string, issued: string, base: Base, eventName: 'GetFederationToken' | 'GetSigninToken'): Errand[] {
  const name = sessionName(arn);
  if (name === '' || name.length > 64) return [];
  return [
    {
      ...base,
      attribute: 'Username',
      value: name,
      via: 'console',
      prove: ({ identity, time }) =>
        identity.accessKeyId?.startsWith('ASIA') && identity.arn === arn && identity.fromConsole && notBefore(time, issued) && notBefore(identity.begun, issued)
          ? {
              credential: identity.accessKeyId,
              tie: 'console',
              arn,
              ...(identity.roleArn ? { role: identity.roleArn } : identity.userName ? { userName: identity.userName } : {}),
            }
          : null,
      rival: { eventName, global: false, is: (other, claimed) => (other.issued?.arn ?? other.identity.arn) === arn && notBefore(claimed.time, other.time) },
    },
  ];
}

/** Calls with a Bedrock or other service-specific credential carry no access key: only the user's name, and that a bearer token signed. */
function bearerOf(event: TrailEvent, account: string): Errand[] {
  const { credential, userName } = event.issued ?? {};
  if (credential === undefined || !isIamName(userName)) return [];
  return [
    {
      parent: credential,
      account,
      attribute: 'Username',
      value: userName,
      via: event.name,
      prove: ({ identity, time, bearer }) =>
        bearer && identity.userName === userName && notBefore(time, event.time) ? { credential, tie: 'issued', userName, own: true } : null,
    },
  ];
}

/** Sessions of a role: all of one that the tree made; of another only those of the outsiders it let in. */
export function sessionsOfRole(
  base: Base,
  role: string,
  since: string,
  only: { id?: string | undefined; accounts?: readonly string[]; anybody?: boolean },
): Errand {
  return {
    ...base,
    attribute: 'ResourceName',
    value: role,
    via: only.accounts || only.anybody ? 'outsider' : 'role',
    prove({ issued, identity, time, account }) {
      if (issued?.role === undefined || !sameRole(issued.role, role) || !notBefore(time, since)) return null;
      const theirs = identity.account !== '' && identity.account !== (account || base.account) ? identity.account : undefined;
      const stranger = theirs !== undefined && (only.anybody === true || only.accounts?.includes(theirs) === true);
      if (only.accounts || only.anybody ? !stranger : only.id && issued.principalId && issued.principalId.split(':')[0] !== only.id) return null;
      return {
        credential: issued.credential,
        tie: stranger ? 'trust' : 'unique-id',
        issued: time,
        role,
        ...(issued.arn ? { arn: issued.arn } : {}),
        ...(theirs ? { outsider: theirs } : {}),
      };
    },
  };
}

function trusted(event: TrailEvent, base: Base, node: From): Errand[] {
  const name = named(event, 'roleName', false)[0];
  const made = event.name === 'CreateRole';
  if (!isIamName(name)) return [];
  const partition = /^arn:(aws[a-z-]*):/.exec(event.identity.arn)?.[1] ?? 'aws';
  const told = named(event, 'arn', true).find((arn) => ROLE.test(arn));
  const role = told ?? `arn:${partition}:iam::${node.account}:role/${name}`;
  if (made) return [sessionsOfRole(base, role, event.time, { id: named(event, 'roleId', true)[0] })];
  const [document] = named(event, 'policyDocument', false);
  const who = outsiders(document, node.account || undefined);
  return who.accounts.length > 0 || who.public ? [sessionsOfRole(base, role, event.time, { accounts: who.accounts, anybody: who.public })] : [];
}

const rolesIn = (event: TrailEvent): string[] => [...new Set(event.values.map(([, value]) => value).filter((value) => ROLE.test(value)))].slice(0, 20);

/** What was started and runs as somebody: the session bears its name. */
function started(event: TrailEvent, base: Base): Errand[] {
  const [role = null] = rolesIn(event);
  const sessions = (via: string, names: readonly string[], of: string | null, since = event.time): Errand[] =>
    [...new Set(names)].slice(0, 1000).map((name) => bySessionName(base, via, name, since, of));
  const short = event.source.replace(/\.amazonaws\.com$/, '');
  switch (`${short}:${plainName(event)}`) {
    case 'ec2:RunInstances':
    case 'ec2:AssociateIamInstanceProfile':
    case 'ec2:ReplaceIamInstanceProfileAssociation':
      return event.values.some(([member]) => member === 'iamInstanceProfile')
        ? sessions(
            'instance',
            named(event, 'instanceId', true).filter((id) => /^i-[0-9a-f]{8,17}$/.test(id)),
            null,
          )
        : [];
    case 'lambda:CreateFunction':
    case 'lambda:UpdateFunctionConfiguration':
    case 'lambda:UpdateFunctionCode':
      // Without its role the name of a function proves nothing: a person's session may be called the same.
      return role === null
        ? []
        : sessions(
            'function',
            named(event, 'functionName', true).filter((name) => /^[\w-]{1,64}$/.test(name)),
            role,
          );
    case 'ecs:RunTask':
    case 'ecs:StartTask':
      return sessions(
        'task',
        named(event, 'taskArn', true)
          .map(sessionName)
          .filter((id) => /^[0-9a-f]{32}$/.test(id)),
        null,
      );
    case 'codebuild:StartBuild':
    case 'codebuild:RetryBuild':
      return sessions(
        'build',
        named(event, 'id', true).flatMap((id) => {
          const uuid = /:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(id)?.[1];
          return uuid ? [`AWSCodeBuild-${uuid}`] : [];
        }),
        null,
      );
    case 'ssm:StartAutomationExecution':
      return sessions(
        'automation',
        named(event, 'automationExecutionId', true)
          .filter((id) => /^[0-9a-f-]{36}$/.test(id))
          .map((id) => `Automation-${id}`),
        null,
      );
    default:
      return [];
  }
}

/**
 * Where an act of the tree may have given rise to credentials that its own answer does not name.
 * Sources: IAM User Guide, "Using CloudTrail with IAM and STS"; session names as EC2, Lambda, ECS, CodeBuild and Systems Manager choose them.
 */
export function errandsOf(event: TrailEvent, node: From): Errand[] {
  if (event.error !== null) return [];
  const base: Base = { parent: node.credential, account: node.account };
  if (event.source === 'iam.amazonaws.com')
    switch (event.name) {
      case 'CreateUser':
        return madeUser(event, base);
      case 'CreateLoginProfile':
      case 'UpdateLoginProfile':
      case 'ChangePassword':
        return setPassword(event, base, node);
      case 'CreateServiceSpecificCredential':
      case 'ResetServiceSpecificCredential':
        return bearerOf(event, node.account);
      case 'CreateRole':
      case 'UpdateAssumeRolePolicy':
        return trusted(event, base, node);
      default:
        return [];
    }
  if (event.source === 'sts.amazonaws.com' && event.name === 'GetFederationToken' && event.issued?.arn)
    return console_(event.issued.arn, event.time, { ...base, parent: event.issued.credential }, 'GetFederationToken');
  if (event.source === 'signin.amazonaws.com' && event.name === 'GetSigninToken' && event.identity.arn)
    return console_(event.identity.arn, event.time, base, 'GetSigninToken');
  return started(event, base);
}

/** Roles an act handed to a service. Assuming or editing a role is not handing it on. */
export function passedBy(event: TrailEvent): Passed[] {
  if (event.error !== null || !event.changes || /^(iam|sts)\./.test(event.source)) return [];
  return rolesIn(event).map((role) => ({ role, to: event.source, event: plainName(event), time: event.time, region: event.region }));
}
