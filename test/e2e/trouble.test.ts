import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LabProcess } from '../../src/cli/lab-process.ts';
import { verifyCase } from '../../src/evidence/index.ts';
import { notTested, place, type Ran, responderOf, startLab } from './stand.ts';

/** Bad input and bad luck: one clear error each, the right exit code, nothing half-written. */
const at = place('trouble');
const mounted: string[] = [];
let lab: LabProcess;
let env: Record<string, string>;
let key: string;
let count = 0;
/** Two that wait for long before they give up; they do so while the others run. */
let silent: Promise<{ port: number; ran: Promise<Ran> }>;
let locked: { dir: string; lock: string; ran: Promise<Ran> };

beforeAll(async () => {
  lab = await startLab();
  env = responderOf(lab);
  key = lab.briefing.alarm.accessKeyId;
  silent = silentEndpoint();
  locked = await lockedCase();
});
afterAll(async () => {
  for (const mount of mounted) spawnSync('umount', ['-l', mount]);
  await lab.close();
  at.clean();
});

/** A fresh case about the leaked key. */
async function open(dir = at.path(`case-${count++}`)): Promise<string> {
  const ran = await at.run(['open', '--case', dir, '--title', 'Trouble', '--responder', 'ana', '--from', key]);
  expect(ran.code, ran.stderr).toBe(0);
  return dir;
}
const aplomb = (dir: string, args: readonly string[], more: Record<string, string | undefined> = {}): Promise<Ran> =>
  at.run([...args, '--json', ...(dir ? ['--case', dir] : [])], { env: { ...env, ...more } });
async function silentEndpoint(): Promise<{ port: number; ran: Promise<Ran> }> {
  const dir = await open();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return { port, ran: aplomb(dir, ['hunt'], { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }) };
}
/** A case whose ledger a living process keeps locked. */
async function lockedCase(): Promise<typeof locked> {
  const dir = await open();
  const lock = `${dir}/ledger.lock`;
  const holder = spawn('sleep', ['120']);
  writeFileSync(lock, JSON.stringify(ownerOf(holder.pid!)));
  const ran = aplomb(dir, ['note', 'x']);
  void ran.finally(() => holder.kill());
  return { dir, lock, ran };
}
const ledger = (dir: string): string => readFileSync(`${dir}/ledger.jsonl`, 'utf8');
/** What the responder changed in the account. */
const effects = async (): Promise<any[]> =>
  (await lab.control('GET', 'effects')).filter((one: any) => one.accessKeyId === env.AWS_ACCESS_KEY_ID && one.service !== 'sts');

/** The one error: code and exit on both streams, what to do about it, a ledger that is as it was, an account nobody touched. */
async function fails(ran: Ran, exit: number, code: string, what?: RegExp): Promise<any> {
  expect(ran.code, `${ran.stdout}\n${ran.stderr}`).toBe(exit);
  const result = ran.result();
  expect(result).toMatchObject({ kind: 'result', ok: false, exit, error: { code, message: expect.any(String), fix: expect.any(String) } });
  if (what) expect(`${result.error.message} ${result.error.fix}`).toMatch(what);
  expect(ran.stderr.split('\n').filter((line) => line.startsWith('aplomb: '))).toHaveLength(1);
  expect(ran.stderr).not.toMatch(/^\s+at /m);
  return result.error;
}

describe('credentials', () => {
  const none = {
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };

  it('none, a profile that does not exist, a wrong secret, an unknown key', async () => {
    const dir = await open();
    const before = ledger(dir);
    const [no, profile, secret, unknown] = await Promise.all([
      aplomb(dir, ['contain-key', '--yes'], none),
      aplomb(dir, ['contain-key', '--yes', '--profile', 'nobody'], none),
      aplomb(dir, ['contain-key', '--yes'], { AWS_SECRET_ACCESS_KEY: 'wrong' }),
      aplomb(dir, ['contain-key', '--yes'], { AWS_ACCESS_KEY_ID: 'AKIAAAAAAAAAAAAAAAAA' }),
    ]);
    await fails(no!, 1, 'NoCredentials', /AWS_ACCESS_KEY_ID|profile/);
    await fails(profile!, 2, 'UnknownProfile', /nobody/);
    await fails(secret!, 1, 'InvalidCredentials', /SECRET/);
    await fails(unknown!, 1, 'InvalidCredentials');
    expect(ledger(dir).startsWith(before)).toBe(true);
    expect(ledger(dir)).not.toMatch(/"kind":"(session|intent|plan)"/);
    expect((await verifyCase(dir)).problems).toEqual([]);
    expect(await effects()).toEqual([]);
  });

  it('a session that has expired', async () => {
    const dir = await open();
    const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! };
    const client = new STSClient({ endpoint: lab.url, region: env.AWS_REGION!, credentials });
    const { Credentials: session } = await client.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
    client.destroy();
    const saved = await lab.control('GET', 'save');
    saved.accounts[lab.briefing.account].tables.sessions[session!.AccessKeyId!].expires = Date.now() - 1000;
    await lab.control('POST', 'load', saved);
    const temporary = { AWS_ACCESS_KEY_ID: session!.AccessKeyId, AWS_SECRET_ACCESS_KEY: session!.SecretAccessKey, AWS_SESSION_TOKEN: session!.SessionToken };
    await fails(await aplomb(dir, ['contain-key', '--yes'], temporary), 1, 'ExpiredCredentials', /fresh credentials|sign in again/i);
    expect(ledger(dir)).not.toMatch(/"kind":"(session|intent|plan)"/);
    expect(await effects()).toEqual([]);
  });

  it('an endpoint where nobody answers', async () => {
    const { port, ran } = await silent;
    await fails(await ran, 1, 'Unreachable', new RegExp(`127.0.0.1:${port}.*region in use`));
  });

  it('the compromised identity itself', async () => {
    const dir = await open();
    const ran = await aplomb(dir, ['contain-key', '--yes', env.AWS_ACCESS_KEY_ID!]);
    await fails(ran, 2, 'CompromisedIdentity', /another/i);
    expect(await effects()).toEqual([]);
  });
});

describe('names', () => {
  it('a region that cannot be one, and one that does not exist', async () => {
    const dir = await open();
    const [form, unknown, none] = await Promise.all([
      aplomb(dir, ['hunt', '--region', 'Ireland']),
      aplomb(dir, ['isolate', lab.briefing.webServer.publicIp, '--from-ip', '198.51.100.7', '--yes', '--region', 'eu-nowhere-1']),
      aplomb(dir, ['contain-key', '--dry-run'], { AWS_REGION: undefined }),
    ]);
    await fails(form!, 2, 'UnknownRegion', /without --region/);
    await fails(unknown!, 1, 'InvalidCredentials', /region.*eu-nowhere-1/);
    // IAM has one region for all: without any set, the key is contained all the same.
    expect(none!.code).toBe(0);
    expect(await effects()).toEqual([]);
  });

  it('an instance that nobody knows, by id, name, address and ARN', async () => {
    const dir = await open();
    const names = ['i-0123456789abcdef0', 'no-such-server', '192.0.2.77', 'arn:aws:ec2:eu-central-1:999999999999:instance/i-0123456789abcdef0', 'i-xyz'];
    const rans = await Promise.all(names.map((name) => aplomb(dir, ['stop', name, '--yes'])));
    const codes = ['UnknownInstance', 'UnknownInstance', 'UnknownInstance', 'OtherAccount', 'InvalidInstanceName'];
    for (const [index, ran] of rans.entries()) await fails(ran, 2, codes[index]!);
    expect(ledger(dir)).not.toMatch(/"kind":"(intent|plan)"/);
    expect(await effects()).toEqual([]);
  });

  it('a key that is not one, and a secret that is never repeated', async () => {
    const dir = await open();
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    const [word, role, pasted] = await Promise.all([
      aplomb(dir, ['contain-key', 'hello', '--yes']),
      aplomb(dir, ['contain-key', 'AROAABCDEFGHIJKLMNOP', '--yes']),
      aplomb(dir, ['contain-key', secret, '--yes']),
    ]);
    await fails(word!, 2, 'NotAKey', /20 characters/);
    await fails(role!, 2, 'NotAKey', /id of a role/);
    await fails(pasted!, 2, 'NotAKey', /form of a secret key/);
    expect(`${pasted!.stdout}${pasted!.stderr}${ledger(dir)}`).not.toContain(secret);
    expect(await effects()).toEqual([]);
  });

  it('the key of another account', async () => {
    const dir = await open();
    const saved = await lab.control('GET', 'save');
    const foreign = 'AKIAZZZZZZZZZZZZZZZZ';
    await lab.control('POST', 'load', { ...saved, keyIndex: { ...saved.keyIndex, [foreign]: '999988887777' } });
    const ran = await aplomb(dir, ['contain-key', foreign, '--yes']);
    await lab.control('POST', 'load', saved);
    await fails(ran, 2, 'KeyOfAnotherAccount', /999988887777/);
    expect(await effects()).toEqual([]);
  });

  it('a command, an option and a value that do not exist', async () => {
    const dir = await open();
    const [command, option, seed, argument, time, hunt, port] = await Promise.all([
      at.run(['isolat', '--json']),
      at.run(['isolate', '--from-Ip', 'x', '--json']),
      at.run(['drill', 'no-such-scenario', '--json', '--case', at.path('never')]),
      at.run(['plan', '--json']),
      at.run(['open', '--since', 'yesterday', '--case', at.path('never'), '--json']),
      aplomb(dir, ['hunt', '--since', 'last week']),
      at.run(['lab', 'up', '--port', '99999', '--json']),
    ]);
    await fails(command!, 2, 'UnknownCommand', /aplomb isolate/);
    await fails(option!, 2, 'BadOption', /--from-ip/);
    await fails(seed!, 2, 'UnknownScenario', /key-leak/);
    await fails(argument!, 2, 'MissingArgument');
    await fails(time!, 2, 'BadTime', /UTC/);
    await fails(hunt!, 2, 'BadTime', /UTC/);
    await fails(port!, 2, 'BadPort');
    expect(readdirSync(at.root)).not.toContain('never');
  });
});

describe('the case folder', () => {
  it('is none, is not there, is of a newer version', async () => {
    const dir = await open();
    const empty = at.path('empty');
    mkdirSync(empty);
    const newer = await open();
    const line = ledger(newer).split('\n')[0]!.replace('aplomb-case-1', 'aplomb-case-9');
    writeFileSync(`${newer}/ledger.jsonl`, `${line}\n`);
    writeFileSync(`${newer}/case.json`, `${line}\n`);
    const before = ledger(newer);
    const [absent, not, later, status, again] = await Promise.all([
      aplomb(at.path('absent'), ['contain-key', '--yes']),
      aplomb(empty, ['contain-key', '--yes']),
      aplomb(newer, ['note', 'hello']),
      aplomb(empty, ['status']),
      at.run(['open', '--case', dir, '--json']),
    ]);
    await fails(absent!, 2, 'NotACase', /aplomb open/);
    await fails(not!, 2, 'NotACase');
    await fails(later!, 2, 'NewerCase', /newer/);
    await fails(status!, 2, 'NotACase');
    await fails(again!, 2, 'NotEmpty');
    expect(readdirSync(empty)).toEqual([]);
    expect(ledger(newer)).toBe(before);
  });

  it('was altered: exit 7, and nothing is written into it', async () => {
    const dir = await open();
    const bytes = ledger(dir).replace('Trouble', 'Treuble');
    writeFileSync(`${dir}/ledger.jsonl`, bytes);
    const [note, status, verify] = await Promise.all([aplomb(dir, ['note', 'x']), aplomb(dir, ['status']), at.run(['verify', dir, '--json'])]);
    await fails(note!, 7, 'CaseBroken', /verify/);
    expect([status!.code, verify!.code]).toEqual([7, 7]);
    expect(verify!.result().problems[0]).toMatchObject({ what: expect.any(String) });
    expect(ledger(dir)).toBe(bytes);
  });

  it('is locked, or another command is changing the account: notes still work', async () => {
    const dir = await open();
    const busy = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { takeLease } from ${JSON.stringify(new URL('../../dist/evidence/index.js', import.meta.url).href)};
       takeLease(${JSON.stringify(dir)}, 'apply'); console.log('held'); setInterval(() => {}, 1000);`,
    ]);
    await new Promise((resolve) => busy.stdout.once('data', resolve));
    const [apply, note] = await Promise.all([aplomb(dir, ['contain-key', '--yes']), aplomb(dir, ['note', 'meanwhile'])]);
    busy.kill('SIGKILL');
    await fails(apply!, 1, 'CaseBusy', /process \d+/);
    expect(note!.code).toBe(0);
    expect(await effects()).toEqual([]);
  });

  it('is being written by somebody who does not stop: waits, then says who', async () => {
    await fails(await locked.ran, 1, 'CaseLocked', /process \d+/);
    rmSync(locked.lock);
    expect(ledger(locked.dir).trim().split('\n')).toHaveLength(2);
    expect((await verifyCase(locked.dir)).problems).toEqual([]);
  });

  it('is read-only, or its disk is full: the case stays whole and goes on later', async (context) => {
    const mount = tmpfs('size=2m');
    if (mount === undefined) return context.skip();
    const dir = await open(`${mount}/case`);
    const before = ledger(dir);
    const filler = `${mount}/filler`;
    fill(filler);
    const full = await aplomb(dir, ['contain-key', '--yes']);
    await fails(full, 1, 'DiskFull', /space/i);
    expect(await effects()).toEqual([]);
    // A little room: enough to begin, not to end.
    truncateSync(filler, statSync(filler).size - 24 * 4096);
    const half = await aplomb(dir, ['collect', lab.briefing.webServer.publicIp]);
    await fails(half, 1, 'DiskFull', /space/i);
    rmSync(filler);
    expect((await verifyCase(dir)).problems).toEqual([]);
    expect(ledger(dir).startsWith(before)).toBe(true);
    expect((await aplomb(dir, ['note', 'there is room again'])).code).toBe(0);
    execFileSync('mount', ['-o', 'remount,ro', mount]);
    const [note, report, verify, status] = await Promise.all([
      aplomb(dir, ['note', 'x']),
      aplomb(dir, ['report']),
      at.run(['verify', dir, '--json']),
      aplomb(dir, ['status']),
    ]);
    await fails(note!, 1, 'CaseReadOnly', /writ/i);
    await fails(report!, 1, 'NotWritable', /--out|--case/);
    expect([verify!.code, status!.code]).toEqual([0, 0]);
    execFileSync('mount', ['-o', 'remount,rw', mount]);
  });
});

/** The owner record of a living process, as the lock of a case holds it. */
function ownerOf(pid: number): Record<string, unknown> {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const space = execFileSync('readlink', ['/proc/self/ns/pid'], { encoding: 'utf8' }).trim();
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return {
    host: execFileSync('hostname', { encoding: 'utf8' }).trim(),
    space,
    pid,
    start: `${boot}/${start}`,
    since: new Date().toISOString(),
    nonce: '0123456789abcdef',
  };
}

function tmpfs(options: string): string | undefined {
  const mount = at.path('mount');
  mkdirSync(mount);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `${options},mode=700`, 'tmpfs', mount]).status !== 0) {
    notTested('no small file system can be mounted here (needs root), so a full disk and a read-only one were not tried.');
    return undefined;
  }
  mounted.push(mount);
  return mount;
}
function fill(file: string): void {
  const fd = openSync(file, 'w');
  try {
    for (;;) writeSync(fd, Buffer.alloc(4096));
  } catch {
    // Full.
  } finally {
    closeSync(fd);
  }
}

describe('the machine', () => {
  it('a port in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const ran = await at.run(['lab', 'up', '--port', String(port), '--json']);
    server.close();
    await fails(ran, 2, 'PortInUse', /another port/);
  });

  it('no terminal at a prompt: exit 5, nothing changed, and the decision is not on record as anybody’s', async () => {
    const dir = await open();
    await fails(await aplomb(dir, ['contain-key']), 5, 'NoTerminal', /--yes/);
    await fails(await aplomb(dir, ['respond', 'leaked-key']), 5, 'NoTerminal', /--yes/);
    expect(await effects()).toEqual([]);
    expect(ledger(dir)).not.toMatch(/"kind":"(approve|intent)"/);
  });
});

describe('an interruption', () => {
  afterEach(() => lab.control('POST', 'settings', { faults: [] }));

  it('Ctrl-C in the middle: exit 130, the line to go on with, and the same command completes without doing anything twice', async () => {
    const dir = await open();
    await lab.control('POST', 'settings', { faults: [{ kind: 'latency', service: 'iam', milliseconds: [300, 300] }] });
    const args = ['respond', 'leaked-key', '--yes', '--case', dir];
    const running = at.start([...args, '--json'], { env });
    await running.says('"code":"approval"');
    running.child.kill('SIGINT');
    const stopped = await running.done;
    await fails(stopped, 130, 'Interrupted');
    expect(stopped.stderr).toContain(`aplomb respond leaked-key --yes --case ${dir}`);
    expect((await verifyCase(dir)).problems).toEqual([]);
    await lab.control('POST', 'settings', { faults: [] });
    const resumed = await aplomb(dir, args.slice(0, -2));
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.result()).toMatchObject({ case: dir, report: `${dir}/derived/report.html`, seconds: expect.any(Number) });
    expect(new Set(resumed.result().steps.map((row: any) => row.verdict))).toEqual(new Set(['holds']));
    const once = (await effects()).map((one: any) => `${one.operation} ${JSON.stringify(one.input)}`);
    expect(once).toEqual([...new Set(once)]);
    expect((await verifyCase(dir)).problems).toEqual([]);
  });

  it('of the drill ends the lab with it and leaves a whole case', async () => {
    const dir = at.path('drilled');
    const running = at.start(['drill', '--seed', '3', '--case', dir, '--json']);
    await running.says('"code":"session"');
    running.child.kill('SIGINT');
    const ran = await running.done;
    await fails(ran, 130, 'Interrupted');
    expect((await verifyCase(dir)).problems).toEqual([]);
    const endpoint = /"endpoint":"(http:\/\/127\.0\.0\.1:\d+)"/.exec(ran.stdout)![1]!;
    await expect(fetch(endpoint)).rejects.toThrow();
  });
});

describe('a wrong clock', () => {
  afterEach(async () => {
    await lab.control('POST', 'clock', { offset: 0 });
    await lab.control('POST', 'settings', { faults: [] });
  });

  it.each([
    ['behind', 40],
    ['ahead of', -40],
  ])(
    'forty minutes %s AWS’s: it works, says so, writes AWS’s time down, and waits no longer or shorter for it',
    async (word, minutes) => {
      await lab.control('POST', 'clock', { offset: minutes * 60_000 });
      // The answer is lost after the effect: only a look tells, and the look's patience is measured on one clock.
      await lab.control('POST', 'settings', { faults: [{ kind: 'drop-after-effect', operation: 'CreateSnapshots', times: 1 }] });
      const dir = await open();
      const begun = Date.now();
      const ran = await aplomb(dir, ['snapshot', lab.briefing.webServer.publicIp, '--no-wait', '--yes']);
      expect(ran.code, ran.stderr).toBe(0);
      expect(Date.now() - begun).toBeLessThan(25_000);
      expect(ran.stdout).toContain(`40 minutes ${word} AWS's`);
      const made = (await effects()).filter((one: any) => one.operation === 'CreateSnapshots');
      expect(made.filter((one: any) => JSON.stringify(one.input).includes(JSON.parse(ledger(dir).split('\n')[0]!).body.id))).toHaveLength(1);
      const intent = ledger(dir)
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
        .find((entry) => entry.kind === 'intent');
      expect(Math.abs(Date.parse(intent.time) - (Date.now() + minutes * 60_000))).toBeLessThan(60_000);
      expect((await verifyCase(dir)).problems).toEqual([]);
    },
    60_000,
  );
});
