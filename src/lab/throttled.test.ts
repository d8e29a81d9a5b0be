import { DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient, ListRolesCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningLab, startLab } from './server.ts';
import { mergeSettings } from './settings.ts';
import { addAccessKey, addUser, createAccount, type KeyRow, newWorld } from './world/index.ts';

const ANYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
let lab: RunningLab;
let key: KeyRow;
beforeEach(async () => {
  const world = newWorld({ seed: 'throttled' });
  const account = createAccount(world, { id: '111122223333', name: 'Example' });
  addUser(world, account, { name: 'ana', inline: { all: ANYTHING } });
  key = addAccessKey(world, account, 'ana');
  lab = await startLab({ world });
});
afterEach(() => lab.close());
const config = (region = 'eu-west-1') => ({
  region,
  endpoint: lab.url,
  credentials: { accessKeyId: key.id, secretAccessKey: key.secret },
  maxAttempts: 1,
});
/** Sends so many at once; the codes of the refused. */
async function burst(times: number, send: () => Promise<unknown>): Promise<string[]> {
  const results = await Promise.allSettled(Array.from({ length: times }, send));
  return results.flatMap((one) => (one.status === 'rejected' ? [`${one.reason.name} ${one.reason.$metadata?.httpStatusCode}`] : []));
}

it('refuses what goes beyond a bucket, in the words of each service, and fills it again', async () => {
  lab.world.settings.rates = { ec2: { perSecond: 20, burst: 3 }, 'iam:ListUsers': { perSecond: 1, burst: 2 }, lambda: { perSecond: 1, burst: 1 } };
  const ec2 = new EC2Client(config());
  expect(await burst(10, () => ec2.send(new DescribeVolumesCommand({})))).toEqual(Array(7).fill('RequestLimitExceeded 503'));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await burst(2, () => ec2.send(new DescribeVolumesCommand({})))).toEqual([]);

  const other = new EC2Client(config('us-east-1'));
  expect(await burst(3, () => other.send(new DescribeVolumesCommand({})))).toEqual([]);
  const iam = new IAMClient(config());
  expect(await burst(4, () => iam.send(new ListUsersCommand({})))).toEqual(Array(2).fill('Throttling 400'));
  expect(await burst(9, () => iam.send(new ListRolesCommand({})))).toEqual([]);
  const lambda = new LambdaClient(config());
  expect(await burst(2, () => lambda.send(new ListFunctionsCommand({})))).toContain('TooManyRequestsException 429');
  for (const client of [ec2, other, iam, lambda]) client.destroy();
});

it('takes rates from outside only when they make sense', () => {
  const { settings } = newWorld({ seed: 'x' });
  expect(mergeSettings(settings, { rates: { ec2: { perSecond: 5, burst: 10 } } })).toBeUndefined();
  expect(settings.rates).toEqual({ ec2: { perSecond: 5, burst: 10 } });
  for (const rates of [5, { ec2: 5 }, { ec2: { perSecond: -1, burst: 1 } }, { ec2: { perSecond: 1, burst: 0 } }])
    expect(mergeSettings(settings, { rates })).toMatch(/rates/);
});
