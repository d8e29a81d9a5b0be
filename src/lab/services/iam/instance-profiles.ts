import type { LabContext, LabOperations } from '../../contract.ts';
import { addInstanceProfile, type ProfileRow } from '../../world/index.ts';
import { detailedRole } from './roles.ts';
import {
  byName,
  conflict,
  date,
  find,
  iam,
  limit,
  name64,
  name128,
  noSuchEntity,
  page,
  paged,
  path,
  pathPrefix,
  profileArn,
  refuseTaken,
  roleArn,
  tagConstraints,
  tagList,
  tagMap,
} from './shared.ts';

export const describedProfile = (ctx: LabContext, profile: ProfileRow): object => ({
  Path: profile.path,
  InstanceProfileName: profile.name,
  InstanceProfileId: profile.id,
  Arn: profile.arn,
  CreateDate: date(profile.created),
  Roles: profile.roles.flatMap((name) => {
    const role = iam(ctx).roles[name];
    if (!role) return [];
    const { RoleLastUsed: _, ...described } = detailedRole(role);
    return [described];
  }),
  ...(Object.keys(profile.tags).length > 0 && { Tags: tagList(profile.tags) }),
});
const theProfile = (ctx: LabContext, name: string): ProfileRow => find(iam(ctx).instanceProfiles, name, 'Instance Profile');

export const operations: LabOperations = {
  CreateInstanceProfile: {
    constraints: { InstanceProfileName: name128, Path: path, ...tagConstraints },
    resources: (input, ctx) => [`arn:aws:iam::${ctx.account.id}:instance-profile${input.Path ?? '/'}${input.InstanceProfileName}`],
    run(input, ctx) {
      refuseTaken(iam(ctx).instanceProfiles, input.InstanceProfileName, 'Instance Profile');
      const profile = addInstanceProfile(ctx.world, ctx.account, { name: input.InstanceProfileName, path: input.Path });
      profile.tags = tagMap(input.Tags);
      return { InstanceProfile: describedProfile(ctx, profile) };
    },
  },
  GetInstanceProfile: {
    constraints: { InstanceProfileName: name128 },
    resources: (input, ctx) => profileArn(input.InstanceProfileName, ctx),
    run: (input, ctx) => ({ InstanceProfile: describedProfile(ctx, theProfile(ctx, input.InstanceProfileName)) }),
  },
  ListInstanceProfiles: {
    constraints: { PathPrefix: pathPrefix, ...paged },
    resources: (_input, ctx) => [`arn:aws:iam::${ctx.account.id}:instance-profile/`],
    run(input, ctx) {
      const { items, ...rest } = page(ctx, byName(iam(ctx).instanceProfiles, input.PathPrefix), input);
      return { InstanceProfiles: items.map((profile) => describedProfile(ctx, profile)), ...rest };
    },
  },
  ListInstanceProfilesForRole: {
    constraints: { RoleName: name64, ...paged },
    resources: (input, ctx) => roleArn(input.RoleName, ctx),
    run(input, ctx) {
      const role = find(iam(ctx).roles, input.RoleName, 'role');
      const profiles = byName(iam(ctx).instanceProfiles, '/').filter((profile) => profile.roles.includes(role.name));
      const { items, ...rest } = page(ctx, profiles, input);
      return { InstanceProfiles: items.map((profile) => describedProfile(ctx, profile)), ...rest };
    },
  },
  AddRoleToInstanceProfile: {
    constraints: { InstanceProfileName: name128, RoleName: name64 },
    resources: (input, ctx) => profileArn(input.InstanceProfileName, ctx),
    run(input, ctx) {
      const profile = theProfile(ctx, input.InstanceProfileName);
      const role = find(iam(ctx).roles, input.RoleName, 'role');
      if (profile.roles.length >= 1) throw limit('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
      profile.roles.push(role.name);
    },
  },
  RemoveRoleFromInstanceProfile: {
    constraints: { InstanceProfileName: name128, RoleName: name64 },
    resources: (input, ctx) => profileArn(input.InstanceProfileName, ctx),
    run(input, ctx) {
      const profile = theProfile(ctx, input.InstanceProfileName);
      if (!profile.roles.includes(input.RoleName)) throw noSuchEntity(`The role with name ${input.RoleName} cannot be found.`);
      profile.roles = profile.roles.filter((name) => name !== input.RoleName);
    },
  },
  DeleteInstanceProfile: {
    constraints: { InstanceProfileName: name128 },
    resources: (input, ctx) => profileArn(input.InstanceProfileName, ctx),
    run(input, ctx) {
      const profile = theProfile(ctx, input.InstanceProfileName);
      if (profile.roles.length > 0) throw conflict('Cannot delete entity, must remove roles from instance profile first.');
      delete iam(ctx).instanceProfiles[profile.name];
    },
  },
};
