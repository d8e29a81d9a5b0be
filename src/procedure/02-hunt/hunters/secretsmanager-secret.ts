import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

const TYPE = 'AWS::SecretsManager::Secret';
interface Secret {
  ARN?: string;
  Name?: string;
  CreatedDate?: string;
  DeletedDate?: string;
  PrimaryRegion?: string;
  Description?: string;
}

/**
 * Secrets that were made, copied to another region or read. Names and dates only: the values are never fetched. A replica in a region
 * nobody uses is a copy to carry away.
 */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Secrets of Secrets Manager', 'Secretos de Secrets Manager'),
  permissions: ['secretsmanager:ListSecrets'],
  createdByEvents: ['CreateSecret'],
  changedByEvents: [
    'ReplicateSecretToRegions',
    'DeleteSecret',
    'PutSecretValue',
    'UpdateSecret',
    'RotateSecret',
    'StopReplicationToReplica',
    'CancelRotateSecret',
  ],
  names: ['arn', 'aRN', 'secretId', 'name'],
  async *scan(ctx, region) {
    for await (const one of listed<Secret>(ctx, 'secrets-manager', region, 'ListSecrets', 'SecretList', { IncludePlannedDeletion: true, MaxResults: 100 })) {
      if (one.ARN === undefined || one.Name === undefined) continue;
      const replica = one.PrimaryRegion !== undefined && one.PrimaryRegion !== region ? one.PrimaryRegion : undefined;
      yield foundAt(ctx, TYPE, region, one.ARN, one.Name, {
        createdAt: time(one.CreatedDate),
        detail: present({ description: oneLine(one.Description), replicaOf: replica, willBeDeleted: time(one.DeletedDate) }),
      });
    }
  },
};
