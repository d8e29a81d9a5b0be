import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { bootLog } from './boot-log.ts';
import { stateOf } from './instance-model.ts';
import type { Instance } from './rows.ts';
import { screenshot } from './screenshot.ts';
import { arns, need } from './tables.ts';
import { TYPES } from './type-catalogue.ts';

/** "The most recent 64 KB" (GetConsoleOutput). */
const CONSOLE_BYTES = 65536;
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'instance', input.InstanceId);
const text = (ctx: LabContext, row: Instance): string => row.console ?? bootLog(ctx, row);

export const operations: LabOperations = {
  /** base64. `Latest` reads the console now, on Nitro only; without it EC2 shows what it kept shortly after the last start. */
  GetConsoleOutput: {
    run(input, ctx) {
      const row = need<Instance>(ctx, 'instances', input.InstanceId);
      if (input.Latest && TYPES.get(row.type)?.hypervisor !== 'nitro')
        throw new LabError(
          'UnsupportedOperation',
          'This instance type does not support retrieving the latest console logs. Supported instance types include: m5, c5 and all other Nitro instances.',
        );
      const bytes = Buffer.from(text(ctx, row), 'utf8');
      const posted = row.launchTime + (ctx.due(60) - ctx.now());
      const ready = input.Latest ? stateOf(ctx, row) !== 'pending' : posted <= ctx.now();
      return {
        InstanceId: row.id,
        Timestamp: new Date(input.Latest ? ctx.now() : Math.min(posted, ctx.now())),
        Output: ready ? bytes.subarray(Math.max(0, bytes.length - CONSOLE_BYTES)).toString('base64') : undefined,
      };
    },
    resources,
  },
  /** A JPEG of the text screen, base64. WakeUp would press a key; the picture is the same. */
  GetConsoleScreenshot: {
    run(input, ctx) {
      const row = need<Instance>(ctx, 'instances', input.InstanceId);
      const type = TYPES.get(row.type);
      if (type?.metal || type?.architecture === 'arm64')
        throw new LabError('UnsupportedOperation', `The instance type ${row.type} does not support console screenshots.`);
      if (stateOf(ctx, row) !== 'running') throw new LabError('IncorrectInstanceState', `The instance '${row.id}' is not in the 'running' state.`);
      return { InstanceId: row.id, ImageData: Buffer.from(screenshot(text(ctx, row))).toString('base64') };
    },
    resources,
  },
};
