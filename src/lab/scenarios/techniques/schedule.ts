import type { Act, Technique } from '../technique.ts';

async function schedule(act: Act): Promise<void> {
  const Name = act.name(['refresh', 'rotate-cache', 'heartbeat']);
  const { ScheduleArn } = await act.call('scheduler', 'CreateSchedule', {
    Name,
    ScheduleExpression: 'rate(4 hours)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: `arn:aws:lambda:${act.region}:${act.account}:function:${act.company.slug}-worker`, RoleArn: act.company.serviceRoleArn },
  });
  act.made('AWS::Scheduler::Schedule', Name, ScheduleArn, { names: [`default/${Name}`] });
}

/** A schedule that comes back every few hours, whatever else is cleaned up. */
export const technique: Technique = {
  id: 'schedule',
  place: 'region',
  makes: ['AWS::Scheduler::Schedule'],
  needs: ['scheduler:CreateSchedule', 'iam:PassRole'],
  play: schedule,
  innocent: schedule,
};
