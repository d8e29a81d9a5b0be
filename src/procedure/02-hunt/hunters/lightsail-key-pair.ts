import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

interface KeyPair {
  name?: string;
  arn?: string;
  createdAt?: string;
  fingerprint?: string;
}

/** Keys that open Lightsail machines; whoever holds the private half may log in. */
export const hunter: Hunter = {
  type: 'AWS::Lightsail::KeyPair',
  scope: 'regional',
  title: text('Lightsail key pairs', 'Pares de claves de Lightsail'),
  permissions: ['lightsail:GetKeyPairs'],
  createdByEvents: ['CreateKeyPair', 'ImportKeyPair'],
  names: ['keyPairName', 'resourceName'],
  arn: (id, { partition, region, account }) => `arn:${partition}:lightsail:${region}:${account}:KeyPair/${id}`,
  async *scan(ctx, region) {
    for await (const one of listed<KeyPair>(ctx, 'lightsail', region, 'GetKeyPairs', 'keyPairs')) {
      if (one.arn === undefined || one.name === undefined) continue;
      yield foundAt(ctx, 'AWS::Lightsail::KeyPair', region, one.arn, one.name, {
        createdAt: time(one.createdAt),
        detail: present({ fingerprint: oneLine(one.fingerprint) }),
      });
    }
  },
};
