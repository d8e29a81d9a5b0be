import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCase, verifyCase } from '../../src/evidence/index.ts';
import { TOOL } from '../../src/kernel/index.ts';
import { bucketOf } from '../../src/lab/scenarios/company-trail.ts';
import type { Truth } from '../../src/lab/scenarios/scenario.ts';
import { ordinary } from '../../src/trail/testing/ordinary.ts';
import { place, responderOf, startLab } from './stand.ts';
import { trailRun } from './trail-run.ts';

const at = place('trail');
afterAll(() => at.clean());
const THIEF = 'AKIATHIEF00000000001';
const thief = (minute: number, eventSource: string, eventName: string, more: Parameters<typeof ordinary>[0] = {}) =>
  ordinary({
    eventTime: `2026-03-02T10:${String(minute).padStart(2, '0')}:00Z`,
    eventID: `e-${minute}-${eventName}`,
    eventSource: `${eventSource}.amazonaws.com`,
    eventName,
    sourceIPAddress: '198.51.100.66',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ci', accountId: '111122223333', userName: 'ci', accessKeyId: THIEF },
    ...more,
  });
const ATTACK = [
  thief(1, 'sts', 'GetCallerIdentity'),
  thief(2, 'iam', 'CreateUser', { requestParameters: { userName: '=cmd|calc' }, readOnly: false }),
  thief(3, 'iam', 'CreateAccessKey', {
    requestParameters: { userName: '=cmd|calc' },
    responseElements: { accessKey: { userName: '=cmd|calc', accessKeyId: 'AKIANEW0000000000001', status: 'Active' } },
    readOnly: false,
  }),
  thief(4, 'cloudtrail', 'StopLogging', { requestParameters: { name: 'main' }, errorCode: 'AccessDenied', errorMessage: 'no', readOnly: false }),
  thief(5, 'ec2', 'DescribeInstances', {
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/x', accountId: '111122223333', userName: 'x', accessKeyId: 'AKIANEW0000000000001' },
  }),
];
const before = process.env.APLOMB_CONFIG_DIR;
beforeAll(() => {
  process.env.APLOMB_CONFIG_DIR = at.env.APLOMB_CONFIG_DIR;
});
afterAll(() => {
  if (before === undefined) delete process.env.APLOMB_CONFIG_DIR;
  else process.env.APLOMB_CONFIG_DIR = before;
});
/** Inside this process; what loads, proves and prints goes through the binary. */
const trail = (...words: string[]) => trailRun(['trail', ...words, '--json'], { cwd: at.root });

describe('a folder of log files', () => {
  const dir = at.path('AWSLogs');
  beforeAll(async () => {
    mkdirSync(dir);
    writeFileSync(`${dir}/a.json.gz`, gzipSync(JSON.stringify({ Records: ATTACK })));
    writeFileSync(`${dir}/b.json`, JSON.stringify({ Records: ATTACK.slice(0, 2) }));
    writeFileSync(`${dir}/broken.json.gz`, gzipSync('x'.repeat(1000)).subarray(0, 20));
    const { lines, code } = await at.run(['trail', 'ingest', 'AWSLogs', '--json']);
    expect(code).toBe(3);
    expect(lines().at(-1)).toMatchObject({
      kind: 'result',
      ok: false,
      exit: 3,
      files: 3,
      records: 7,
      unique: 5,
      duplicates: 2,
      conflicts: 0,
      skipped: [{ file: 'broken.json.gz' }, { file: 'broken.json.gz' }],
    });
  });
  it('needs no AWS and opens a case of its own, in which its files stand with their hashes', async () => {
    const status = (await at.run(['verify', '--json'])).result();
    expect(status).toMatchObject({ problems: [], evidence: 1 });
    const again = (await trail('ingest', 'AWSLogs')).result();
    expect(again).toMatchObject({ known: 3, read: 0, unique: 5 });
  });
  it('is looked at by detections, each with its reason, attempts told', async () => {
    const result = (await at.run(['trail', 'detect', '--json'])).result();
    expect(result.rules).toBeGreaterThanOrEqual(60);
    expect(result.byRule).toMatchObject({ 'iam-user-created': 1, 'access-key-for-another-user': 1, 'trail-logging-stopped': 1 });
    expect(result.found.find((row: any) => row.rule === 'trail-logging-stopped')).toMatchObject({ attempts: 1, severity: 'medium', attack: ['T1562.008'] });
  });
  it('is looked at by Sigma rules a user brings, and only those; what cannot run is listed', async () => {
    mkdirSync(at.path('rules'), { recursive: true });
    const head = 'author: Somebody Else\nlevel: high\nlogsource: { product: aws, service: cloudtrail }\n';
    writeFileSync(
      at.path('rules/my_users.yml'),
      `title: Users\n${head}detection:\n  s: { eventSource: IAM.amazonaws.com, eventName|startswith: createu }\n  condition: s\n`,
    );
    writeFileSync(at.path('rules/my_bad.yml'), `title: Bad\n${head}detection:\n  s: { eventName|nonsense: x }\n  condition: s\n`);
    const result = (await at.run(['trail', 'detect', '--sigma', 'rules', '--json'])).result();
    expect(result).toMatchObject({
      rules: 1,
      hitRules: 1,
      hits: 1,
      byRule: { my_users: 1 },
      unsupported: [{ rule: 'my_bad', why: expect.stringContaining('nonsense') }],
    });
    expect(result.found[0]).toMatchObject({ author: 'Somebody Else', severity: 'high' });
    writeFileSync(
      at.path('rules/my_expand.yml'),
      `title: Expand\n${head}detection:\n  s: { eventSource: iam.amazonaws.com, eventName|expand: '%Calls%' }\n  condition: s\n`,
    );
    const waiting = (await at.run(['trail', 'detect', '--sigma', 'rules/my_expand.yml', '--json'])).result();
    expect(waiting.error).toMatchObject({ code: 'NoRules', fix: expect.stringContaining('%Calls%') });
    const given = ['--placeholder', 'Calls=CreateUser', '--placeholder', '%Calls%=GetNothing'];
    expect((await at.run(['trail', 'detect', '--sigma', 'rules/my_expand.yml', ...given, '--json'])).result()).toMatchObject({ byRule: { my_expand: 1 } });
    expect((await at.run(['trail', 'detect', '--sigma', 'rules', '--placeholder', 'Calls', '--json'])).result().error).toMatchObject({ code: 'BadOption' });
    expect((await at.run(['trail', 'detect', ...given, '--json'])).result().error).toMatchObject({ code: 'BadOption' });
  });
  it('tells which key came of which, and ranks the thief first with reasons', async () => {
    const { edges } = (await trail('sessions')).result();
    expect(edges).toMatchObject([{ issued: 'AKIANEW0000000000001', issuedBy: THIEF, via: 'CreateAccessKey', uses: 1, fromIps: ['198.51.100.66'] }]);
    const { identities } = (await trail('identities')).result();
    expect(identities[0]).toMatchObject({ arn: 'arn:aws:iam::111122223333:user/ci', keys: [THIEF] });
    expect(identities[0].score).toBeCloseTo(
      identities[0].reasons.reduce((sum: number, { weight }: any) => sum + weight, 0),
      5,
    );
  });
  it('gives a timeline on screen and as files, safe for spreadsheets', async () => {
    const shown = await at.run(['trail', 'timeline', '--key', THIEF]);
    expect(shown.stdout).toMatch(/2026-03-02 10:04:00Z {2}cloudtrail StopLogging main .*\[denied\]/);
    const { entries, file } = (await trail('timeline', '--key', THIEF, '--out', 't.csv')).result();
    expect(entries).toBe(4);
    const csv = readFileSync(file, 'utf8');
    expect(csv).toContain('=cmd|calc');
    expect(csv).not.toMatch(/(^|[,\n])"?[=+@-]/m);
    for (const format of ['jsonl', 'timesketch', 'ocsf']) {
      const written = (await trail('timeline', '--key', THIEF, '--out', `t.${format}`, '--format', format)).result();
      const rows = readFileSync(written.file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(rows).toHaveLength(4);
    }
  });
  it('answers searches and SQL, and nothing that does more than read', async () => {
    expect((await trail('search', 'eventName=Stop*')).result()).toMatchObject({
      found: 1,
      events: [{ event: { eventName: 'StopLogging', errorCode: 'AccessDenied' } }],
    });
    expect((await trail('sql', 'SELECT count(*) AS n FROM events')).result()).toMatchObject({ rows: [{ n: 5 }] });
    for (const bad of ["SELECT * FROM read_text('/etc/passwd')", "COPY events TO '/tmp/x'", 'DROP VIEW events', 'SELECT 1; SELECT 2'])
      expect((await trail('sql', bad)).result(), bad).toMatchObject({ ok: false, exit: 2 });
  });
  it('shows an event as its file holds it', async () => {
    const { events } = (await trail('search', 'eventName=StopLogging')).result();
    const shown = (await trail('show', String(events[0].n))).result().events[0];
    expect(shown).toMatchObject({ file: 'a.json.gz', record: 3, exact: true, event: JSON.stringify(ATTACK[3]) });
  });
  it('says what of it cannot be proved', async () => {
    const ran = await at.run(['trail', 'verify', '--json']);
    expect(ran.code).toBe(3);
    expect(ran.result()).toMatchObject({ digests: { valid: 0 }, logs: { valid: 0 } });
  });
  it('says how to begin when nothing was loaded', async () => {
    createCase(at.path('empty'), { id: 'empty', title: 'empty', responder: 'ana', tool: TOOL }).close();
    expect((await at.run(['trail', 'detect', '--case', at.path('empty'), '--json'])).result()).toMatchObject({
      exit: 2,
      error: { code: 'NoTrail', fix: expect.stringContaining('trail ingest') },
    });
    expect((await trail('ingest', 'nowhere')).result()).toMatchObject({ exit: 2, error: { code: 'NotFound' } });
  });
});

describe('the bucket of a company whose key leaked, and its event history', () => {
  let lab: Awaited<ReturnType<typeof startLab>>;
  let bucket: string;
  const dir = at.path('s3-case');
  const env = () => ({ ...responderOf(lab), APLOMB_LOOPBACK_ONLY: '1' });
  const from = (...words: string[]) => trailRun(['trail', ...words, '--case', dir, '--json'], { cwd: at.root, env: env() });
  const binary = (...words: string[]) => at.run(['trail', ...words, '--case', dir, '--json'], { env: env() });
  const count = async (where: string): Promise<number> => (await from('sql', `SELECT count(*) AS n FROM events WHERE ${where}`)).result().rows[0].n;
  beforeAll(async () => {
    lab = await startLab();
    const { account, reference } = lab.briefing;
    bucket = bucketOf(reference.split('-')[0].toLowerCase(), account);
  });
  afterAll(() => lab.close());
  // IAM is recorded in us-east-1.
  const load = (run: typeof from | typeof binary) => run('ingest', `s3://${bucket}`, '--in-region', 'us-east-1', '--in-region', lab.briefing.responder.region);

  it('is brought into the case as evidence, read, and proved by AWS’s own keys, also when the case lies elsewhere', async () => {
    const result = (await load(binary)).result();
    expect(result).toMatchObject({ ok: true, duplicates: 0, conflicts: 0, skipped: [], versions: [{ looked: 'all', changes: [] }] });
    expect(result.kinds.digest).toBeGreaterThan(40);
    // Moved, and a log file of the copy lost: its evidence is still there.
    const moved = `${dir}-moved`;
    const { rows } = (await from('sql', "SELECT path FROM sources WHERE kind = 'records' LIMIT 1")).result();
    renameSync(dir, moved);
    rmSync(rows[0].path.replace(dir, moved));
    const checked = (await at.run(['trail', 'verify', '--fetch-keys', '--case', moved, '--json'], { env: env() })).result();
    renameSync(moved, dir);
    expect(checked).toMatchObject({ digests: { altered: 0, missing: 0 }, logs: { altered: 0, missing: 0 }, notAtHand: [], changedInBucket: [] });
    expect(checked.digests.valid).toBe(result.kinds.digest);
    expect(checked.logs.valid).toBeGreaterThan(10);
    const proof = await verifyCase(dir);
    expect(proof.problems).toEqual([]);
    expect(proof.evidence).toBeGreaterThan(result.files);
  });
  it('tells what the thief did with the key, and which keys he made with it', async () => {
    const truth = (await lab.control('GET', 'truth')) as Truth;
    const keysIn = (branches: any[]): string[] => branches.flatMap((one) => [...one.keys, ...keysIn(one.branches)]);
    const tree = keysIn((await from('sessions', '--key', truth.accessKeyId)).result().branches);
    const his = truth.credentials.filter(({ kind, issuedBy }) => kind === 'key' && issuedBy === truth.accessKeyId);
    expect(his.length).toBeGreaterThan(0);
    expect(his.filter(({ id }) => !tree.includes(id))).toEqual([]);
    const { stdout } = await trailRun(['trail', 'timeline', '--key', truth.accessKeyId, '--case', dir], { cwd: at.root });
    expect(stdout).toMatch(new RegExp(`${truth.first.slice(0, 16).replace('T', ' ')}.*from (${truth.addresses.join('|').replaceAll('.', '\\.')})`));
  });
  it('is not brought twice', async () => {
    const again = (await load(from)).result();
    expect(again).toMatchObject({ read: expect.any(Number), duplicates: 0 });
    expect(again.known).toBeGreaterThan(50);
  });
  it('joins the history that LookupEvents gives: the same events count once', async () => {
    const [events, users] = [await count('true'), await count("eventName = 'CreateUser'")];
    expect(users).toBeGreaterThan(3);
    const result = (await from('ingest', '--lookup', '--attribute', 'EventName=CreateUser')).result();
    expect(result.duplicates).toBe(users);
    expect(await count('true')).toBe(events);
  });
});
