import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { outsideDetail, outsideReasons, outsiders } from '../../shared/outsiders.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt } from '../hunting/found.ts';

const TYPE = 'AWS::SecretsManager::ResourcePolicy';

/** Who outside may read a secret. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Resource policies of secrets', 'Políticas de recursos de los secretos'),
  permissions: ['secretsmanager:ListSecrets', 'secretsmanager:GetResourcePolicy'],
  createdByEvents: ['PutResourcePolicy'],
  names: ['secretId', 'arn', 'aRN', 'name'],
  scan: (ctx, region) =>
    each(listed<{ ARN?: string; Name?: string }>(ctx, 'secrets-manager', region, 'ListSecrets', 'SecretList', { MaxResults: 100 }), async ({ ARN, Name }) => {
      if (ARN === undefined || Name === undefined) return [];
      const { ResourcePolicy } = await read<{ ResourcePolicy?: string }>(ctx, 'secrets-manager', region, 'GetResourcePolicy', { SecretId: ARN });
      if (ResourcePolicy === undefined) return [];
      const who = outsiders(ResourcePolicy, ctx.facts.account);
      return [foundAt(ctx, TYPE, region, ARN, Name, { createdAt: null, reasons: outsideReasons(who), detail: outsideDetail(who) })];
    }),
};
