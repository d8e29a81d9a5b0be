import { type Call_, testHunter } from './stand.ts';

const ROLE = 'arn:aws:iam::111122223333:role/clock';
const schedule = async (as: Call_, Name: string, api: string): Promise<string> =>
  (
    await as('scheduler', 'CreateSchedule', {
      Name,
      ScheduleExpression: 'rate(1 hour)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: `arn:aws:scheduler:::aws-sdk:${api}`, RoleArn: ROLE, Input: '{}' },
    })
  ).ScheduleArn;

testHunter({
  type: 'AWS::Scheduler::Schedule',
  before: async (as) => {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
    await as('iam', 'CreateRole', { RoleName: 'clock', AssumeRolePolicyDocument: JSON.stringify(trust) });
  },
  plant: async (as) => [
    await schedule(as, 'a', 'iam:createAccessKey'),
    await schedule(as, 'b', 'iam:createAccessKey'),
    await schedule(as, 'c', 'iam:createAccessKey'),
  ],
  innocent: async (as) => [await schedule(as, 'office-hours', 'ec2:startInstances')],
  looks: { roles: [ROLE], detail: { schedule: 'rate(1 hour)', target: 'arn:aws:scheduler:::aws-sdk:iam:createAccessKey' } },
});
