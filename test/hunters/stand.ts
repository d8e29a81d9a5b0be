import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Aws, openAws } from '../../src/aws/index.ts';
import { hunters as registered } from '../../src/generated/procedure.ts';
import type { ActionContext, Call, Found, Hunter, JsonObject, Reading } from '../../src/kernel/index.ts';
import type { Account, World } from '../../src/lab/contract.ts';
import { iamAction } from '../../src/lab/naming.ts';
import { type RunningLab, startLab } from '../../src/lab/server.ts';
import { addAccessKey, addUser, createAccount, type KeyRow, newWorld } from '../../src/lab/world/index.ts';
import { action as hunt } from '../../src/procedure/02-hunt/hunt.ts';
import type { HuntResult } from '../../src/procedure/shared/hunt-result.ts';
import { fakeContext } from '../../src/procedure/testing/fake-context.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
const ANYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** Calls AWS as somebody: client name, operation, input in plain JSON (blobs base64, times ISO). The answer is plain JSON too. */
export type Call_ = (service: string, operation: string, input?: JsonObject, region?: string) => Promise<any>;
export interface HunterCase {
  readonly type: string;
  /** Makes things with the attacker's key: at least two, so that two to a page is not enough. Gives the ids as the hunter reports them. */
  plant(as: Call_): Promise<string[]>;
  /** The company's own thing of the same look, made in the same hour. Gives its ids. */
  innocent(as: Call_): Promise<string[]>;
  /** What must be there before either, made by the company. */
  before?(as: Call_): Promise<void>;
  /** What no API makes (an organisation's Identity Center): put into the lab's world before anybody calls. */
  world?(world: World, account: Account): void;
  /** What the attacker's find must look like beyond that: `toMatchObject`. */
  readonly looks?: JsonObject;
  /** Changed, not made, by the key: a policy put on what the company made. */
  readonly changes?: boolean;
}

/** Those named after the service are looked at first: to load all of them takes longer than any of these tests. */
async function hunterOf(type: string): Promise<Hunter> {
  const service = type.split('::')[1]!.toLowerCase();
  const likely = ([id]: [string, unknown]): number => (id.startsWith(service) ? 0 : 1);
  for (const [, load] of Object.entries(registered).sort((a, b) => likely(a) - likely(b))) {
    const hunter = await load();
    if (hunter.type === type) return hunter;
  }
  throw new Error(`no hunter is registered for ${type}`);
}

/** A hunter against the lab: one planted hit, one innocent look-alike, a denied call and a page size of two. */
export function testHunter(one: HunterCase): void {
  describe(one.type, () => {
    let lab: RunningLab;
    let hunter: Hunter;
    const doors: Aws[] = [];
    const asked: Call[] = [];
    let keys: Record<'attacker' | 'company' | 'responder', KeyRow>;

    const door = async (key: KeyRow): Promise<Aws> => {
      const env = { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: REGION };
      const aws = await openAws({ env, loopbackOnly: true, expectAccount: ACCOUNT, rated: false });
      doors.push(aws);
      return aws;
    };
    const caller = async (key: KeyRow): Promise<Call_> => {
      const aws = await door(key);
      return async (service, operation, input = {}, region = REGION) =>
        (await aws.send({ call: { service, operation, region, input }, input, purpose: 'mutation', keep: false, phase: 'test' })).output;
    };
    async function hunted(): Promise<HuntResult> {
      const aws = await door(keys.responder);
      const request = (call: Call) => {
        asked.push(call);
        return { call, input: call.input, purpose: 'read' as const, keep: false, phase: 'test' };
      };
      const ctx: ActionContext = {
        ...fakeContext({
          facts: { account: ACCOUNT },
          target: { accessKeyId: keys.attacker.id },
          options: { type: one.type, region: home(), since: new Date(Date.now() - 3_600_000).toISOString() },
        }),
        now: () => Date.now() + 1000,
        hunters: async () => [hunter],
        read: async <T>(call: Call): Promise<Reading<T>> => ({ output: (await aws.send(request(call))).output as T, evidence: [] }),
        readAll: async <T>(call: Call): Promise<Reading<T>> => ({ output: (await aws.sendAll(request(call))).output as T, evidence: [] }),
        async *pages<T>(call: Call) {
          for await (const { answer } of aws.sendPages(request(call))) yield { output: answer.output as T, evidence: [] };
        },
      };
      asked.length = 0;
      return hunt.observe(ctx) as Promise<HuntResult>;
    }
    const home = () => (hunter.scope === 'global' ? 'us-east-1' : REGION);
    const byId = (found: readonly Found[], id: string): Found | undefined => found.find((each) => each.id === id || each.arn === id);

    beforeAll(async () => {
      const world = newWorld({ seed: one.type });
      const account = createAccount(world, { id: ACCOUNT, name: 'Example' });
      keys = Object.fromEntries(
        ['attacker', 'company', 'responder'].map((name) => {
          addUser(world, account, { name, inline: { all: ANYTHING } });
          return [name, addAccessKey(world, account, name)];
        }),
      ) as typeof keys;
      one.world?.(world, account);
      Object.assign(world.settings, { pageSize: 2, trailDelay: [0, 0], speed: 10_000 });
      lab = await startLab({ world });
      hunter = await hunterOf(one.type);
    });
    afterAll(async () => {
      for (const aws of doors.splice(0)) await aws.close();
      await lab?.close();
    });

    it('finds what the key made, leaves the look-alike alone, and says when it may not look', async () => {
      const company = await caller(keys.company);
      await one.before?.(company);
      const innocent = await one.innocent(company);
      const planted = await one.plant(await caller(keys.attacker));
      expect(planted.length).toBeGreaterThanOrEqual(1);
      const { found, regions } = await hunted();
      expect(regions).toMatchObject([{ region: home(), status: 'inspected' }]);
      for (const id of planted) {
        const seen = byId(found, id);
        expect(seen, `${id} among ${found.map((each) => each.id).join(', ')}`).toBeDefined();
        expect(seen).toMatchObject({ type: one.type, account: ACCOUNT, alive: true, session: keys.attacker.id, ...one.looks });
        if (one.changes) expect(seen!.detail).toMatchObject({ changedByKey: true });
        else expect(seen).toMatchObject({ byKey: true, createdBy: expect.stringContaining('attacker') });
        expect(seen!.arn).toMatch(/^arn:aws/);
      }
      for (const id of innocent) {
        const seen = byId(found, id);
        expect(seen?.byKey ?? false, `${id} is the company's own`).toBe(false);
        expect(seen?.detail?.changedByKey ?? false, `${id} was not changed by the key`).toBe(false);
      }

      const mine = asked.filter((call) => !/^(LookupEvents|DescribeRegions|ListRegions)$/.test(call.operation));
      expect(mine.length, 'the hunter asked AWS').toBeGreaterThan(0);
      const permitted = hunter.permissions.map((permission) => permission.split(':')[1]);
      for (const call of mine)
        expect(permitted, `permission for ${call.service}:${call.operation}`).toContain(iamAction(call.service, call.operation).split(':')[1]);

      // Refused by the first of its calls: the region says so, by the hunter's name.
      lab.world.settings.faults = [{ kind: 'deny', operation: mine[0]!.operation, accessKeyId: keys.responder.id }];
      const refused = await hunted();
      lab.world.settings.faults = [];
      expect(refused.regions).toMatchObject([{ region: home(), status: 'denied', why: expect.stringContaining(one.type) }]);
    }, 30_000);
  });
}
