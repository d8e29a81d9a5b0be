import type { LabContext, LabOperations } from '../../contract.ts';
import { addRole, type RoleRow } from '../../world/index.ts';
import {
  arn,
  boundary,
  byName,
  checkPolicy,
  conflict,
  date,
  document,
  encoded,
  find,
  iam,
  invalid,
  managedPolicyExists,
  name64,
  noSuchEntity,
  page,
  paged,
  path,
  pathPrefix,
  refuseProtected,
  refuseTaken,
  roleArn,
  tagConstraints,
  tagList,
  tagMap,
} from './shared.ts';

const described = (role: RoleRow): Record<string, unknown> => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: date(role.created),
  AssumeRolePolicyDocument: encoded(role.trust),
  MaxSessionDuration: role.maxSession,
  ...(role.description === undefined ? {} : { Description: role.description }),
});
export const detailedRole = (role: RoleRow): Record<string, unknown> => ({
  ...described(role),
  ...boundary(role),
  ...(Object.keys(role.tags).length > 0 && { Tags: tagList(role.tags) }),
  RoleLastUsed: role.lastUsed ? { LastUsedDate: date(role.lastUsed.time), Region: role.lastUsed.region } : {},
});
function changeable(ctx: LabContext, name: string): RoleRow {
  const role = find(iam(ctx).roles, name, 'role');
  refuseProtected(role);
  return role;
}

export const operations: LabOperations = {
  CreateRole: {
    constraints: {
      RoleName: name64,
      Path: path,
      AssumeRolePolicyDocument: document,
      Description: { length: [0, 1000] },
      MaxSessionDuration: { min: 3600, max: 43200 },
      PermissionsBoundary: arn,
      ...tagConstraints,
    },
    resources: (input, ctx) => [`arn:aws:iam::${ctx.account.id}:role${input.Path ?? '/'}${input.RoleName}`],
    run(input, ctx) {
      refuseTaken(iam(ctx).roles, input.RoleName, 'Role');
      if (/^\/(aws-service-role|aws-reserved)\//.test(input.Path ?? '/')) throw invalid('Path must not begin with a path reserved for AWS.');
      checkPolicy(input.AssumeRolePolicyDocument, true);
      const limits = input.PermissionsBoundary;
      if (limits !== undefined && !managedPolicyExists(ctx, limits)) throw noSuchEntity(`Scope ARN: ${limits} does not exist or is not attachable.`);
      const role = addRole(ctx.world, ctx.account, {
        name: input.RoleName,
        path: input.Path,
        trust: input.AssumeRolePolicyDocument,
        description: input.Description,
        maxSession: input.MaxSessionDuration,
        tags: tagMap(input.Tags),
        boundary: limits,
      });
      return { Role: detailedRole(role) };
    },
  },
  GetRole: {
    constraints: { RoleName: name64 },
    resources: (input, ctx) => roleArn(input.RoleName, ctx),
    run: (input, ctx) => ({ Role: detailedRole(find(iam(ctx).roles, input.RoleName, 'role')) }),
  },
  ListRoles: {
    constraints: { PathPrefix: pathPrefix, ...paged },
    resources: (_input, ctx) => [`arn:aws:iam::${ctx.account.id}:role/`],
    run(input, ctx) {
      const { items, ...rest } = page(ctx, byName(iam(ctx).roles, input.PathPrefix), input);
      return { Roles: items.map(described), ...rest };
    },
  },
  UpdateRole: {
    constraints: { RoleName: name64, Description: { length: [0, 1000] }, MaxSessionDuration: { min: 3600, max: 43200 } },
    resources: (input, ctx) => roleArn(input.RoleName, ctx),
    run(input, ctx) {
      const role = changeable(ctx, input.RoleName);
      role.description = input.Description ?? role.description;
      role.maxSession = input.MaxSessionDuration ?? role.maxSession;
      return {};
    },
  },
  UpdateAssumeRolePolicy: {
    constraints: { RoleName: name64, PolicyDocument: document },
    resources: (input, ctx) => roleArn(input.RoleName, ctx),
    run(input, ctx) {
      const role = changeable(ctx, input.RoleName);
      checkPolicy(input.PolicyDocument, true);
      role.trust = input.PolicyDocument;
    },
  },
  DeleteRole: {
    constraints: { RoleName: name64 },
    resources: (input, ctx) => roleArn(input.RoleName, ctx),
    run(input, ctx) {
      const role = changeable(ctx, input.RoleName);
      if (Object.values(iam(ctx).instanceProfiles).some((profile) => profile.roles.includes(role.name)))
        throw conflict('Cannot delete entity, must remove roles from instance profile first.');
      if (role.attached.length > 0) throw conflict('Cannot delete entity, must detach all policies first.');
      if (Object.keys(role.inline).length > 0) throw conflict('Cannot delete entity, must delete policies first.');
      delete iam(ctx).roles[role.name];
    },
  },
  UpdateRoleDescription: {
    constraints: { RoleName: name64, Description: { length: [0, 1000] } },
    resources: (input, ctx) => roleArn(input.RoleName, ctx),
    run(input, ctx) {
      const role = changeable(ctx, input.RoleName);
      role.description = input.Description;
      return { Role: detailedRole(role) };
    },
  },
  TagRole: {
    constraints: { RoleName: name64, ...tagConstraints },
    resources: (input, ctx) => roleArn(input.RoleName, ctx),
    run(input, ctx) {
      Object.assign(changeable(ctx, input.RoleName).tags, tagMap(input.Tags));
    },
  },
  UntagRole: {
    constraints: { RoleName: name64, TagKeys: { length: [0, 50] }, 'TagKeys[]': { length: [1, 128] } },
    resources: (input, ctx) => roleArn(input.RoleName, ctx),
    run(input, ctx) {
      const { tags } = changeable(ctx, input.RoleName);
      for (const key of input.TagKeys) delete tags[key];
    },
  },
  ListRoleTags: {
    constraints: { RoleName: name64, ...paged },
    resources: (input, ctx) => roleArn(input.RoleName, ctx),
    run(input, ctx) {
      const { items, ...rest } = page(ctx, tagList(find(iam(ctx).roles, input.RoleName, 'role').tags), input);
      return { Tags: items, ...rest };
    },
  },
};
