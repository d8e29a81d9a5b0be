import type { Kind } from './provision.ts';

/** Keys and their names. Words: AWS CloudFormation Template Reference, AWS KMS. */
export const KMS_KINDS: Readonly<Record<string, Kind>> = {
  'AWS::KMS::Key': {
    async make(send, { KeyPolicy, Tags = [], Description, KeySpec, KeyUsage, MultiRegion }) {
      const { KeyMetadata } = await send('kms', 'CreateKey', {
        ...(Description === undefined ? {} : { Description }),
        ...(KeySpec === undefined ? {} : { KeySpec }),
        ...(KeyUsage === undefined ? {} : { KeyUsage }),
        ...(MultiRegion === undefined ? {} : { MultiRegion }),
        ...(KeyPolicy === undefined ? {} : { Policy: typeof KeyPolicy === 'string' ? KeyPolicy : JSON.stringify(KeyPolicy) }),
        ...(Tags.length === 0 ? {} : { Tags: Tags.map((tag: { Key: string; Value: string }) => ({ TagKey: tag.Key, TagValue: tag.Value })) }),
      });
      return { id: KeyMetadata.KeyId, attributes: { Arn: KeyMetadata.Arn, KeyId: KeyMetadata.KeyId } };
    },
    remove: (send, { id }) => send('kms', 'ScheduleKeyDeletion', { KeyId: id, PendingWindowInDays: 30 }),
  },
  'AWS::KMS::Alias': {
    async make(send, { AliasName, TargetKeyId }) {
      await send('kms', 'CreateAlias', { AliasName, TargetKeyId });
      return { id: AliasName, attributes: {} };
    },
    remove: (send, { id }) => send('kms', 'DeleteAlias', { AliasName: id }),
  },
};
