import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const OUTSIDE = '444455556666';
const trust = (service: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] });
/** An empty zip archive: the end of the central directory and nothing before it. */
const ZIP = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex').toString('base64');
const role = (as: Call_) => as('iam', 'CreateRole', { RoleName: 'runs', AssumeRolePolicyDocument: trust('lambda.amazonaws.com') });
const ROLE = 'arn:aws:iam::111122223333:role/runs';
const make = async (as: Call_, FunctionName: string): Promise<string> =>
  (
    await as('lambda', 'CreateFunction', {
      FunctionName,
      Runtime: 'python3.13',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: ZIP },
      Environment: { Variables: { DATABASE_PASSWORD: 'hunter2', STAGE: 'live' } },
    })
  ).FunctionName;
/** Names are the attacker's and the company's own; `prepare` makes all of them as the company. */
const prepare =
  (...names: string[]) =>
  async (as: Call_): Promise<void> => {
    await role(as);
    for (const name of names) await make(as, name);
  };

testHunter({
  type: 'AWS::Lambda::Function',
  before: async (as) => {
    await role(as);
  },
  plant: async (as) => [await make(as, 'log-shipper'), await make(as, 'log-shipper-2'), await make(as, 'log-shipper-3')],
  innocent: async (as) => [await make(as, 'thumbnails')],
  looks: { roles: [ROLE], detail: { runtime: 'python3.13', handler: 'index.handler', environment: ['DATABASE_PASSWORD', 'STAGE'] } },
});
testHunter({
  type: 'AWS::Lambda::Url',
  before: prepare('a', 'b', 'c'),
  plant: async (as) =>
    Promise.all(['a', 'b'].map(async (FunctionName) => (await as('lambda', 'CreateFunctionUrlConfig', { FunctionName, AuthType: 'NONE' })).FunctionUrl)),
  innocent: async (as) => [(await as('lambda', 'CreateFunctionUrlConfig', { FunctionName: 'c', AuthType: 'AWS_IAM' })).FunctionUrl],
  looks: { reasons: expect.arrayContaining([expect.objectContaining({ code: 'public' })]) },
});
const allow = async (as: Call_, FunctionName: string, Principal: string): Promise<string> => {
  await as('lambda', 'AddPermission', { FunctionName, StatementId: 'invoke', Action: 'lambda:InvokeFunction', Principal });
  return FunctionName;
};
testHunter({
  type: 'AWS::Lambda::Permission',
  before: prepare('a', 'b', 'c'),
  plant: async (as) => [await allow(as, 'a', OUTSIDE), await allow(as, 'b', OUTSIDE)],
  innocent: async (as) => [await allow(as, 'c', '111122223333')],
  looks: { reasons: expect.arrayContaining([expect.objectContaining({ code: 'shared-outside' })]), detail: { otherAccounts: [OUTSIDE] } },
});
const publish = async (as: Call_, LayerName: string): Promise<any> => as('lambda', 'PublishLayerVersion', { LayerName, Content: { ZipFile: ZIP } });
testHunter({
  type: 'AWS::Lambda::LayerVersion',
  plant: async (as) => {
    const made = [await publish(as, 'shared'), await publish(as, 'shared'), await publish(as, 'shared')];
    return made.map((one) => one.LayerVersionArn);
  },
  innocent: async (as) => [(await publish(as, 'shared')).LayerVersionArn, (await publish(as, 'tools')).LayerVersionArn],
});
const share = async (as: Call_, LayerName: string, Principal: string): Promise<string> => {
  const { LayerVersionArn, Version } = await publish(as, LayerName);
  await as('lambda', 'AddLayerVersionPermission', {
    LayerName,
    VersionNumber: Version,
    StatementId: 'share',
    Action: 'lambda:GetLayerVersion',
    Principal,
  });
  return LayerVersionArn;
};
testHunter({
  type: 'AWS::Lambda::LayerVersionPermission',
  plant: async (as) => [await share(as, 'a', '*'), await share(as, 'b', '*')],
  innocent: async (as) => [await share(as, 'c', '111122223333')],
  looks: { reasons: expect.arrayContaining([expect.objectContaining({ code: 'public' })]) },
});
const map = async (as: Call_, FunctionName: string): Promise<string> =>
  (await as('lambda', 'CreateEventSourceMapping', { FunctionName, EventSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:orders' })).UUID;
testHunter({
  type: 'AWS::Lambda::EventSourceMapping',
  before: prepare('a', 'b', 'c'),
  plant: async (as) => [await map(as, 'a'), await map(as, 'b')],
  innocent: async (as) => [await map(as, 'c')],
});
