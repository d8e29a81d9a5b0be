import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Aws, openAws } from '../../src/aws/index.ts';
import { collectorFolders, collectors as registered } from '../../src/generated/procedure.ts';
import type { ActionContext, Call, Collected, JsonObject, Reading } from '../../src/kernel/index.ts';
import { type RunningLab, startLab } from '../../src/lab/server.ts';
import { addAccessKey, addUser, createAccount, newWorld } from '../../src/lab/world/index.ts';
import { fakeContext } from '../../src/procedure/testing/fake-context.ts';

/** Every collector of the step, against the laboratory, over the wire: nothing is missing there, and what it says is kept. */
const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
let lab: RunningLab;
let aws: Aws;
const call = async (service: string, operation: string, input: JsonObject = {}): Promise<any> =>
  (await aws.send({ call: { service, operation, region: REGION, input }, input, purpose: 'mutation', keep: false, phase: 'test' })).output;

let instanceId: string;
beforeAll(async () => {
  const world = newWorld({ seed: 'collectors' });
  const account = createAccount(world, { id: ACCOUNT, name: 'Example' });
  addUser(world, account, { name: 'admin', attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
  const key = addAccessKey(world, account, 'admin');
  world.settings.speed = 1000;
  world.settings.iamDelay = 0;
  lab = await startLab({ world });
  const env = { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: REGION };
  aws = await openAws({ env, loopbackOnly: true, expectAccount: ACCOUNT, rated: false });
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  await call('iam', 'CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: JSON.stringify(trust) });
  await call('iam', 'AttachRolePolicy', { RoleName: 'web', PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' });
  await call('iam', 'CreateInstanceProfile', { InstanceProfileName: 'web' });
  await call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: 'web', RoleName: 'web' });
  const [image] = (await call('ec2', 'DescribeImages', { Owners: ['amazon'] })).Images;
  await call('ec2', 'CreateKeyPair', { KeyName: 'ops' });
  const launched = await call('ec2', 'RunInstances', {
    ImageId: image.ImageId,
    InstanceType: 't3.micro',
    KeyName: 'ops',
    MinCount: 2,
    MaxCount: 2,
    IamInstanceProfile: { Name: 'web' },
    UserData: Buffer.from('#!/bin/sh\nexport API_TOKEN=abcdefgh12345678\n').toString('base64'),
  });
  instanceId = launched.Instances[0].InstanceId;
  await new Promise((resolve) => setTimeout(resolve, 300));
}, 30_000);
afterAll(async () => {
  await aws?.close();
  await lab?.close();
});

function context(): ActionContext {
  const request = (one: Call) => ({ call: one, input: one.input, purpose: 'read' as const, keep: true, phase: 'test' });
  return {
    ...fakeContext({ target: { instanceId, region: REGION, account: ACCOUNT } }),
    now: () => Date.now(),
    settle: async () => new Promise((resolve) => setTimeout(resolve, 20)),
    async read<T>(one: Call): Promise<Reading<T>> {
      const answer = await aws.send(request(one));
      return { output: answer.output as T, evidence: answer.body ? [answer.body.sha256] : [] };
    },
    async readAll<T>(one: Call): Promise<Reading<T>> {
      const answer = await aws.sendAll(request(one));
      return { output: answer.output as T, evidence: answer.bodies.map((body) => body.sha256) };
    },
  };
}
it.each(Object.keys(collectorFolders).filter((id) => collectorFolders[id] === '06-collect'))('%s', async (id) => {
  const items: Collected[] = [];
  for await (const item of (await registered[id]!()).collect(context())) items.push(item);
  expect(items.length).toBeGreaterThan(0);
  for (const item of items) expect(item.unavailable, item.name).toBeUndefined();
  for (const item of items) expect(item.data?.length ?? 0, item.name).toBeGreaterThan(0);
});
