import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { tableOf, writable } from './tables.ts';

/** What an account allows in one region: public snapshots, public images, the serial console. */
interface Switches {
  /** Unblocked until somebody blocks it. */
  snapshots?: 'block-all-sharing' | 'block-new-sharing' | 'unblocked';
  /** Blocked from the start in accounts made since October 2023. */
  images?: 'block-new-sharing' | 'unblocked';
  serialConsole?: boolean;
}
const read = (ctx: LabContext): Switches => tableOf<Switches>(ctx, 'publicAccess').default ?? {};
const change = (ctx: LabContext, to: Switches): void => {
  const table = writable<Switches>(ctx, 'publicAccess');
  table.default = { ...table.default, ...to };
};
const snapshots = (ctx: LabContext) => read(ctx).snapshots ?? 'unblocked';
const images = (ctx: LabContext) => read(ctx).images ?? 'block-new-sharing';
const console = (ctx: LabContext) => read(ctx).serialConsole ?? false;

/** Throws what EC2 says to somebody who makes a thing public where that is blocked. */
export function mayBePublic(ctx: LabContext, what: 'snapshots' | 'images'): void {
  if ((what === 'snapshots' ? snapshots(ctx) : images(ctx)) === 'unblocked') return;
  throw new LabError(
    'OperationNotPermitted',
    what === 'snapshots'
      ? 'This snapshot cannot be publicly shared because block public access for EBS snapshots is enabled for this account and Region.'
      : "You can't publicly share this image because block public access for AMIs is enabled for this account. To publicly share the image, you must call the DisableImageBlockPublicAccess API.",
  );
}

export const operations: LabOperations = {
  GetSnapshotBlockPublicAccessState: { run: (_input, ctx) => ({ State: snapshots(ctx), ManagedBy: 'account' }) },
  EnableSnapshotBlockPublicAccess: {
    run(input, ctx) {
      change(ctx, { snapshots: input.State });
      return { State: snapshots(ctx) };
    },
    constraints: { State: { enum: ['block-all-sharing', 'block-new-sharing', 'unblocked'] } },
  },
  DisableSnapshotBlockPublicAccess: {
    run(_input, ctx) {
      change(ctx, { snapshots: 'unblocked' });
      return { State: snapshots(ctx) };
    },
  },
  GetImageBlockPublicAccessState: { run: (_input, ctx) => ({ ImageBlockPublicAccessState: images(ctx), ManagedBy: 'account' }) },
  EnableImageBlockPublicAccess: {
    run(input, ctx) {
      change(ctx, { images: input.ImageBlockPublicAccessState });
      return { ImageBlockPublicAccessState: images(ctx) };
    },
    constraints: { ImageBlockPublicAccessState: { enum: ['block-new-sharing'] } },
  },
  DisableImageBlockPublicAccess: {
    run(_input, ctx) {
      change(ctx, { images: 'unblocked' });
      return { ImageBlockPublicAccessState: 'unblocked' };
    },
  },
  GetSerialConsoleAccessStatus: { run: (_input, ctx) => ({ SerialConsoleAccessEnabled: console(ctx), ManagedBy: 'account' }) },
  EnableSerialConsoleAccess: {
    run(_input, ctx) {
      change(ctx, { serialConsole: true });
      return { SerialConsoleAccessEnabled: true };
    },
  },
  DisableSerialConsoleAccess: {
    run(_input, ctx) {
      change(ctx, { serialConsole: false });
      return { SerialConsoleAccessEnabled: false };
    },
  },
};
