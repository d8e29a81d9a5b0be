import { type Collector, text } from '../../kernel/index.ts';
import { notApplicable, ofInstance, take } from '../shared/collected.ts';
import { ec2, filter } from '../shared/ec2.ts';

/** The SSH key it was launched with: when it came to be, and its public half, to compare with `authorized_keys` on the disk. */
export const collector: Collector = {
  id: 'key-pair',
  step: 6,
  title: text('The key pair', 'El par de claves'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeKeyPairs'],
  collect: ofInstance('key-pair', async function* (ctx, { region, instance, evidence }) {
    if (!instance.KeyName) {
      yield notApplicable('key-pair', text('It was launched without a key pair.', 'Se lanzó sin par de claves.'), evidence);
      return;
    }
    // By name in a list, not in a filter: a name may hold the signs that filters take for patterns.
    const plain = /^[\w.@:/+=-]{1,255}$/.test(instance.KeyName);
    const input = { ...(plain ? { Filters: [filter('key-name', instance.KeyName)] } : { KeyNames: [instance.KeyName] }), IncludePublicKey: true };
    yield (await take(ctx, 'key-pair', ec2(region, 'DescribeKeyPairs', input), { none: ['InvalidKeyPair.NotFound'] })).item;
  }),
};
