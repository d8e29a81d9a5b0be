import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCase, evidenceItems, foldFacts, openCase, readCase, verifyCase } from './index.ts';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(tmpdir(), 'aplomb-case-'));
  process.env.APLOMB_CONFIG_DIR = path.join(root, 'config');
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

test('a case from opening to verification', async () => {
  const dir = path.join(root, 'a', 'case');
  const created = createCase(dir, { title: 'Leaked key', responder: 'ana' });
  const item = await created.store(Buffer.from('hello'));
  created.append('evidence', { items: [{ ...item, name: 'x', mediaType: 'text/plain', source: { tool: 't', time: '2026-01-01T00:00:00.000Z' } }] });
  created.append('note', { text: 'hello \ud800 there' });
  created.close();
  const again = openCase(dir, { responder: 'eva' });
  again.append('note', { text: 'second' });
  again.close();
  const view = readCase(dir);
  expect(view.entries.map((entry) => entry.kind)).toEqual(['case', 'evidence', 'note', 'note']);
  expect(await view.load(item.sha256)).toEqual(Buffer.from('hello'));
  expect(evidenceItems(view.entries)).toHaveLength(1);
  expect(foldFacts(view.entries)).toMatchObject({ title: 'Leaked key', responder: 'ana' });
  expect(view.entries[2]!.body).toEqual({ text: 'hello \ufffd there', surrogatesReplaced: ['/text'] });
  expect(await verifyCase(dir, { key: created.fingerprint })).toMatchObject({
    entries: 4,
    evidence: 1,
    bytes: 5,
    problems: [],
    signer: { authenticated: true },
  });
});
