import { AttachUserPolicyCommand, IAMClient, ListAccessKeysCommand, PutRolePolicyCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sessionsOf } from '../../world/index.ts';
import { openAttacker } from '../live.ts';
import { scenario } from '../role-chain.ts';
import type { LiveAttacker } from '../scenario.ts';
import { playScenario, type Stand, standing } from './stand.ts';

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
// Each test plays the whole story, perhaps on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let stand: Stand;
let attacker: LiveAttacker | undefined;
beforeEach(async () => {
  stand = await playScenario(scenario, 'chain');
  stand.world.settings = { ...stand.world.settings, faults: [], iamDelay: 0, ec2Stale: 0, trailDelay: [0, 0] };
});
afterEach(async () => {
  await attacker?.stop();
  attacker = undefined;
  await stand?.close();
});
const credentials = () => {
  const { accessKeyId, secretAccessKey } = stand.briefing.responder;
  return { accessKeyId, secretAccessKey };
};
const workload = () => new IAMClient({ endpoint: stand.lab.url, region: 'us-east-1', credentials: credentials() });
async function management(): Promise<IAMClient> {
  const sts = new STSClient({ endpoint: stand.lab.url, region: 'us-east-1', credentials: credentials() });
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn: stand.briefing.accounts![0]!.roleArn, RoleSessionName: 'responder' }));
  return new IAMClient({
    endpoint: stand.lab.url,
    region: 'us-east-1',
    credentials: { accessKeyId: given!.AccessKeyId!, secretAccessKey: given!.SecretAccessKey!, sessionToken: given!.SessionToken! },
  });
}
const revoke = async (iam: IAMClient, RoleName: string): Promise<void> => {
  const Condition = { DateLessThan: { 'aws:TokenIssueTime': new Date().toISOString() } };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition }] });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'revoke', PolicyDocument }));
};
const denyUser = async (iam: IAMClient): Promise<void> => {
  await iam.send(new AttachUserPolicyCommand({ UserName: stand.truth.userName, PolicyArn: DENY_ALL }));
};
const deactivate = (iam: IAMClient, AccessKeyId: string) =>
  iam.send(new UpdateAccessKeyCommand({ UserName: stand.truth.userName, AccessKeyId, Status: 'Inactive' }));
const roles = () =>
  stand.truth.credentials.filter(({ kind, id, account }) => kind === 'session' && sessionsOf(stand.world.accounts[account!]!)[id]?.issuer.type === 'role');
const until = async (what: string, holds: () => boolean): Promise<void> => {
  const end = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((later) => setTimeout(later, 100));
  }
};

describe('role-chain', () => {
  it('is quick enough to strike while IAM still lets a revoked session through, and brings back the key of a user who has two', async () => {
    attacker = openAttacker({ url: stand.lab.url, world: () => stand.world }, [100, 200]);
    const { truth, world } = stand;
    const iam = workload();
    await deactivate(iam, truth.accessKeyId);
    await until('he has a new key', () => truth.reactions.some(({ operation, won }) => operation === 'CreateAccessKey' && won !== undefined));
    const fresh = truth.reactions.at(-1)!.won!;
    // Long, so that a busy machine is quick enough too.
    world.settings.iamDelay = 20_000;
    await revoke(iam, roles().at(-1)!.principal);
    await deactivate(iam, fresh);
    await until('the key lives again', () => truth.reactions.some(({ operation, won }) => operation === 'UpdateAccessKey' && won === fresh));
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: truth.userName }));
    expect(AccessKeyMetadata!.find(({ AccessKeyId }) => AccessKeyId === fresh)?.Status).toBe('Active');
  });

  it('goes three roles deep through two accounts, and leaves a federated console behind', () => {
    const { truth, briefing, world } = stand;
    const second = briefing.accounts![0]!.id;
    expect(roles().map(({ account }) => account)).toEqual([briefing.account, second, briefing.account]);
    expect(roles()[1]!.issuedBy).toBe(roles()[0]!.id);
    expect(roles()[2]!.issuedBy).toBe(roles()[1]!.id);
    const sessions = Object.values(sessionsOf(world.accounts[briefing.account]!));
    const console = sessions.find((row) => row.type === 'FederatedUser' && row.console);
    expect(truth.credentials.map(({ id }) => id)).toContain(console!.id);
    const events = world.accounts[briefing.account]!.trail.map(({ record }) => record.eventName);
    expect(events).toEqual(expect.arrayContaining(['GetFederationToken', 'GetSigninToken', 'ConsoleLogin']));
    expect(world.offset).toBe(0);
    for (const { record } of world.accounts[briefing.account]!.trail) expect(Date.parse(record.eventTime)).toBeLessThanOrEqual(Date.now());
  });

  it('has things of his in both accounts and several regions, all standing, none of them a look-alike', () => {
    const { truth, world, briefing } = stand;
    const owner = (made: { by: string }) => truth.credentials.find(({ id }) => id === made.by)!.account!;
    expect(new Set(truth.resources.map(owner))).toEqual(new Set([briefing.account, briefing.accounts![0]!.id]));
    expect(new Set(truth.resources.map(({ region }) => region)).size).toBeGreaterThanOrEqual(4);
    expect(truth.resources.length).toBeGreaterThanOrEqual(15);
    for (const made of truth.resources) expect(standing(world, owner(made), made), `${made.type} ${made.id}`).toBe(true);
    expect(truth.lookAlikes.filter(({ id }) => truth.resources.some((made) => made.id === id))).toEqual([]);
  });

  it('is open at first, and contained when key, user and every role are shut, in both accounts', async () => {
    const { truth } = stand;
    expect(scenario.contained(stand.world).reasons).toHaveLength(truth.credentials.length);
    const iam = workload();
    await deactivate(iam, truth.accessKeyId);
    await denyUser(iam);
    // The deny ends federation and console; the roles live on.
    const open = () => scenario.contained(stand.world).reasons.map((why) => why.split(' ')[1]);
    expect(open()).toEqual(expect.arrayContaining(roles().map(({ id }) => id)));
    const others = truth.credentials.filter(({ kind, principal }) => principal !== truth.userName && kind !== 'session');
    const [first, second, third] = roles();
    await revoke(iam, first!.principal);
    await revoke(iam, third!.principal);
    expect(open()).toContain(second!.id);
    await revoke(await management(), second!.principal);
    expect(open().sort()).toEqual(others.map(({ id }) => id).sort());
  });

  it('answers when his key is taken: the deny goes and a new key comes, by real calls that CloudTrail has', async () => {
    attacker = openAttacker({ url: stand.lab.url, world: () => stand.world }, [300, 600]);
    const { truth, world, briefing } = stand;
    const iam = workload();
    await deactivate(iam, truth.accessKeyId);
    await denyUser(iam);
    await until('he has a new key', () => truth.reactions.some(({ operation, won }) => operation === 'CreateAccessKey' && won !== undefined));
    const [third] = roles().slice(-1);
    expect(truth.reactions.map(({ operation, with: by }) => [operation, by])).toEqual([
      ['DetachUserPolicy', third!.id],
      ['CreateAccessKey', third!.id],
    ]);
    const fresh = truth.reactions.at(-1)!.won!;
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: truth.userName }));
    expect(AccessKeyMetadata!.find(({ AccessKeyId }) => AccessKeyId === fresh)?.Status).toBe('Active');
    expect(scenario.contained(world).reasons.some((why) => why.startsWith(`key ${fresh} `))).toBe(true);
    const record = world.accounts[briefing.account]!.trail.find((one) => JSON.stringify(one.record.responseElements ?? '').includes(fresh))!.record;
    expect(record).toMatchObject({ eventName: 'CreateAccessKey', sourceIPAddress: truth.addresses.at(-1) });
    expect(record.userIdentity.sessionContext.sessionIssuer.userName).toBe(third!.principal);
  });

  it('climbs back through the other account as long as that session lives, and can do nothing once it is shut too', async () => {
    attacker = openAttacker({ url: stand.lab.url, world: () => stand.world }, [300, 600]);
    const { truth } = stand;
    const iam = workload();
    const [, second, third] = roles();
    await revoke(iam, third!.principal);
    await new Promise((later) => setTimeout(later, 50));
    await deactivate(iam, truth.accessKeyId);
    await until('he has a new key', () => truth.reactions.some(({ operation, won }) => operation === 'CreateAccessKey' && won !== undefined));
    const [again] = truth.reactions;
    expect(again).toMatchObject({ operation: 'AssumeRole', with: second!.id });
    await revoke(iam, third!.principal);
    await revoke(await management(), second!.principal);
    const before = truth.reactions.filter(({ won }) => won).length;
    await deactivate(iam, truth.reactions.at(-1)!.won!);
    await until('he has tried', () => truth.reactions.some(({ operation, refused }) => operation === 'AssumeRole' && refused !== undefined));
    expect(truth.reactions.filter(({ won }) => won)).toHaveLength(before);
  });
});

it('tells the same story for the same seed', async () => {
  const tell = async (seed: string) => {
    const told = await playScenario(scenario, seed);
    const { truth, briefing } = told;
    await told.close();
    return JSON.stringify([truth.resources.map(({ type, id, region, by }) => [type, id, region, by]), truth.credentials, briefing.accounts]);
  };
  expect(await tell('same')).toBe(await tell('same'));
  expect(await tell('same')).not.toBe(await tell('other'));
});
