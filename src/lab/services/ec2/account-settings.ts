import type { LabContext, LabOperations } from '../../contract.ts';
import { writable } from './tables.ts';
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
  GetEbsDefaultKmsKeyId: { run: (_input, ctx) => ({ KmsKeyId: defaults(ctx).kmsKeyId ?? managedKey(ctx) }) },
  ModifyEbsDefaultKmsKeyId: {
    run(input, ctx) {
      change(ctx, { kmsKeyId: keyArn(ctx, input.KmsKeyId) });
      return { KmsKeyId: defaults(ctx).kmsKeyId };
    },
  },
};
