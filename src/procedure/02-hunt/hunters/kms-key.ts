import type { ActionContext, Found, Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { outsideDetail, outsideReasons, outsiders } from '../../shared/outsiders.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

const TYPE = 'AWS::KMS::Key';
export interface KeyMetadata {
  KeyId?: string;
  Arn?: string;
  CreationDate?: string;
  KeyState?: string;
  KeyManager?: string;
  Description?: string;
  DeletionDate?: string;
  Origin?: string;
  MultiRegion?: boolean;
}

async function look(ctx: ActionContext, region: string, id: string): Promise<Found[]> {
  const { KeyMetadata: key } = await read<{ KeyMetadata?: KeyMetadata }>(ctx, 'kms', region, 'DescribeKey', { KeyId: id });
  // AWS's own keys have policies that nobody can change.
  if (key?.Arn === undefined || key.KeyId === undefined || key.KeyManager !== 'CUSTOMER') return [];
  const { Policy } = await read<{ Policy?: string }>(ctx, 'kms', region, 'GetKeyPolicy', { KeyId: id, PolicyName: 'default' });
  const who = outsiders(Policy, ctx.facts.account);
  const reasons: Reason[] = outsideReasons(who);
  if (key.KeyState === 'PendingDeletion')
    reasons.push({
      code: 'blinded',
      text: text(
        `will be deleted on ${time(key.DeletionDate) ?? 'a day AWS does not say'}: what it encrypts is lost then; until then this can be cancelled`,
        `se borrará el ${time(key.DeletionDate) ?? 'día que AWS no dice'}: lo que cifra se perderá; hasta entonces se puede cancelar`,
      ),
    });
  return [
    foundAt(ctx, TYPE, region, key.Arn, key.KeyId, {
      createdAt: time(key.CreationDate),
      reasons,
      detail: { ...present({ state: key.KeyState, description: oneLine(key.Description), origin: key.Origin }), ...outsideDetail(who) },
    }),
  ];
}

/** Keys the account manages itself. A policy on one decides who may read what it encrypts, whatever IAM says. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('KMS keys', 'Claves de KMS'),
  permissions: ['kms:ListKeys', 'kms:DescribeKey', 'kms:GetKeyPolicy'],
  createdByEvents: ['CreateKey', 'ReplicateKey'],
  changedByEvents: [
    'PutKeyPolicy',
    'DisableKey',
    'EnableKey',
    'ScheduleKeyDeletion',
    'CancelKeyDeletion',
    'ImportKeyMaterial',
    'DeleteImportedKeyMaterial',
    'DisableKeyRotation',
  ],
  names: ['keyId', 'arn'],
  arn: (id, { partition, region, account }) => `arn:${partition}:kms:${region}:${account}:key/${id}`,
  scan: (ctx, region) =>
    each(listed<{ KeyId?: string }>(ctx, 'kms', region, 'ListKeys', 'Keys', { Limit: 1000 }), async ({ KeyId }) =>
      KeyId === undefined ? [] : look(ctx, region, KeyId),
    ),
};
