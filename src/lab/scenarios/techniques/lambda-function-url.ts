import type { Act, Technique } from '../technique.ts';
import { archive } from '../words.ts';

async function fn(act: Act, words: readonly string[]): Promise<string> {
  const name = act.name(words);
  const { FunctionArn } = await act.call('lambda', 'CreateFunction', {
    FunctionName: name,
    Runtime: 'python3.13',
    Handler: 'index.handler',
    Role: act.company.serviceRoleArn,
    Code: { ZipFile: archive('index.py', act.draw.bytes(600)) },
    Timeout: 60,
  });
  act.made('AWS::Lambda::Function', name, FunctionArn);
  act.pass(30);
  return name;
}

/** A function that anybody on the internet may call, with the rights of a role of the company. */
export const technique: Technique = {
  id: 'lambda-function-url',
  place: 'region',
  makes: ['AWS::Lambda::Function'],
  needs: ['lambda:CreateFunction', 'lambda:CreateFunctionUrlConfig', 'lambda:AddPermission', 'iam:PassRole'],
  async play(act) {
    const name = await fn(act, ['healthcheck', 'log-forwarder', 'cost-report']);
    await act.call('lambda', 'CreateFunctionUrlConfig', { FunctionName: name, AuthType: 'NONE' });
    const asked = { FunctionName: name, StatementId: 'url', Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: 'NONE' };
    await act.call('lambda', 'AddPermission', asked);
  },
  async innocent(act) {
    const name = await fn(act, ['resize', 'invoice-pdf', 'feed']);
    await act.call('lambda', 'CreateFunctionUrlConfig', { FunctionName: name, AuthType: 'AWS_IAM' });
  },
};
