import { randomUUID } from 'node:crypto';
import { authenticate, type Scope } from './authenticate.ts';
import { type Behaviours, behavioursOf } from './behaviour.ts';
import { type Caller, LabError, type LabOperation, type World } from './contract.ts';
import { iamAction, readsByName } from './naming.ts';
import { plausible } from './plausible.ts';
import { refusal } from './refusals.ts';
import { throttled } from './throttled.ts';
import { validate } from './validate.ts';
import { unchunk } from './wire/body.ts';
import { writeError } from './wire/errors.ts';
import { type Addressee, addressee, type WireRequest } from './wire/request.ts';
import { type WireResponse, writeResponse } from './wire/response.ts';
import { members } from './wire/schema.ts';
import type { WireOperation, WireService } from './wire/service.ts';
import { accountOf, authorize, beforeWrite, makeContext, recordCall, recordEffect, takeFaults, takeToken, touchKey, worldNow } from './world/index.ts';
import { settleAfter, settleFlows } from './world/network/index.ts';

/** Stands in for behaviour in wire tests: what it returns is answered, a LabError it throws is the error. */
export type Intercept = (operation: WireOperation, input: Record<string, unknown>) => unknown;
export interface Lab {
  /** Replaced as a whole when a saved world is loaded. */
  world: World;
  readonly intercept: Intercept | undefined;
  /** Behaviour beside that in services/. */
  readonly behaviours: Behaviours | undefined;
  sleep(milliseconds: number): Promise<void>;
}
export interface Peer {
  readonly ip: string;
}
/** `drop`: close the connection without an answer. `hang`: give none and keep it open. */
export type Outcome = WireResponse | 'drop' | 'hang';

/** One call from the client's bytes to the lab's: who, what, whether it may, what happens, what is remembered. */
export async function serve(lab: Lab, request: WireRequest, peer: Peer): Promise<Outcome> {
  const requestId = randomUUID();
  let service: WireService | undefined;
  try {
    const scope = await authenticate(lab.world, request);
    service = scope.service;
    if (scope.refused) throw scope.refused;
    const framed = request.headers['content-encoding']?.includes('aws-chunked') ? { ...request, body: unchunk(request.rawBody) } : request;
    return await call(lab, scope, addressee(scope.service, framed), request, peer, requestId);
  } catch (error) {
    return writeError(service, asLabError(error), requestId, request.method === 'HEAD');
  }
}

/** Anything but a LabError is the lab's own fault: the client learns that, the operator (DEBUG) learns why. */
function asLabError(error: unknown): LabError {
  if (error instanceof LabError) return error;
  if (process.env.DEBUG) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return new LabError('InternalFailure', 'The request processing has failed because of an unknown error, exception or failure.', { status: 500 });
}

interface Attempt {
  readonly lab: Lab;
  readonly world: World;
  readonly operation: WireOperation;
  readonly behaviour: LabOperation | undefined;
  readonly caller: Caller;
  readonly region: string;
  readonly requestId: string;
  readonly request: { ip: string; userAgent: string };
  readonly mutates: boolean;
  /** When the call arrived, lab time. */
  readonly time: number;
}

async function call(lab: Lab, scope: Scope, target: Addressee, request: WireRequest, peer: Peer, requestId: string): Promise<Outcome> {
  const { operation } = target;
  const { service, caller, region } = scope;
  if (lab.intercept) return writeResponse(operation, await lab.intercept(operation, target.read()), requestId);
  if (!caller) {
    if (!scope.openOperations.has(operation.name)) throw refusal(service, 'unsigned');
    throw notImplemented(operation);
  }
  const behaviour = lab.behaviours?.[service.name]?.[operation.name] ?? (await behavioursOf(service.name)).get(operation.name);
  const attempt: Attempt = {
    lab,
    world: lab.world,
    operation,
    behaviour,
    caller,
    region,
    requestId,
    request: { ip: peer.ip, userAgent: request.headers['user-agent'] ?? '' },
    mutates: behaviour?.mutates ?? !readsByName(operation.name),
    time: worldNow(lab.world),
  };
  let input: Record<string, unknown> = {};
  let output: unknown;
  let failure: LabError | undefined;
  let fate: 'answer' | 'drop' | 'hang' = 'answer';
  let reached = true;
  let changed = false;
  let slowed = false;
  try {
    if (!takeToken(lab.world, accountOf(lab.world, caller.account), { service: service.signingName, operation: operation.name, region })) {
      slowed = true;
      await delay(attempt);
      throw throttled(service);
    }
    input = target.read();
    validate(operation, input, behaviour);
    const denial = judge(attempt, input);
    refuseDryRun(operation, input);
    const trouble = await suffer(attempt, input, denial);
    if (trouble === 'hang' || trouble === 'drop-before') {
      fate = trouble === 'hang' ? 'hang' : 'drop';
      reached = false;
    } else {
      if (trouble === 'drop-after') fate = 'drop';
      output = await run(attempt, input, trouble === 'lie');
      changed = attempt.mutates && trouble !== 'lie';
    }
  } catch (error) {
    failure = asLabError(error);
  }
  if (reached && !slowed) remember(attempt, input, output, failure, changed);
  if (fate !== 'answer') return fate;
  if (failure) return writeError(service, failure, requestId, request.method === 'HEAD');
  return writeResponse(operation, output, requestId);
}

const notImplemented = (operation: WireOperation): LabError =>
  new LabError('NotImplemented', `The lab knows ${operation.service.signingName}:${operation.name} but does not implement it.`, { status: 501 });

function context(attempt: Attempt, world: World) {
  const { caller, region, requestId, request, mutates, operation } = attempt;
  return makeContext(world, { account: caller.account, caller, region, requestId, request, read: !mutates, service: operation.service.signingName });
}

/** Throws the service's access-denied error unless the caller may do this. Answers the words with which it would be denied. */
function judge(attempt: Attempt, input: Record<string, unknown>): string {
  const { behaviour, world, caller, operation, region, request } = attempt;
  const { service } = operation;
  const action = iamAction(service.signingName, operation.name);
  let resources: string[] = ['*'];
  let conditions: Record<string, string | string[]> = {};
  try {
    const ctx = context(attempt, world);
    resources = behaviour?.resources?.(input, ctx) ?? resources;
    conditions = behaviour?.conditions?.(input, ctx) ?? conditions;
  } catch (error) {
    // A resource that does not exist is the behaviour's to report, once the caller may know.
    if (!(error instanceof LabError)) throw error;
  }
  const all = { 'aws:RequestedRegion': region, 'aws:SourceIp': request.ip, 'aws:UserAgent': request.userAgent, 'aws:SecureTransport': 'true', ...conditions };
  const verdict = authorize(world, caller, { action, resources, conditions: all, now: attempt.time });
  const words = (resource: string) => `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`;
  if (verdict.allowed) return words(resources[0] ?? '*');
  if (verdict.code !== undefined) throw new LabError(verdict.code, verdict.why, { status: 403 });
  throw refusal(service, 'denied', `${words(verdict.resource)} ${verdict.why}`);
}

const takesDryRun = (operation: WireOperation, name: string): boolean => [...members(operation.inputSchema)].some(([member]) => member === name);

/** Wherever the model has DryRun (EC2) or dryRun (Support), a permitted dry run ends here, with an error that means success. */
function refuseDryRun(operation: WireOperation, input: Record<string, unknown>): void {
  const { signingName } = operation.service;
  const message = 'Request would have succeeded, but DryRun flag is set.';
  if (signingName === 'ec2' && input.DryRun === true && takesDryRun(operation, 'DryRun')) throw new LabError('DryRunOperation', message, { status: 412 });
  if (signingName === 'support' && input.dryRun === true && takesDryRun(operation, 'dryRun')) throw new LabError('DryRunOperationException', message);
}

/** Lets the world's faults act. Errors are thrown; the rest is for the caller to do. */
async function suffer(attempt: Attempt, input: unknown, denial: string): Promise<'hang' | 'drop-before' | 'drop-after' | 'lie' | undefined> {
  const { world, operation, region, caller, lab } = attempt;
  const { service } = operation;
  const acting = takeFaults(world, { service: service.signingName, operation: operation.name, region, accessKeyId: caller.accessKeyId, input });
  for (const fault of acting) if (fault.kind === 'latency') await lab.sleep(fault.delay ?? 0);
  const fault = acting.find(({ kind }) => kind !== 'latency');
  switch (fault?.kind) {
    case 'error': {
      const code = fault.code ?? 'InternalError';
      throw new LabError(code, fault.message ?? 'An internal error has occurred', { status: fault.status ?? service.errors.get(code)?.status ?? 500 });
    }
    case 'deny':
      throw refusal(service, 'denied', `${denial} with an explicit deny in a service control policy`);
    case 'timeout':
      return 'hang';
    case 'drop-before-effect':
      return 'drop-before';
    case 'drop-after-effect':
      return 'drop-after';
    case 'lie':
      return attempt.mutates ? 'lie' : undefined;
    default:
      return undefined;
  }
}

/** A refusal for the caller's pace takes the way there and back too. */
async function delay({ world, operation, region, caller, lab }: Attempt): Promise<void> {
  const acting = takeFaults(world, { service: operation.service.signingName, operation: operation.name, region, accessKeyId: caller.accessKeyId }, true);
  for (const fault of acting) await lab.sleep(fault.delay ?? 0);
}

/** A lie runs on a copy of the world and is forgotten, but its random numbers are spent, so that no id is given twice. */
async function run(attempt: Attempt, input: Record<string, unknown>, lie: boolean): Promise<unknown> {
  const { behaviour, operation } = attempt;
  if (!behaviour) {
    if (lie) return plausible(operation.outputSchema);
    throw notImplemented(operation);
  }
  if (!lie) {
    if (!attempt.mutates) return behaviour.run(input, context(attempt, attempt.world));
    return changing(attempt, input, () => behaviour.run(input, context(attempt, attempt.world)));
  }
  const copy = structuredClone(attempt.world);
  try {
    return await behaviour.run(input, context(attempt, copy));
  } finally {
    attempt.world.random = copy.random;
  }
}

/** What was so before the call counts until it; what it does to open connections counts at once. */
async function changing(attempt: Attempt, input: Record<string, unknown>, work: () => unknown): Promise<unknown> {
  const { world, operation, caller, region } = attempt;
  const service = operation.service.signingName;
  const account = accountOf(world, caller.account);
  beforeWrite(world, { account: caller.account, region, service });
  settleFlows(world, account, region);
  const output = await work();
  settleAfter(world, account, region, { service, operation: operation.name, input });
  return output;
}

/** CloudTrail gets every management call of a known key, refused ones too; the scorer gets what really changed. */
function remember(attempt: Attempt, input: Record<string, unknown>, output: unknown, failure: LabError | undefined, changed: boolean): void {
  const { world, operation, behaviour, caller, region, requestId, request, time, mutates } = attempt;
  const service = operation.service.signingName;
  touchKey(world, caller, service, region);
  if (!behaviour?.dataPlane) {
    const { protocol } = operation.service;
    const error = failure && { code: failure.code, message: failure.message, status: failure.status };
    recordCall(world, { service, operation: operation.name, protocol, region, caller, requestId, time, ...request, input, output, error, mutates });
  }
  if (!changed) return;
  recordEffect(world, {
    time,
    account: caller.account,
    region,
    service,
    operation: operation.name,
    caller: caller.arn,
    accessKeyId: caller.accessKeyId,
    input,
  });
}
