import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callerIdentity, type Reply, type TestServer, testServer, xml } from '../../test/aws/endpoint.ts';
import { createCase, type OpenCase, readCase } from '../evidence/index.ts';
import { type Call, type Change, type Json, ofKind, type Plan, text } from '../kernel/index.ts';
import { beginning, parseCredentialSet, sessionName } from './credential-sets.ts';
import { lockoutGuard } from './guards.ts';
import { openAws } from './open.ts';
import { renderCli } from './render-cli.ts';
import type { Aws, OpenOptions } from './types.ts';

const ROLE = 'arn:aws:iam::444455556666:role/aplomb/Responder';
const SECRET = 'the-secret-of-a-session';

let root: string;
let server: TestServer;
let aws: Aws;
let file: OpenCase;
let begun: number;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'aplomb-sets-'));
  process.env.APLOMB_CONFIG_DIR = join(root, 'config');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
/** STS gives out sessions for so many seconds; EC2 answers to whoever is known. */
const sts =
  (seconds: number): Reply =>
  (seen, response) => {
    const key = /Credential=(\w+)\//.exec(seen.headers.authorization ?? '')?.[1] ?? '';
    if (seen.operation === 'GetCallerIdentity')
      return key.startsWith('ASIA') ? callerIdentity(response, `arn:aws:sts::444455556666:assumed-role/Responder/x`, '444455556666') : callerIdentity(response);
    if (seen.operation === 'AssumeRole' || seen.operation === 'AssumeRoot') {
      begun += 1;
      const ends = new Date(Date.now() + seconds * 1000).toISOString();
      return xml(
        response,
        200,
        `<${seen.operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${seen.operation}Result><Credentials><AccessKeyId>ASIASESSION0000000${begun}</AccessKeyId><SecretAccessKey>${SECRET}</SecretAccessKey><SessionToken>token-of-${SECRET}</SessionToken><Expiration>${ends}</Expiration></Credentials></${seen.operation}Result></${seen.operation}Response>`,
      );
    }
    return xml(
      response,
      200,
      `<DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><volumeSet><item><volumeId>${key}</volumeId></item></volumeSet></DescribeVolumesResponse>`,
    );
  };
async function start(seconds = 3600, options: OpenOptions = {}): Promise<void> {
  begun = 0;
  server = await testServer(sts(seconds));
  file = createCase(join(root, `case-${count++}`), { id: 'IR-7', title: 'Sets', responder: 'ana' });
  aws = await openAws({ env: server.env, case: file, ...options });
}
afterEach(async () => {
  await aws.close();
  await server.close();
  file.close();
});
beforeEach(() => {
  count += 1;
});
const volumes = (as?: string, purpose: 'read' | 'mutation' = 'read') => {
  const operation = purpose === 'read' ? 'DescribeVolumes' : 'DeleteVolume';
  const input: Json = purpose === 'read' ? {} : { VolumeId: 'vol-1' };
  const call: Call = { ...(as === undefined ? {} : { as }), service: 'ec2', operation, region: 'eu-west-1', input };
  return aws.send({ call, input, purpose, keep: true, phase: 'test' });
};
const who = (answer: { output: Json }): string => (answer.output as any).Volumes[0].VolumeId;

describe('a role of another account', () => {
  it('is assumed once for many calls, by the regional endpoint, under the name of the case; the case tells, and keeps no secret', async () => {
    await start();
    await aws.identity();
    const answers = await Promise.all([volumes(ROLE), volumes(), volumes(ROLE), volumes(ROLE)]);
    expect(answers.map(who)).toEqual(['ASIASESSION00000001', 'AKIAIOSFODNN7EXAMPLE', 'ASIASESSION00000001', 'ASIASESSION00000001']);
    expect(begun).toBe(1);
    const asked = server.seen.find((one) => one.operation === 'AssumeRole');
    expect(asked?.form).toMatchObject({ RoleArn: ROLE, RoleSessionName: 'aplomb-IR-7' });
    expect(asked?.headers.authorization).toContain('/eu-west-1/sts/');
    expect(await aws.identity(ROLE)).toMatchObject({ account: '444455556666', accessKeyId: 'ASIASESSION00000001' });
    expect(await aws.identity()).toMatchObject({ account: '111122223333' });
    expect(aws.sets()).toEqual([ROLE]);
    await aws.flush('test');
    file.close();
    const read = readCase(file.dir);
    const reads = read.entries.filter(ofKind('reads'));
    const items = await Promise.all(reads.flatMap(({ body }) => [body.log, ...body.kept]).map(async ({ sha256 }) => (await read.load(sha256)).toString()));
    expect(items.join('')).not.toContain(SECRET);
    const log = items
      .join('')
      .split('\n')
      .filter((line) => line.startsWith('{"account"'))
      .map((line) => JSON.parse(line));
    expect(log.find((one) => one.operation === 'AssumeRole')).toMatchObject({
      kept: false,
      issued: { of: ROLE, session: 'aplomb-IR-7', accessKeyId: 'ASIASESSION00000001', expires: expect.stringMatching(/Z$/) },
    });
    expect(log.filter((one) => one.operation === 'DescribeVolumes').map((one) => [one.as ?? null, one.account])).toEqual(
      expect.arrayContaining([
        [ROLE, '444455556666'],
        [null, '111122223333'],
      ]),
    );
  });

  it('is assumed again before the session ends', async () => {
    // Five minutes before its end a session counts as over.
    await start(240);
    await volumes(ROLE);
    await volumes(ROLE);
    expect(begun).toBeGreaterThanOrEqual(2);
  });

  it('may be changed only when its account is expected', async () => {
    await start(3600, { expectAccount: '111122223333' });
    await expect(volumes(ROLE, 'mutation')).rejects.toMatchObject({ code: 'WrongAccount', message: expect.stringContaining('444455556666') });
    expect(server.seen.filter((one) => one.operation === 'DeleteVolume')).toEqual([]);
    await aws.close();
    aws = await openAws({ env: server.env, expectAccount: '111122223333,444455556666' });
    await volumes(ROLE, 'mutation');
    expect(server.seen.filter((one) => one.operation === 'DeleteVolume')).toHaveLength(1);
  });

  it('cannot be locked out by a plan made as itself', async () => {
    await start();
    const plan = (as: string | undefined): Plan => {
      const call: Call = { ...(as ? { as } : {}), service: 'iam', operation: 'PutRolePolicy', region: 'us-east-1', input: { RoleName: 'responder' } };
      const change: Change = { id: 'x', why: text('w', 'w'), call, repeat: 'safe', probe: { call, done: [] }, undo: { never: text('n', 'n') }, danger: [] };
      return { action: 'contain', target: {}, steps: [change] };
    };
    await expect(lockoutGuard(plan(ROLE), aws)).rejects.toMatchObject({ code: 'SelfLockout' });
    await lockoutGuard(plan(undefined), aws);
  });
});

describe('other sets', () => {
  it('assumes root for one task, for a quarter of an hour at most', async () => {
    await start();
    await volumes('root:444455556666/IAMDeleteRootUserCredentials');
    expect(server.seen.find((one) => one.operation === 'AssumeRoot')?.form).toMatchObject({
      TargetPrincipal: '444455556666',
      'TaskPolicyArn.arn': 'arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials',
      DurationSeconds: '900',
    });
  });

  it('uses a profile, but not in a rehearsal', async () => {
    const credentials = join(root, 'credentials');
    writeFileSync(credentials, '[other]\naws_access_key_id = AKIAOTHERPROFILE0000\naws_secret_access_key = s\n');
    const env = { AWS_SHARED_CREDENTIALS_FILE: credentials, AWS_CONFIG_FILE: '/dev/null' };
    await start(3600);
    await aws.close();
    aws = await openAws({ env: { ...server.env, ...env } });
    expect(who(await volumes('profile:other'))).toBe('AKIAOTHERPROFILE0000');
    await expect(volumes('profile:nobody')).rejects.toMatchObject({ code: 'UnknownProfile' });
    await aws.close();
    aws = await openAws({ env: { ...server.env, ...env }, loopbackOnly: true });
    await expect(volumes('profile:other')).rejects.toMatchObject({ code: 'UnknownCredentials', message: expect.stringContaining('rehearsal') });
    expect(who(await volumes(ROLE))).toBe('ASIASESSION00000001');
  });

  it.each(['other', 'profile:', 'profile:a\nb', 'arn:aws:iam::444455556666:user/x', 'root:44/X', 'root:444455556666/../x', ''])(
    'knows nothing of %j',
    async (as) => {
      await start();
      await expect(volumes(as)).rejects.toMatchObject({ code: 'UnknownCredentials', exit: 2 });
      expect(server.seen.filter((one) => one.operation === 'DescribeVolumes')).toEqual([]);
    },
  );

  it('are named in printed lines: a profile, or how to have one', async () => {
    await start();
    const call = (as: string): Call => ({ as, service: 'ec2', operation: 'DescribeVolumes', region: 'eu-west-1', input: {} });
    const plan = (as: string): Plan => ({ action: 'look', target: {}, steps: [{ id: 'a', why: text('w', 'w'), read: call(as), every: 1, limit: 1 }] });
    const print = (as: string) => renderCli(plan(as), { caseId: 'IR-7', apply: 'printed' });
    expect(print("profile:it's")).toContain(`--profile 'it'\\''s'`);
    expect(print(ROLE)).toMatch(/# As arn:aws:iam::444455556666:role\/aplomb\/Responder.*aws sts assume-role --cli-input-json/);
    expect(print('root:444455556666/IAMAuditRootUserCredentials')).toContain('aws sts assume-root --cli-input-json');
  });

  it('are what their names say', () => {
    expect(parseCredentialSet('root:444455556666/root-task/IAMAuditRootUserCredentials')).toMatchObject({ policy: 'IAMAuditRootUserCredentials' });
    expect(parseCredentialSet('root:444455556666/S3UnlockBucketPolicy through arn:aws:iam::111122223333:role/Manager')).toMatchObject({
      policy: 'S3UnlockBucketPolicy',
      through: 'arn:aws:iam::111122223333:role/Manager',
    });
    expect(beginning({ kind: 'root', account: '1'.repeat(12), policy: 'X' }, 's', 'aws-us-gov').input).toMatchObject({
      TaskPolicyArn: { arn: 'arn:aws-us-gov:iam::aws:policy/root-task/X' },
    });
    expect(sessionName('Ana Müller')).toBe('aplomb-Ana-M-ller');
    expect(sessionName('x'.repeat(99))).toHaveLength(64);
  });
});
