import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { place } from './stand.ts';

const KEY = 'AKIA2OGYBAH6STMMNXNN';
const at = place('alarm');
afterAll(() => at.clean());
const finding = {
  'detail-type': 'GuardDuty Finding',
  source: 'aws.guardduty',
  account: '111122223333',
  detail: {
    accountId: '111122223333',
    id: 'def',
    region: 'eu-west-1',
    type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller',
    title: 'Odd \u001b[31mcalls\u001b[0m',
    severity: 5,
    resource: { resourceType: 'AccessKey', accessKeyDetails: { accessKeyId: KEY, userName: 'ci-deploy', userType: 'IAMUser' } },
    service: { serviceName: 'guardduty', eventFirstSeen: '2026-11-22T07:55:30Z' },
  },
};

describe('open --from', () => {
  it('opens the case with what a finding says, keeps the finding, and names the playbook', async () => {
    const file = join(at.root, 'finding.json');
    const bytes = JSON.stringify(finding);
    writeFileSync(file, bytes);
    const dir = join(at.root, 'case');
    const ran = await at.run(['open', '--from', file, '--case', dir, '--json']);
    expect(ran.code).toBe(0);
    const result = ran.result();
    expect(result).toMatchObject({ ok: true, alarm: { source: 'guardduty', accessKeyId: KEY, userName: 'ci-deploy', account: '111122223333' } });
    expect(result.next[0]).toMatch(/^aplomb respond leaked-key /);
    const entries = readFileSync(join(dir, 'ledger.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const [item] = entries.find((entry) => entry.kind === 'evidence').body.items;
    expect(readFileSync(join(dir, 'evidence', item.sha256.slice(0, 2), item.sha256), 'utf8')).toBe(bytes);
    expect(entries[0].body.title).toBe('Odd calls');
    expect((await at.run(['verify', '--case', dir, '--json'])).result()).toMatchObject({ ok: true, problems: [] });
    const status = await at.run(['status', '--case', dir]);
    expect(status.stdout).toContain('aplomb respond leaked-key');
  });

  it('says in plain words what it understood', async () => {
    const file = join(at.root, 'mail.txt');
    writeFileSync(file, `Your account 111122223333: the instance i-0123456789abcdef0 attacks others.`);
    const ran = await at.run(['open', '--from', file, '--case', join(at.root, 'mail-case')]);
    expect(ran.code).toBe(0);
    expect(`${ran.stdout}${ran.stderr}`).toContain('instance i-0123456789abcdef0');
    expect(`${ran.stdout}${ran.stderr}`).toContain('aplomb respond compromised-instance');
  });

  it.each([
    ['a file that is not there', 'nowhere.json', 'NoAlarmFile'],
    ['JSON cut off', '{"detail": ', 'BrokenAlarm'],
    ['words without anything to begin with', 'hello', 'UnknownAlarm'],
  ])('%s makes no case', async (name, content, code) => {
    const file = join(at.root, 'broken');
    writeFileSync(file, content);
    const dir = join(at.root, `none-${code}`);
    const ran = await at.run(['open', '--from', code === 'NoAlarmFile' ? name : file, '--case', dir, '--json']);
    expect(ran.code).toBe(2);
    expect(ran.result()).toMatchObject({ ok: false, error: { code, fix: expect.stringContaining('access key id') } });
    mkdirSync(dir);
  });
});
