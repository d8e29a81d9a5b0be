import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCase, type OpenCase, readCase, verifyCase } from '../evidence/index.ts';
import { ofKind } from '../kernel/index.ts';
import { createRecorder } from './recorder.ts';

let root: string;
let count = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'aplomb-recorder-'));
  process.env.APLOMB_CONFIG_DIR = join(root, 'config');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
const newCase = (): OpenCase => createCase(join(root, `case-${count++}`), { title: 'Recorder', responder: 'ana' });
const named = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const filesIn = (dir: string): number => readdirSync(join(dir, 'evidence'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length;

it('packs small answers and gives every byte back by its own hash, whatever the bytes are', async () => {
  const file = newCase();
  const recorder = createRecorder(file);
  const answers = [
    ...Array.from({ length: 200 }, (_, n) => Buffer.from(`{"page":${n},"name":"ñ \u2028 \\u0000 ]]>"}`)),
    randomBytes(3000),
    Buffer.from([0xef, 0xbb, 0xbf, 0x61]),
    Buffer.from('\r\n\n'),
    Buffer.alloc(0),
    Buffer.from([0xed, 0xa0, 0x80]),
  ];
  for (const data of answers) expect(await recorder.keep(data, named(data), 'hunt')).toEqual({ sha256: named(data), bytes: data.length });
  await recorder.keep(answers[0]!, named(answers[0]!), 'hunt');
  await recorder.flush('hunt');
  expect(file.entries.filter(ofKind('reads')).map((entry) => entry.body.kept.map((kept) => kept.answers))).toEqual([[answers.length]]);
  // One pack and one (empty) log.
  expect(filesIn(file.dir)).toBe(2);
  for (const data of answers) expect(Buffer.compare(await file.load(named(data)), data)).toBe(0);
  file.close();
  const read = readCase(file.dir);
  for (const data of answers) expect(Buffer.compare(await read.load(named(data)), data)).toBe(0);
  await expect(read.load('0'.repeat(64))).rejects.toMatchObject({ code: 'ItemMissing' });
  expect((await verifyCase(file.dir)).problems).toEqual([]);
});

it('keeps a large answer, and one that came alone, as an item of its own', async () => {
  const file = newCase();
  const recorder = createRecorder(file, { alone: 1000, pack: 1e6, attempts: 1e6 });
  const [large, small] = [randomBytes(1001), Buffer.from('small')];
  await recorder.keep(large, named(large), 'x');
  await recorder.keep(small, named(small), 'x');
  await recorder.flush('x');
  expect(file.entries.filter(ofKind('reads'))[0]?.body.kept).toEqual([large, small].map((data) => ({ sha256: named(data), bytes: data.length })));
  expect(Buffer.compare(await file.load(named(large)), large)).toBe(0);
  file.close();
});

it('writes a full pack without being asked, so that memory holds no more than one', async () => {
  const file = newCase();
  const recorder = createRecorder(file, { alone: 1000, pack: 5000, attempts: 1e6 });
  const answers = Array.from({ length: 60 }, () => randomBytes(500));
  for (const data of answers) await recorder.keep(data, named(data), 'hunt');
  const before = file.entries.filter(ofKind('reads')).length;
  expect(before).toBe(6);
  await recorder.flush('hunt');
  expect(file.entries.filter(ofKind('reads'))).toHaveLength(6);
  for (const data of answers) expect(Buffer.compare(await file.load(named(data)), data)).toBe(0);
  expect((await verifyCase(file.dir)).problems).toEqual([]);
  file.close();
});

it('has everything taken before on the ledger when a flush returns, also when another one is under way', async () => {
  const file = newCase();
  const recorder = createRecorder(file);
  const data = Buffer.from('first');
  await recorder.keep(data, named(data), 'a');
  const other = recorder.flush('a');
  await recorder.flush('b');
  expect(file.entries.filter(ofKind('reads')).flatMap((entry) => entry.body.kept.map((kept) => kept.sha256))).toContain(named(data));
  await other;
  file.close();
});
