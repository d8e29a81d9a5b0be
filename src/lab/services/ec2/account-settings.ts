import type { LabContext, LabOperations } from '../../contract.ts';
import { tableOf, writable } from './tables.ts';
import { defaults, keyArn, managedKey } from './volume-model.ts';

/** Settings of an account in one region. */

interface EbsDefaults {
  encryption?: boolean;
  kmsKeyId?: string;
}
const change = (ctx: LabContext, to: EbsDefaults): void => {
  const table = writable<EbsDefaults>(ctx, 'ebsDefaults');
  table.default = { ...table.default, ...to };
};

/** Whether resources that services manage appear in Describe calls that do not ask for them. */
const visibility = (ctx: LabContext) => ({ DefaultVisibility: tableOf<{ hidden: boolean }>(ctx, 'managedVisibility').default?.hidden ? 'hidden' : 'visible' });

export const operations: LabOperations = {
  GetEbsEncryptionByDefault: { run: (_input, ctx) => ({ EbsEncryptionByDefault: defaults(ctx).encryption ?? false, SseType: 'none' }) },
  EnableEbsEncryptionByDefault: {
    run(_input, ctx) {
      change(ctx, { encryption: true });
      return { EbsEncryptionByDefault: true };
    },
  },
  DisableEbsEncryptionByDefault: {
    run(_input, ctx) {
      change(ctx, { encryption: false });
      return { EbsEncryptionByDefault: false };
    },
  },
  GetManagedResourceVisibility: { run: (_input, ctx) => ({ Visibility: visibility(ctx) }) },
  ModifyManagedResourceVisibility: {
    run(input, ctx) {
      writable<{ hidden: boolean }>(ctx, 'managedVisibility').default = { hidden: input.DefaultVisibility === 'hidden' };
      return { Visibility: visibility(ctx) };
    },
    constraints: { DefaultVisibility: { enum: ['hidden', 'visible'] } },
  },
  GetEbsDefaultKmsKeyId: { run: (_input, ctx) => ({ KmsKeyId: defaults(ctx).kmsKeyId ?? managedKey(ctx) }) },
  ModifyEbsDefaultKmsKeyId: {
    run(input, ctx) {
      change(ctx, { kmsKeyId: keyArn(ctx, input.KmsKeyId) });
      return { KmsKeyId: defaults(ctx).kmsKeyId };
    },
  },
};
