import { createHash, generateKeyPairSync } from 'node:crypto';
import type { LabContext, LabOperations } from '../../contract.ts';
import { shelf } from '../shelf.ts';
import { arn, invalid, NAME, notFound, operation, paged } from './model.ts';

interface KeyPairRow {
  name: string;
  arn: string;
  created: number;
  fingerprint: string;
  tags: { key: string; value?: string }[];
}
export const keyPairs = shelf<KeyPairRow>('lightsailKeyPairs', (name) => notFound('KeyPair', name));
const view = (ctx: LabContext, row: KeyPairRow) => ({
  name: row.name,
  arn: row.arn,
  supportCode: `${ctx.account.id}/${row.name}`,
  createdAt: new Date(row.created),
  location: { availabilityZone: 'all', regionName: ctx.region.name },
  resourceType: 'KeyPair',
  tags: row.tags,
  fingerprint: row.fingerprint,
});
function make(ctx: LabContext, name: string, publicKey: Buffer, tags: KeyPairRow['tags']): KeyPairRow {
  if (keyPairs.find(ctx, name)) throw invalid(`Some names are already in use: ${name}`);
  const fingerprint = createHash('sha1')
    .update(publicKey)
    .digest('hex')
    .replace(/(..)(?=.)/g, '$1:');
  return keyPairs.put(ctx, name, { name, arn: arn(ctx, 'KeyPair', ctx.uuid()), created: ctx.now(), fingerprint, tags });
}

export const operations: LabOperations = {
  CreateKeyPair: {
    constraints: { keyPairName: NAME },
    run(input, ctx) {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      const open = publicKey.export({ type: 'spki', format: 'der' });
      const row = make(ctx, input.keyPairName, open, input.tags ?? []);
      return {
        keyPair: view(ctx, row),
        publicKeyBase64: open.toString('base64'),
        privateKeyBase64: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        operation: operation(ctx, 'CreateKeyPair', 'KeyPair', row.name),
      };
    },
  },
  ImportKeyPair: {
    mutates: true,
    constraints: { keyPairName: NAME },
    run(input, ctx) {
      const row = make(ctx, input.keyPairName, Buffer.from(input.publicKeyBase64, 'base64'), []);
      return { operation: operation(ctx, 'ImportKeyPair', 'KeyPair', row.name) };
    },
  },
  GetKeyPairs: {
    run(input, ctx) {
      const { items, nextPageToken } = paged(ctx, keyPairs.all(ctx), input.pageToken);
      return { keyPairs: items.map((row) => view(ctx, row)), nextPageToken };
    },
  },
  DeleteKeyPair: {
    constraints: { keyPairName: NAME },
    run(input, ctx) {
      const row = keyPairs.get(ctx, input.keyPairName);
      keyPairs.drop(ctx, row.name);
      return { operation: operation(ctx, 'DeleteKeyPair', 'KeyPair', row.name) };
    },
  },
};
