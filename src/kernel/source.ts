/**
 * A disk read in blocks: a raw image, or an EBS snapshot through the EBS direct API. Absent blocks are zeros.
 * Sizes in bytes.
 */
export interface BlockSource {
  readonly size: number;
  readonly blockSize: number;
  /** Indexes of the blocks that were ever written, ascending. */
  blocks(): AsyncIterable<number>;
  /** One block, verified against its checksum; `checksum` is its SHA-256 in hexadecimal. */
  block(index: number): Promise<{ readonly data: Uint8Array; readonly checksum: string }>;
  close(): Promise<void>;
}
