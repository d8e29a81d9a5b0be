import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

interface Profile {
  profileId?: string;
  profileArn?: string;
  name?: string;
  enabled?: boolean;
  createdAt?: string;
  createdBy?: string;
  roleArns?: string[];
  durationSeconds?: number;
}

/** Which roles a certificate may be exchanged for, with which limits. */
export const hunter: Hunter = {
  type: 'AWS::RolesAnywhere::Profile',
  scope: 'regional',
  title: text('Roles Anywhere profiles', 'Perfiles de Roles Anywhere'),
  permissions: ['rolesanywhere:ListProfiles'],
  createdByEvents: ['CreateProfile'],
  changedByEvents: ['UpdateProfile', 'EnableProfile', 'DisableProfile', 'PutAttributeMapping'],
  names: ['profileArn', 'profileId'],
  async *scan(ctx, region) {
    for await (const one of listed<Profile>(ctx, 'rolesanywhere', region, 'ListProfiles', 'profiles')) {
      if (one.profileId === undefined || one.profileArn === undefined) continue;
      yield foundAt(ctx, 'AWS::RolesAnywhere::Profile', region, one.profileArn, one.profileId, {
        createdAt: time(one.createdAt),
        roles: one.roleArns ?? [],
        detail: present({ name: oneLine(one.name), enabled: one.enabled, saysCreatedBy: oneLine(one.createdBy), sessionSeconds: one.durationSeconds }),
      });
    }
  },
};
