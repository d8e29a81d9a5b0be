import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

interface Profile {
  InstanceProfileName?: string;
  Arn?: string;
  CreateDate?: string;
  Roles?: { RoleName?: string; Arn?: string }[];
}

/** An instance profile hands a role to every instance that gets it: the attacker's way to give a machine rights that outlive his key. */
export const hunter: Hunter = {
  type: 'AWS::IAM::InstanceProfile',
  scope: 'global',
  title: text('IAM instance profiles', 'Perfiles de instancia de IAM'),
  permissions: ['iam:ListInstanceProfiles'],
  createdByEvents: ['CreateInstanceProfile'],
  changedByEvents: ['AddRoleToInstanceProfile', 'RemoveRoleFromInstanceProfile'],
  names: ['instanceProfileName'],
  async *scan(ctx, region) {
    for await (const one of listed<Profile>(ctx, 'iam', region, 'ListInstanceProfiles', 'InstanceProfiles')) {
      if (one.InstanceProfileName === undefined || one.Arn === undefined) continue;
      const roles = (one.Roles ?? []).flatMap((role) => role.Arn ?? []);
      yield foundAt(ctx, 'AWS::IAM::InstanceProfile', region, one.Arn, one.InstanceProfileName, {
        createdAt: time(one.CreateDate),
        alive: true,
        detail: present({ role: one.Roles?.[0]?.RoleName }),
        roles,
      });
    }
  },
};
