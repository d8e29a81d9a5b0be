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

/** An object as a listing names it. */
export interface ListedObject {
  /** Whole key: in a bucket as S3 has it, in a folder the path below it with `/`. */
  readonly key: string;
  readonly bytes: number;
  /** Without quotes. Of a local file: made of its size and time. */
  readonly etag: string;
  /** UTC with milliseconds and Z. */
  readonly modified: string;
  readonly version?: string;
}
/** An object that was read. */
export interface ReadObject extends ListedObject {
  readonly data: Buffer;
  /** Of `data`, hexadecimal. */
  readonly sha256: string;
  /** User metadata (S3's x-amz-meta-*), names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
}
export interface ReadOptions {
  readonly version?: string;
  /** As it was listed: an object that has changed since is not read. */
  readonly etag?: string;
  /** Size that the listing told; without it the object is asked first. */
  readonly bytes?: number;
  /** Bytes; larger objects are refused. Default 512 MiB. */
  readonly limit?: number;
}
/**
 * Objects under names, in order: a bucket, or a folder. All keys ascend by their UTF-8 bytes, as S3 lists them.
 * Errors: AwsFailure from a bucket; AplombError TooLarge, ObjectCorrupt.
 */
export interface ObjectSource {
  /** For people: `s3://bucket` or a folder's path. */
  readonly name: string;
  /** Every object whose key begins with `prefix` and comes after `after`. Leaving the loop early asks for no more. */
  list(prefix: string, options?: { readonly after?: string }): AsyncIterable<ListedObject>;
  /** One level: names of the folders right under `prefix` (whole, with `/` at the end) and the objects that lie beside them. */
  folders(prefix: string): AsyncIterable<{ readonly folder: string } | ListedObject>;
  read(key: string, options?: ReadOptions): Promise<ReadObject>;
  /** What is known of an object without its body. */
  metadata(key: string, options?: { readonly version?: string }): Promise<ListedObject & Pick<ReadObject, 'metadata'>>;
}
export const OBJECT_LIMIT = 512 * 2 ** 20;
