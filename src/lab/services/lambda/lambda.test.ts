import { describe, expect, it } from 'vitest';
import { addRole, recordCall } from '../../world/index.ts';
import { type Bench, bench } from '../testing.ts';

const ZIP = new Uint8Array(Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex'));
const trust = (service: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] });
function lab(): Bench & { input(name: string): object } {
  const made = bench();
  const { arn } = addRole(made.world, made.account, { name: 'runs', trust: trust('lambda.amazonaws.com') });
  return { ...made, input: (FunctionName) => ({ FunctionName, Runtime: 'nodejs24.x', Handler: 'i.h', Role: arn, Code: { ZipFile: ZIP } }) };
}

describe('Lambda', () => {
  it('is pending, then active; the list keeps quiet about states', async () => {
    const { call, pass, input } = lab();
    await call('lambda:CreateFunction', input('a'));
    expect(await call('lambda:GetFunctionConfiguration', { FunctionName: 'a' })).toMatchObject({ State: 'Pending' });
    await expect(call('lambda:UpdateFunctionCode', { FunctionName: 'a', ZipFile: ZIP })).rejects.toMatchObject({ code: 'ResourceConflictException' });
    pass(10);
    const arn = 'arn:aws:lambda:eu-west-1:111122223333:function:a';
    expect(await call('lambda:GetFunctionConfiguration', { FunctionName: arn })).toMatchObject({ State: 'Active' });
    expect((await call('lambda:ListFunctions')).Functions).toEqual([expect.not.objectContaining({ State: expect.anything() })]);
    expect(await call('lambda:UpdateFunctionCode', { FunctionName: 'a', ZipFile: ZIP, Publish: true })).toMatchObject({ FunctionArn: `${arn}:1` });
  });

  it('refuses a name that is taken, a role that does not trust it, what is no archive, reserved variables', async () => {
    const { world, account, call, input } = lab();
    const other = addRole(world, account, { name: 'other', trust: trust('ec2.amazonaws.com') });
    await call('lambda:CreateFunction', input('a'));
    await expect(call('lambda:CreateFunction', input('a'))).rejects.toMatchObject({ code: 'ResourceConflictException', message: 'Function already exist: a' });
    for (const wrong of [
      { Role: other.arn },
      { Code: { ZipFile: Buffer.from('no') } },
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      { Handler: undefined },
    ])
      await expect(call('lambda:CreateFunction', { ...input('b'), ...wrong })).rejects.toMatchObject({ code: 'InvalidParameterValueException' });
    await expect(call('lambda:GetFunction', { FunctionName: 'b' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('takes the URLs away with the function, and statements out of the policy', async () => {
    const { call, input } = lab();
    await call('lambda:CreateFunction', input('a'));
    await call('lambda:CreateFunctionUrlConfig', { FunctionName: 'a', AuthType: 'NONE' });
    await expect(call('lambda:CreateFunctionUrlConfig', { FunctionName: 'a', AuthType: 'NONE' })).rejects.toMatchObject({ code: 'ResourceConflictException' });
    const statement = { FunctionName: 'a', StatementId: 's', Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: 'NONE' };
    await call('lambda:AddPermission', statement);
    await expect(call('lambda:AddPermission', statement)).rejects.toMatchObject({ code: 'ResourceConflictException' });
    expect(JSON.parse((await call('lambda:GetPolicy', { FunctionName: 'a' })).Policy).Statement).toMatchObject([
      { Sid: 's', Principal: '*', Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } } },
    ]);
    await call('lambda:RemovePermission', { FunctionName: 'a', StatementId: 's' });
    await expect(call('lambda:GetPolicy', { FunctionName: 'a' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await call('lambda:DeleteFunction', { FunctionName: 'a' });
    await call('lambda:CreateFunction', input('a'));
    expect((await call('lambda:ListFunctionUrlConfigs', { FunctionName: 'a' })).FunctionUrlConfigs).toEqual([]);
  });

  it.each([
    ['CreateFunction', 'CreateFunction20150331'],
    ['UpdateFunctionCode', 'UpdateFunctionCode20150331v2'],
    ['AddPermission', 'AddPermission20150331v2'],
    ['PublishLayerVersion', 'PublishLayerVersion20181031'],
    ['CreateFunctionUrlConfig', 'CreateFunctionUrlConfig'],
  ])('%s stands in CloudTrail as %s', (operation, name) => {
    const { world, account, context } = lab();
    const { caller } = context();
    const request = { protocol: 'restJson1', requestId: 'r', time: 0, ip: '198.51.100.1', userAgent: 'test', input: {}, output: {}, mutates: true };
    recordCall(world, { service: 'lambda', operation, region: 'eu-west-1', caller, ...request });
    expect(account.trail.at(-1)!.record).toMatchObject({ eventName: name, eventSource: 'lambda.amazonaws.com' });
  });
});
