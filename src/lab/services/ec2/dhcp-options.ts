import type { LabOperations } from '../../contract.ts';
import { filtered, paged } from './query.ts';
import { rowsOf } from './tables.ts';
import { tagsOf } from './tagging.ts';

export const operations: LabOperations = {
  DescribeDhcpOptions: {
    run(input, ctx) {
      const rows = filtered(ctx, rowsOf<{ id: string }>(ctx, 'dhcpOptions'), input.Filters, {
        'dhcp-options-id': (row) => row.id,
        'owner-id': () => ctx.account.id,
      });
      const asked = rows.filter((row) => !input.DhcpOptionsIds?.length || input.DhcpOptionsIds.includes(row.id));
      const domain = ctx.region.name === 'us-east-1' ? 'ec2.internal' : `${ctx.region.name}.compute.internal`;
      return paged(ctx, input, asked, 'DhcpOptions', (row) => ({
        DhcpOptionsId: row.id,
        OwnerId: ctx.account.id,
        DhcpConfigurations: [
          { Key: 'domain-name', Values: [{ Value: domain }] },
          { Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] },
        ],
        Tags: tagsOf(ctx, row.id),
      }));
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
};
