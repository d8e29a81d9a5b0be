import { describe, expect, it } from 'vitest';
import type { ActionContext, Call, Found, JsonObject } from '../../src/kernel/index.ts';
import { hunter as region } from '../../src/procedure/02-hunt/hunters/account-region.ts';
import { fakeContext } from '../../src/procedure/testing/fake-context.ts';
import { type Call_, testHunter } from './stand.ts';

const contact = (as: Call_, AlternateContactType: string, EmailAddress: string) =>
  as('account', 'PutAlternateContact', { AlternateContactType, EmailAddress, Name: 'Desk', Title: 'Desk', PhoneNumber: '+1 206 555 0100' });

testHunter({
  type: 'AWS::Account::AlternateContact',
  plant: async (as) => {
    await contact(as, 'SECURITY', 'desk@example.net');
    await contact(as, 'BILLING', 'desk@example.net');
    return ['SECURITY', 'BILLING'];
  },
  innocent: async (as) => {
    await contact(as, 'OPERATIONS', 'operations@example.com');
    return ['OPERATIONS'];
  },
  looks: { detail: { mailDomain: 'example.net' } },
});
testHunter({
  type: 'AWS::Account::ContactInformation',
  plant: async (as) => {
    const ContactInformation = {
      FullName: 'Somebody Else',
      AddressLine1: '9 Side Street',
      City: 'Elsewhere',
      PostalCode: '00000',
      CountryCode: 'XX',
      PhoneNumber: '+99 1',
    };
    await as('account', 'PutContactInformation', { ContactInformation });
    return ['primary'];
  },
  innocent: async () => [],
  changes: true,
});
/** The hunt lists regions itself, so the common stand cannot tell this hunter's call from its own. */
describe('AWS::Account::Region', () => {
  const pages: JsonObject[] = [
    {
      Regions: [
        { RegionName: 'us-east-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' },
        { RegionName: 'af-south-1', RegionOptStatus: 'ENABLING' },
      ],
    },
    { Regions: [{ RegionName: 'me-south-1', RegionOptStatus: 'DISABLED' }, { RegionOptStatus: 'ENABLED' }] },
  ];
  const scan = async (ctx: ActionContext): Promise<Found[]> => {
    const seen: Found[] = [];
    for await (const one of region.scan(ctx, 'us-east-1', '2026-11-22T00:00:00.000Z')) seen.push(one);
    return seen;
  };
  it('tells which opt-in regions are on, page by page', async () => {
    const ctx = {
      ...fakeContext({ facts: { account: '111122223333' } }),
      async *pages<T>(call: Call) {
        expect(call).toMatchObject({ service: 'account', operation: 'ListRegions' });
        for (const output of pages) yield { output: output as T, evidence: [] };
      },
    };
    expect(await scan(ctx)).toMatchObject([
      { id: 'af-south-1', alive: true, detail: { status: 'ENABLING' } },
      { id: 'me-south-1', alive: false, detail: { status: 'DISABLED' } },
    ]);
  });
  it('passes a refusal on', async () => {
    const denied = Object.assign(new Error('no'), { code: 'AccessDenied', status: 403 });
    const refused: AsyncIterable<never> = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(denied) }) };
    await expect(scan({ ...fakeContext({ facts: { account: '111122223333' } }), pages: () => refused })).rejects.toBe(denied);
  });
});
