import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { listed } from '../hunting/calls.ts';
import { arnFor, foundAt, present } from '../hunting/found.ts';

/** Opt-in regions: switched on to hide in, or off to hide what runs there. Disabling one hides what runs in it and stops nothing. */
export const hunter: Hunter = {
  type: 'AWS::Account::Region',
  scope: 'global',
  title: text('Regions switched on or off', 'Regiones activadas o desactivadas'),
  permissions: ['account:ListRegions'],
  createdByEvents: ['EnableRegion'],
  changedByEvents: ['DisableRegion'],
  names: ['regionName'],
  async *scan(ctx, region) {
    for await (const one of listed<{ RegionName?: string; RegionOptStatus?: string }>(ctx, 'account', region, 'ListRegions', 'Regions', { MaxResults: 50 })) {
      if (one.RegionName === undefined || one.RegionOptStatus === 'ENABLED_BY_DEFAULT') continue;
      yield foundAt(ctx, 'AWS::Account::Region', region, arnFor(ctx, 'account', '', `region/${one.RegionName}`), one.RegionName, {
        createdAt: null,
        alive: one.RegionOptStatus === 'ENABLED' || one.RegionOptStatus === 'ENABLING',
        detail: present({ status: one.RegionOptStatus }),
      });
    }
  },
};
