import { apiOf, isObject, type TrailRecord, text } from '../event.ts';
import { filled, userOf } from './ocsf-parts.ts';

/** What an event is in OCSF: its class, its activity, and what only this class has. */
export interface Classified {
  readonly class_uid: 6003 | 3002 | 3001;
  readonly class_name: string;
  readonly category_uid: 6 | 3;
  readonly category_name: string;
  readonly activity_id: number;
  readonly activity_name: string;
  /** The activity's name in the schema: where it is none of them, `Other`. */
  readonly caption: string;
  readonly own: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}
type Activity = readonly [id: number, caption: string];
const OTHER: Activity = [99, 'Other'];

const LOGONS: Readonly<Record<string, Activity>> = {
  'signin:ConsoleLogin': [1, 'Logon'],
  'signin:SwitchRole': [7, 'Account Switch'],
  'signin:ExitRole': [7, 'Account Switch'],
  'signin:Logout': [2, 'Logoff'],
  'sso:Logout': [2, 'Logoff'],
  'sso:Authenticate': [1, 'Logon'],
  'sts:AssumeRole': [1, 'Logon'],
  'sts:AssumeRoleWithSAML': [1, 'Logon'],
  'sts:AssumeRoleWithWebIdentity': [1, 'Logon'],
  'sts:AssumeRoot': [1, 'Logon'],
  'sts:GetSessionToken': [1, 'Logon'],
  'sts:GetFederationToken': [1, 'Logon'],
};
const ATTACH: Activity = [7, 'Attach Policy'];
const DETACH: Activity = [8, 'Detach Policy'];
const CHANGES: Readonly<Record<string, Activity>> = {
  CreateUser: [1, 'Create'],
  CreateRole: [1, 'Create'],
  CreateServiceLinkedRole: [1, 'Create'],
  DeleteUser: [6, 'Delete'],
  DeleteRole: [6, 'Delete'],
  ChangePassword: [3, 'Password Change'],
  UpdateLoginProfile: [4, 'Password Reset'],
  AttachUserPolicy: ATTACH,
  AttachRolePolicy: ATTACH,
  PutUserPolicy: ATTACH,
  PutRolePolicy: ATTACH,
  DetachUserPolicy: DETACH,
  DetachRolePolicy: DETACH,
  DeleteUserPolicy: DETACH,
  DeleteRolePolicy: DETACH,
  EnableMFADevice: [10, 'MFA Factor Enable'],
  DeactivateMFADevice: [11, 'MFA Factor Disable'],
  CreateLoginProfile: OTHER,
  DeleteLoginProfile: OTHER,
  CreateAccessKey: OTHER,
  UpdateAccessKey: OTHER,
  DeleteAccessKey: OTHER,
  UpdateUser: OTHER,
  UpdateRole: OTHER,
  UpdateAssumeRolePolicy: OTHER,
};

/** The user or role that is signed in: the role of a role session, else who acts. */
function subject(record: TrailRecord): Readonly<Record<string, unknown>> {
  const role = text(record, 'requestParameters.roleArn') ?? text(record, 'requestParameters.targetPrincipal');
  if (role === undefined) return userOf(record);
  return filled({
    uid: role,
    name: text(record, 'requestParameters.roleSessionName') ?? text(record, 'requestParameters.name'),
    type: 'AssumedRole',
    type_id: 99,
  })!;
}
function authentication(record: TrailRecord, api: string, [activity_id, caption]: Activity): Classified {
  const mfa = text(record, 'additionalEventData.MFAUsed');
  const login = text(record, 'additionalEventData.LoginTo');
  const host = /^https?:\/\/([^/?#\s]+)/.exec(login ?? '')?.[1];
  const protocol = api.endsWith('WithSAML')
    ? { auth_protocol: 'SAML', auth_protocol_id: 5 }
    : api.endsWith('WithWebIdentity')
      ? { auth_protocol: 'OpenID', auth_protocol_id: 4 }
      : {};
  return {
    class_uid: 3002,
    class_name: 'Authentication',
    category_uid: 3,
    category_name: 'Identity & Access Management',
    activity_id,
    activity_name: caption,
    caption,
    failed: /^failure$/i.test(text(record, 'responseElements.ConsoleLogin') ?? ''),
    own: {
      user: subject(record),
      service: { name: text(record, 'eventSource') ?? 'unknown' },
      dst_endpoint: host === undefined ? undefined : { hostname: host },
      is_mfa: mfa === undefined ? undefined : mfa.toLowerCase() === 'yes',
      is_remote: true,
      session: filled({
        credential_uid: text(record, 'responseElements.credentials.accessKeyId'),
        uid: text(record, 'responseElements.assumedRoleUser.arn') ?? text(record, 'responseElements.federatedUser.arn'),
        uid_alt: text(record, 'responseElements.assumedRoleUser.assumedRoleId'),
      }),
      ...protocol,
    },
  };
}
function accountChange(record: TrailRecord, [activity_id, caption]: Activity): Classified {
  const name = ['requestParameters.userName', 'requestParameters.roleName', 'responseElements.user.userName', 'responseElements.role.roleName']
    .map((path) => text(record, path))
    .find(Boolean);
  const uid = text(record, 'responseElements.user.arn') ?? text(record, 'responseElements.role.arn');
  const policy = filled({ uid: text(record, 'requestParameters.policyArn'), name: text(record, 'requestParameters.policyName') });
  // A call that names nobody changes the caller's own account.
  const user =
    name === undefined && uid === undefined
      ? userOf(record)
      : filled({ name, uid, uid_alt: text(record, 'responseElements.user.userId') ?? text(record, 'responseElements.role.roleId') });
  return {
    class_uid: 3001,
    class_name: 'Account Change',
    category_uid: 3,
    category_name: 'Identity & Access Management',
    activity_id,
    activity_name: activity_id === 99 ? (text(record, 'eventName') ?? caption) : caption,
    caption,
    failed: false,
    own: { user, policies: policy === undefined ? undefined : [policy] },
  };
}

function crud(record: TrailRecord): Activity {
  const name = text(record, 'eventName') ?? '';
  if (
    text(record, 'readOnly') === 'true' ||
    /^(?:Get|List|Describe|Head|Lookup|BatchGet|Search|Query|Scan|Select|Decrypt|View|Check|Preview|Validate)/.test(name)
  )
    return [2, 'Read'];
  if (/^(?:Create|Run|Allocate|Register|Import|Copy|Issue|Request|Generate|Purchase|Invite|Publish|Restore|PutObject$)/.test(name)) return [1, 'Create'];
  if (/^(?:Delete|Terminate|Remove|Deregister|Release|Purge|Cancel|Schedule\w*Deletion)/.test(name)) return [4, 'Delete'];
  if (
    /^(?:Update|Modify|Put|Set|Attach|Detach|Associate|Disassociate|Authorize|Revoke|Enable|Disable|Tag|Untag|Add|Start|Stop|Reboot|Change|Replace|Reset|Rotate|Activate|Deactivate|Move|Leave|Accept|Merge)/.test(
      name,
    )
  )
    return [3, 'Update'];
  return OTHER;
}

/** Sign-ins and credentials given out are Authentication, changes of users and roles Account Change, all else API Activity. */
export function classify(record: TrailRecord): Classified {
  const api = apiOf(record);
  const logon = Object.hasOwn(LOGONS, api) ? LOGONS[api] : undefined;
  if (logon) return authentication(record, api, logon);
  const change = api.startsWith('iam:') && Object.hasOwn(CHANGES, api.slice(4)) ? CHANGES[api.slice(4)] : undefined;
  if (change) return accountChange(record, change);
  const [activity_id, caption] = crud(record);
  return {
    class_uid: 6003,
    class_name: 'API Activity',
    category_uid: 6,
    category_name: 'Application Activity',
    activity_id,
    activity_name: activity_id === 99 ? (text(record, 'eventName') ?? caption) : caption,
    caption,
    failed: isObject(record.responseElements) && text(record, 'responseElements._return') === 'false',
    own: {},
  };
}
