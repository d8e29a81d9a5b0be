import type { Action } from '../../src/kernel/index.ts';
import { THROUGH_CLOUDFORMATION as KEY_STACK } from '../../src/procedure/07-snapshot/copy-snapshots.ts';
import { THROUGH_CLOUDFORMATION } from '../../src/procedure/09-volume/workstation.ts';
import type { Played } from './course.ts';

/** Actions that only look. */
export const NEVER_CHANGES: readonly string[] = [
  'await-snapshots',
  'hunt',
  'identify-key',
  'support-replies',
  'verify-copies',
  'verify-isolation',
  'watch-containment',
];

/** Calls that an action may make and an undisturbed run does not, with the reason. */
const ELSEWHERE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'contain-found-keys': { 'iam:PutUserPolicy': 'second way, where no managed policy fits', 'iam:DetachUserPolicy': 'undo', 'iam:DeleteUserPolicy': 'undo' },
  'deny-user': { 'iam:PutUserPolicy': 'second way, where no managed policy fits', 'iam:DetachUserPolicy': 'undo', 'iam:DeleteUserPolicy': 'undo' },
  'contain-root': { 'sts:AssumeRoot': 'credentials, no change', 'iam:DeleteSigningCertificate': 'the lab knows none of root users' },
  'close-role-trust': { 'iam:DeleteRolePolicy': 'undo' },
  'deny-by-scp': { 'organizations:DetachPolicy': 'undo', 'organizations:DeletePolicy': 'undo' },
  'deny-identity-center-user': { 'sso:DeleteInlinePolicyFromPermissionSet': 'undo' },
  'disable-roles-anywhere': { 'rolesanywhere:EnableTrustAnchor': 'undo', 'rolesanywhere:EnableProfile': 'undo' },
  'revoke-issuer-sessions': {
    'iam:PutUserPolicy': 'for a session of a user; revoke-user-sessions sends the same',
    'iam:DeleteRolePolicy': 'undo',
    'iam:DeleteUserPolicy': 'undo',
  },
  'revoke-role-sessions': { 'iam:DeleteRolePolicy': 'undo' },
  'revoke-user-sessions': { 'iam:DeleteUserPolicy': 'undo' },
  'security-ir-case': { 'security-ir:CloseCase': 'undo' },
  'support-case': { 'support:ResolveCase': 'undo' },
  'leave-auto-scaling': { 'autoscaling:ExitStandby': 'undo', 'autoscaling:AttachInstances': 'undo', 'autoscaling:ResumeProcesses': 'undo' },
  'leave-load-balancers': {
    'elasticloadbalancing:RegisterTargets': 'undo',
    'elasticloadbalancing:RegisterInstancesWithLoadBalancer': 'undo',
  },
  'remove-public-addresses': { 'ec2:AssociateAddress': 'undo' },
  'cut-connections': {
    'ec2:CreateTags': 'part of CreateSecurityGroup and CreateNetworkAcl',
    'ec2:DeleteNetworkAcl': 'undo',
    'ec2:DeleteNetworkAclEntry': 'undo',
  },
  'replace-instance-profile': { 'ec2:AssociateIamInstanceProfile': 'undo; of a stopped instance, too, which gets another profile' },
  'revoke-instance-role': { 'iam:DeleteRolePolicy': 'undo' },
  'verify-isolation': { 'logs:FilterLogEvents': 'a reading' },
  'lock-snapshots': { 'ec2:UnlockSnapshot': 'undo' },
  'suppress-deletion': {
    'ec2:UnlockSnapshot': 'undo',
    'rbin:DeleteRule': 'undo',
    'dlm:UpdateLifecyclePolicy': 'second way; legal-hold sends the same',
  },
  'legal-hold': { 'ec2:UnlockSnapshot': 'undo', 'rbin:DeleteRule': 'undo' },
  'copy-snapshots': {
    ...Object.fromEntries(KEY_STACK.map((one) => [one, 'CloudFormation calls it'])),
    'ec2:CreateTags': 'part of CopySnapshot',
    'kms:RevokeGrant': 'undo',
  },
  export: { 's3:PutObjectRetention': 'part of PutObject', 's3:PutObjectLegalHold': 'part of PutObject' },
  isolate: {
    'ec2:DeleteSecurityGroup': 'undo',
    'ec2:DeleteVpcEndpoints': 'undo',
    'ec2:CreateTags': 'part of CreateSecurityGroup',
    'ec2:RevokeSecurityGroupIngress': 'undo',
    'ec2:AuthorizeSecurityGroupEgress': 'undo',
  },
  tag: { 'ec2:DeleteTags': 'undo' },
  snapshot: { 'ec2:CreateTags': 'part of CreateSnapshots', 'ec2:CreateSnapshot': 'only of a volume that outlived its instance' },
  stop: { 'ec2:ModifyInstanceAttribute': 'only where a shutdown would terminate', 'ec2:StartInstances': 'undo' },
  workstation: {
    ...Object.fromEntries(THROUGH_CLOUDFORMATION.map((one) => [one, 'CloudFormation calls it'])),
    'cloudformation:DeleteStack': 'undo',
  },
  volume: { 'ec2:CreateTags': 'part of CreateVolume', 'ec2:DeleteVolume': 'undo' },
  attach: { 'ec2:DetachVolume': 'undo' },
};
const READS = /:(Describe|Get|List|Lookup|Head|Search|Simulate)/;

export interface Sent {
  readonly action: string;
  readonly operation: string;
}
/** Each kind of call that some part sent, of which action. */
export const covered = (played: Readonly<Record<string, Played>>): Sent[] =>
  Object.values(played).flatMap(({ entries }) =>
    entries.filter(({ kind }) => kind === 'intent').map(({ body }) => ({ action: String(body.action), operation: String(body.call.operation) })),
  );

/** What is permitted, changes something, and is neither sent by any part nor excused; and excuses for what is sent. */
export function uncovered(actions: readonly Action[], sent: readonly Sent[]): string[] {
  return actions.flatMap(({ id, permissions }) => {
    const calls = new Set(sent.filter((one) => one.action === id).map((one) => one.operation));
    const excused = ELSEWHERE[id] ?? {};
    const changing = permissions.filter((one) => !READS.test(one));
    return [
      ...changing.filter((one) => !calls.has(one.split(':')[1]!) && !(one in excused)).map((one) => `${id}: ${one} is never sent`),
      ...Object.keys(excused).flatMap((one) => (changing.includes(one) ? [] : [`${id}: ${one} is excused, and no permission of it`])),
    ];
  });
}
