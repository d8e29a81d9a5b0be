import type { Account, World } from '../contract.ts';
import { hex, letters } from './ids.ts';
import { addRole } from './principals.ts';
import { iamTables, type RoleRow } from './rows.ts';
import { worldNow } from './state.ts';

/** IAM Identity Center is one instance in one region of an account (the management account, as a rule). */
export interface SsoInstance {
  arn: string;
  storeId: string;
  name: string;
  created: number;
}
export interface PermissionSetRow {
  arn: string;
  name: string;
  description?: string;
  created: number;
  sessionDuration: string;
  inline?: string;
  managed: string[];
  /** Account -> when it was last provisioned there. */
  provisioned: Record<string, number>;
  changed: number;
}
export interface AssignmentRow {
  account: string;
  permissionSet: string;
  principalType: 'USER' | 'GROUP';
  principalId: string;
  created: number;
}

/** Switches IAM Identity Center on, as the console does: the organisation's instance has no API that makes it. */
export function addIdentityCenter(world: World, account: Account, region: string): SsoInstance {
  const state = account.regions[region];
  if (!state) throw new Error(`account ${account.id} has no region ${region}`);
  const instance = {
    arn: `arn:aws:sso:::instance/ssoins-${hex(world, 16)}`,
    storeId: `d-${hex(world, 10)}`,
    name: account.id,
    created: worldNow(world),
  };
  Object.assign(state.tables, { ssoInstances: { [instance.arn]: instance }, permissionSets: {}, ssoAssignments: {}, ssoRequests: {} });
  Object.assign(state.tables, { directoryUsers: {}, directoryGroups: {}, directoryMemberships: {} });
  return instance;
}

const PREFIX = '/aws-reserved/sso.amazonaws.com/';
/** The role that stands for a permission set in an account. IAM shows it and refuses to change it. */
export const reservedRole = (account: Account, set: PermissionSetRow): RoleRow | undefined =>
  Object.values(iamTables(account).roles).find((role) => role.path.startsWith(PREFIX) && role.tags['aws:permission-set'] === set.arn);

/** Makes or updates the role AWSReservedSSO_<name>_<16 hex digits>. */
export function provision(world: World, account: Account, region: string, set: PermissionSetRow): RoleRow {
  const provider = `arn:aws:iam::${account.id}:saml-provider/AWSSSO_${letters(world, 8).toLowerCase()}_DO_NOT_DELETE`;
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
        Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
      },
    ],
  };
  const path = region === 'us-east-1' ? PREFIX : `${PREFIX}${region}/`;
  const role =
    reservedRole(account, set) ??
    addRole(world, account, { name: `AWSReservedSSO_${set.name}_${hex(world, 16)}`, path, trust, tags: { 'aws:permission-set': set.arn }, maxSession: 43_200 });
  role.inline = set.inline === undefined ? {} : { AwsSSOInlinePolicy: set.inline };
  role.attached = [...set.managed];
  set.provisioned[account.id] = worldNow(world);
  return role;
}
