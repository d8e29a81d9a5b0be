import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { organizationOf } from '../hunting/organization.ts';

interface Account {
  Id?: string;
  Arn?: string;
  Name?: string;
  State?: string;
  JoinedMethod?: string;
  JoinedTimestamp?: string;
}

/**
 * Accounts of the organization: a new one is empty of all guards. CreateAccount answers before the account has a number; until then
 * its name is all that events tell.
 */
export const hunter: Hunter = {
  type: 'AWS::Organizations::Account',
  scope: 'global',
  title: text('Accounts of the organization', 'Cuentas de la organización'),
  permissions: ['organizations:DescribeOrganization', 'organizations:ListAccounts'],
  createdByEvents: ['CreateAccount', 'CreateGovCloudAccount'],
  changedByEvents: ['MoveAccount', 'CloseAccount', 'RegisterDelegatedAdministrator'],
  names: ['accountName', 'accountId'],
  async *scan(ctx, region) {
    if (!(await organizationOf(ctx, region))?.ours) return;
    for await (const one of listed<Account>(ctx, 'organizations', region, 'ListAccounts', 'Accounts')) {
      if (one.Id === undefined || one.Arn === undefined || one.Id === ctx.facts.account) continue;
      yield foundAt(ctx, 'AWS::Organizations::Account', region, one.Arn, one.Id, {
        createdAt: time(one.JoinedTimestamp),
        alive: one.State !== 'CLOSED' && one.State !== 'SUSPENDED',
        aliases: one.Name === undefined ? [] : [one.Name],
        detail: present({ name: oneLine(one.Name), state: one.State, joined: one.JoinedMethod }),
      });
    }
  },
};
