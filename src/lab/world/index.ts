/** The world: pure state, its clock and dice, who may do what, and what is remembered. */
export { type AuthorizeRequest, authorize, type Verdict } from './authorize.ts';
export { type Refusal, resolveCaller } from './callers.ts';
export { BROWSER, type ConsoleOptions, consoleSession, type SignIn } from './console.ts';
export { type ContextOptions, makeContext } from './context.ts';
export { type ActingFault, recordEffect, takeFaults } from './faults.ts';
export { type AssignmentRow, addIdentityCenter, type PermissionSetRow, provision, reservedRole, type SsoInstance } from './identity-center.ts';
export { accessKeyId, hex, letters, resourceId, secretKey, sessionToken, uniqueId, uuid } from './ids.ts';
export { beforeWrite, readRegion, settledIam } from './journal.ts';
export { managedEbsKey } from './keys.ts';
export { type NormaliseOptions, normalise, normaliseEffects } from './normalise.ts';
export {
  accountEmail,
  addAccessRole,
  addOrganization,
  attachFullAccess,
  controlPolicies,
  enableScp,
  FULL_ACCESS,
  type HandshakeRow,
  joinOrganization,
  leaveOrganization,
  type OrganizationPolicy,
  type OrganizationRow,
  organizationOf,
  SCP,
  speaksFor,
} from './organization.ts';
export { evaluate, parsePolicy, policyFault } from './policy/evaluate.ts';
export { awsManaged, type ManagedPolicy } from './policy/managed.ts';
export { addAccessKey, addGroup, addInstanceProfile, addRole, addUser, issueRoleSession, issueSession, type SessionOptions, touchKey } from './principals.ts';
export { between, fraction, next32, randomBytes } from './random.ts';
export { takeToken } from './rates.ts';
export { DEFAULT_REGIONS, OPT_IN_REGIONS } from './regions.ts';
export { resourcesOf } from './resources.ts';
export * from './rows.ts';
export { addSecurityMembership, type SecurityMembership } from './security-membership.ts';
export { accountOf, createAccount, loadWorld, newWorld, regionEnabled, saveWorld, worldNow } from './state.ts';
export { type RecordedCall, recordCall } from './trail.ts';
