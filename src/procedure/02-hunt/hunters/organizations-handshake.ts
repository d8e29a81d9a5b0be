import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { organizationOf } from '../hunting/organization.ts';

interface Handshake {
  Id?: string;
  Arn?: string;
  State?: string;
  Action?: string;
  RequestedTimestamp?: string;
  Parties?: { Id?: string; Type?: string }[];
}

/** Invitations: one that is accepted puts an account under somebody else's management. */
export const hunter: Hunter = {
  type: 'AWS::Organizations::Handshake',
  scope: 'global',
  title: text('Invitations into the organization', 'Invitaciones a la organización'),
  permissions: ['organizations:DescribeOrganization', 'organizations:ListHandshakesForOrganization'],
  createdByEvents: ['InviteAccountToOrganization', 'EnableAllFeatures'],
  changedByEvents: ['AcceptHandshake', 'DeclineHandshake', 'CancelHandshake'],
  names: ['arn', 'handshakeId'],
  async *scan(ctx, region) {
    if (!(await organizationOf(ctx, region))?.ours) return;
    for await (const one of listed<Handshake>(ctx, 'organizations', region, 'ListHandshakesForOrganization', 'Handshakes')) {
      if (one.Id === undefined || one.Arn === undefined) continue;
      const invited = one.Parties?.find((party) => party.Type !== 'ORGANIZATION')?.Id;
      yield foundAt(ctx, 'AWS::Organizations::Handshake', region, one.Arn, one.Id, {
        createdAt: time(one.RequestedTimestamp),
        alive: one.State === 'OPEN' || one.State === 'REQUESTED',
        detail: present({ action: one.Action, state: one.State, invited: oneLine(invited) }),
      });
    }
  },
};
