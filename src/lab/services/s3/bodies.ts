import { createHash } from 'node:crypto';
import { type LabContext, LabError } from '../../contract.ts';
import { objects } from './shared.ts';
import { older } from './versions.ts';

/** Bodies live in the world, which is JSON in memory: enough for a case and its packs, not for images of disks. */
const MAX_OBJECT = 48 * 1024 * 1024;
const MAX_ALL = 192 * 1024 * 1024;
export const MAX_PART = MAX_OBJECT;

export async function bytesOf(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  return typeof body === 'string' ? Buffer.from(body) : Buffer.from(body as Uint8Array);
}
/** @throws LabError EntityTooLarge */
export function refuseTooMuch(ctx: LabContext, size: number): void {
  const used = [...objects.all(ctx), ...older.all(ctx)].reduce((sum, one) => sum + one.size, 0);
  if (size > MAX_OBJECT || used + size > MAX_ALL)
    throw new LabError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.', { status: 400 });
}
/** The checksum the client gave, if it is that of the body. @throws LabError BadDigest */
export function checkedSha256(body: Buffer, given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (createHash('sha256').update(body).digest('base64') !== given)
    throw new LabError('BadDigest', 'The SHA256 you specified did not match the calculated checksum.', { status: 400 });
  return given;
}
