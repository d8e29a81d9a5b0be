import { expect, it } from 'vitest';
import { bench } from '../testing.ts';

it('makes a key with its alias, which stay or go with the stack as the template says', async () => {
  const lab = bench();
  const body = (DeletionPolicy: string) =>
    JSON.stringify({
      Resources: {
        Name: { Type: 'AWS::KMS::Alias', DeletionPolicy, Properties: { AliasName: `alias/${DeletionPolicy}`, TargetKeyId: { Ref: 'Key' } } },
        Key: { Type: 'AWS::KMS::Key', DeletionPolicy, Properties: { Description: 'evidence', Tags: [{ Key: 'ir:case', Value: 'IR-1' }] } },
      },
      Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
    });
  const states: string[] = [];
  for (const policy of ['Retain', 'Delete']) {
    await lab.call('cloudformation:CreateStack', { StackName: policy, TemplateBody: body(policy) });
    lab.pass(300);
    const [{ OutputValue: KeyId }] = (await lab.call('cloudformation:DescribeStacks', { StackName: policy })).Stacks[0].Outputs;
    expect((await lab.call('kms:DescribeKey', { KeyId: `alias/${policy}` })).KeyMetadata).toMatchObject({ Arn: KeyId, Description: 'evidence' });
    expect((await lab.call('kms:ListResourceTags', { KeyId })).Tags).toEqual([{ TagKey: 'ir:case', TagValue: 'IR-1' }]);
    await lab.call('cloudformation:DeleteStack', { StackName: policy });
    lab.pass(300);
    states.push((await lab.call('kms:DescribeKey', { KeyId })).KeyMetadata.KeyState);
  }
  expect(states).toEqual(['Enabled', 'PendingDeletion']);
  expect((await lab.call('kms:ListAliases')).Aliases.map((one: any) => one.AliasName)).toEqual(['alias/Retain']);
});
