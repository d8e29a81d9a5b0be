import { describe, expect, it } from 'vitest';
import { bench } from '../testing.ts';

const user = (name?: string) => ({ Type: 'AWS::IAM::User', Properties: { ...(name === undefined ? {} : { UserName: name }) } });
const template = (resources: object, more: object = {}) => JSON.stringify({ ...more, Resources: resources });

describe('CloudFormation', () => {
  it('makes what a template says in the order of its references, says so in CloudTrail, and takes it away again', async () => {
    const lab = bench();
    const TemplateBody = template({
      Key: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: { Ref: 'User' } } },
      User: { ...user('ops'), DependsOn: 'Role' },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Principal: { AWS: { 'Fn::Join': ['', ['arn:aws:iam::', { Ref: 'AWS::AccountId' }, ':root']] } }, Action: 'sts:AssumeRole' },
            ],
          },
        },
      },
    });
    const { StackId } = await lab.call('cloudformation:CreateStack', { StackName: 'base', TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] });
    expect((await lab.call('cloudformation:DescribeStacks', { StackName: 'base' })).Stacks[0]).toMatchObject({ StackId, StackStatus: 'CREATE_IN_PROGRESS' });
    lab.pass(120);
    expect((await lab.call('cloudformation:DescribeStacks', {})).Stacks).toMatchObject([{ StackStatus: 'CREATE_COMPLETE' }]);
    const { StackResourceSummaries: made } = await lab.call('cloudformation:ListStackResources', { StackName: 'base' });
    expect(made.map((one: any) => one.LogicalResourceId)).toEqual(['Role', 'User', 'Key']);
    expect((await lab.call('iam:ListAccessKeys', { UserName: 'ops' })).AccessKeyMetadata).toMatchObject([{ AccessKeyId: made[2].PhysicalResourceId }]);
    expect(lab.account.trail.map(({ record }) => [record.eventName, record.sourceIPAddress])).toEqual(
      ['CreateRole', 'CreateUser', 'CreateAccessKey'].map((name) => [name, 'cloudformation.amazonaws.com']),
    );
    await lab.call('cloudformation:DeleteStack', { StackName: 'base' });
    lab.pass(120);
    expect((await lab.call('iam:ListUsers')).Users).toEqual([]);
    expect((await lab.call('cloudformation:DescribeStacks', {})).Stacks).toEqual([]);
    await expect(lab.call('cloudformation:DescribeStacks', { StackName: 'base' })).rejects.toMatchObject({ code: 'ValidationError' });
  });

  it('rolls back when a part fails, and refuses what AWS refuses', async () => {
    const lab = bench();
    const Capabilities = ['CAPABILITY_NAMED_IAM'];
    await lab.call('cloudformation:CreateStack', {
      StackName: 'broken',
      TemplateBody: template({ First: user('first'), Other: { Type: 'AWS::No::Such', DependsOn: 'First' } }),
      Capabilities,
    });
    lab.pass(120);
    expect((await lab.call('cloudformation:DescribeStacks', {})).Stacks).toMatchObject([
      { StackStatus: 'ROLLBACK_COMPLETE', StackStatusReason: expect.stringContaining('AWS::No::Such') },
    ]);
    expect((await lab.call('iam:ListUsers')).Users).toEqual([]);

    const again = { StackName: 'broken', TemplateBody: template({ First: user('first') }), Capabilities };
    await expect(lab.call('cloudformation:CreateStack', again)).rejects.toMatchObject({ code: 'AlreadyExistsException' });
    await expect(lab.call('cloudformation:CreateStack', { ...again, StackName: 'plain', Capabilities: ['CAPABILITY_IAM'] })).rejects.toMatchObject({
      code: 'InsufficientCapabilitiesException',
      message: expect.stringContaining('CAPABILITY_NAMED_IAM'),
    });
    await expect(lab.call('cloudformation:CreateStack', { StackName: 'circle', TemplateBody: template({}), Capabilities })).rejects.toMatchObject({
      code: 'ValidationError',
    });
    await expect(lab.call('cloudformation:CreateStack', { ...again, StackName: 'role', RoleARN: 'arn:aws:iam::111122223333:role/none' })).rejects.toMatchObject(
      {
        code: 'ValidationError',
      },
    );
  });
});
