import type { LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { filtered } from './query.ts';
import { zonesOf } from './zones.ts';

export const operations: LabOperations = {
  /** Without AllRegions only the enabled ones. */
  DescribeRegions: {
    run(input, ctx) {
      const all = Object.values(ctx.account.regions).map((region) => ({ id: region.name, optIn: region.optIn }));
      const unknown = (input.RegionNames ?? []).find((name: string) => !all.some((region) => region.id === name));
      if (unknown !== undefined) throw new LabError('InvalidParameterValue', `Invalid region provided: ${unknown}`);
      const seen = all.filter((region) =>
        input.RegionNames?.length ? input.RegionNames.includes(region.id) : input.AllRegions || region.optIn !== 'not-opted-in',
      );
      const rows = filtered(ctx, seen, input.Filters, {
        'region-name': (row) => row.id,
        endpoint: (row) => `ec2.${row.id}.amazonaws.com`,
        'opt-in-status': (row) => row.optIn,
      });
      return { Regions: rows.map((row) => ({ RegionName: row.id, Endpoint: `ec2.${row.id}.amazonaws.com`, OptInStatus: row.optIn })) };
    },
  },
  DescribeAvailabilityZones: {
    run(input, ctx) {
      const zones = zonesOf(ctx.account.id, ctx.region.name).map((zone) => ({ ...zone, zoneId: zone.id }));
      for (const name of input.ZoneNames ?? [])
        if (!zones.some((zone) => zone.name === name)) throw new LabError('InvalidParameterValue', `Invalid availability zone: [${name}]`);
      for (const id of input.ZoneIds ?? [])
        if (!zones.some((zone) => zone.id === id)) throw new LabError('InvalidParameterValue', `Invalid availability zone-id: [${id}]`);
      const seen = zones.filter(
        (zone) => (!input.ZoneNames?.length || input.ZoneNames.includes(zone.name)) && (!input.ZoneIds?.length || input.ZoneIds.includes(zone.id)),
      );
      const rows = filtered(ctx, seen, input.Filters, {
        'zone-name': (row) => row.name,
        'zone-id': (row) => row.id,
        'region-name': () => ctx.region.name,
        state: () => 'available',
        'zone-type': () => 'availability-zone',
        'opt-in-status': () => 'opt-in-not-required',
        'group-name': () => ctx.region.name,
      });
      return {
        AvailabilityZones: rows.map((row) => ({
          ZoneName: row.name,
          ZoneId: row.id,
          RegionName: ctx.region.name,
          State: 'available',
          OptInStatus: 'opt-in-not-required',
          GroupName: ctx.region.name,
          NetworkBorderGroup: ctx.region.name,
          ZoneType: 'availability-zone',
          Messages: [],
        })),
      };
    },
  },
};
