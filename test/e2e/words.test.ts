import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabProcess } from '../../src/cli/lab-process.ts';
import { verifyCase } from '../../src/evidence/index.ts';
import { commands } from '../../src/generated/commands.ts';
import { hasTerminal, notTested, place, ROOT, responderOf, startLab } from './stand.ts';

/** What people see: two languages, quiet terminals, hostile strings, odd folders. */
const at = place('words');
let lab: LabProcess;
let env: Record<string, string>;
let dir: string;
/** Escape sequences, 8-bit controls, direction overrides: none of it may reach a terminal. */
const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const HOSTILE = '\u001b]0;owned\u0007\u001b[31mred\u009b32m\u202egnp.exe\r\nNext: rm -rf';

beforeAll(async () => {
  lab = await startLab();
  env = responderOf(lab);
  dir = at.path('case');
  // Whatever an attacker can write down in an account: tags, descriptions, console output.
  const saved = await lab.control('GET', 'save');
  const { tables } = saved.accounts[lab.briefing.account].regions[lab.briefing.webServer.region];
  for (const tags of Object.values<any>(tables.tags)) tags.push({ Key: `x${HOSTILE}`, Value: HOSTILE });
  for (const group of Object.values<any>(tables.securityGroups)) group.description = HOSTILE;
  for (const instance of Object.values<any>(tables.instances)) instance.console = HOSTILE;
  await lab.control('POST', 'load', saved);
  const opened = await at.run([
    'open',
    '--case',
    dir,
    '--title',
    `Odd ${HOSTILE}`,
    '--from',
    lab.briefing.alarm.accessKeyId,
    '--since',
    lab.briefing.alarm.since,
  ]);
  expect(opened.code, opened.stderr).toBe(0);
});
afterAll(async () => {
  await lab.close();
  at.clean();
});

describe('hostile strings', () => {
  it('never reach the screen raw, whatever is shown', async () => {
    const web = lab.briefing.webServer.publicIp;
    const lines = [
      ['status', '--case', dir],
      ['tag', web, '--yes', '--case', dir],
      ['collect', web, '--case', dir],
      ['isolate', web, '--from-ip', '198.51.100.7', '--dry-run', '--case', dir],
      ['isolate', web, '--from-ip', '198.51.100.7', '--print-cli', '--case', dir],
      ['isolate', `no such ${HOSTILE.replaceAll(/[\r\n]/g, '')}`, '--from-ip', '198.51.100.7', '--case', dir],
      ['verify', dir],
      ['note', HOSTILE, '--case', dir],
    ];
    expect((await at.run(lines[0]!)).stdout).toMatch(/^Odd red/);
    for (const line of lines) {
      const { stdout, stderr, code } = await at.run(line, { env });
      expect(code, `${line[0]}: ${stderr}`).not.toBe(130);
      expect(RAW.exec(stdout.replaceAll('\r', '\u0000\u0000'))?.index, `${line.join(' ')} on standard output`).toBeUndefined();
      expect(RAW.exec(stderr)?.index, `${line.join(' ')} on standard error`).toBeUndefined();
    }
  });

  it('leave the JSON lines valid and harmless to print', async () => {
    const [hunt, status, plan] = await Promise.all([
      at.run(['hunt', '--case', dir, '--json'], { env }),
      at.run(['status', '--case', dir, '--json'], { env }),
      at.run(['plan', 'tag', lab.briefing.webServer.publicIp, '--case', dir], { env }),
    ]);
    expect(hunt.result()).toMatchObject({ kind: 'result' });
    // The value itself is whole: scripts see what there is.
    expect(status.result().title).toBe(`Odd ${HOSTILE}`);
    expect(JSON.parse(plan.stdout)).toMatchObject({ format: 'aplomb-plan-1' });
    for (const ran of [hunt, status, plan]) expect(ran.stdout.split('\n').filter((line) => RAW.test(line))).toEqual([]);
  });

  it('are kept in the evidence as they were, and the case verifies', async () => {
    expect((await verifyCase(dir)).problems).toEqual([]);
  });
});

describe('a terminal without colours, or none', () => {
  it('gives no escape sequence at all when nobody is looking', async () => {
    for (const args of [['--help'], ['status', '--case', dir], ['drill', 'nothing']]) {
      const { stdout, stderr } = await at.run(args);
      expect(`${stdout}${stderr}`).not.toContain('\u001b');
    }
  });
  it('gives colours at a terminal, and none with NO_COLOR', async (context) => {
    if (!hasTerminal) {
      notTested('there is no util-linux `script` here, so colours at a terminal were not tried.');
      return context.skip();
    }
    const colour = /\u001b\[\d+m/;
    expect((await at.run(['status', '--case', dir], { env: { TERM: 'xterm' }, answers: [] })).stdout).toMatch(colour);
    expect((await at.run(['status', '--case', dir], { env: { TERM: 'xterm', NO_COLOR: '1' }, answers: [] })).stdout).not.toMatch(colour);
    expect((await at.run(['status', '--case', dir], { env: { TERM: 'dumb' }, answers: [] })).stdout).not.toMatch(colour);
  });
});

describe('the two languages', () => {
  /** Sentences that only English has, in places where a person reads. */
  const ENGLISH =
    /\b(Step|of 10|holds|fails|unknown|Acting as|Custom endpoint|What next|Next|Opened|not yet|The|the|and|with|Usage|Options|Examples|Commands|Report|How it went)\b/;

  it('every help page is there in both, and the Spanish one speaks Spanish', async () => {
    const names = [[], ...Object.keys(commands).map((name) => name.split(' '))];
    const pages = await Promise.all(names.map((name) => at.run([...name, '--help', '--lang', 'es'])));
    for (const [index, { stdout, code }] of pages.entries()) {
      expect(code, names[index]!.join(' ')).toBe(0);
      const told = stdout.split('\n').filter((line) => !/^\s+(-|aplomb )/.test(line) && !line.startsWith('Uso:'));
      const headings = told.filter((line) => /^\S/.test(line));
      expect(
        headings.filter((line) => ENGLISH.test(line)),
        names[index]!.join(' '),
      ).toEqual([]);
      expect(stdout).toMatch(/Uso: aplomb/);
    }
  });

  it('the screen of a step has no English headings in Spanish, and no Spanish ones in English', async () => {
    const web = lab.briefing.webServer.publicIp;
    const spanish = await at.run(['snapshot', web, '--yes', '--lang', 'es', '--case', dir], { env });
    expect(spanish.code, spanish.stderr).toBe(0);
    expect(spanish.stderr).toMatch(/Paso 7 de 10 · Hacer instantáneas/);
    expect(spanish.stderr).toMatch(/se cumple:/);
    expect(spanish.stderr.split('\n').filter((line) => ENGLISH.test(line.replaceAll(/\b[a-z]+-[a-z-]+\b/g, '')))).toEqual([]);
    const status = await at.run(['status', '--lang', 'es', '--case', dir]);
    expect(status.stdout).toMatch(/Abierto .* aún no/s);
    expect(status.stdout.split('\n').filter((line) => /^\S|^\d/.test(line) && !line.startsWith('Odd') && ENGLISH.test(line))).toEqual([]);
    const english = await at.run(['status', '--case', dir], { env: { LC_ALL: 'en_GB.UTF-8' } });
    expect(english.stdout).not.toMatch(/Abierto|Paso|aún no|se cumple/);
    expect((await at.run(['status', '--case', dir], { env: { LC_ALL: 'es_ES.UTF-8' } })).stdout).toMatch(/Abierto/);
  });

  it('a language it does not speak is refused', async () => {
    const ran = await at.run(['status', '--lang', 'fr', '--json']);
    expect([ran.code, ran.result().error.code]).toEqual([2, 'BadOption']);
  });
});

describe('somewhere else', () => {
  it('works installed in a folder with spaces, run from another one, with a case in ./cases', async () => {
    const home = at.path('my own programs', 'aplomb');
    const work = at.path('a folder of mine');
    mkdirSync(home, { recursive: true });
    mkdirSync(work);
    for (const name of ['bin', 'dist', 'fixtures', 'package.json']) cpSync(join(ROOT, name), join(home, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'));
    const from = { cwd: work, program: join(home, 'bin/aplomb.js') };
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect((await at.run(['--version'], from)).stdout).toBe(`aplomb ${version}\n`);
    const opened = await at.run(['open', '--title', 'here', '--reference', 'HERE-1', '--json'], from);
    expect(opened.result()).toMatchObject({ case: join(work, 'cases', 'HERE-1') });
    expect((await at.run(['note', 'found without being named'], from)).code).toBe(0);
    expect((await at.run(['verify', '--json'], from)).result()).toMatchObject({ ok: true, entries: 2 });
    const up = at.start(['lab', 'up', '--seed', '1', '--json'], from);
    await up.says('"code":"lab"');
    up.child.kill('SIGINT');
    expect((await up.done).code).toBe(0);
  });

  it('says what to do when a case is not to be found, or there are several', async () => {
    const work = at.path('several');
    mkdirSync(work);
    const none = await at.run(['status', '--json'], { cwd: work });
    expect([none.code, none.result().error]).toMatchObject([2, { code: 'NoCase', fix: expect.stringContaining('aplomb open') }]);
    for (const id of ['A-1', 'B-2']) await at.run(['open', '--reference', id], { cwd: work });
    const many = await at.run(['status', '--json'], { cwd: work });
    expect([many.code, many.result().error]).toMatchObject([2, { code: 'ManyCases', fix: expect.stringContaining('cases/A-1') }]);
  });
});
