import { constants, gunzipSync } from 'node:zlib';

/** What a file may grow to. */
export interface Limits {
  /** Bytes of one file, packed or unpacked, that are held at once; a longer one is read part by part. */
  readonly whole: number;
  /** Unpacked over packed; real trails grow to a tenth of it. */
  readonly ratio: number;
  /** Bytes of such a part, as a rule. */
  readonly part: number;
  /** Bytes of such a part at most: of a record in a file that is read part by part. */
  readonly record: number;
  /** Bytes of one file, unpacked, that are read. */
  readonly most: number;
}
export const LIMITS: Limits = { whole: 512 << 20, ratio: 200, part: 32 << 20, record: 160 << 20, most: 64 * 2 ** 30 };

export interface Unpacked {
  readonly bytes: Buffer;
  /** What could not be unpacked, and where in the packed bytes; what came before and after it is in `bytes`. */
  readonly troubles: readonly Trouble[];
  /** There is more of it than is held at once: nothing was unpacked. */
  readonly long?: true;
}
export interface Trouble {
  readonly why: string;
  readonly offset: number;
}
export const isGzip = (bytes: Buffer): boolean => bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Members that follow damage are looked for so often. */
export const MOST_TRIES = 100;
export const TOO_MANY = 'too many places are damaged: from here on nothing was unpacked';
export const BEHIND = 'behind the gzip is something that cannot be unpacked';
export const CUT_OFF = 'gzip ends in the middle';
export const damaged = (error: unknown): string => `gzip is damaged: ${(error as Error).message.slice(0, 100)}`;
export const TWICE = 'packed more than twice';
export const MEMBER = Buffer.from([0x1f, 0x8b, 0x08]);
const LONG: Unpacked = { bytes: Buffer.alloc(0), troubles: [], long: true };
/** So many bytes a file may unpack to. */
export const mostOf = (packed: number, { ratio }: Limits): number => Math.max(1 << 20, packed * ratio);
export const tooMuch = (most: number): string => `unpacks to more than ${most} bytes`;
const nothing = (why: string, offset: number): Unpacked => ({ bytes: Buffer.alloc(0), troubles: [{ why, offset }] });

/**
 * Bytes of a log file as UTF-8, unpacked as often as they were packed (twice at most) and without a byte order mark. Of a member that is cut off or damaged
 * what lies before the damage is given, and the members after it; a bomb gives nothing.
 */
export function unpack(packed: Buffer, limits: Limits = LIMITS): Unpacked {
  let bytes = packed;
  const troubles: Trouble[] = [];
  const most = mostOf(packed.length, limits);
  if (packed.length > limits.whole) return LONG;
  for (let times = 0; isGzip(bytes) && times < 2; times++) {
    const step = gunzip(bytes, Math.min(limits.whole, most), most);
    if (step.long) return LONG;
    bytes = step.bytes;
    troubles.push(...step.troubles);
  }
  if (isGzip(bytes)) return nothing(TWICE, 0);
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

/**
 * @param most bytes that are held
 * @param bomb bytes that are too many for what was packed
 */
function gunzip(packed: Buffer, most: number, bomb: number): Unpacked {
  const parts: Buffer[] = [];
  const troubles: Trouble[] = [];
  let room = most;
  for (let [at, tries] = [0, 0]; at < packed.length; tries++) {
    const rest = packed.subarray(at);
    // The last four bytes tell the size of an ordinary file: one allocation instead of many. They may lie, so they are only a hint.
    const told = rest.length < 4 ? 0 : rest.readUInt32LE(rest.length - 4);
    if (most < bomb && told > most && told < rest.length * 40) return LONG;
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
      if (code === 'ERR_BUFFER_TOO_LARGE') return most < bomb ? LONG : nothing(tooMuch(most), at);
      const begun = salvage(rest, room);
      if (begun.bytes.length > 0) parts.push(begun.bytes);
      troubles.push({
        why: code === 'Z_BUF_ERROR' ? CUT_OFF : damaged(error),
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
    if (next !== behind && troubles.at(-1)?.offset !== at + good) troubles.push({ why: BEHIND, offset: behind });
    if (next < 0) break;
    if (tries >= MOST_TRIES) {
      troubles.push({ why: TOO_MANY, offset: next });
      break;
    }
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
