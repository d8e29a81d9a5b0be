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
  /** What could not be unpacked, and where in the packed bytes; what came before it is in `bytes`. */
  readonly trouble?: { readonly why: string; readonly offset: number };
}
const isGzip = (bytes: Buffer): boolean => bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Bytes of a log file, unpacked as often as they were packed (twice at most) and without a byte order mark. A member that is cut off or damaged gives what
 * lies before the damage; a bomb gives nothing.
 */
export function unpack(packed: Buffer, limits: Limits = LIMITS): Unpacked {
  let bytes = packed;
  let trouble: Unpacked['trouble'];
  for (let times = 0; isGzip(bytes) && times < 2; times++) {
    const most = Math.min(limits.whole, Math.max(1 << 20, packed.length * limits.ratio));
    const step = gunzip(bytes, most);
    bytes = step.bytes;
    if (step.trouble) {
      trouble = step.trouble;
      break;
    }
  }
  if (isGzip(bytes) && !trouble) return { bytes: Buffer.alloc(0), trouble: { why: 'packed more than twice', offset: 0 } };
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { bytes: marked ? bytes.subarray(3) : bytes, ...(trouble ? { trouble } : {}) };
}

function gunzip(packed: Buffer, most: number): Unpacked {
  // The last four bytes tell the size of an ordinary file: one allocation instead of many. They may lie, so they are only a hint.
  const told = packed.readUInt32LE(Math.max(0, packed.length - 4));
  const chunkSize = told >= 64 && told < Math.min(most, packed.length * 40) ? told + 64 : 256 << 10;
  try {
    return { bytes: gunzipSync(packed, { chunkSize, maxOutputLength: most }) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return { bytes: Buffer.alloc(0), trouble: { why: `unpacks to more than ${most} bytes`, offset: 0 } };
    return salvage(packed, most, error as NodeJS.ErrnoException);
  }
}

/** The longest beginning that unpacks: what was lost is never more than the damaged member's end. */
function salvage(packed: Buffer, most: number, error: NodeJS.ErrnoException): Unpacked {
  const why = error.code === 'Z_BUF_ERROR' ? 'gzip ends in the middle' : `gzip is damaged: ${error.message}`;
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
  return { bytes, trouble: { why, offset: good } };
}
