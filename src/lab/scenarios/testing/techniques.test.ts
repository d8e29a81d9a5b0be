import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account, World } from '../../contract.ts';
import { type RunningLab, startLab } from '../../server.ts';
import { addAccessKey, addRole, addUser, createAccount, newWorld } from '../../world/index.ts';
import { campaign, planned } from '../campaign.ts';
import { draw } from '../draw.ts';
import { castFor } from '../key-leak/cast.ts';
import { movesOf } from '../key-leak/spread.ts';
import { emptyLoot } from '../loot.ts';
import { type Actor, openStage, type Stage } from '../stage.ts';
import { act, type Technique } from '../technique.ts';
import { techniques } from '../techniques/index.ts';
import { SERVICES, trust } from '../words.ts';
import { standing } from './stand.ts';

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const HOME = 'eu-west-1';

describe('each technique', () => {
  let lab: RunningLab;
  let world: World;
  let account: Account;
  let stage: Stage;
  let attacker: Actor;
  let colleague: Actor;
  const taken = new Set<string>();

  beforeAll(async () => {
    world = newWorld({ seed: 'techniques' });
    account = createAccount(world, { id: '111122223333', name: 'Example', alias: 'example', supportPlan: 'business' });
    const key = (name: string, ip: string): Actor => {
      addUser(world, account, { name, attached: [ADMIN] });
      const { id, secret } = addAccessKey(world, account, name);
      return { accessKeyId: id, secretAccessKey: secret, ip, userAgent: 'test' };
    };
    attacker = key('ci', '192.0.2.1');
    colleague = key('colleague', '198.51.100.1');
    addUser(world, account, { name: 'program' });
    addRole(world, account, { name: 'jobs', trust: trust({ Service: SERVICES }) });
    lab = await startLab({ world });
    stage = openStage({ url: lab.url, world }, { begin: Date.now() - 86_400_000, draw: draw('pace') });
    const { Images } = await stage.call(colleague, 'ec2', 'DescribeImages', { Owners: ['amazon'] }, HOME);
    await stage.call(colleague, 'ec2', 'RunInstances', { ImageId: Images[0].ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }, HOME);
    stage.until(stage.now + 600_000);
  });
  afterAll(async () => {
    stage?.close();
    await lab?.close();
  });

  const play = async (technique: Technique, hostile: boolean, kept: Record<string, string>, what: 'before' | 'play' | 'innocent') => {
    const loot = emptyLoot();
    const company = {
      slug: 'example',
      serviceRoleArn: `arn:aws:iam::${account.id}:role/jobs`,
      serviceRoleName: 'jobs',
      programUser: 'program',
      leakedUser: 'ci',
      outsider: '999988887777',
      script: '192.0.2.99',
    };
    const by = hostile ? attacker : colleague;
    const region = technique.place === 'global' ? 'us-east-1' : HOME;
    const dice = draw(`${technique.id} ${what}`);
    await technique[what]?.(act({ stage, loot, draw: dice, by, hostile, account: account.id, region, company, taken, kept }));
    return loot;
  };

  it.each(techniques.map((technique) => [technique.id, technique] as const))('%s', async (_, technique) => {
    const kept: Record<string, string> = {};
    const owned = await play(technique, false, kept, 'before');
    expect(owned).toEqual(emptyLoot());
    const loot = await play(technique, true, kept, 'play');
    expect(loot.resources.map(({ type }) => type).sort()).toEqual([...technique.makes].sort());
    expect(new Set(loot.changed.map(({ type }) => type)).size).toBeGreaterThanOrEqual(technique.changes?.length ?? 0);
    expect(loot.resources.length + loot.changed.length, 'leaves something to find').toBeGreaterThan(0);
    for (const made of loot.resources) expect(standing(world, account.id, made), `${made.type} ${made.id}`).toBe(true);
    for (const id of loot.credentials.map((one) => one.id)) expect(standing(world, account.id, { id, region: 'us-east-1' }), id).toBe(true);
    if (!technique.innocent) return;
    const decoys = await play(technique, false, kept, 'innocent');
    expect(decoys).toMatchObject({ resources: [], changed: [], credentials: [] });
    expect(decoys.lookAlikes.length).toBeGreaterThan(0);
    for (const decoy of decoys.lookAlikes) {
      expect(standing(world, account.id, decoy), `${decoy.type} ${decoy.id}`).toBe(true);
      expect(loot.resources.some((made) => made.id === decoy.id)).toBe(false);
    }
  });

  it('names the permissions it needs: every call it makes as the attacker is among them, or is a look', () => {
    const named = new Set(techniques.flatMap(({ needs }) => needs));
    const called = account.trail
      .map(({ record }) => record)
      .filter((record) => record.userIdentity.accessKeyId === attacker.accessKeyId && record.readOnly === false && record.errorCode === undefined)
      .map((record) => `${record.eventSource.split('.')[0]}:${record.eventName.replace(/\d{8}(v\d+)?$/, '')}`);
    expect(called.length).toBeGreaterThan(techniques.length);
    expect([...new Set(called.filter((action) => !named.has(action)))]).toEqual([]);
  });
});

describe('a campaign', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  const seeds = Array.from({ length: 60 }, (_, n) => `seed ${n}`);

  it('makes at least thirty things in at least five regions together with the story’s own, whatever the seed', () => {
    for (const seed of seeds) {
      const cast = castFor(draw(seed), now);
      const made = planned(movesOf(draw(seed), cast, techniques));
      // Per mined region a pair, a group and a machine at least; two keys, a user with a password, and a role.
      expect(made.length + 14, seed).toBeGreaterThanOrEqual(30);
      expect(new Set([...made.map(({ region }) => region), ...cast.attacked]).size, seed).toBeGreaterThanOrEqual(5);
    }
  });
  it('differs between seeds and uses every technique in one or another', () => {
    const plans = seeds.map((seed) => movesOf(draw(seed), castFor(draw(seed), now), techniques));
    expect(new Set(plans.map((moves) => moves.map(({ technique, region }) => `${technique.id} ${region}`).join())).size).toBe(seeds.length);
    const used = new Set(plans.flatMap((moves) => moves.map(({ technique }) => technique.id)));
    expect(techniques.map(({ id }) => id).filter((id) => !used.has(id))).toEqual([]);
  });
  it('lets colleagues work near, never in the attacker’s regions', () => {
    for (const seed of seeds) {
      const cast = castFor(draw(seed), now);
      const innocents = movesOf(draw(seed), cast, techniques).flatMap(({ innocent }) => innocent ?? []);
      expect(innocents.filter(({ region }) => [...cast.quiet, ...cast.attacked].includes(region))).toEqual([]);
      expect(innocents.every(({ at }) => at < cast.times.last)).toBe(true);
    }
  });
  it('repeats techniques elsewhere when there are few of them', () => {
    const few = techniques.filter(({ id }) => id === 'key-pair');
    const options = { techniques: few, regions: ['eu-west-3', 'sa-east-1'], home: HOME, officeRegions: [HOME], from: 0, to: 1, atLeast: 3, hands: 1 };
    expect(planned(campaign(draw('few'), options))).toHaveLength(3);
  });
});
