import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canonical } from '../kernel/json.ts';
import { createCase, ensureSigner, evidenceItems, openCase, readCase, verifyCase } from './index.ts';

let root: string;
let dir: string;
const mounted: string[] = [];
beforeEach(() => {
  root = fs.mkdtempSync(path.join(tmpdir(), 'aplomb-case-'));
  dir = path.join(root, 'cases', 'one');
  process.env.APLOMB_CONFIG_DIR = path.join(root, 'config');
});
afterEach(() => {
  for (const mount of mounted.splice(0)) spawnSync('umount', [mount]);
  fs.rmSync(root, { recursive: true, force: true });
});
const code = (name: string, exit?: number) => expect.objectContaining({ code: name, fix: expect.any(String), ...(exit === undefined ? {} : { exit }) });
const create = () => createCase(dir, { id: 'ref-1', title: 'Leaked key', responder: 'ana' });
const ITEM = { name: '../../x', mediaType: 'text/plain', source: { tool: 't', time: '2026-01-01T00:00:00.000Z' } };

describe('a case', () => {
  test('from opening to verification', async () => {
    const created = create();
    const item = await created.store(Buffer.from('hello'));
    expect(fs.readFileSync(created.pathOf(item.sha256), 'utf8')).toBe('hello');
    expect(fs.existsSync(path.join(dir, 'evidence', item.sha256.slice(0, 2)))).toBe(false);
    created.append('evidence', { items: [{ ...item, ...ITEM }] });
    expect(created.pathOf(item.sha256)).toBe(path.join(dir, 'evidence', item.sha256.slice(0, 2), item.sha256));
    expect(fs.statSync(created.pathOf(item.sha256)).mode & 0o777).toBe(0o400);
    created.setCaller('arn:aws:iam::111122223333:user/ana');
    created.append('note', { text: 'hello \ud800 there' });
    created.close();
    const again = openCase(dir, { responder: 'eva' });
    again.append('note', { text: 'second' });
    again.close();

    const view = readCase(dir);
    expect(view.info).toMatchObject({ format: 'aplomb-case-1', id: 'ref-1', title: 'Leaked key', responder: 'ana', fingerprint: created.fingerprint });
    expect(view.entries.map((entry) => [entry.seq, entry.kind, entry.actor.responder, entry.actor.callerArn])).toEqual([
      [0, 'case', 'ana', null],
      [1, 'evidence', 'ana', null],
      [2, 'note', 'ana', 'arn:aws:iam::111122223333:user/ana'],
      [3, 'note', 'eva', null],
    ]);
    expect(view.entries[2]!.body).toEqual({ text: 'hello \ufffd there', surrogatesReplaced: ['/text'] });
    expect(await view.load(item.sha256)).toEqual(Buffer.from('hello'));
    expect(evidenceItems(view.entries)).toEqual([{ ...item, optional: false, seq: 1 }]);
    const verified = await verifyCase(dir, { key: created.fingerprint });
    expect(verified).toEqual({
      entries: 4,
      evidence: 1,
      bytes: 5,
      problems: [],
      signer: { fingerprints: [created.fingerprint], authenticated: true },
      head: { seq: 3, hash: view.entries[3]!.hash },
    });
    expect(fs.readdirSync(dir).sort()).toEqual(['case.json', 'derived', 'evidence', 'head.json', 'ledger.jsonl']);
  });

  test('the same bytes are kept once; streams and buffers are the same to the store', async () => {
    const file = create();
    const one = await file.store(Buffer.from('abcdef'));
    const two = await file.store(
      (async function* () {
        yield Buffer.from('abc');
        yield Buffer.from('def');
      })(),
    );
    expect(two).toEqual(one);
    file.append('evidence', { items: [{ ...one, ...ITEM }] });
    file.append('evidence', { items: [{ ...(await file.store(Buffer.from('abcdef'))), ...ITEM }] });
    file.close();
    expect(await verifyCase(dir)).toMatchObject({ evidence: 1, bytes: 6, problems: [] });
  });

  test('a stream that fails leaves nothing, and its error is its own', async () => {
    const file = create();
    const broken = (async function* () {
      yield Buffer.from('half');
      throw new RangeError('connection lost');
    })();
    await expect(file.store(broken)).rejects.toThrow(RangeError);
    expect(fs.readdirSync(path.join(dir, 'derived', '.incoming')).flatMap((name) => fs.readdirSync(path.join(dir, 'derived', '.incoming', name)))).toEqual([
      'owner',
    ]);
    file.close();
    expect(await verifyCase(dir)).toMatchObject({ problems: [] });
  });

  test('an item that was altered is not loaded', async () => {
    const file = create();
    const item = await file.store(Buffer.from('hello'));
    file.append('evidence', { items: [{ ...item, ...ITEM }] });
    fs.chmodSync(file.pathOf(item.sha256), 0o600);
    fs.writeFileSync(file.pathOf(item.sha256), 'jello');
    await expect(file.load(item.sha256)).rejects.toEqual(code('ItemAltered', 7));
    await expect(file.load('0'.repeat(64))).rejects.toEqual(code('ItemMissing', 7));
    expect(() => file.pathOf('../../../etc/passwd')).toThrow(expect.objectContaining({ code: 'NotAHash' }));
    file.close();
  });

  test('what the ledger cannot hold is refused before a byte is written', () => {
    const file = create();
    const before = fs.readFileSync(path.join(dir, 'ledger.jsonl'));
    expect(() => file.append('observe', { action: 'x', target: {}, observed: { half: 0.5 } })).toThrow(code('ValueNotAllowed'));
    expect(() => file.append('observe', { action: 'x', target: {}, observed: new Date() as never })).toThrow(code('ValueNotAllowed'));
    expect(() => file.append('observe', { action: 'x', target: { Straße: 1 }, observed: null })).toThrow(code('ValueNotAllowed'));
    expect(() => file.append('evidence', { items: [{ sha256: 'a'.repeat(64), bytes: 1, ...ITEM }] })).toThrow(code('ItemMissing'));
    expect(fs.readFileSync(path.join(dir, 'ledger.jsonl'))).toEqual(before);
    file.append('note', { text: 'goes on' });
    expect(file.entries).toHaveLength(2);
    file.close();
    expect(() => file.append('note', { text: 'closed' })).toThrow(TypeError);
  });

  test('an entry altered under a running command stops it', () => {
    const file = create();
    file.append('note', { text: 'one' });
    const ledger = path.join(dir, 'ledger.jsonl');
    const bytes = fs.readFileSync(ledger);
    fs.writeFileSync(ledger, bytes.toString().replace('"one"', '"two"'));
    expect(() => file.append('note', { text: 'three' })).toThrow(code('CaseBroken', 7));
    fs.writeFileSync(ledger, bytes.subarray(0, bytes.indexOf(10) + 1));
    expect(() => file.append('note', { text: 'three' })).toThrow(code('CaseBroken', 7));
    fs.writeFileSync(ledger, bytes);
    file.append('note', { text: 'three' });
    file.close();
  });

  test('another key cannot write until it is admitted', async () => {
    const first = create();
    process.env.APLOMB_CONFIG_DIR = path.join(root, 'second');
    expect(() => openCase(dir)).toThrow(code('NoKey', 2));
    const second = ensureSigner();
    expect(() => openCase(dir)).toThrow(code('ForeignKey', 2));
    first.admit(second.publicKey, 'eva');
    first.close();
    const file = openCase(dir, { responder: 'eva' });
    file.append('note', { text: 'admitted' });
    file.close();
    const { problems, signer } = await verifyCase(dir, { key: first.fingerprint });
    expect({ problems, signer }).toEqual({ problems: [], signer: { fingerprints: [first.fingerprint, second.fingerprint], authenticated: true } });
  });
});

describe('folders that are not an open case', () => {
  test('nothing, a file, something else', async () => {
    for (const open of [openCase, readCase]) {
      expect(() => open(path.join(root, 'absent'))).toThrow(code('NotACase', 2));
      expect(() => open(root)).toThrow(code('NotACase', 2));
      fs.writeFileSync(path.join(root, 'file'), '');
      expect(() => open(path.join(root, 'file'))).toThrow(code('NotACase', 2));
      fs.mkdirSync(path.join(root, 'other'), { recursive: true });
      fs.writeFileSync(path.join(root, 'other', 'ledger.jsonl'), '{"event":1}\n');
      expect(() => open(path.join(root, 'other'))).toThrow(code('NotACase', 2));
    }
    await expect(verifyCase(root)).rejects.toEqual(code('NotACase', 2));
  });

  test('a newer format is not a broken case', async () => {
    create().close();
    const line = fs.readFileSync(path.join(dir, 'ledger.jsonl'), 'utf8').replace('aplomb-case-1', 'aplomb-case-2');
    fs.writeFileSync(path.join(dir, 'ledger.jsonl'), line);
    expect(() => openCase(dir)).toThrow(code('CaseBroken', 7));
    fs.writeFileSync(path.join(dir, 'case.json'), line);
    expect(() => openCase(dir)).toThrow(code('NewerCase', 2));
    await expect(verifyCase(dir)).rejects.toEqual(code('NewerCase', 2));
  });

  test('a folder in use is not taken for a new case', () => {
    create().close();
    expect(() => create()).toThrow(code('NotEmpty', 2));
    fs.writeFileSync(path.join(root, 'file'), '');
    expect(() => createCase(path.join(root, 'file'), { title: 't', responder: 'r' })).toThrow(code('NotEmpty', 2));
    expect(() => createCase(path.join(root, 'new'), { id: '../x', title: 't', responder: 'r' })).toThrow(code('BadCaseId', 2));
    expect(fs.existsSync(path.join(root, 'new'))).toBe(false);
  });

  test('a broken or shortened ledger is not written to', () => {
    const file = create();
    file.append('note', { text: 'one' });
    file.close();
    const ledger = path.join(dir, 'ledger.jsonl');
    const bytes = fs.readFileSync(ledger);
    for (const broken of [bytes.toString().replace('one', 'two'), bytes.subarray(0, bytes.indexOf(10) + 1), bytes.subarray(0, -5)]) {
      fs.writeFileSync(ledger, broken);
      expect(() => openCase(dir)).toThrow(code('CaseBroken', 7));
      expect(fs.readFileSync(ledger)).toEqual(Buffer.from(broken));
    }
    expect(fs.readdirSync(dir)).not.toContain('ledger.lock');
  });
});

/** A real small file system; undefined where this user may not mount one. */
function tmpfs(options: string): string | undefined {
  const mount = path.join(root, 'mount');
  fs.mkdirSync(mount);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `${options},mode=700`, 'tmpfs', mount]);
  if (status !== 0) {
    process.stderr.write('\nNOT TESTED: no small file system can be mounted here (needs root), so full disks and read-only folders were not tried.\n\n');
    return undefined;
  }
  mounted.push(mount);
  return mount;
}

describe('a disk that gives out', () => {
  test('full: nothing is half-written, and the case goes on when there is space', async (context) => {
    const mount = tmpfs('size=256k');
    if (mount === undefined) return context.skip();
    dir = path.join(mount, 'case');
    const file = create();
    const item = await file.store(Buffer.alloc(20_000, 'a'));
    const filler = path.join(mount, 'filler');
    const fill = () => {
      const fd = fs.openSync(filler, 'w');
      try {
        for (;;) fs.writeSync(fd, Buffer.alloc(4096));
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
      } finally {
        fs.closeSync(fd);
      }
    };
    fill();
    await expect(file.store(Buffer.alloc(100_000, 'b'))).rejects.toEqual(code('DiskFull', 1));
    expect(() => file.append('note', { text: 'x'.repeat(20_000) })).toThrow(code('DiskFull', 1));
    // Room for the lock and the item's folder, not for the entry: the line and the item both go back.
    fs.truncateSync(filler, fs.statSync(filler).size - 3 * 4096);
    expect(() => file.append('evidence', { items: [{ ...item, ...ITEM, name: 'n'.repeat(30_000) }] })).toThrow(code('DiskFull', 1));
    expect(() => createCase(path.join(mount, 'a', 'second'), { title: 't'.repeat(9000), responder: 'r' })).toThrow(code('DiskFull', 1));
    expect(fs.readdirSync(mount).sort()).toEqual(['case', 'filler']);
    expect(await verifyCase(dir)).toMatchObject({ entries: 1, evidence: 0, problems: [] });
    fs.rmSync(filler);
    file.append('evidence', { items: [{ ...item, ...ITEM }] });
    file.close();
    expect(await verifyCase(dir)).toMatchObject({ entries: 2, evidence: 1, bytes: 20_000, problems: [] });
  });

  test('read-only: reading and verifying work, writing says why not', async (context) => {
    const mount = tmpfs('size=1m');
    if (mount === undefined) return context.skip();
    dir = path.join(mount, 'case');
    const file = create();
    file.append('note', { text: 'before' });
    file.close();
    expect(spawnSync('mount', ['-o', 'remount,ro', mount]).status).toBe(0);
    expect(() => openCase(dir)).toThrow(code('CaseReadOnly', 1));
    expect(() => createCase(path.join(mount, 'new'), { title: 't', responder: 'r' })).toThrow(code('CaseReadOnly', 1));
    expect(readCase(dir).entries).toHaveLength(2);
    expect(await verifyCase(dir)).toMatchObject({ entries: 2, problems: [] });
  });
});

test('a signing key that others can read is not used', () => {
  create().close();
  const key = path.join(root, 'config', 'responder-key.pem');
  expect(fs.statSync(key).mode & 0o777).toBe(0o600);
  fs.chmodSync(key, 0o644);
  expect(() => openCase(dir)).toThrow(code('KeyTooOpen'));
  fs.chmodSync(key, 0o600);
  fs.writeFileSync(key, 'no key');
  expect(() => openCase(dir)).toThrow(code('KeyUnreadable'));
});

test('case.json and head.json are what the ledger says', () => {
  const file = create();
  file.append('note', { text: 'x' });
  file.close();
  const { hash, seq, sig } = file.entries[1]!;
  expect(fs.readFileSync(path.join(dir, 'head.json'), 'utf8')).toBe(`${canonical({ hash, seq, sig })}\n`);
  expect(fs.readFileSync(path.join(dir, 'case.json'), 'utf8')).toBe(`${canonical(file.entries[0])}\n`);
});
