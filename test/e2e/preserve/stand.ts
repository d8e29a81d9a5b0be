import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Aws, openAws } from '../../../src/aws/index.ts';
import { registry } from '../../../src/cli/registry.ts';
import { applyPlan, type Outcome, runAction, type Session, undoable, undoPlan } from '../../../src/engine/index.ts';
import { createCase, type OpenCase, openCase } from '../../../src/evidence/index.ts';
import type { Action, AplombEvent, JsonObject, Target } from '../../../src/kernel/index.ts';
import type { Fault } from '../../../src/lab/contract.ts';
import { type RunningLab, startLab } from '../../../src/lab/server.ts';
import { addAccessKey, addUser, createAccount, newWorld } from '../../../src/lab/world/index.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
const ANYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const TIMING = { settle: 0.2, lag: 0.3, fresh: 15, pace: 0.02, patience: 5 };

/** A lab, a case and a session in one process: actions run whole, from observation to verdict, over the wire. */
export interface Stand {
  readonly lab: RunningLab;
  readonly dir: string;
  readonly root: string;
  readonly aws: Aws;
  readonly words: string[];
  readonly events: AplombEvent[];
  case(): OpenCase;
  session(): Session;
  /** Whether typed words are typed. */
  types(value: boolean): void;
  abort(reason: unknown): void;
  /** The process is gone; another one opens the case from disk. */
  restart(): Promise<void>;
  faults(...faults: Fault[]): void;
  /** Calls AWS as the company does. */
  as(service: string, operation: string, input?: JsonObject): Promise<any>;
  act(action: Action<any>, target: Target, options?: JsonObject): Promise<Outcome>;
  /** Takes back what this action made; `named` are those that are skipped otherwise. */
  undo(action: string, ...named: string[]): Promise<{ states: string[]; asks: string[] }>;
  close(): Promise<void>;
}

export async function stand(seed: string): Promise<Stand> {
  const root = mkdtempSync(join(tmpdir(), `aplomb-${seed}-`));
  const before = process.env.APLOMB_CONFIG_DIR;
  process.env.APLOMB_CONFIG_DIR = join(root, 'config');
  const world = newWorld({ seed });
  world.settings.speed = 100_000;
  const account = createAccount(world, { id: ACCOUNT, name: 'Example' });
  addUser(world, account, { name: 'responder', inline: { all: ANYTHING } });
  const key = addAccessKey(world, account, 'responder');
  const lab = await startLab({ world });
  const dir = join(root, 'case');
  const env = { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: REGION };
  const open = (file: OpenCase | null) => openAws({ case: file, env, loopbackOnly: true, expectAccount: ACCOUNT, rated: false });
  const words: string[] = [];
  const events: AplombEvent[] = [];
  let file = createCase(dir, { id: 'IR-7', title: 'Preserve', responder: 'ana', host: 'desk' });
  let aws = await open(file);
  const company = await open(null);
  let controller = new AbortController();
  let typing = true;
  const session = (): Session => ({
    case: file,
    aws,
    clock: aws.clock,
    emit: (event) => void events.push(event),
    approver: {
      approve: async () => 'flag',
      async typed(word) {
        words.push(word);
        return typing;
      },
    },
    registry,
    timing: TIMING,
    signal: controller.signal,
  });
  return {
    lab,
    dir,
    root,
    aws: company,
    words,
    events,
    case: () => file,
    session,
    types: (value) => {
      typing = value;
    },
    abort: (reason) => controller.abort(reason),
    async restart() {
      await aws.close();
      file.close();
      file = openCase(dir, { host: 'desk' });
      aws = await open(file);
      controller = new AbortController();
    },
    faults: (...faults) => {
      lab.world.settings.faults = faults;
    },
    as: async (service, operation, input = {}) =>
      (await company.send({ call: { service, operation, region: REGION, input }, input, purpose: 'mutation', keep: false, phase: 'test' })).output,
    act: (action, target, options = {}) => runAction(session(), action, { target, options }),
    async undo(action, ...named) {
      const states: string[] = [];
      const asks: string[] = [];
      for (const { apply, plan } of undoable(file.entries).filter((one) => one.plan.action === action)) {
        const outlook = undoPlan(file.entries, file.info.id, apply, plan, new Set(named));
        asks.push(...outlook.asks.map(({ id }) => id));
        if (outlook.plan.steps.length === 0) continue;
        for (const { state } of (await applyPlan(session(), outlook.plan, `u${apply}`, 0)).values()) states.push(state);
      }
      return { states, asks };
    },
    async close() {
      await Promise.all([aws.close(), company.close()]);
      file.close();
      await lab.close();
      if (before === undefined) delete process.env.APLOMB_CONFIG_DIR;
      else process.env.APLOMB_CONFIG_DIR = before;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** A web server with a second disk, made by the company. */
export async function suspect(on: Stand): Promise<{ target: Target; instanceId: string; volumes: string[] }> {
  const { Images } = await on.as('ec2', 'DescribeImages', { Owners: ['amazon'], Filters: [{ Name: 'architecture', Values: ['x86_64'] }] });
  const BlockDeviceMappings = [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 2, VolumeType: 'gp3' } }];
  const { Instances } = await on.as('ec2', 'RunInstances', {
    ImageId: Images[0].ImageId,
    InstanceType: 't3.medium',
    MinCount: 1,
    MaxCount: 1,
    BlockDeviceMappings,
  });
  const instanceId: string = Instances[0].InstanceId;
  const { Reservations } = await on.as('ec2', 'DescribeInstances', { InstanceIds: [instanceId] });
  const volumes: string[] = Reservations[0].Instances[0].BlockDeviceMappings.map((one: any) => one.Ebs.VolumeId);
  return { target: { instanceId, region: REGION, account: ACCOUNT }, instanceId, volumes };
}
export const verdicts = ({ checks }: Outcome): Record<string, string> => Object.fromEntries(checks.map((one) => [one.name, one.verdict]));
