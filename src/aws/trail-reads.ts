import { type CaseFile, canonical, type Kept, sha256, TOOL } from '../kernel/index.ts';
import type { Aws } from './types.ts';

/** What is written down of an object that was read; its bytes are with whoever asked for them. */
export interface ObjectRecord {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  readonly modified: string;
  readonly version?: string;
  /** Of the bytes that came, hexadecimal: the log's `response` of the same request. */
  readonly sha256: string;
  readonly requestId: string;
  /** UTC time of the answer. */
  readonly read: string;
}
export interface ObjectRecords {
  add(record: ObjectRecord): Promise<void>;
  flush(): Promise<void>;
}
const BATCH = 2_000;

/** What the records of a bucket are filed under (`work` of a `reads` entry). */
export const recordsOf = (bucket: string): string => sha256(canonical({ tool: TOOL, objects: `s3://${bucket}` }));

/**
 * Objects that were read go to the ledger in batches, a line each (`{"name": "s3://...", "result": {...}}`), in the same `reads` entry as
 * the log of their requests. Without a case nothing is kept.
 */
export function objectRecords(aws: Aws, file: CaseFile | null, bucket: string): ObjectRecords {
  let lines: string[] = [];
  let last: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    const batch = lines;
    lines = [];
    if (!file || batch.length === 0) return;
    const stored = await file.store(Buffer.from(batch.join('')));
    const kept: Kept = { ...stored, results: batch.length, work: recordsOf(bucket) };
    await aws.flush(`trail s3://${bucket}`, [kept]);
  };
  const flush = (): Promise<void> => {
    const next = last.then(write);
    last = next.catch(() => undefined);
    return next;
  };
  return {
    async add(record) {
      if (!file) return;
      lines.push(`${canonical({ name: `s3://${record.bucket}/${record.key}`, result: record })}\n`);
      if (lines.length >= BATCH) await flush();
    },
    flush,
  };
}

/** What the case says was read from a bucket, oldest first. A record may come again when an object was read twice. */
export async function* objectsRead(file: Pick<CaseFile, 'entries' | 'load'>, bucket: string): AsyncGenerator<ObjectRecord> {
  const work = recordsOf(bucket);
  for (const entry of file.entries) {
    if (entry.kind !== 'reads') continue;
    for (const kept of (entry.body as { kept?: readonly Kept[] }).kept ?? []) {
      if (kept.work !== work) continue;
      for (const line of (await file.load(kept.sha256)).toString('utf8').split('\n'))
        if (line !== '') yield (JSON.parse(line) as { result: ObjectRecord }).result;
    }
  }
}
