import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { readOrAbsent } from '../../shared/reading.ts';
import { arnFor, foundAt, present } from '../hunting/found.ts';

interface Contact {
  FullName?: string;
  CompanyName?: string;
  CountryCode?: string;
  City?: string;
}

/**
 * The primary contact, by whom AWS knows the owner: changed, it helps to take the account over. Its event carries no id, so it is
 * known by the name that was put there, where CloudTrail keeps it.
 */
export const hunter: Hunter = {
  type: 'AWS::Account::ContactInformation',
  scope: 'global',
  title: text('Primary contact of the account', 'Contacto principal de la cuenta'),
  permissions: ['account:GetContactInformation'],
  createdByEvents: [],
  changedByEvents: ['PutContactInformation'],
  names: ['fullName'],
  single: true,
  async *scan(ctx, region) {
    const call = { service: 'account', operation: 'GetContactInformation', region, input: {} };
    const contact = (await readOrAbsent<{ ContactInformation?: Contact }>(ctx, call))?.output.ContactInformation;
    if (!contact) return;
    yield foundAt(ctx, 'AWS::Account::ContactInformation', region, arnFor(ctx, 'account', '', 'contact-information'), 'primary', {
      createdAt: null,
      aliases: contact.FullName === undefined ? [] : [contact.FullName],
      detail: present({ country: contact.CountryCode?.slice(0, 2) }),
    });
  },
};
