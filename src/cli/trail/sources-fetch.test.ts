import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { ObjectSource } from '../../kernel/index.ts';
import { fetchObjects } from './sources-fetch.ts';

const dir = mkdtempSync(join(tmpdir(), 'aplomb-fetch-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const MODIFIED = '2026-03-01T00:00:00.000Z';

it.each([
  ['small ones', 1_000, 64],
  ['large ones', 100 * 2 ** 20, 3],
  ['some whose size is nonsense', Number.NaN, 64],
])('has many at work, and no more than memory holds: %s', async (name, bytes, most) => {
  let working = 0;
  let seen = 0;
  const source: ObjectSource = {
    name: `s3://${name}`,
    list: () => expect.fail(),
    folders: () => expect.fail(),
    metadata: () => expect.fail(),
    async read(key) {
      seen = Math.max(seen, ++working);
      await new Promise((resolve) => setTimeout(resolve, 20));
      working -= 1;
      return { key, bytes, etag: 'e', modified: MODIFIED, data: Buffer.from(key), sha256: '', metadata: {} };
    },
  };
  async function* listing() {
    for (let n = 0; n < 100; n++) yield { key: `${n}.json.gz`, bytes, etag: 'e', modified: MODIFIED, place: { kind: 'log' as const } };
  }
  const keys: string[] = [];
  for await (const one of fetchObjects(source, listing(), { dir: join(dir, name), problem: ({ why }) => expect.fail(why) }))
    keys.push(readFileSync(one.path, 'utf8'));
  expect(keys).toEqual(Array.from({ length: 100 }, (_, n) => `${n}.json.gz`));
  expect(seen).toBe(most);
});
