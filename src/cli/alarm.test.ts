import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { alarmFacts, alarmFrom } from './alarm.ts';

const KEY = 'AKIA2OGYBAH6STMMNXNN';
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'aplomb-alarm-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

it('keeps when the others saw it apart from when it may have begun: that is for a person to say', async () => {
  const letter = `Your access key ${KEY}, which belongs to the IAM user ci-deploy, is public since about 2026-11-22T08:00Z.`;
  writeFileSync(join(cwd, 'mail.txt'), letter);
  const given = await alarmFrom({ cwd }, 'mail.txt');
  expect(given.original?.bytes.toString()).toBe(letter);
  expect(alarmFacts(given.alarm)).toEqual({ source: 'e-mail', accessKeyId: KEY, userName: 'ci-deploy', firstSeen: '2026-11-22T08:00:00.000Z' });
});
it('of a bare id keeps the id alone', async () => {
  expect(alarmFacts((await alarmFrom({ cwd }, KEY)).alarm)).toEqual({ source: 'bare', accessKeyId: KEY });
});
