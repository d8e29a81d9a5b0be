import { describe, expect, it } from 'vitest';
import { bench } from '../testing.ts';

describe('EventBridge', () => {
  it('keeps targets when a rule is put again, and a rule with targets from being deleted', async () => {
    const { call } = bench();
    const rule = { Name: 'r', ScheduleExpression: 'rate(5 minutes)' };
    const { RuleArn } = await call('events:PutRule', rule);
    await call('events:PutTargets', { Rule: 'r', Targets: [{ Id: '1', Arn: 'arn:aws:sqs:eu-west-1:111122223333:q' }] });
    expect(await call('events:PutRule', { ...rule, State: 'DISABLED' })).toEqual({ RuleArn });
    expect(await call('events:DescribeRule', { Name: 'r' })).toMatchObject({ State: 'DISABLED', Arn: RuleArn, EventBusName: 'default' });
    await expect(call('events:DeleteRule', { Name: 'r' })).rejects.toMatchObject({ code: 'ValidationException' });
    await call('events:RemoveTargets', { Rule: 'r', Ids: ['1'] });
    await call('events:DeleteRule', { Name: 'r' });
    await expect(call('events:DescribeRule', { Name: 'r' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await expect(call('events:PutRule', { Name: 'p', EventPattern: '[]' })).rejects.toMatchObject({ code: 'InvalidEventPatternException' });
  });

  it('gives the default bus a policy when it is first changed, and takes it away', async () => {
    const { call } = bench();
    await call('events:PutPermission', { StatementId: 's', Principal: '444455556666', Action: 'events:PutEvents' });
    const { EventBuses } = await call('events:ListEventBuses');
    expect(EventBuses).toHaveLength(1);
    expect(JSON.parse(EventBuses[0].Policy).Statement).toMatchObject([
      { Sid: 's', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Resource: EventBuses[0].Arn },
    ]);
    await call('events:RemovePermission', { StatementId: 's' });
    expect((await call('events:DescribeEventBus')).Policy).toBeUndefined();
    await expect(call('events:CreateEventBus', { Name: 'default' })).rejects.toMatchObject({ code: 'ResourceAlreadyExistsException' });
  });
});
