import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { ordinary } from '../testing/ordinary.ts';
import { recordIn } from './one.ts';
import { LIMITS } from './unpack.ts';

const root = mkdtempSync(join(tmpdir(), 'aplomb-one-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const path = join(root, 'file');
function put(bytes: Buffer): string {
  writeFileSync(path, bytes);
  return createHash('sha256').update(bytes).digest('hex');
}
const one = '{"eventVersion":"1.08","eventName":"A","eventTime":"2026-03-02T10:00:00Z","x":1.50,"readOnly":true}';
const two = '{"eventVersion":"1.08", "eventName":"B",\n "eventTime":"2026-03-02T10:00:00Z","big":12345678901234567890}';

it('gives a record byte for byte, whatever it lies in', async () => {
  for (const text of [`{"Records":[${one},${two}]}`, `[${one}, ${two}]`, `${one}\n${two}`]) {
    for (const file of [Buffer.from(text), gzipSync(text)]) {
      const sha256 = put(file);
      expect((await recordIn(path, sha256, 0)).text?.toString()).toBe(one);
      expect((await recordIn(path, sha256, 1)).text?.toString()).toBe(two);
      expect(await recordIn(path, sha256, 2)).toEqual({ same: true });
    }
  }
  const table = put(Buffer.from('eventName,eventTime\nA,2026-03-02T10:00:00Z\n'));
  expect(await recordIn(path, table, 0)).toEqual({ same: true });
});

it('gives nothing of a file that is gone or another', async () => {
  const sha256 = put(Buffer.from(one));
  expect(await recordIn(path, sha256, 0)).toMatchObject({ same: true });
  writeFileSync(path, two);
  expect(await recordIn(path, sha256, 0)).toEqual({ same: false });
  expect(await recordIn(join(root, 'none'), sha256, 0)).toEqual({ same: false });
});

it('finds any record of a file of which a hundredth is at hand at once, also behind damage', async () => {
  const records = Array.from({ length: 300 }, (_, id) => JSON.stringify(ordinary({ eventID: `id-${id}-` })));
  const limits = { ...LIMITS, whole: 10_000, part: 3000, record: 50_000 };
  const broken = records.map((text, id) => (id === 100 ? text.replace('"eventID":"', '"eventID":""') : text));
  for (const some of [records, broken])
    for (const text of [`{"Records":[${some.join(',')}]}`, `${some.join('\n')}\n`]) {
      const sha256 = put(gzipSync(text));
      for (const wanted of [0, 99, 150, 299]) {
        const isIt = (found: Buffer): boolean => found.includes(`"id-${wanted}-"`);
        const near = await Promise.all([wanted - 1, wanted].map((number) => recordIn(path, sha256, number, isIt, limits)));
        expect(near.map(({ text: found }) => found?.toString())).toContain(records[wanted]);
      }
    }
});
