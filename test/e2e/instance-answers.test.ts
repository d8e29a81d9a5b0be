import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { registry } from '../../src/cli/registry.ts';
import { runPlaybook } from '../../src/engine/index.ts';
import type { Fault } from '../../src/lab/contract.ts';
import { ALL, type Trouble, trouble, verdict } from './trouble-stand.ts';

/** Steps 4 to 9 when answers are lost or calls are throttled, and the whole playbook with an instance that goes in the middle. */
let world: Trouble;
beforeAll(async () => {
  world = await trouble('answers');
});
afterEach(() => world.settle());
afterAll(() => world?.close());

describe('answers that are lost, and throttling', () => {
  const CHAIN = [
    'protect',
    'leave-auto-scaling',
    'leave-load-balancers',
    'isolate',
    'remove-public-addresses',
    'cut-connections',
    'replace-instance-profile',
    'disable-metadata',
    'tag',
    'snapshot',
    'await-snapshots',
    'lock-snapshots',
    'suppress-deletion',
    'stop',
    'volume',
    'attach',
  ];
  /** What must not be there twice. */
  const ONCE = [
    'CreateSecurityGroup',
    'CreateSnapshots',
    'CreateVolume',
    'AttachVolume',
    'DisassociateAddress',
    'DisassociateIamInstanceProfile',
    'StopInstances',
  ];
  const CALLS = [
    ...ONCE,
    'ModifyInstanceAttribute',
    'DeregisterTargets',
    'RevokeSecurityGroupEgress',
    'AuthorizeSecurityGroupIngress',
    'AuthorizeSecurityGroupEgress',
    'ModifyNetworkInterfaceAttribute',
    'DeleteSecurityGroup',
    'ModifyInstanceMetadataOptions',
    'CreateTags',
    'LockSnapshot',
  ];
  async function through(
    chain: readonly string[],
    ...faults: Fault[]
  ): Promise<{ verdicts: Record<string, string>; again: Record<string, string>; made: Record<string, number>; id: string }> {
    const { target, id } = await world.victim();
    const ana = await world.fresh();
    const from = world.stand.world.effects.length;
    const verdicts: Record<string, string> = {};
    world.stand.fault(...faults);
    for (const action of chain) verdicts[action] = verdict(await ana.run(action, target, ALL));
    world.stand.fault();
    const again: Record<string, string> = {};
    for (const action of chain) again[action] = verdict(await ana.run(action, target, ALL));
    const made = Object.fromEntries(ONCE.map((operation) => [operation, world.effects(operation, from)]));
    expect((await world.described(id)).State.Name).toBe('stopped');
    expect(await world.snapshotsOf(id)).toHaveLength(2);
    expect((await world.groupNames(id)).filter((name) => name.endsWith('-open'))).toEqual([]);
    return { verdicts, again, made, id };
  }
  const HOLD = Object.fromEntries(CHAIN.map((action) => [action, 'holds']));
  // Two groups: the closed one and the one that stands open for seconds.
  const MADE = { ...Object.fromEntries(ONCE.map((operation) => [operation, 1])), CreateSecurityGroup: 2 };

  it('every call is throttled once, and then happens while its answer is lost: each is done once, at the first run', async () => {
    const { verdicts, again, made } = await through(
      CHAIN,
      ...CALLS.flatMap((operation): Fault[] => [
        { kind: 'error', operation, code: 'RequestLimitExceeded', status: 503, times: 1 },
        { kind: 'drop-after-effect', operation, times: 1 },
      ]),
    );
    expect([verdicts, again, made]).toEqual([HOLD, HOLD, MADE]);
  }, 180_000);
  it('throttled to a standstill: nothing holds that is not so, and the second run does it all', async () => {
    const chain = ['protect', 'isolate', 'remove-public-addresses', 'tag', 'snapshot', 'stop'];
    const { verdicts, again, made } = await through(
      chain,
      ...CALLS.map((operation): Fault => ({ kind: 'error', operation, code: 'RequestLimitExceeded', status: 503 })),
    );
    expect(new Set(Object.values(verdicts))).toEqual(new Set(['fails']));
    expect(new Set(Object.values(again))).toEqual(new Set(['holds']));
    expect(made).toMatchObject({ CreateSecurityGroup: 1, CreateSnapshots: 1, DisassociateAddress: 1, StopInstances: 1 });
  }, 180_000);
  it('slow and stumbling: every third read is refused for its rate, and the work is done all the same', async () => {
    const { verdicts } = await through(['isolate', 'snapshot', 'stop'], {
      kind: 'error',
      operation: 'DescribeInstances',
      code: 'RequestLimitExceeded',
      status: 503,
      chance: 0.33,
    });
    expect(new Set(Object.values(verdicts))).toEqual(new Set(['holds']));
  }, 180_000);
});

describe('the playbook', () => {
  it('goes on to the end when the instance is terminated while it is isolated; the second run adds nothing', async () => {
    const { target, id } = await world.victim();
    const ana = await world.fresh();
    const playbook = await registry.playbook('compromised-instance');
    const request = { target, options: { fromIp: '203.0.113.5' }, waive: { memory: 'the disk matters here' } };
    const over = await ana.during('ModifyNetworkInterfaceAttribute', () => world.terminate(id));
    const { rows, closed, skipped } = await runPlaybook(ana.session, playbook, request);
    expect([over(), closed, skipped]).toEqual([true, null, []]);
    const verdicts = Object.fromEntries(rows.map((row) => [row.action, row.verdict]));
    expect(verdicts).toMatchObject({
      protect: 'fails',
      snapshot: 'holds',
      isolate: 'holds',
      'verify-isolation': 'holds',
      'await-snapshots': 'holds',
      'lock-snapshots': 'holds',
      stop: 'fails',
      volume: 'holds',
      attach: 'holds',
    });
    const from = world.stand.world.effects.length;
    const again = await runPlaybook(ana.session, playbook, request);
    expect(Object.fromEntries(again.rows.map((row) => [row.action, row.verdict]))).toEqual(verdicts);
    expect(world.stand.world.effects.length - from).toBe(0);
    expect((await world.snapshotsOf(id)).map((one) => one.State)).toEqual(['completed', 'completed']);
    // All of a playbook, twice: long on a busy machine.
  }, 180_000);
});
