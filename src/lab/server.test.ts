import { CreateSecurityGroupCommand, DescribeCarrierGatewaysCommand, DescribeInstancesCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { CreateCaseCommand, SupportClient } from '@aws-sdk/client-support';
import { afterEach, expect, test } from 'vitest';
import { type Fault, LabError, type LabOperations, type World } from './contract.ts';
import { type RunningLab, startLab } from './server.ts';
import { addAccessKey, addUser, createAccount, iamTables, issueSession, type KeyRow, newWorld, worldNow } from './world/index.ts';

const ACCOUNT = '111122223333';
const anything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const readOnly = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }] };

/** Behaviours small enough to see through: what is tested here is the pipeline. */
const behaviours: Record<string, LabOperations> = {
  ec2: {
    DescribeInstances: { run: () => ({ Reservations: [] }), constraints: { MaxResults: { min: 5, max: 1000 } }, exclusive: [['InstanceIds', 'MaxResults']] },
    StopInstances: {
      run: (input, { region }) => {
        region.tables.stopped = { ...region.tables.stopped, [input.InstanceIds[0]]: true };
        return { StoppingInstances: input.InstanceIds.map((InstanceId: string) => ({ InstanceId, CurrentState: { Code: 64, Name: 'stopping' } })) };
      },
    },
    CreateSecurityGroup: {
      run: () => {
        throw new Error('a bug in the lab');
      },
    },
  },
  sts: { GetCallerIdentity: { run: (_, { caller }) => ({ Account: caller.account, Arn: caller.arn, UserId: caller.userId }) } },
  iam: {
    CreateUser: {
      run: () => {
        throw new LabError('EntityAlreadyExists', 'User with name x already exists.');
      },
      constraints: { UserName: { pattern: '[\\w+=,.@-]+', length: [1, 64] } },
    },
  },
  support: { CreateCase: { run: () => ({ caseId: 'case-1' }) } },
};

let lab: RunningLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});
async function start(faults: Fault[] = []) {
  const world: World = newWorld({ seed: 'server' });
  const account = createAccount(world, { id: ACCOUNT, name: 'Example' });
  addUser(world, account, { name: 'responder', inline: { all: anything } });
  addUser(world, account, { name: 'reader', inline: { read: readOnly } });
  const key = addAccessKey(world, account, 'responder');
  const reader = addAccessKey(world, account, 'reader');
  world.settings.faults.push(...faults);
  lab = await startLab({ world, behaviours });
  const { url } = lab;
  const config = ({ id, secret }: KeyRow, more: object = {}) => ({
    endpoint: url,
    region: 'eu-west-1',
    credentials: { accessKeyId: id, secretAccessKey: secret },
    maxAttempts: 1,
    ...more,
  });
  return { world, account, key, reader, config, url };
}
const failure = (promise: Promise<unknown>): Promise<any> =>
  promise.then(
    () => expect.fail('it was answered'),
    (error) => error,
  );
const status = (error: any): number => error.$metadata.httpStatusCode;

test('a signed call reaches its behaviour and leaves a CloudTrail event; a mutation leaves an effect', async () => {
  const { world, account, key, config } = await start();
  const identity = await new STSClient(config(key)).send(new GetCallerIdentityCommand({}));
  expect(identity.Arn).toBe(`arn:aws:iam::${ACCOUNT}:user/responder`);
  const stopped = await new EC2Client(config(key)).send(new StopInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] }));
  expect(stopped.StoppingInstances?.[0]?.CurrentState?.Name).toBe('stopping');
  expect(account.trail.map(({ record }) => record.eventName)).toEqual(['GetCallerIdentity', 'StopInstances']);
  expect(account.trail[1]?.record.requestID).toBe(stopped.$metadata.requestId);
  expect(world.effects).toMatchObject([{ service: 'ec2', operation: 'StopInstances', region: 'eu-west-1', accessKeyId: key.id, account: ACCOUNT }]);
});

test('keys that do not count are turned away as each service does, and are not recorded', async () => {
  const { account, key, config } = await start();
  const ec2 = (overrides: Partial<KeyRow>, more = {}) => failure(new EC2Client(config({ ...key, ...overrides }, more)).send(new DescribeInstancesCommand({})));
  expect(await ec2({ id: 'AKIAIOSFODNN7EXAMPLE' })).toMatchObject({ name: 'AuthFailure', $metadata: { httpStatusCode: 401 } });
  expect(await ec2({ secret: 'wrong' })).toMatchObject({ name: 'AuthFailure', $metadata: { httpStatusCode: 401 } });
  expect(await ec2({}, { region: 'me-south-1' })).toMatchObject({ name: 'AuthFailure' });
  const sts = await failure(new STSClient(config({ ...key, secret: 'wrong' })).send(new GetCallerIdentityCommand({})));
  expect(sts).toMatchObject({ name: 'SignatureDoesNotMatch', $metadata: { httpStatusCode: 403 } });
  iamTables(account).accessKeys[key.id]!.status = 'Inactive';
  expect(await ec2({})).toMatchObject({ name: 'AuthFailure' });
  const inactive = await failure(new IAMClient(config(key)).send(new CreateUserCommand({ UserName: 'x' })));
  expect(inactive).toMatchObject({ name: 'InvalidClientTokenId', $metadata: { httpStatusCode: 403 } });
  expect(account.trail).toEqual([]);
});

test('temporary credentials need their token and end', async () => {
  const { world, account, config } = await start();
  const user = iamTables(account).users.responder!;
  const row = issueSession(world, account, {
    type: 'SessionUser',
    arn: user.arn,
    userId: user.id,
    issuer: { type: 'user', name: 'responder' },
    seconds: 900,
    mfa: true,
  });
  const call = (sessionToken: string | undefined, more = {}) =>
    new STSClient({
      ...config(row as never),
      ...more,
      credentials: { accessKeyId: row.id, secretAccessKey: row.secret, ...(sessionToken ? { sessionToken } : {}) },
    }).send(new GetCallerIdentityCommand({}));
  expect((await call(row.token)).Arn).toBe(user.arn);
  expect(await failure(call('another'))).toMatchObject({ name: 'InvalidClientTokenId' });
  expect(await failure(call(undefined))).toMatchObject({ name: 'InvalidClientTokenId' });
  world.offset += 1000 * 1000;
  expect(await failure(call(row.token, { systemClockOffset: 1000 * 1000 }))).toMatchObject({ name: 'ExpiredToken' });
});

test('a denied call is refused before dry run, faults and behaviour, and is recorded', async () => {
  const { world, account, reader, config } = await start();
  const ec2 = new EC2Client(config(reader));
  const error = await failure(ec2.send(new StopInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'], DryRun: true })));
  expect(error).toMatchObject({ name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } });
  expect(account.trail.at(-1)?.record).toMatchObject({ eventName: 'StopInstances', errorCode: 'Client.UnauthorizedOperation' });
  expect(world.effects).toEqual([]);
  const denied = await failure(new SupportClient(config(reader)).send(new CreateCaseCommand({ subject: 's', communicationBody: 'b' })));
  expect(denied).toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
  expect(denied.message).toContain('is not authorized to perform: support:CreateCase');
});

test('a permitted dry run changes nothing, in EC2 and in Support', async () => {
  const { world, account, key, config } = await start();
  const dry = await failure(new EC2Client(config(key)).send(new StopInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'], DryRun: true })));
  expect([dry.name, status(dry)]).toEqual(['DryRunOperation', 412]);
  const support = await failure(
    new SupportClient(config(key, { region: 'us-east-1' })).send(new CreateCaseCommand({ subject: 's', communicationBody: 'b', dryRun: true } as never)),
  );
  expect(support.name).toBe('DryRunOperationException');
  expect(world.effects).toEqual([]);
  expect(account.regions['eu-west-1']?.tables.stopped).toBeUndefined();
});

test('inputs the service would refuse for their form are refused with its code', async () => {
  const { key, config } = await start();
  const ec2 = new EC2Client(config(key));
  expect(await failure(ec2.send(new StopInstancesCommand({} as never)))).toMatchObject({
    name: 'MissingParameter',
    message: 'The request must contain the parameter InstanceId',
  });
  expect(await failure(ec2.send(new DescribeInstancesCommand({ MaxResults: 2 })))).toMatchObject({ name: 'InvalidParameterValue' });
  expect(await failure(ec2.send(new DescribeInstancesCommand({ MaxResults: 5, InstanceIds: ['i-0123456789abcdef0'] })))).toMatchObject({
    name: 'InvalidParameterCombination',
  });
  const iam = await failure(new IAMClient(config(key)).send(new CreateUserCommand({ UserName: 'no spaces' })));
  expect(iam).toMatchObject({ name: 'ValidationError', $metadata: { httpStatusCode: 400 } });
  expect(iam.message).toContain("Value 'no spaces' at 'userName' failed to satisfy constraint");
});

test('modelled errors keep their code and status, unknown errors are InternalFailure, missing behaviour is NotImplemented', async () => {
  const { key, config } = await start();
  expect(await failure(new IAMClient(config(key)).send(new CreateUserCommand({ UserName: 'x' })))).toMatchObject({
    name: 'EntityAlreadyExistsException',
    $metadata: { httpStatusCode: 409 },
  });
  const ec2 = new EC2Client(config(key));
  const bug = await failure(ec2.send(new CreateSecurityGroupCommand({ GroupName: 'g', Description: 'd' })));
  expect([bug.name, status(bug)]).toEqual(['InternalFailure', 500]);
  expect(bug.message).not.toContain('a bug in the lab');
  const absent = await failure(ec2.send(new DescribeCarrierGatewaysCommand({})));
  expect([absent.name, status(absent)]).toEqual(['NotImplemented', 501]);
  expect(absent.message).toContain('ec2:DescribeCarrierGateways');
});

test('faults: an error is retried through, a lie changes nothing, a dropped answer leaves its effect', async () => {
  const stop = new StopInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] });
  const first = await start([{ kind: 'error', operation: 'StopInstances', times: 2, code: 'RequestLimitExceeded', status: 503 }]);
  const answer = await new EC2Client(first.config(first.key, { maxAttempts: 3 })).send(stop);
  expect(answer.$metadata.attempts).toBe(3);
  expect(first.account.trail.map(({ record }) => record.errorCode)).toEqual(['Client.RequestLimitExceeded', 'Client.RequestLimitExceeded', undefined]);
  await lab?.close();

  const second = await start([{ kind: 'lie', operation: 'StopInstances' }]);
  const before = structuredClone(second.account.regions);
  expect((await new EC2Client(second.config(second.key)).send(stop)).StoppingInstances).toHaveLength(1);
  expect(second.account.regions).toEqual(before);
  expect(second.world.effects).toEqual([]);
  await lab?.close();

  const third = await start([{ kind: 'drop-after-effect', operation: 'StopInstances', times: 1 }]);
  const lost = await failure(new EC2Client(third.config(third.key)).send(stop));
  expect(lost.$metadata?.httpStatusCode).toBeUndefined();
  expect(third.world.effects).toHaveLength(1);
  await lab?.close();

  const fourth = await start([{ kind: 'drop-before-effect' }]);
  await failure(new EC2Client(fourth.config(fourth.key)).send(stop));
  expect([fourth.world.effects, fourth.account.trail]).toEqual([[], []]);
});

test('a hanging call gives no answer, and closing the lab ends it', async () => {
  const { key, config, world } = await start([{ kind: 'timeout' }]);
  const call = failure(new EC2Client(config(key)).send(new StopInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] })));
  const early = await Promise.race([call.then(() => 'answered'), new Promise((resolve) => setTimeout(() => resolve('silent'), 300))]);
  expect(early).toBe('silent');
  await lab?.close();
  expect((await call).$metadata?.httpStatusCode).toBeUndefined();
  expect(world.effects).toEqual([]);
});

test('the Date header is lab time, and a client whose clock is off learns it', async () => {
  const { world, key, config, url } = await start();
  world.offset = -3 * 86_400_000;
  const date = Date.parse((await fetch(`${url}/`)).headers.get('date') ?? '');
  expect(Math.abs(date - worldNow(world))).toBeLessThan(2000);
  const sts = new STSClient(config(key, { maxAttempts: 2 }));
  const answer = await sts.send(new GetCallerIdentityCommand({}));
  expect(answer.$metadata.attempts).toBe(2);
  expect(await failure(new STSClient(config(key)).send(new GetCallerIdentityCommand({})))).toMatchObject({ name: 'SignatureDoesNotMatch' });
});

test('an unsigned or garbled request gets an authentication error of its protocol', async () => {
  const { url } = await start();
  const body = 'Action=DescribeInstances&Version=2016-11-15';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const unsigned = await fetch(url, { method: 'POST', body, headers });
  expect([unsigned.status, await unsigned.text()]).toEqual([403, expect.stringContaining('<Code>MissingAuthenticationToken</Code>')]);
  const garbled = await fetch(url, { method: 'POST', body, headers: { ...headers, authorization: 'AWS4-HMAC-SHA256 Credential=x' } });
  expect([garbled.status, await garbled.text()]).toEqual([400, expect.stringContaining('<Code>IncompleteSignature</Code>')]);
});
