import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCase, openCase, readCase, verifyCase } from './index.ts';

/** What happens between processes, and when one dies: real processes, running this code as one bundle. */
let root: string;
let bundle: string;
let dir: string;
let count = 0;
beforeAll(async () => {
  root = fs.mkdtempSync(path.join(tmpdir(), 'aplomb-processes-'));
  process.env.APLOMB_CONFIG_DIR = path.join(root, 'config');
  await build({
    configFile: false,
    logLevel: 'silent',
    root,
    build: {
      ssr: fileURLToPath(new URL('./index.ts', import.meta.url)),
      outDir: path.join(root, 'dist'),
      rollupOptions: { output: { entryFileNames: 'evidence.mjs' } },
    },
  });
  bundle = path.join(root, 'dist', 'evidence.mjs');
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  dir = path.join(root, `case-${count++}`);
  createCase(dir, { title: 'Processes', responder: 'ana' }).close();
});

/** `body` sees fs, openCase, dir and `wait`, which prints a word and never ends. */
const start = (body: string): ChildProcess =>
  spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import fs from 'node:fs';
       import { openCase, takeLease } from ${JSON.stringify(bundle)};
       const dir = ${JSON.stringify(dir)};
       const wait = () => { fs.writeSync(1, 'ready'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); };
       ${body}`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
const ended = async (child: ChildProcess): Promise<number | null> =>
  (child.exitCode ?? child.signalCode) === null ? ((await once(child, 'exit'))[0] as number | null) : child.exitCode;
const killed = async (child: ChildProcess): Promise<void> => {
  await once(child.stdout!, 'data');
  child.kill('SIGKILL');
  await ended(child);
};
const sound = async () => expect((await verifyCase(dir)).problems).toEqual([]);

test('two processes and this one append at once: one chain, nothing lost', async () => {
  const body = (name: string) => `const c = openCase(dir); for (let i = 0; i < 50; i++) c.append('note', { text: '${name} ' + i }); c.close();`;
  const children = [start(body('a')), start(body('b'))];
  const here = openCase(dir);
  for (let i = 0; i < 20; i++) {
    here.append('note', { text: `c ${i}` });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await Promise.all(children.map(ended))).toEqual([0, 0]);
  here.close();
  const texts = readCase(dir)
    .entries.slice(1)
    .map((entry) => (entry.body as { text: string }).text);
  for (const [name, length] of [
    ['a', 50],
    ['b', 50],
    ['c', 20],
  ] as const)
    expect(texts.filter((text) => text.startsWith(name))).toEqual(Array.from({ length }, (_, i) => `${name} ${i}`));
  expect(texts).toHaveLength(120);
  await sound();
  expect(JSON.parse(fs.readFileSync(path.join(dir, 'head.json'), 'utf8'))).toMatchObject({ seq: 120 });
});

test('a writer killed in the middle of a line: torn until the next writer, then kept as evidence', async () => {
  await killed(
    start(`const c = openCase(dir);
      const write = fs.writeSync;
      fs.writeSync = (fd, data, ...rest) => {
        if (!String(data).includes('half')) return write(fd, data, ...rest);
        write(fd, data.subarray(0, 60)); wait();
      };
      c.append('note', { text: 'half' });`),
  );
  const before = await verifyCase(dir);
  expect(before.problems).toEqual([{ entry: 1, what: expect.stringContaining('torn') }]);
  expect(readCase(dir)).toMatchObject({ torn: true, entries: { length: 1 } });
  const next = openCase(dir);
  expect(next.entries.map((entry) => entry.kind)).toEqual(['case', 'torn']);
  const torn = next.entries[1]!.body as { item: { sha256: string } };
  expect((await next.load(torn.item.sha256)).toString()).toMatch(/^\{"actor":.{51}$/);
  next.close();
  await sound();
});

test('a writer killed after it moved an item and before the entry: the item is entered, not lost and not extra', async () => {
  await killed(
    start(`const c = openCase(dir);
      const item = await c.store(Buffer.from('precious'));
      const write = fs.writeSync;
      fs.writeSync = (fd, data, ...rest) => String(data).includes('"kind":"evidence"') ? wait() : write(fd, data, ...rest);
      c.append('evidence', { items: [{ ...item, name: 'x', mediaType: 'text/plain', source: { tool: 't', time: '2026-01-01T00:00:00.000Z' } }] });`),
  );
  expect((await verifyCase(dir)).problems).toEqual([{ file: expect.stringMatching(/^evidence\//), what: 'no entry names this file' }]);
  const next = openCase(dir);
  expect(next.entries.slice(1)).toMatchObject([{ kind: 'evidence', body: { items: [{ name: 'left by an interrupted command', bytes: 8 }] } }]);
  next.close();
  await sound();
});

test('a command killed with items that no entry names yet: sound at once, and the next command enters them', async () => {
  await killed(start(`const c = openCase(dir); await c.store(Buffer.from('unnamed')); wait();`));
  await sound();
  const next = openCase(dir);
  expect(next.entries.slice(1)).toMatchObject([{ kind: 'evidence', body: { items: [{ name: 'left by an interrupted command', bytes: 7 }] } }]);
  next.close();
  await sound();
  expect(fs.readdirSync(path.join(dir, 'derived', '.incoming'))).toEqual([]);
});

test('what a living command has not named yet is left alone', async () => {
  const child = start(`const c = openCase(dir); await c.store(Buffer.from('in use')); wait();`);
  await once(child.stdout!, 'data');
  const here = openCase(dir);
  here.append('note', { text: 'meanwhile' });
  here.close();
  expect(here.entries.map((entry) => entry.kind)).toEqual(['case', 'note']);
  child.kill('SIGKILL');
  await ended(child);
});

test('a lease: one apply at a time, notes go on, a dead holder is no holder', async () => {
  const child = start(`const c = openCase(dir); c.lease('apply'); wait();`);
  await once(child.stdout!, 'data');
  const here = openCase(dir);
  expect(() => here.lease('apply')).toThrow(expect.objectContaining({ code: 'CaseBusy', message: expect.stringContaining(`process ${child.pid}`) }));
  here.append('note', { text: 'works' });
  child.kill('SIGKILL');
  await ended(child);
  const release = here.lease('apply');
  expect(() => here.lease('apply')).toThrow(expect.objectContaining({ code: 'CaseBusy' }));
  release();
  here.lease('apply');
  here.close();
  expect(fs.readdirSync(dir).sort()).toEqual(['case.json', 'derived', 'evidence', 'head.json', 'ledger.jsonl']);
});

test('a lock of a dead process, of an earlier boot, of a process id used again: taken over; of a living one or another machine: not', () => {
  const lock = path.join(dir, 'ledger.lock');
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const held = (owner: object) =>
    fs.writeFileSync(lock, JSON.stringify({ host: hostname(), space: '', pid: dead, start: '', since: '2026-01-01T00:00:00.000Z', nonce: 'n', ...owner }));
  const own = fs.existsSync('/proc/self/stat');
  for (const owner of [
    {},
    ...(own
      ? [
          { pid: process.pid, start: 'another-boot/1' },
          { pid: process.pid, start: `${boot()}/1`, space: fs.readlinkSync('/proc/self/ns/pid') },
        ]
      : []),
  ]) {
    held(owner);
    const here = openCase(dir);
    here.append('note', { text: 'taken over' });
    here.close();
    expect(fs.existsSync(lock)).toBe(false);
  }
  const entries = readCase(dir).entries.length;
  expect(entries).toBe(own ? 4 : 2);
});
const boot = () => fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

test('a lock held by a living process: the writer waits, and gives up with a word on who holds it', () => {
  fs.writeFileSync(
    path.join(dir, 'ledger.lock'),
    JSON.stringify({ host: 'another-machine', space: '', pid: 1, start: '', since: '2026-01-01T00:00:00.000Z', nonce: 'n' }),
  );
  expect(() => openCase(dir, { patience: 100 })).toThrow(
    expect.objectContaining({ code: 'CaseLocked', message: expect.stringContaining('another-machine'), fix: expect.stringContaining('ledger.lock'), exit: 1 }),
  );
  expect(readCase(dir).entries).toHaveLength(1);
});

test('verifying while a command writes finds nothing wrong', async () => {
  const child = start(`const c = openCase(dir);
    for (let i = 0; i < 40; i++) {
      const item = await c.store(Buffer.from('item ' + i));
      c.append('evidence', { items: [{ ...item, name: 'x', mediaType: 'text/plain', source: { tool: 't', time: '2026-01-01T00:00:00.000Z' } }] });
    }
    c.close();`);
  let last = await verifyCase(dir);
  while (child.exitCode === null) {
    last = await verifyCase(dir);
    expect(last.problems).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  expect(child.exitCode).toBe(0);
  expect(await verifyCase(dir)).toMatchObject({ entries: 41, evidence: 40, problems: [] });
});
