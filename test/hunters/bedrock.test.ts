import { expect, it } from 'vitest';
import { hunter as logging } from '../../src/procedure/02-hunt/hunters/bedrock-logging.ts';
import { fakeContext } from '../../src/procedure/testing/fake-context.ts';
import { type Call_, testHunter } from './stand.ts';

const MODEL = 'anthropic.claude-3-haiku-20240307-v1:0';
const roleArn = 'arn:aws:iam::111122223333:role/models';
const because = (code: string) => expect.arrayContaining([expect.objectContaining({ code })]);
const logTo = (as: Call_, bucketName: string) => as('bedrock', 'PutModelInvocationLoggingConfiguration', { loggingConfig: { s3Config: { bucketName } } });

testHunter({
  type: 'AWS::Bedrock::ModelInvocationLoggingConfiguration',
  before: async (as) => void (await logTo(as, 'model-audit')),
  plant: async (as) => {
    await logTo(as, 'nobody-reads-this');
    return ['eu-west-1'];
  },
  innocent: async () => [],
  looks: { detail: { bucket: 'nobody-reads-this' } },
});
testHunter({
  type: 'AWS::Bedrock::ModelInvocationLoggingConfiguration',
  before: async (as) => void (await logTo(as, 'model-audit')),
  plant: async (as) => {
    await as('bedrock', 'DeleteModelInvocationLoggingConfiguration');
    return ['eu-west-1'];
  },
  innocent: async () => [],
  changes: true,
  looks: { reasons: because('blinded') },
});
const provision = async (as: Call_, provisionedModelName: string): Promise<string> =>
  (await as('bedrock', 'CreateProvisionedModelThroughput', { provisionedModelName, modelId: MODEL, modelUnits: 3 })).provisionedModelArn;
testHunter({
  type: 'AWS::Bedrock::ProvisionedModelThroughput',
  plant: async (as) => [await provision(as, 'fast-1'), await provision(as, 'fast-2')],
  innocent: async (as) => [await provision(as, 'support-bot')],
  looks: { reasons: because('large') },
});
const tune = async (as: Call_, customModelName: string) => {
  const s3Uri = 's3://models/';
  await as('bedrock', 'CreateModelCustomizationJob', {
    jobName: `job-${customModelName}`,
    customModelName,
    roleArn,
    baseModelIdentifier: MODEL,
    trainingDataConfig: { s3Uri },
    outputDataConfig: { s3Uri },
  });
  return customModelName;
};
testHunter({
  type: 'AWS::Bedrock::CustomModel',
  plant: async (as) => [await tune(as, 'mine-1'), await tune(as, 'mine-2'), await tune(as, 'mine-3')],
  innocent: async (as) => [await tune(as, 'house-style')],
});
const bring = async (as: Call_, importedModelName: string) => {
  await as('bedrock', 'CreateModelImportJob', {
    jobName: `job-${importedModelName}`,
    importedModelName,
    roleArn,
    modelDataSource: { s3DataSource: { s3Uri: 's3://w/' } },
  });
  return importedModelName;
};
testHunter({
  type: 'AWS::Bedrock::ImportedModel',
  plant: async (as) => {
    const models = [await bring(as, 'weights-1'), await bring(as, 'weights-2')];
    // A model is listed once its import has ended: a fraction of a second here.
    await new Promise((resolve) => setTimeout(resolve, 200));
    return models;
  },
  innocent: async (as) => [await bring(as, 'own-weights')],
});
const guard = async (as: Call_, name: string): Promise<string> =>
  (await as('bedrock', 'CreateGuardrail', { name, blockedInputMessaging: 'no', blockedOutputsMessaging: 'no' })).guardrailId;
testHunter({
  type: 'AWS::Bedrock::Guardrail',
  plant: async (as) => [await guard(as, 'loose-1'), await guard(as, 'loose-2')],
  innocent: async (as) => [await guard(as, 'strict')],
});

it('says who turned logging off, and nothing where it never was on', async () => {
  const scan = async (Events: { CloudTrailEvent: string }[]) => {
    const answers = { 'bedrock:GetModelInvocationLoggingConfiguration': {}, 'cloudtrail:LookupEvents': { Events } };
    const found = [];
    for await (const one of logging.scan(fakeContext({ answers }), 'eu-west-1', '2026-11-22T00:00:00.000Z')) found.push(one);
    return found;
  };
  const record = (errorCode?: string) => ({
    CloudTrailEvent: JSON.stringify({
      eventID: 'e-1',
      eventName: 'DeleteModelInvocationLoggingConfiguration',
      eventSource: 'bedrock.amazonaws.com',
      eventTime: '2026-11-22T10:00:00Z',
      awsRegion: 'eu-west-1',
      readOnly: false,
      userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/mallory' },
      ...(errorCode === undefined ? {} : { errorCode }),
    }),
  });
  expect(await scan([])).toEqual([]);
  expect(await scan([record('AccessDenied')])).toEqual([]);
  expect(await scan([record('AccessDenied'), record()])).toMatchObject([
    { reasons: [{ code: 'blinded', text: { en: expect.stringContaining('user/mallory') } }], detail: { turnedOffAt: '2026-11-22T10:00:00.000Z' } },
  ]);
});
