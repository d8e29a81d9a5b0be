import { type Collector, text } from '../../kernel/index.ts';
import { take, takeEach, type Wanted } from '../shared/collected.ts';
import { ec2, targetOf } from '../shared/ec2.ts';

/** Lists of addresses that rules and routes refer to: without their entries a rule does not say whom it lets in. */
export const collector: Collector = {
  id: 'prefix-lists',
  step: 6,
  title: text('The managed prefix lists', 'Las listas de prefijos administradas'),
  permissions: ['ec2:DescribeManagedPrefixLists', 'ec2:GetManagedPrefixListEntries'],
  async *collect(ctx) {
    const { region, account } = targetOf(ctx);
    const { item, output } = await take<{ PrefixLists?: { PrefixListId?: string; OwnerId?: string }[] }>(
      ctx,
      'prefix-lists',
      ec2(region, 'DescribeManagedPrefixLists', {}),
      { all: true },
    );
    yield item;
    const own = (output?.PrefixLists ?? []).flatMap(({ PrefixListId, OwnerId }) => (PrefixListId && OwnerId === account ? [PrefixListId] : []));
    yield* takeEach(
      ctx,
      own.map((id): Wanted => [`prefix-list-entries ${id}`, ec2(region, 'GetManagedPrefixListEntries', { PrefixListId: id }), { all: true }]),
    );
  },
};
