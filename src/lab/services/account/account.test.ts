import { expect, it } from 'vitest';
import type { Caller } from '../../contract.ts';
import { createAccount, makeContext, newWorld } from '../../world/index.ts';
import { operations } from './regions.ts';

function setUp() {
  const world = newWorld({ seed: 'account' });
  const account = createAccount(world, { id: '111122223333', name: 'shop' });
  const caller: Caller = { account: account.id, type: 'Root', arn: 'arn:aws:iam::111122223333:root', userId: account.id, accessKeyId: 'AKIA' };
  const call = async (operation: string, input: object = {}) =>
    operations[operation]!.run(
      input,
      makeContext(world, { account, caller, region: 'us-east-1', requestId: 'r', request: { ip: '', userAgent: '' }, read: false, service: 'account' }),
    );
  return { world, account, call };
}
const code = (name: string) => expect.objectContaining({ code: name });

it('lists all regions page by page, or those of a status', async () => {
  const { call } = setUp();
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await call('ListRegions', { MaxResults: 10, ...(NextToken && { NextToken }) });
    seen.push(...page.Regions.map((region: any) => region.RegionName));
    NextToken = page.NextToken;
  } while (NextToken);
  expect([seen.length, new Set(seen).size]).toEqual([34, 34]);
  expect((await call('ListRegions', { RegionOptStatusContains: ['ENABLED_BY_DEFAULT'] })).Regions).toHaveLength(17);
  await expect(call('ListRegions', { NextToken: 'x' })).rejects.toEqual(code('ValidationException'));
});

it('enables and disables an opt-in region in its own time', async () => {
  const { world, account, call } = setUp();
  world.settings.speed = 10;
  const status = async () => (await call('GetRegionOptStatus', { RegionName: 'af-south-1' })).RegionOptStatus;
  expect(await status()).toBe('DISABLED');
  await call('EnableRegion', { RegionName: 'af-south-1' });
  expect([await status(), account.regions['af-south-1']?.optIn]).toEqual(['ENABLING', 'opted-in']);
  await expect(call('DisableRegion', { RegionName: 'af-south-1' })).rejects.toEqual(code('ConflictException'));
  world.offset += 31_000;
  expect(await status()).toBe('ENABLED');
  await call('DisableRegion', { RegionName: 'af-south-1' });
  world.offset += 31_000;
  expect([await status(), account.regions['af-south-1']?.optIn]).toEqual(['DISABLED', 'not-opted-in']);
});

it('leaves default regions alone and other accounts out', async () => {
  const { call } = setUp();
  await expect(call('DisableRegion', { RegionName: 'us-east-1' })).rejects.toEqual(code('ValidationException'));
  await expect(call('ListRegions', { AccountId: '999988887777' })).rejects.toEqual(code('AccessDeniedException'));
});
