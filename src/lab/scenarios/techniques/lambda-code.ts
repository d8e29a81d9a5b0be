import type { Technique } from '../technique.ts';
import { archive } from '../words.ts';

/** The code of a function of the company is replaced: it runs on, with its role, for somebody else. */
export const technique: Technique = {
  id: 'lambda-code',
  place: 'home',
  makes: [],
  changes: ['AWS::Lambda::Function'],
  needs: ['lambda:UpdateFunctionCode'],
  async before(act) {
    const name = act.name(['orders', 'stock', 'newsletter']);
    const { FunctionArn } = await act.call('lambda', 'CreateFunction', {
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: act.company.serviceRoleArn,
      Code: { ZipFile: archive('index.mjs', act.draw.bytes(500)) },
    });
    act.pass(60);
    Object.assign(act.kept, { name, arn: FunctionArn });
  },
  async play(act) {
    await act.call('lambda', 'UpdateFunctionCode', { FunctionName: act.kept.name, ZipFile: archive('index.mjs', act.draw.bytes(700)) });
    act.changed('AWS::Lambda::Function', act.kept.name!, act.kept.arn!, 'its code was replaced');
  },
};
