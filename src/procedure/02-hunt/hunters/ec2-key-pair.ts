import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { ec2Found, present, time } from '../hunting/found.ts';

/** Keys that open instances started from now on; whoever imported one holds its private half. */
export const hunter: Hunter = {
  type: 'AWS::EC2::KeyPair',
  scope: 'regional',
  title: text('EC2 key pairs', 'Pares de claves de EC2'),
  permissions: ['ec2:DescribeKeyPairs'],
  createdByEvents: ['CreateKeyPair', 'ImportKeyPair'],
  changedByEvents: ['DeleteKeyPair'],
  names: ['keyPairId', 'keyName'],
  async *scan(ctx, region) {
    const pairs = listed<{ KeyPairId?: string; KeyName?: string; KeyType?: string; KeyFingerprint?: string; CreateTime?: string }>(
      ctx,
      'ec2',
      region,
      'DescribeKeyPairs',
      'KeyPairs',
    );
    for await (const one of pairs) {
      if (one.KeyPairId === undefined) continue;
      yield ec2Found(ctx, 'AWS::EC2::KeyPair', 'key-pair', region, one.KeyPairId, {
        createdAt: time(one.CreateTime),
        alive: true,
        detail: present({ name: oneLine(one.KeyName), keyType: one.KeyType, fingerprint: oneLine(one.KeyFingerprint, 100) }),
        ...(one.KeyName === undefined ? {} : { aliases: [one.KeyName] }),
      });
    }
  },
};
