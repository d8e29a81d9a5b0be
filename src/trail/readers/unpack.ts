import { constants, gunzipSync } from 'node:zlib';

/** What a file may grow to; real trails grow to a tenth of these. */
export interface Limits {
  /** Bytes of one file, unpacked, that are held at once. */
  readonly whole: number;
  /** Unpacked over packed. */
  readonly ratio: number;
}
export const LIMITS: Limits = { whole: 512 << 20, ratio: 200 };

export interface Unpacked {
  readonly bytes: Buffer;
  /** What could not be unpacked, and where in the packed bytes; what came before and after it is in `bytes`. */
  readonly troubles: readonly Trouble[];
}
export interface Trouble {
  readonly why: string;
  readonly offset: number;
}
const isGzip = (bytes: Buffer): boolean => bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Members that follow damage are looked for so often. */
const MOST_TRIES = 100;
const MEMBER = Buffer.from([0x1f, 0x8b, 0x08]);
const nothing = (why: string, offset: number): Unpacked => ({ bytes: Buffer.alloc(0), troubles: [{ why, offset }] });

/**
 * Bytes of a log file as UTF-8, unpacked as often as they were packed (twice at most) and without a byte order mark. Of a member that is cut off or damaged
 * what lies before the damage is given, and the members after it; a bomb gives nothing.
 */
export function unpack(packed: Buffer, limits: Limits = LIMITS): Unpacked {
  let bytes = packed;
  const troubles: Trouble[] = [];
  const most = Math.min(limits.whole, Math.max(1 << 20, packed.length * limits.ratio));
  for (let times = 0; isGzip(bytes) && times < 2; times++) {
    const step = gunzip(bytes, most);
    bytes = step.bytes;
    troubles.push(...step.troubles);
  }
  if (isGzip(bytes)) return nothing('packed more than twice', 0);
  return { bytes: asUtf8(bytes), troubles };
}

function asUtf8(bytes: Buffer): Buffer {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3);
  // What PowerShell writes.
  const little = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (!little && !(bytes[0] === 0xfe && bytes[1] === 0xff)) return bytes;
  const units = bytes.subarray(2, bytes.length - (bytes.length % 2));
  return Buffer.from((little ? units : Buffer.from(units).swap16()).toString('utf16le'));
}

function gunzip(packed: Buffer, most: number): Unpacked {
  const parts: Buffer[] = [];
  const troubles: Trouble[] = [];
  let room = most;
  for (let [at, tries] = [0, 0]; at < packed.length; tries++) {
    const rest = packed.subarray(at);
    // The last four bytes tell the size of an ordinary file: one allocation instead of many. They may lie, so they are only a hint.
    const told = rest.length < 4 ? 0 : rest.readUInt32LE(rest.length - 4);
    const chunkSize = told >= 64 && told < Math.min(room, rest.length * 40) ? told + 64 : 256 << 10;
    let good: number;
    try {
      const { buffer, engine } = gunzipSync(rest, { chunkSize, maxOutputLength: room, info: true }) as unknown as {
        buffer: Buffer;
        engine: { bytesWritten: number };
      };
      if (buffer.length > 0) parts.push(buffer);
      good = Math.max(1, engine.bytesWritten);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ERR_BUFFER_TOO_LARGE') return nothing(`unpacks to more than ${most} bytes`, at);
      const begun = salvage(rest, room);
      if (begun.bytes.length > 0) parts.push(begun.bytes);
      troubles.push({
        why: code === 'Z_BUF_ERROR' ? 'gzip ends in the middle' : `gzip is damaged: ${(error as Error).message.slice(0, 100)}`,
        offset: at + begun.good,
      });
      good = Math.max(1, begun.good);
    }
    room = Math.max(1, most - parts.reduce((sum, { length }) => sum + length, 0));
    // Zeros are padding; anything else is told, and a member after it found.
    let behind = at + good;
    while (behind < packed.length && packed[behind] === 0) behind++;
    if (behind >= packed.length) break;
    const next = packed.indexOf(MEMBER, behind);
    if (next !== behind && troubles.at(-1)?.offset !== at + good)
      troubles.push({ why: 'behind the gzip is something that cannot be unpacked', offset: behind });
    if (next < 0 || tries >= MOST_TRIES) break;
    at = next;
  }
  return { bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts), troubles };
}

/** The longest beginning that unpacks: what was lost is never more than the damaged member's end. */
function salvage(packed: Buffer, most: number): { readonly bytes: Buffer; readonly good: number } {
  const begins = (length: number): Buffer | undefined => {
    try {
      return gunzipSync(packed.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most });
    } catch {
      return undefined;
    }
  };
  let [good, bad] = [0, packed.length + 1];
  let bytes: Buffer = Buffer.alloc(0);
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const read = begins(middle);
    if (read) [good, bytes] = [middle, read];
    else bad = middle;
  }
  return { bytes, good };
}
