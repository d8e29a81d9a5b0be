import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const role = 'arn:aws:iam::111122223333:role/glue';
const because = (code: string) => expect.arrayContaining([expect.objectContaining({ code })]);
const job = async (as: Call_, Name: string) => {
  await as('glue', 'CreateJob', { Name, Role: role, Command: { Name: 'pythonshell', ScriptLocation: `s3://scripts/${Name}.py` } });
  return Name;
};
testHunter({
  type: 'AWS::Glue::Job',
  plant: async (as) => [await job(as, 'sync-1'), await job(as, 'sync-2'), await job(as, 'sync-3')],
  innocent: async (as) => [await job(as, 'nightly')],
  looks: { roles: [role] },
});
const endpoint = async (as: Call_, EndpointName: string) => {
  await as('glue', 'CreateDevEndpoint', { EndpointName, RoleArn: role, PublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample' });
  return EndpointName;
};
testHunter({
  type: 'AWS::Glue::DevEndpoint',
  plant: async (as) => {
    const made = [await endpoint(as, 'dev-1'), await endpoint(as, 'dev-2')];
    await new Promise((resolve) => setTimeout(resolve, 100));
    return made;
  },
  innocent: async (as) => [await endpoint(as, 'data-team')],
  looks: { roles: [role], reasons: because('public') },
});
const policy = (AWS: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'glue:*', Resource: 'arn:aws:glue:eu-west-1:111122223333:*' }],
  });
testHunter({
  type: 'AWS::Glue::ResourcePolicy',
  before: async (as) => void (await as('glue', 'PutResourcePolicy', { PolicyInJson: policy('arn:aws:iam::111122223333:root') })),
  plant: async (as) => {
    await as('glue', 'PutResourcePolicy', { PolicyInJson: policy('arn:aws:iam::999988887777:root') });
    return ['catalog'];
  },
  innocent: async () => [],
  looks: { reasons: because('shared-outside') },
});
