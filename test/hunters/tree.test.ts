import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Aws, openAws } from '../../src/aws/index.ts';
import { hunters as registered } from '../../src/generated/procedure.ts';
import type { ActionContext, Call, JsonObject, Reading } from '../../src/kernel/index.ts';
import { type RunningLab, startLab } from '../../src/lab/server.ts';
import { addAccessKey, addInstanceProfile, addRole, addUser, consoleSession, createAccount, issueRoleSession, newWorld } from '../../src/lab/world/index.ts';
import { action as hunt } from '../../src/procedure/02-hunt/hunt.ts';
import type { Credential, HuntResult } from '../../src/procedure/shared/hunt-result.ts';
import { fakeContext } from '../../src/procedure/testing/fake-context.ts';

const OURS = '111122223333';
const THEIRS = '444455556666';
const REGION = 'eu-west-1';
const ANYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const trusts = (...principals: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: principals } }],
});
const byEc2 = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }] };
interface Key {
  readonly id: string;
  readonly secret: string;
  readonly token?: string;
}
const fromSts = ({ Credentials: one }: any): Key => ({ id: one.AccessKeyId, secret: one.SecretAccessKey, token: one.SessionToken });

/** The attack through the real clients, a colleague who does the same things beside it, and what the hunt makes of both. */
describe('the tree, against the lab', () => {
  let lab: RunningLab;
  const doors: Aws[] = [];
  const keys: Record<string, Key> = {};
  const made: Record<string, string> = {};

  async function door(key: Key, account = OURS): Promise<Aws> {
    const env = {
      AWS_ENDPOINT_URL: lab.url,
      AWS_ACCESS_KEY_ID: key.id,
      AWS_SECRET_ACCESS_KEY: key.secret,
      AWS_REGION: REGION,
      ...(key.token ? { AWS_SESSION_TOKEN: key.token } : {}),
    };
    const aws = await openAws({ env, loopbackOnly: true, expectAccount: account, rated: false });
    doors.push(aws);
    return aws;
  }
  const caller = async (key: Key, account = OURS) => {
    const aws = await door(key, account);
    return async (service: string, operation: string, input: JsonObject = {}, region = REGION): Promise<any> =>
      (await aws.send({ call: { service, operation, region, input }, input, purpose: 'mutation', keep: false, phase: 'test' })).output;
  };
  const assume = async (key: Key, role: string, name = 'deploy', account = OURS): Promise<Key> =>
    fromSts(await (await caller(key))('sts', 'AssumeRole', { RoleArn: `arn:aws:iam::${account}:role/${role}`, RoleSessionName: name }));
  const launch = async (key: Key): Promise<string> =>
    (
      await (
        await caller(key)
      )('ec2', 'RunInstances', { ImageId: made.image!, MinCount: 1, MaxCount: 1, InstanceType: 't3.micro', IamInstanceProfile: { Name: 'Node' } })
    ).Instances[0].InstanceId;

  async function hunted(accessKeyId: string, options: JsonObject = {}): Promise<HuntResult> {
    const own = await door(keys.responder!);
    const there = await door(keys.theirs!, THEIRS);
    const request = ({ as: _, ...call }: Call) => ({ call, input: call.input, purpose: 'read' as const, keep: false, phase: 'test' });
    const of = (call: Call): Aws => (call.as === 'profile:theirs' ? there : own);
    const ctx: ActionContext = {
      ...fakeContext({
        facts: { account: OURS },
        target: { accessKeyId },
        options: { since: new Date(Date.now() - 3_600_000).toISOString(), region: `${REGION},us-east-1`, ...options },
      }),
      now: () => Date.now() + 1000,
      hunters: async () => Promise.all(['ec2-instance', 'ec2-key-pair', 'iam-user', 'iam-access-key', 'iam-role'].map((name) => registered[name]!())),
      read: async <T>(call: Call): Promise<Reading<T>> => ({ output: (await of(call).send(request(call))).output as T, evidence: [] }),
      readAll: async <T>(call: Call): Promise<Reading<T>> => ({ output: (await of(call).sendAll(request(call))).output as T, evidence: [] }),
      async *pages<T>(call: Call) {
        for await (const { answer } of of(call).sendPages(request(call))) yield { output: answer.output as T, evidence: [] };
      },
    };
    return (await hunt.observe(ctx)) as HuntResult;
  }

  beforeAll(async () => {
    const world = newWorld({ seed: 'tree' });
    const ours = createAccount(world, { id: OURS, name: 'Example' });
    const theirs = createAccount(world, { id: THEIRS, name: 'Example Production' });
    for (const name of ['ci-deploy', 'ana', 'responder', 'intern']) {
      addUser(world, ours, { name, inline: { all: ANYTHING } });
      if (name !== 'intern') keys[name] = addAccessKey(world, ours, name);
    }
    addUser(world, theirs, { name: 'responder', inline: { all: ANYTHING } });
    keys.theirs = addAccessKey(world, theirs, 'responder');
    const root = `arn:aws:iam::${OURS}:root`;
    for (const name of ['One', 'Two', 'Three']) addRole(world, ours, { name, trust: trusts(root), inline: { all: ANYTHING } });
    addRole(world, theirs, { name: 'Remote', trust: trusts(root), inline: { all: ANYTHING } });
    const node = addRole(world, ours, { name: 'Node', trust: byEc2, inline: { all: ANYTHING } });
    addInstanceProfile(world, ours, { name: 'Node', roles: ['Node'] });
    Object.assign(world.settings, { pageSize: 3, trailDelay: [0, 0], speed: 10_000 });
    lab = await startLab({ world });

    const leaked = await caller(keys['ci-deploy']!);
    const ana = await caller(keys.ana!);
    made.image = (await ana('ec2', 'DescribeImages', { Owners: ['amazon'] })).Images[0].ImageId;
    // A colleague goes the same way, with the same names, at the same time.
    keys.anaOne = await assume(keys.ana!, 'One');
    made.innocent = await launch(keys.anaOne);
    const anasNode = issueRoleSession(world, ours, node, { sessionName: made.innocent, seconds: 3600 });
    await (await caller(anasNode))('ec2', 'CreateKeyPair', { KeyName: 'office' });
    await ana('iam', 'CreateLoginProfile', { UserName: 'ana', Password: 'Correct-horse-7-battery' });
    keys.anaConsole = consoleSession(world, ours, { user: 'ana' }, { ip: '192.0.2.10' });
    await (await caller(keys.anaConsole))('ec2', 'CreateKeyPair', { KeyName: 'office-2' });

    // The attacker: three roles deep, and an instance whose role works for him.
    keys.one = await assume(keys['ci-deploy']!, 'One');
    keys.two = await assume(keys.one, 'Two');
    keys.three = await assume(keys.two, 'Three');
    made.instance = await launch(keys.three);
    const host = issueRoleSession(world, ours, node, { sessionName: made.instance, seconds: 3600 });
    keys.host = host;
    await (await caller(host))('ec2', 'CreateKeyPair', { KeyName: 'from-the-host' });
    // A federation token that bears a colleague's name, and the console through it, where IAM is open to it.
    keys.federated = fromSts(await leaked('sts', 'GetFederationToken', { Name: 'ana', Policy: JSON.stringify(ANYTHING) }));
    keys.console = consoleSession(world, ours, { session: keys.federated.id }, { ip: '198.51.100.66' });
    await (await caller(keys.console))('iam', 'CreateUser', { UserName: 'support-agent' });
    // A password for somebody who had none.
    await leaked('iam', 'CreateLoginProfile', { UserName: 'intern', Password: 'Correct-horse-7-battery' });
    keys.intern = consoleSession(world, ours, { user: 'intern' }, { ip: '198.51.100.67' });
    await (await caller(keys.intern))('ec2', 'CreateKeyPair', { KeyName: 'from-the-console' });
    // Over into the other account.
    keys.remote = await assume(keys.one, 'Remote', 'deploy', THEIRS);
    await (await caller(keys.remote, THEIRS))('ec2', 'CreateKeyPair', { KeyName: 'over-there' });
  }, 60_000);
  afterAll(async () => {
    for (const aws of doors.splice(0)) await aws.close();
    await lab?.close();
  });
  const nodes = (result: HuntResult): Record<string, Credential> => Object.fromEntries(result.tree.map((one) => [one.credential, one]));

  it('closes over three roles, a federation token, the console, an instance, a password and another account; a colleague is never in it', async () => {
    const result = await hunted(keys['ci-deploy']!.id, { account: ['profile:theirs'] });
    const tree = nodes(result);
    const attacker = ['ci-deploy', 'one', 'two', 'three', 'host', 'federated', 'console', 'intern', 'remote'].map((name) => keys[name]!.id);
    expect(Object.keys(tree).sort()).toEqual([...attacker].sort());
    expect(tree[keys.three!.id]).toMatchObject({ issuedBy: keys.two!.id, via: 'AssumeRole', tie: 'issued', role: `arn:aws:iam::${OURS}:role/Three` });
    expect(tree[keys.host!.id]).toMatchObject({ issuedBy: keys.three!.id, via: 'instance', tie: 'session-name', role: `arn:aws:iam::${OURS}:role/Node` });
    expect(tree[keys.console!.id]).toMatchObject({ issuedBy: keys.federated!.id });
    expect(tree[keys.intern!.id]).toMatchObject({ via: 'console', tie: 'console', userName: 'intern', issuedBy: keys['ci-deploy']!.id });
    expect(tree[keys.remote!.id]).toMatchObject({ account: THEIRS, issuedBy: keys.one!.id });
    expect(result.closed).toBe(true);
    expect(result.accounts).toEqual([OURS, THEIRS]);

    const mine = result.found.filter((one) => one.byKey === true);
    const names = mine.map((one) => String(one.detail?.keyName ?? one.detail?.name ?? one.id));
    expect(mine.map((one) => one.id)).toEqual(expect.arrayContaining([made.instance, 'support-agent']));
    expect(mine.map((one) => one.id)).not.toContain(made.innocent);
    expect(
      mine.filter((one) => one.type === 'AWS::EC2::KeyPair'),
      names.join(),
    ).toHaveLength(3);
    expect(mine.find((one) => one.account === THEIRS)).toMatchObject({ type: 'AWS::EC2::KeyPair', session: keys.remote!.id });
    expect(mine.every((one) => one.suspicion === 'high')).toBe(true);
    expect(result.costs.priced).toBeGreaterThan(0);
    expect(result.regions.map((one) => `${one.account} ${one.region} ${one.status}`)).toContain(`${THEIRS} ${REGION} inspected`);
  }, 30_000);

  it('without credentials for the other account it says that it is not closed', async () => {
    const result = await hunted(keys['ci-deploy']!.id);
    expect(result.closed).toBe(false);
    expect(result.unread).toEqual([expect.objectContaining({ of: keys.remote!.id, why: expect.stringContaining(THEIRS) })]);
  }, 30_000);

  it('a leaked session is traced up to who issued it, and followed there when it was in the same hands', async () => {
    const result = await hunted(keys.three!.id, { account: ['profile:theirs'] });
    expect(result.tree[0]!.credential).toBe(keys.three!.id);
    expect(result.origin.map((one) => one.credential)).toEqual([keys.two!.id, keys.one!.id, keys['ci-deploy']!.id]);
    expect(nodes(result)[keys.console!.id]).toBeDefined();
    expect(nodes(result)[keys.anaOne!.id]).toBeUndefined();
  }, 30_000);

  it('begins with a user or a role instead of a key', async () => {
    const user = nodes(await hunted('', { principal: 'ci-deploy', account: ['profile:theirs'] }));
    expect(user[keys['ci-deploy']!.id]).toMatchObject({ via: 'principal', tie: 'named' });
    expect(user[keys.three!.id]).toBeDefined();
    expect(user[keys.ana!.id]).toBeUndefined();
    // Everybody's sessions of a role, colleagues' too: that is what was asked.
    const role = nodes(await hunted('', { principal: `arn:aws:iam::${OURS}:role/One`, account: ['profile:theirs'] }));
    expect(Object.keys(role)).toEqual(expect.arrayContaining([keys.one!.id, keys.anaOne!.id, keys.two!.id]));
    expect(role[keys['ci-deploy']!.id]).toBeUndefined();
  }, 30_000);
});
