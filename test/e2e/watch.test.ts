import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Aws, openAws } from '../../src/aws/index.ts';
import { registry } from '../../src/cli/registry.ts';
import { type PlaybookOutcome, runAction, runPlaybook, type Session, TIMING, undoable, undoPlan, WHOLE_WATCH_SECONDS, watch } from '../../src/engine/index.ts';
import { createCase, type OpenCase, readCase } from '../../src/evidence/index.ts';
import { type AplombEvent, type JsonObject, ofKind, type Playbook, type PlaybookItem } from '../../src/kernel/index.ts';
import { type RunningLab, startLab } from '../../src/lab/server.ts';
import { addAccessKey, addRole, addUser, createAccount, type KeyRow, newWorld } from '../../src/lab/world/index.ts';

/** The watch against the lab: real clients, real CloudTrail records, an attacker and a colleague who act while somebody responds. */
const ACCOUNT = '111122223333';
const ALL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const TRUST = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }] };
type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

let root: string;
let lab: RunningLab;
let file: OpenCase;
let rows: Record<'responder' | 'deploy' | 'ana', KeyRow>;
let session: Session;
let stop: AbortController;
const doors: Aws[] = [];
const heard: AplombEvent[] = [];
let when: (event: AplombEvent) => Promise<unknown> | undefined = () => undefined;
let acting: Promise<unknown>[] = [];

const keysOf = (row: KeyRow): Keys => ({ accessKeyId: row.id, secretAccessKey: row.secret });
/** Calls AWS as somebody else than the responder. */
async function as(keys: Keys, service: string, operation: string, input: JsonObject): Promise<any> {
  const env = {
    AWS_ENDPOINT_URL: lab.url,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    ...(keys.sessionToken ? { AWS_SESSION_TOKEN: keys.sessionToken } : {}),
    AWS_REGION: 'us-east-1',
  };
  const aws = await openAws({ env, loopbackOnly: true, rated: false });
  doors.push(aws);
  return (await aws.send({ call: { service, operation, region: 'us-east-1', input }, input, purpose: 'mutation', keep: false, phase: 'test' })).output;
}
const assume = async (): Promise<Keys> => {
  const { Credentials } = await as(keysOf(rows.deploy), 'sts', 'AssumeRole', { RoleArn: `arn:aws:iam::${ACCOUNT}:role/Admin`, RoleSessionName: 'thief' });
  return { accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken };
};
const keyRow = (id: string): KeyRow | undefined => Object.values<KeyRow>(lab.world.accounts[ACCOUNT]!.tables.accessKeys as any).find((row) => row.id === id);

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'aplomb-watch-'));
  process.env.APLOMB_CONFIG_DIR = join(root, 'config');
  const world = newWorld({ seed: 'watch' });
  Object.assign(world.settings, { trailDelay: [0, 0], speed: 600, lookupRate: 0 });
  // The company has been there since yesterday.
  world.offset = -86_400_000;
  const account = createAccount(world, { id: ACCOUNT, name: 'Example' });
  rows = Object.fromEntries(
    ['responder', 'deploy', 'ana'].map((name) => {
      addUser(world, account, { name, inline: { all: ALL } });
      return [name, addAccessKey(world, account, name)];
    }),
  ) as typeof rows;
  addRole(world, account, { name: 'Admin', trust: TRUST, inline: { all: ALL } });
  world.offset = 0;
  lab = await startLab({ world });
  file = createCase(join(root, 'case'), { id: 'IR-1', title: 'a key on GitHub', responder: 'jdoe', tool: 'test' });
  file.append('facts', { alarm: { accessKeyId: rows.deploy.id, since: new Date(Date.now() - 3_600_000).toISOString() } });
  heard.length = 0;
  acting = [];
  when = () => undefined;
  stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const emit = (event: AplombEvent): void => {
    heard.push(event);
    const act = when(event);
    if (act) acting.push(act);
  };
  const env = { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: rows.responder.id, AWS_SECRET_ACCESS_KEY: rows.responder.secret, AWS_REGION: 'us-east-1' };
  const aws = await openAws({ case: file, emit, env, loopbackOnly: true, expectAccount: ACCOUNT, rated: false });
  doors.push(aws);
  const identity = await aws.identity();
  file.append('session', { command: 'test', callerArn: identity.arn, account: identity.account, endpoint: lab.url, customEndpoint: true, tool: 'test' });
  session = {
    case: file,
    aws,
    clock: aws.clock,
    emit,
    approver: { approve: async () => 'flag', typed: async () => false },
    registry,
    // A second for the whole watch, and IAM here agrees with itself at once.
    timing: { ...TIMING, lag: 0.2, settle: 1, pace: 0.1, watch: 1 / WHOLE_WATCH_SECONDS },
    signal: stop.signal,
  };
});
afterEach(async () => {
  await Promise.allSettled(acting);
  for (const aws of doors.splice(0)) await aws.close();
  file.close();
  await lab.close();
  rmSync(root, { recursive: true, force: true });
  delete process.env.APLOMB_CONFIG_DIR;
});

const has = (item: PlaybookItem, id: string): boolean =>
  'together' in item ? item.together.some((one) => has(one, id)) : 'action' in item && item.action === id;
/** The leaked-key playbook as it ships, without the letter to AWS, hunting what this story is about. */
async function respond(): Promise<PlaybookOutcome> {
  const whole = await registry.playbook('leaked-key');
  const playbook: Playbook = { ...whole, items: whole.items.filter((item) => !has(item, 'support-case')) };
  const options = { type: 'IAM::AccessKey,IAM::User,IAM::Role', region: 'us-east-1' };
  return runPlaybook(session, playbook, { target: { accessKeyId: rows.deploy.id }, options, waive: {} });
}
const row = (outcome: PlaybookOutcome, id: string) => {
  const found = outcome.rows.find((one) => one.action === id)!;
  return { verdict: found.verdict, checks: Object.fromEntries(found.checks.map((check) => [check.name, `${check.verdict}: ${check.why.en}`])) };
};
const hunted = (event: AplombEvent): boolean => event.code === 'verdict' && event.data.action === 'hunt' && event.data.final !== true;

describe('the watch', () => {
  it('holds after a quiet response, and IAM before, after and the difference are evidence', async () => {
    const outcome = await respond();
    expect(row(outcome, 'watch-containment')).toMatchObject({ verdict: 'holds' });
    const items = readCase(file.dir)
      .entries.filter(ofKind('evidence'))
      .flatMap((entry) => entry.body.items);
    expect(items.map((item) => item.name)).toEqual(expect.arrayContaining(['IAM before containment', 'IAM after containment', 'What changed in IAM']));
    const diff = (await file.load(items.find((item) => item.name === 'What changed in IAM')!.sha256)).toString();
    expect(diff).toContain('+ attached-policy "arn:aws:iam::aws:policy/AWSDenyAll" of user "deploy"');
  });

  it('a key made by another session of the attacker is red; the same command again hunts anew and ends it', async () => {
    const thief = await assume();
    let made = '';
    when = (event) => {
      if (!hunted(event) || made !== '') return undefined;
      made = 'on its way';
      return as(thief, 'iam', 'CreateAccessKey', { UserName: 'ana' }).then((answer) => {
        made = answer.AccessKey.AccessKeyId;
      });
    };
    const first = await respond();
    expect(keyRow(made)).toMatchObject({ user: 'ana', status: 'Active' });
    const red = row(first, 'watch-containment');
    expect(red.verdict, JSON.stringify(red)).toBe('fails');
    expect(red.checks['no-new-credential']).toMatch(new RegExp(`^fails: NEW .*${made}.*assumed-role/Admin/thief.*respond leaked-key`));
    expect(file.entries.filter(ofKind('playbook')).at(-1)?.body.state).toBe('started');

    const second = await respond();
    expect(keyRow(made)).toMatchObject({ status: 'Inactive' });
    expect(row(second, 'watch-containment')).toMatchObject({ verdict: 'holds' });
    expect(file.entries.filter(ofKind('playbook')).at(-1)?.body.state).toBe('finished');
  });

  it('a colleague who makes himself a key in the same minutes is named, not accused', async () => {
    let made = '';
    when = (event) => {
      if (!hunted(event) || made !== '') return undefined;
      made = 'on its way';
      return as(keysOf(rows.ana), 'iam', 'CreateAccessKey', { UserName: 'ana' }).then((answer) => {
        made = answer.AccessKey.AccessKeyId;
      });
    };
    const outcome = await respond();
    const seen = row(outcome, 'watch-containment');
    expect(seen.verdict, JSON.stringify(seen)).toBe('holds');
    expect(seen.checks['no-new-credential']).toContain(made);
    expect(seen.checks['no-new-credential']).toContain('user/ana');
    expect(keyRow(made)).toMatchObject({ status: 'Active' });
  });

  const target = (): JsonObject => ({ accessKeyId: rows.deploy.id });
  const act = async (id: string) => runAction(session, await registry.action(id), { target: target(), options: {} });
  const contain = async (): Promise<void> => {
    for (const id of ['deactivate-key', 'deny-user']) expect(await act(id)).toMatchObject({ verdict: 'holds' });
  };

  it('a containment that somebody reverts is red, and says who; our own undo is not', async () => {
    await contain();
    expect(await act('watch-containment')).toMatchObject({ verdict: 'holds' });
    await as(keysOf(rows.ana), 'iam', 'DetachUserPolicy', { UserName: 'deploy', PolicyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' });
    const { verdict, checks } = await act('watch-containment');
    expect(verdict).toBe('fails');
    expect(checks[0]).toMatchObject({
      name: 'containment-stands',
      verdict: 'fails',
      why: { en: expect.stringMatching(/REVERTED: deny\.deploy by .*user\/ana \(DetachUserPolicy/) },
    });

    const { apply, plan } = undoable(file.entries).find((one) => one.plan.action === 'deny-user')!;
    expect(undoPlan(file.entries, 'IR-1', apply, plan, new Set()).plan.steps).toHaveLength(1);
  });

  it('reads again and again, each reading on the ledger', async () => {
    await contain();
    session = { ...session, timing: { ...session.timing, watch: 4 / WHOLE_WATCH_SECONDS } };
    expect(await act('watch-containment')).toMatchObject({ verdict: 'holds' });
    const readings = file.entries.filter(ofKind('observe')).filter((entry) => entry.body.action === 'watch-containment');
    expect(readings.length).toBeGreaterThanOrEqual(2);
    expect(file.entries.filter(ofKind('verdict')).filter((entry) => entry.body.action === 'watch-containment')).toHaveLength(1);
  });

  it('the inline denial of a full user is watched too', async () => {
    for (let n = 0; n < 10; n++) {
      const { Policy } = await as(keysOf(rows.ana), 'iam', 'CreatePolicy', { PolicyName: `full-${n}`, PolicyDocument: JSON.stringify(ALL) });
      await as(keysOf(rows.ana), 'iam', 'AttachUserPolicy', { UserName: 'deploy', PolicyArn: Policy.Arn });
    }
    await contain();
    const [name] = Object.keys((lab.world.accounts[ACCOUNT]!.tables.users as any).deploy.inline).filter((one) => one.startsWith('Aplomb-'));
    expect(name).toBe('Aplomb-IR-1-DenyAll');
    expect(await act('watch-containment')).toMatchObject({ verdict: 'holds' });
    await as(keysOf(rows.ana), 'iam', 'PutUserPolicy', { UserName: 'deploy', PolicyName: name!, PolicyDocument: JSON.stringify(ALL) });
    expect(await act('watch-containment')).toMatchObject({
      verdict: 'fails',
      checks: [{ why: { en: expect.stringContaining('REVERTED: deny-inline.deploy') } }, {}, {}],
    });
  });

  it('a denied reading is unknown, never holds', async () => {
    await contain();
    lab.world.settings.faults = [{ kind: 'deny', service: 'iam', accessKeyId: rows.responder.id }];
    const { verdict, checks } = await act('watch-containment');
    expect(verdict).toBe('unknown');
    expect(checks.map((check) => check.verdict)).toEqual(['unknown', 'unknown', 'holds']);
  });

  it('goes on until told to stop, and then says what it saw', async () => {
    await contain();
    when = (event) => {
      if (event.code === 'progress' && event.data.verdict === 'holds') stop.abort(new Error('Ctrl-C'));
      return undefined;
    };
    const outcome = await watch(session, await registry.action('watch-containment'), { target: target(), options: {} }, true);
    expect(outcome).toMatchObject({ action: 'watch-containment', verdict: 'holds' });
    expect(file.entries.filter(ofKind('verdict')).at(-1)?.body).toMatchObject({ action: 'watch-containment', verdict: 'holds' });
  });
});

describe('who it is', () => {
  it('a temporary key is traced to its role, and ends with the sessions of the role', async () => {
    const thief = await assume();
    await as(thief, 'iam', 'ListUsers', {});
    const target = { accessKeyId: thief.accessKeyId };
    const who = await runAction(session, await registry.action('identify-key'), { target, options: {} });
    expect(who.checks[0]).toMatchObject({
      verdict: 'holds',
      why: { en: expect.stringMatching(new RegExp(`session of the role Admin \\(by AssumeRole, asked for with ${rows.deploy.id}\\)`)) },
    });
    // Tokens carry whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const ended = await runAction(session, await registry.action('revoke-issuer-sessions'), { target, options: {} });
    expect(ended).toMatchObject({ verdict: 'holds', changes: [{ id: 'revoke.role.Admin', state: 'done' }] });
    await expect(as(thief, 'iam', 'ListUsers', {})).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it('says what the key is used for before it is switched off, and beside the plan', async () => {
    await as(keysOf(rows.deploy), 'iam', 'ListUsers', {});
    await runAction(session, await registry.action('identify-key'), { target: { accessKeyId: rows.deploy.id }, options: {} });
    await runAction(session, await registry.action('deactivate-key'), { target: { accessKeyId: rows.deploy.id }, options: {} });
    const plan = heard.find((event) => event.code === 'plan' && event.data.action === 'deactivate-key')!;
    const dangers = (plan.data.changes as any[]).flatMap((change) => change.danger.map((one: any) => one.en));
    expect(dangers).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/loses access: whatever calls iam in us-east-1 with it/),
        expect.stringMatching(/^addresses, as far as can be seen yours/),
      ]),
    );
  });
});
