import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrailRecord } from '../event.ts';

const ROOT = process.env.APLOMB_SHARED_DATA ?? new URL('../../../../shared/data', import.meta.url).pathname;

/** The records of a real attack that lie beside the project, in order of their files; undefined, and said aloud, when they are not there. */
export function attackRecords(): TrailRecord[] | undefined {
  const folder = join(ROOT, 'cloudtrail-attack', 'CloudTrail');
  if (!existsSync(folder)) {
    process.stderr.write(`NOT TESTED: no real trail at ${folder} (set APLOMB_SHARED_DATA)\n`);
    return undefined;
  }
  return readdirSync(folder)
    .sort()
    .flatMap((file) => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { Records: TrailRecord[] }).Records);
}
