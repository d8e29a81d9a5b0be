import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { readOrAbsent } from '../../shared/reading.ts';
import { arnFor, foundAt, present } from '../hunting/found.ts';

/**
 * Contacts to whom AWS writes about security, operations and bills: one who sets his own address gets the warnings. Who they are is
 * nobody's business here: only that they are set.
 */
export const hunter: Hunter = {
  type: 'AWS::Account::AlternateContact',
  scope: 'global',
  title: text('Alternate contacts of the account', 'Contactos alternativos de la cuenta'),
  permissions: ['account:GetAlternateContact'],
  createdByEvents: ['PutAlternateContact'],
  changedByEvents: ['DeleteAlternateContact'],
  names: ['alternateContactType'],
  async *scan(ctx, region) {
    for (const kind of ['SECURITY', 'OPERATIONS', 'BILLING']) {
      const call = { service: 'account', operation: 'GetAlternateContact', region, input: { AlternateContactType: kind } };
      const answer = await readOrAbsent<{ AlternateContact?: { EmailAddress?: string } }>(ctx, call);
      const domain = answer?.output.AlternateContact?.EmailAddress?.split('@')[1];
      yield foundAt(ctx, 'AWS::Account::AlternateContact', region, arnFor(ctx, 'account', '', `alternate-contact/${kind}`), kind, {
        createdAt: null,
        // One that was deleted is still of interest when the key did it.
        alive: answer !== null,
        detail: present({ mailDomain: domain?.replace(/[^\w.-]/g, '').slice(0, 100), set: answer !== null }),
      });
    }
  },
};
