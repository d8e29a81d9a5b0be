import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../../src/cli/commands/export.ts';
import type { Io } from '../../../src/cli/io.ts';
import { parseCommand } from '../../../src/cli/parse.ts';
import { createCase, readCase, verifyCase } from '../../../src/evidence/index.ts';
import { type RunningLab, startLab } from '../../../src/lab/server.ts';
import { addAccessKey, addRole, addUser, createAccount, newWorld } from '../../../src/lab/world/index.ts';

const ANYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const FORENSIC = '444455556666';
let lab: RunningLab;
let root: string;
let dir: string;
let env: NodeJS.ProcessEnv;
const before = process.env.APLOMB_CONFIG_DIR;

/** The command as the program runs it, without a terminal: approved by --yes. */
async function run(line: string): Promise<any> {
  const io = {
    lang: 'en',
    json: true,
    quiet: true,
    env,
    cwd: root,
    interactive: false,
    colour: false,
    signal: new AbortController().signal,
    out: () => undefined,
    err: () => undefined,
    live: false,
    columns: 80,
    rows: 24,
    transient: () => undefined,
    emit: () => undefined,
    say: (text: { en: string }) => text.en,
  } as unknown as Io;
  const parsed = parseCommand('export', command, line.split(' '));
  const ending = await command.run(io, parsed.values, parsed.positionals);
  return { exit: ending.exit, ...ending.result };
}
const buckets = (account: string): any => lab.world.accounts[account]!.tables.s3Buckets ?? {};
const makeBucket = (account: string, name: string, more: object): void => {
  const tables = lab.world.accounts[account]!.tables;
  const publicAccessBlock = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
  tables.s3Buckets = {
    ...buckets(account),
    [name]: {
      name,
      region: 'eu-central-1',
      created: Date.now(),
      ownership: 'BucketOwnerEnforced',
      acl: 'private',
      publicAccessBlock,
      objectLock: false,
      ...more,
    },
  };
};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'aplomb-export-'));
  process.env.APLOMB_CONFIG_DIR = join(root, 'config');
  const world = newWorld({ seed: 'export' });
  const account = createAccount(world, { id: '111122223333', name: 'Example' });
  const forensic = createAccount(world, { id: FORENSIC, name: 'Forensics' });
  addUser(world, account, { name: 'responder', inline: { all: ANYTHING } });
  addRole(world, forensic, {
    name: 'evidence',
    trust: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'sts:AssumeRole' }] },
    inline: { all: ANYTHING },
  });
  const key = addAccessKey(world, account, 'responder');
  lab = await startLab({ world });
  env = { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: 'eu-west-1' };
  dir = join(root, 'case');
  createCase(dir, { id: 'IR-9', title: 'Export', responder: 'ana', host: 'desk' }).close();
  env.APLOMB_CASE = dir;
});
afterAll(async () => {
  await lab?.close();
  if (before === undefined) delete process.env.APLOMB_CONFIG_DIR;
  else process.env.APLOMB_CONFIG_DIR = before;
  rmSync(root, { recursive: true, force: true });
});

describe('aplomb export', () => {
  it('to a folder: needs no AWS, says what it did, and is on the ledger', async () => {
    const result = await run('--to usb');
    expect(result).toMatchObject({ exit: 0, files: 3, verified: true, uploaded: 3, skipped: 0, to: join(root, 'usb', 'IR-9') });
    expect(readdirSync(join(root, 'usb')).sort()).toEqual(['IR-9', 'IR-9.sha256']);
    expect((await verifyCase(join(root, 'usb', 'IR-9'), { head: result.head })).problems).toEqual([]);
    const last = readCase(dir).entries.at(-1)!;
    expect(last).toMatchObject({ kind: 'note', body: { text: expect.stringContaining('Exported') } });
    expect(lab.world.effects).toEqual([]);
  });
  it('to a bucket of another account in another Region, under lock and legal hold', async () => {
    makeBucket(FORENSIC, 'forensic-evidence', { versioning: 'Enabled', objectLock: true });
    const line = `--to s3://forensic-evidence/2026 --forensic arn:aws:iam::${FORENSIC}:role/evidence --legal-hold --retain-days 10 --yes`;
    expect(await run(`${line} --dry-run`)).toMatchObject({ exit: 0, uploaded: 0, verified: false });
    expect(lab.world.effects.filter(({ operation }) => operation === 'PutObject')).toEqual([]);
    const result = await run(line);
    expect(result).toMatchObject({ exit: 0, verified: true, verdicts: [{ action: 'export', verdict: 'holds' }] });
    expect(result.files).toBe(result.uploaded + result.skipped);
    const objects: any[] = Object.values(lab.world.accounts[FORENSIC]!.tables.s3Objects!);
    expect(objects).toHaveLength(result.files);
    for (const one of objects) expect(one).toMatchObject({ legalHold: true, retention: { mode: 'GOVERNANCE' }, key: expect.stringMatching(/^2026\/IR-9\//) });
    const again = await run(line);
    expect(again).toMatchObject({ exit: 0, verified: true });
    expect(again.skipped).toBeGreaterThan(0);
    const remembered = readCase(dir).entries.filter((entry) => entry.kind === 'facts');
    expect(remembered).toHaveLength(1);
    expect(remembered[0]!.body).toEqual({
      options: { mirror: 's3://forensic-evidence/2026', mirrorRegion: 'eu-central-1', mirrorAs: `arn:aws:iam::${FORENSIC}:role/evidence` },
    });
  });
  it('without a lock only when that is said, and says what it means', async () => {
    makeBucket('111122223333', 'loose', {});
    await expect(run('--to s3://loose --yes')).rejects.toMatchObject({ code: 'BucketNotLocked', exit: 2 });
    const result = await run('--to s3://loose --no-lock --yes');
    expect(result).toMatchObject({ exit: 0, verified: true });
    expect(result.verdicts[0].checks).toContainEqual(expect.objectContaining({ name: 'object-lock', verdict: 'unknown' }));
  });
  it('is not sure of a bucket that does not block public access', async () => {
    makeBucket('111122223333', 'open', { publicAccessBlock: undefined });
    const result = await run('--to s3://open --no-lock --yes');
    expect(result).toMatchObject({ exit: 3, verified: true });
    expect(result.verdicts[0].checks).toContainEqual(expect.objectContaining({ name: 'private', verdict: 'unknown' }));
  });
  it('asks before anything is sent, and refuses without a terminal', async () => {
    makeBucket('111122223333', 'held', { versioning: 'Enabled', objectLock: true });
    await expect(run('--to s3://held')).rejects.toMatchObject({ exit: 5 });
    await expect(run('--to s3://held --lock-mode compliance --retain-days 3 --yes')).rejects.toMatchObject({ exit: 5 });
    expect(Object.values<any>(lab.world.accounts['111122223333']!.tables.s3Objects!).filter((one) => one.bucket === 'held')).toEqual([]);
  });
  it.each([
    ['--to s3://Not_A_Bucket', 'BadMirror'],
    ['--to ftp://x/y', 'NoPlace'],
    ['--yes', 'NoPlace'],
    ['--to case.zip', 'NoArchive'],
    ['--to s3://held --retain-days soon --yes', 'BadOption'],
    ['--to s3://held --lock-mode compliance --yes', 'BadOption'],
    ['--to s3://held --forensic nobody --yes', 'UnknownCredentials'],
  ])('%s: %s, before anything is sent', async (line, code) => expect(run(line)).rejects.toMatchObject({ code, exit: 2 }));
  it('does not hand on a case that was altered', async () => {
    const ledger = join(dir, 'ledger.jsonl');
    const whole = readFileSync(ledger);
    writeFileSync(ledger, whole.toString().replace('Exported', 'Exposted'));
    await expect(run('--to usb3')).rejects.toMatchObject({ code: 'CaseBroken', exit: 7 });
    writeFileSync(ledger, whole);
  });
});
