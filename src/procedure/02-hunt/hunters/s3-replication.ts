import type { Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { bucketFound, bucketSetting, bucketsOf, ofBuckets } from '../hunting/buckets.ts';
import { rolesOf } from '../hunting/roles.ts';

const TYPE = 'AWS::S3::Replication';
interface Replication {
  ReplicationConfiguration?: { Role?: string; Rules?: { Status?: string; Destination?: { Bucket?: string; Account?: string } }[] };
}

/** Every object written from now on is copied to where the rules say. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'global',
  title: text('S3 replication', 'Replicación de S3'),
  permissions: ['s3:ListAllMyBuckets', 's3:GetReplicationConfiguration'],
  createdByEvents: ['PutBucketReplication'],
  names: ['bucketName'],
  arn: (id, { partition }) => `arn:${partition}:s3:::${id}`,
  scan: (ctx, region) =>
    ofBuckets(ctx, region, async (bucket) => {
      const rules = (await bucketSetting<Replication>(ctx, bucket, 'GetBucketReplication'))?.ReplicationConfiguration;
      if (rules === undefined) return [];
      const own = new Set((await bucketsOf(ctx, region)).map((one) => one.name));
      const reasons: Reason[] = [];
      const destinations = new Set<string>();
      for (const { Status, Destination } of rules.Rules ?? []) {
        const name = oneLine(Destination?.Bucket?.split(':::').at(-1), 63);
        const account = oneLine(Destination?.Account, 12);
        destinations.add(account ? `${name} of ${account}` : name);
        if (Status === 'Disabled' || (own.has(name) && (account === '' || account === ctx.facts.account))) continue;
        reasons.push({
          code: 'shared-outside',
          text: text(
            `copies everything new to ${name}${account ? ` of account ${account}` : ''}, which is no bucket of this account`,
            `copia todo lo nuevo a ${name}${account ? ` de la cuenta ${account}` : ''}, que no es un bucket de esta cuenta`,
          ),
        });
      }
      return [
        bucketFound(ctx, TYPE, bucket, { createdAt: null, roles: rolesOf(ctx, rules.Role), reasons, detail: { copiesTo: [...destinations].slice(0, 20) } }),
      ];
    }),
};
