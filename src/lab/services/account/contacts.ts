import { type Constraint, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { infoOf } from '../../world/index.ts';
import { accountId, ownOnly, spokenFor } from './shared.ts';

const text = (max: number): Constraint => ({ length: [1, max] });
const KINDS = ['BILLING', 'OPERATIONS', 'SECURITY'] as const;
const kind: Constraint = { enum: KINDS };
/** Whose root user is written to: an attacker who changes it can have the password reset. */
const primaryEmail: Constraint = { length: [5, 64] };
const validation = (message: string): LabError => new LabError('ValidationException', message, { status: 400 });
const missing = (message: string): LabError => new LabError('ResourceNotFoundException', message, { status: 404 });
const kept = (ctx: LabContext, name: 'contacts' | 'emailUpdates'): Record<string, any> => (ctx.account.tables[name] ??= {});

export const operations: LabOperations = {
  PutContactInformation: {
    constraints: {
      'ContactInformation.FullName': text(50),
      'ContactInformation.AddressLine1': text(60),
      'ContactInformation.City': text(50),
      'ContactInformation.PostalCode': text(20),
      'ContactInformation.CountryCode': { length: [2, 2] },
      'ContactInformation.PhoneNumber': { length: [1, 20], pattern: '[+][\\s0-9()-]+' },
      'ContactInformation.CompanyName': text(50),
      AccountId: accountId,
    },
    run(input, ctx) {
      ownOnly(input);
      kept(ctx, 'contacts').primary = input.ContactInformation;
    },
  },
  GetContactInformation: {
    constraints: { AccountId: accountId },
    run(input, ctx) {
      ownOnly(input);
      const primary = ctx.account.tables.contacts?.primary;
      const { name } = infoOf(ctx.account);
      const given = {
        FullName: name,
        AddressLine1: '1 Example Street',
        City: 'Seattle',
        PostalCode: '98109',
        CountryCode: 'US',
        PhoneNumber: '+1 206 555 0100',
      };
      return { ContactInformation: primary ?? given };
    },
  },
  PutAlternateContact: {
    constraints: {
      Name: text(64),
      Title: text(50),
      EmailAddress: { length: [1, 254], pattern: '[\\s]*[\\w+=.#|!&-]+@[\\w.-]+\\.[\\w]+[\\s]*' },
      PhoneNumber: { length: [1, 25], pattern: '[\\s0-9()+-]+' },
      AlternateContactType: kind,
      AccountId: accountId,
    },
    conditions: (input) => ({ 'account:AlternateContactTypes': String(input.AlternateContactType) }),
    run(input, ctx) {
      ownOnly(input);
      const { AccountId: _, ...contact } = input;
      kept(ctx, 'contacts')[input.AlternateContactType] = contact;
    },
  },
  GetAlternateContact: {
    constraints: { AlternateContactType: kind, AccountId: accountId },
    run(input, ctx) {
      ownOnly(input);
      const contact = ctx.account.tables.contacts?.[input.AlternateContactType];
      if (!contact) throw missing('No contact of the inputted alternate contact type found.');
      return { AlternateContact: contact };
    },
  },
  DeleteAlternateContact: {
    constraints: { AlternateContactType: kind, AccountId: accountId },
    run(input, ctx) {
      ownOnly(input);
      if (!ctx.account.tables.contacts?.[input.AlternateContactType]) throw missing('No contact of the inputted alternate contact type found.');
      delete kept(ctx, 'contacts')[input.AlternateContactType];
    },
  },
  /** For member accounts only, asked by the management account or a delegated administrator. */
  GetPrimaryEmail: {
    constraints: { AccountId: accountId },
    run: (input, ctx) => ({ PrimaryEmail: infoOf(spokenFor(ctx, input.AccountId)).email }),
  },
  StartPrimaryEmailUpdate: {
    constraints: { AccountId: accountId, PrimaryEmail: primaryEmail },
    run(input, ctx) {
      spokenFor(ctx, input.AccountId);
      if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(input.PrimaryEmail)) throw validation('The email address is not valid.');
      kept(ctx, 'emailUpdates')[input.AccountId] = { email: input.PrimaryEmail };
      return { Status: 'PENDING' };
    },
  },
  /** The code goes to the new address by mail. The lab sends none: any six characters are taken for it. */
  AcceptPrimaryEmailUpdate: {
    constraints: { AccountId: accountId, PrimaryEmail: primaryEmail, Otp: { pattern: '[a-zA-Z0-9]{6}' } },
    run(input, ctx) {
      const account = spokenFor(ctx, input.AccountId);
      const update = kept(ctx, 'emailUpdates')[input.AccountId];
      if (update?.email !== input.PrimaryEmail) throw missing('There is no pending update of the primary email.');
      infoOf(account).email = input.PrimaryEmail;
      delete kept(ctx, 'emailUpdates')[input.AccountId];
      return { Status: 'ACCEPTED' };
    },
  },
};
