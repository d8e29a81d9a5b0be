import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAws } from '../../src/aws/index.ts';
import { registry } from '../../src/cli/registry.ts';
import { applyPlan, approve, type Outcome, runAction, type Session, TIMING, undoable, undoPlan } from '../../src/engine/index.ts';
import { createCase } from '../../src/evidence/index.ts';
import { type Clock, type JsonObject, type Plan, type Result, systemClock, type Target } from '../../src/kernel/index.ts';
import type { Account, Fault, World } from '../../src/lab/contract.ts';
import { startLab } from '../../src/lab/server.ts';
import { addAccessKey, addRole, addUser, createAccount, newWorld } from '../../src/lab/world/index.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** Sleeps a twentieth as long: the lab's states last a ten-thousandth of their time. */
const hasty = (clock: Clock): Clock => ({ now: () => clock.now(), sleep: (milliseconds, signal) => clock.sleep(milliseconds / 20, signal) });

/**
 * A real session against the lab, inside this process: one case, the registered actions, hardly any patience.
 * @param others further accounts that may be changed; each has a role `Forensics` that the responder may assume
 */
export async function inside(seed: string, others: readonly string[] = []) {
  const root = mkdtempSync(join(tmpdir(), 'aplomb-inside-'));
  const before = process.env.APLOMB_CONFIG_DIR;
  process.env.APLOMB_CONFIG_DIR = join(root, 'config');
  mkdirSync(join(root, 'disks'));
  const world: World = newWorld({ seed, disks: join(root, 'disks') });
  const account: Account = createAccount(world, { id: ACCOUNT, name: 'Example' });
  addUser(world, account, { name: 'responder', attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
  const key = addAccessKey(world, account, 'responder');
  for (const id of others) {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }] };
    addRole(world, createAccount(world, { id, name: 'Other' }), { name: 'Forensics', trust, attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
  }
  Object.assign(world.settings, { pageSize: 2, trailDelay: [0, 0], speed: 10_000 });
  const lab = await startLab({ world });
  const file = createCase(join(root, 'case'), { id: 'IR-2026-7', title: 'A rehearsal', responder: 'ana', host: 'desk', clock: systemClock });
  const aws = await openAws({
    case: file,
    env: { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: REGION },
    loopbackOnly: true,
    expectAccount: [ACCOUNT, ...others],
    rated: false,
  });
  const identity = await aws.identity();
  file.setCaller(identity.arn);
  file.append('session', {
    command: 'test',
    callerArn: identity.arn,
    account: identity.account,
    endpoint: aws.endpoint,
    customEndpoint: aws.customEndpoint,
    tool: 'aplomb/test',
  });
  const words: string[] = [];
  const session: Session = {
    case: file,
    aws,
    clock: hasty(aws.clock),
    emit: () => undefined,
    approver: {
      approve: async () => 'flag',
      typed: async (word) => {
        words.push(word);
        return true;
      },
    },
    registry,
    signal: undefined,
    timing: { ...TIMING, settle: 0.3, lag: 0.3, pace: 0.02, patience: 0.3 },
  };
  return {
    world,
    account,
    session,
    /** Words that were asked for. */
    words,
    /** The account's own doing: not through any action. */
    async call(operation: string, input: JsonObject = {}, region = REGION, as?: string): Promise<any> {
      const [service = '', name = ''] = operation.split(':');
      const call = { ...(as === undefined ? {} : { as }), service, operation: name, region, input };
      return (await aws.send({ call, input, purpose: 'mutation', keep: false, phase: 'test' })).output;
    },
    run: async (id: string, target: Target, options: JsonObject = {}): Promise<Outcome> => runAction(session, await registry.action(id), { target, options }),
    /** Takes back everything that was made and not taken back, newest first. */
    async undo(named: readonly string[] = []): Promise<Result['state'][]> {
      const states: Result['state'][] = [];
      for (const { apply, plan } of undoable(file.entries)) {
        const { plan: back } = undoPlan(file.entries, file.info.id, apply, plan as Plan, new Set(named));
        if (back.steps.length === 0) continue;
        const results = await applyPlan(session, back, await approve(session, back, { en: 'Undo', es: 'Deshacer' }, 4), 0);
        states.push(...[...results.values()].map((one) => one.state));
      }
      return states;
    },
    fault(...faults: Fault[]): void {
      world.settings.faults = faults;
    },
    async close(): Promise<void> {
      await aws.close();
      file.close();
      await lab.close();
      rmSync(root, { recursive: true, force: true });
      if (before === undefined) delete process.env.APLOMB_CONFIG_DIR;
      else process.env.APLOMB_CONFIG_DIR = before;
    },
  };
}
export type Inside = Awaited<ReturnType<typeof inside>>;
export const verdicts = (outcome: Outcome): Record<string, string> => Object.fromEntries(outcome.checks.map((one) => [one.name, one.verdict]));
