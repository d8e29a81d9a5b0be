import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import type { Instance } from './rows.ts';
import { arns, need } from './tables.ts';
import { TYPES } from './type-catalogue.ts';

const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'instance', input.InstanceId);

export const operations: LabOperations = {
  /** Guests of the lab boot by the firmware's defaults and have stored no variables: the store is empty. */
  GetInstanceUefiData: {
    run(input, ctx) {
      const row = need<Instance>(ctx, 'instances', input.InstanceId);
      if (TYPES.get(row.type)?.hypervisor === 'xen') throw new LabError('UnsupportedOperation', `The instance '${row.id}' does not boot by UEFI.`);
      return { InstanceId: row.id, UefiData: '' };
    },
    resources,
  },
  /** No image of the lab asks for a NitroTPM. */
  GetInstanceTpmEkPub: {
    run(input, ctx) {
      const row = need<Instance>(ctx, 'instances', input.InstanceId);
      throw new LabError('UnsupportedOperation', `The instance '${row.id}' does not have NitroTPM enabled.`);
    },
    resources,
    constraints: { KeyType: { enum: ['rsa-2048', 'ecc-sec-p384'] }, KeyFormat: { enum: ['der', 'tpmt'] } },
  },
};
