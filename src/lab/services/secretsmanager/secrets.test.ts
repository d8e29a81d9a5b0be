import { expect, it } from 'vitest';
import { bench } from '../testing.ts';

const code = (name: string) => expect.objectContaining({ code: name });

it('replicates a secret, and keeps it until its recovery window ends', async () => {
  const { call } = bench();
  const { ARN } = await call('secretsmanager:CreateSecret', { Name: 'prod/db', SecretString: 'x' });
  await expect(call('secretsmanager:CreateSecret', { Name: 'prod/db' })).rejects.toEqual(code('ResourceExistsException'));
  const AddReplicaRegions = [{ Region: 'ap-south-1' }];
  await call('secretsmanager:ReplicateSecretToRegions', { SecretId: ARN, AddReplicaRegions });
  await expect(call('secretsmanager:ReplicateSecretToRegions', { SecretId: ARN, AddReplicaRegions })).rejects.toEqual(code('InvalidParameterException'));
  expect((await call('secretsmanager:ListSecrets', {}, { region: 'ap-south-1' })).SecretList).toMatchObject([
    { Name: 'prod/db', ARN: ARN.replace('eu-west-1', 'ap-south-1'), PrimaryRegion: 'eu-west-1' },
  ]);
  await expect(call('secretsmanager:DeleteSecret', { SecretId: 'prod/db' })).rejects.toEqual(code('InvalidRequestException'));
  await call('secretsmanager:CreateSecret', { Name: 'old', SecretString: 'x' });
  await call('secretsmanager:DeleteSecret', { SecretId: 'old' });
  await expect(call('secretsmanager:GetSecretValue', { SecretId: 'old' })).rejects.toEqual(code('InvalidRequestException'));
  expect((await call('secretsmanager:ListSecrets')).SecretList.map((one: any) => one.Name)).toEqual(['prod/db']);
});
it('blocks a public policy when asked to', async () => {
  const { call } = bench();
  await call('secretsmanager:CreateSecret', { Name: 'a', SecretString: 'x' });
  const ResourcePolicy = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] });
  const put = (BlockPublicPolicy: boolean) => call('secretsmanager:PutResourcePolicy', { SecretId: 'a', ResourcePolicy, BlockPublicPolicy });
  await expect(put(true)).rejects.toEqual(code('PublicPolicyException'));
  expect(await call('secretsmanager:GetResourcePolicy', { SecretId: 'a' })).not.toHaveProperty('ResourcePolicy');
  await put(false);
  expect((await call('secretsmanager:GetResourcePolicy', { SecretId: 'a' })).ResourcePolicy).toBe(ResourcePolicy);
});
