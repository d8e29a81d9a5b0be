import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { awsManaged, type PolicyRow, uniqueId } from '../../world/index.ts';
import {
  arn,
  checkPolicy,
  conflict,
  date,
  document,
  encoded,
  exists,
  iam,
  limit,
  managedPolicyExists,
  name128,
  noSuchEntity,
  page,
  paged,
  path,
  policyPathPrefix,
  tagConstraints,
  tagList,
  tagMap,
} from './shared.ts';

const POLICY_PATH = { length: [1, 512] as [number, number], pattern: '^((/[A-Za-z0-9\\.,\\+@=_-]+)*)/$' };
const MAX_DOCUMENT = 6144;
const versionId = { pattern: '^v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?$' };

/** AWS managed policies in the form of the account's own. */
export function policyRow(ctx: LabContext, policyArn: string): PolicyRow {
  const own = Object.hasOwn(iam(ctx).policies, policyArn) ? iam(ctx).policies[policyArn] : undefined;
  if (own) return own;
  const managed = awsManaged[policyArn];
  if (!managed) throw noSuchEntity(`Policy ${policyArn} was not found.`);
  const { id, name, path, version, created, description } = managed;
  return {
    arn: policyArn,
    id,
    name,
    path,
    created,
    updated: created,
    description,
    defaultVersion: version,
    versions: { [version]: { document: managed.document, created } },
    nextVersion: Number(version.slice(1)) + 1,
    tags: {},
  };
}
function ownPolicy(ctx: LabContext, policyArn: string): PolicyRow {
  if (policyArn in awsManaged) throw new LabError('AccessDenied', `Cannot perform the operation on the AWS managed policy ${policyArn}.`, { status: 403 });
  return policyRow(ctx, policyArn);
}
const principalsOf = (ctx: LabContext): { kind: 'User' | 'Role' | 'Group'; name: string; id: string; attached: string[]; boundary?: string }[] => [
  ...Object.values(iam(ctx).users).map((row) => ({ ...row, kind: 'User' as const })),
  ...Object.values(iam(ctx).roles).map((row) => ({ ...row, kind: 'Role' as const })),
  ...Object.values(iam(ctx).groups).map((row) => ({ ...row, kind: 'Group' as const })),
];
export const describedPolicy = (ctx: LabContext, policy: PolicyRow): Record<string, unknown> => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.defaultVersion,
  AttachmentCount: principalsOf(ctx).filter((row) => row.attached.includes(policy.arn)).length,
  PermissionsBoundaryUsageCount: principalsOf(ctx).filter((row) => row.boundary === policy.arn).length,
  IsAttachable: true,
  CreateDate: date(policy.created),
  UpdateDate: date(policy.updated),
});
export const describedVersion = (policy: PolicyRow, id: string, withDocument: boolean): object => {
  const version = policy.versions[id]!;
  return {
    VersionId: id,
    IsDefaultVersion: id === policy.defaultVersion,
    CreateDate: date(version.created),
    ...(withDocument && { Document: encoded(version.document) }),
  };
};
function checkSize(text: string): void {
  checkPolicy(text);
  if (text.replace(/\s/g, '').length > MAX_DOCUMENT) throw limit(`Cannot exceed quota for PolicySize: ${MAX_DOCUMENT}`);
}
const resources = (input: any): string[] => [input.PolicyArn];
const missing = (input: any): LabError => noSuchEntity(`Policy ${input.PolicyArn} version ${input.VersionId} does not exist or is not attachable.`);

export const operations: LabOperations = {
  CreatePolicy: {
    constraints: { PolicyName: name128, Path: POLICY_PATH, PolicyDocument: document, Description: { length: [0, 1000] }, ...tagConstraints },
    resources: (input, ctx) => [`arn:aws:iam::${ctx.account.id}:policy${input.Path ?? '/'}${input.PolicyName}`],
    run(input, ctx) {
      const path: string = input.Path ?? '/';
      const policyArn = `arn:aws:iam::${ctx.account.id}:policy${path}${input.PolicyName}`;
      const taken = Object.values(iam(ctx).policies).some((row) => row.name.toLowerCase() === input.PolicyName.toLowerCase());
      if (taken) throw exists(`A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`);
      checkSize(input.PolicyDocument);
      const now = ctx.now();
      const policy: PolicyRow = {
        name: input.PolicyName,
        id: uniqueId(ctx.world, 'ANPA'),
        arn: policyArn,
        path,
        created: now,
        updated: now,
        ...(input.Description === undefined ? {} : { description: input.Description }),
        defaultVersion: 'v1',
        versions: { v1: { document: input.PolicyDocument, created: now } },
        nextVersion: 2,
        tags: tagMap(input.Tags),
      };
      iam(ctx).policies[policyArn] = policy;
      return { Policy: { ...describedPolicy(ctx, policy), ...(policy.description !== undefined && { Description: policy.description }) } };
    },
  },
  GetPolicy: {
    constraints: { PolicyArn: arn },
    resources,
    run(input, ctx) {
      const policy = policyRow(ctx, input.PolicyArn);
      return {
        Policy: { ...describedPolicy(ctx, policy), ...(policy.description !== undefined && { Description: policy.description }), Tags: tagList(policy.tags) },
      };
    },
  },
  ListPolicies: {
    constraints: {
      Scope: { enum: ['All', 'AWS', 'Local'] },
      PathPrefix: policyPathPrefix,
      PolicyUsageFilter: { enum: ['PermissionsPolicy', 'PermissionsBoundary'] },
      ...paged,
    },
    run(input, ctx) {
      const scope = input.Scope ?? 'All';
      const arns = [...(scope === 'AWS' ? [] : Object.keys(iam(ctx).policies)), ...(scope === 'Local' ? [] : Object.keys(awsManaged))].sort();
      const used = (policy: string): boolean =>
        principalsOf(ctx).some(
          (row) =>
            (input.PolicyUsageFilter !== 'PermissionsPolicy' && row.boundary === policy) ||
            (input.PolicyUsageFilter !== 'PermissionsBoundary' && row.attached.includes(policy)),
        );
      const rows = arns
        .filter((policy) => !(input.OnlyAttached || input.PolicyUsageFilter) || used(policy))
        .map((policy) => policyRow(ctx, policy))
        .filter((policy) => policy.path.startsWith(input.PathPrefix ?? '/'));
      const { items, ...rest } = page(ctx, rows, input);
      return { Policies: items.map((policy) => describedPolicy(ctx, policy)), ...rest };
    },
  },
  DeletePolicy: {
    constraints: { PolicyArn: arn },
    resources,
    run(input, ctx) {
      const policy = ownPolicy(ctx, input.PolicyArn);
      if (principalsOf(ctx).some((row) => row.attached.includes(policy.arn) || row.boundary === policy.arn))
        throw conflict('Cannot delete a policy attached to entities.');
      if (Object.keys(policy.versions).length > 1)
        throw conflict(
          "This policy has more than one version. Before you delete a policy, you must delete all the policy's versions. The default version is deleted with the policy.",
        );
      delete iam(ctx).policies[policy.arn];
    },
  },
  CreatePolicyVersion: {
    constraints: { PolicyArn: arn, PolicyDocument: document },
    resources,
    run(input, ctx) {
      const policy = ownPolicy(ctx, input.PolicyArn);
      checkSize(input.PolicyDocument);
      if (Object.keys(policy.versions).length >= 5)
        throw limit('A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.');
      const id = `v${policy.nextVersion++}`;
      policy.versions[id] = { document: input.PolicyDocument, created: ctx.now() };
      policy.updated = ctx.now();
      if (input.SetAsDefault) policy.defaultVersion = id;
      return { PolicyVersion: describedVersion(policy, id, false) };
    },
  },
  GetPolicyVersion: {
    constraints: { PolicyArn: arn, VersionId: versionId },
    resources,
    run(input, ctx) {
      const policy = policyRow(ctx, input.PolicyArn);
      if (!Object.hasOwn(policy.versions, input.VersionId)) throw missing(input);
      return { PolicyVersion: describedVersion(policy, input.VersionId, true) };
    },
  },
  ListPolicyVersions: {
    constraints: { PolicyArn: arn, ...paged },
    resources,
    run(input, ctx) {
      const policy = policyRow(ctx, input.PolicyArn);
      const ids = Object.keys(policy.versions).sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
      const { items, ...rest } = page(ctx, ids, input);
      return { Versions: items.map((id) => describedVersion(policy, id, false)), ...rest };
    },
  },
  SetDefaultPolicyVersion: {
    constraints: { PolicyArn: arn, VersionId: versionId },
    resources,
    run(input, ctx) {
      const policy = ownPolicy(ctx, input.PolicyArn);
      if (!Object.hasOwn(policy.versions, input.VersionId)) throw missing(input);
      policy.defaultVersion = input.VersionId;
      policy.updated = ctx.now();
    },
  },
  DeletePolicyVersion: {
    constraints: { PolicyArn: arn, VersionId: versionId },
    resources,
    run(input, ctx) {
      const policy = ownPolicy(ctx, input.PolicyArn);
      if (!Object.hasOwn(policy.versions, input.VersionId)) throw missing(input);
      if (policy.defaultVersion === input.VersionId) throw conflict('Cannot delete the default version of a policy.');
      delete policy.versions[input.VersionId];
    },
  },
  ListEntitiesForPolicy: {
    constraints: {
      PolicyArn: arn,
      EntityFilter: { enum: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] },
      PathPrefix: path,
      PolicyUsageFilter: { enum: ['PermissionsPolicy', 'PermissionsBoundary'] },
      ...paged,
    },
    resources,
    run(input, ctx) {
      if (!managedPolicyExists(ctx, input.PolicyArn)) throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
      const uses = principalsOf(ctx).filter(
        (row) =>
          (input.EntityFilter ?? row.kind) === row.kind &&
          ((input.PolicyUsageFilter !== 'PermissionsBoundary' && row.attached.includes(input.PolicyArn)) ||
            (input.PolicyUsageFilter !== 'PermissionsPolicy' && row.boundary === input.PolicyArn)),
      );
      const { items, ...rest } = page(ctx, uses, input);
      const of = (kind: string): object[] => items.filter((row) => row.kind === kind).map((row) => ({ [`${kind}Name`]: row.name, [`${kind}Id`]: row.id }));
      return { PolicyUsers: of('User'), PolicyRoles: of('Role'), PolicyGroups: of('Group'), ...rest };
    },
  },
};
