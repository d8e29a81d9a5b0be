import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createCase } from './case.ts';
import { takenBack } from './taken-back.ts';

const folder = mkdtempSync(join(tmpdir(), 'aplomb-undone-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('knows which verdicts tell of the past: undone after them, until the next verdict', () => {
  process.env.APLOMB_CONFIG_DIR = join(folder, 'config');
  const file = createCase(join(folder, 'case'), { title: 't', responder: 'r' });
  const verdict = (action: string) => file.append('verdict', { action, step: 4, verdict: 'holds', checks: [] });
  verdict('isolate');
  verdict('tag');
  expect(takenBack(file.entries).size).toBe(0);
  const undo = file.append('finish', { action: 'undo:isolate', apply: 'a1', states: {} });
  expect([...takenBack(file.entries)]).toEqual([['isolate', undo.time]]);
  verdict('isolate');
  expect(takenBack(file.entries).size).toBe(0);
  file.close();
});
