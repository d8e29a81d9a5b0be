import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { managedEbsKey } from '../../world/index.ts';
import { arnOf, date } from '../paging.ts';
import { aliases, isManaged, KEY_ID, keyOf, LIMIT, paged, usable } from './key-model.ts';

const ALIAS = { length: [1, 256] as [number, number], pattern: '^[a-zA-Z0-9:/_-]+$' };
const wellNamed = (name: string): void => {
  if (!/^alias\/(?!aws\/)./.test(name)) throw new LabError('InvalidAliasNameException', 'Alias must start with the prefix "alias/".');
};
function existing(ctx: LabContext, name: string) {
  const row = aliases.find(ctx, name);
  if (!row) throw new LabError('NotFoundException', `Alias ${arnOf(ctx, 'kms', name)} is not found.`);
  return row;
}

/** Aliases, each of one account and Region (AWS KMS Developer Guide, "Aliases in AWS KMS"). */
export const operations: LabOperations = {
  CreateAlias: {
    constraints: { AliasName: ALIAS, TargetKeyId: KEY_ID },
    run(input, ctx) {
      wellNamed(input.AliasName);
      if (aliases.find(ctx, input.AliasName))
        throw new LabError('AlreadyExistsException', `An alias with the name ${arnOf(ctx, 'kms', input.AliasName)} already exists`);
      aliases.put(ctx, input.AliasName, { name: input.AliasName, key: usable(ctx, keyOf(ctx, input.TargetKeyId, false)).id, created: ctx.now() });
    },
  },
  UpdateAlias: {
    constraints: { AliasName: ALIAS, TargetKeyId: KEY_ID },
    run(input, ctx) {
      existing(ctx, input.AliasName).key = usable(ctx, keyOf(ctx, input.TargetKeyId, false)).id;
    },
  },
  DeleteAlias: {
    constraints: { AliasName: ALIAS },
    run(input, ctx) {
      wellNamed(input.AliasName);
      aliases.drop(ctx, existing(ctx, input.AliasName).name);
    },
  },
  ListAliases: {
    constraints: { KeyId: KEY_ID, Limit: LIMIT },
    run(input, ctx) {
      const managed = { name: 'alias/aws/ebs', key: managedEbsKey(ctx.world, ctx.account.id, ctx.region.name).split('/')[1]!, created: 0 };
      const key = input.KeyId === undefined ? undefined : isManaged(ctx, input.KeyId) ? managed.key : keyOf(ctx, input.KeyId, false).id;
      const all = key === managed.key ? [managed] : aliases.all(ctx).filter((one) => (key ?? one.key) === one.key);
      const { some, rest } = paged(ctx, all, input, 50);
      const view = (one: (typeof all)[number]) => ({
        AliasName: one.name,
        AliasArn: arnOf(ctx, 'kms', one.name),
        TargetKeyId: one.key,
        ...(one.created === 0 ? {} : { CreationDate: date(one.created) }),
      });
      return { Aliases: some.map(view), ...rest };
    },
  },
};
