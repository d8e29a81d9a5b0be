import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read, unlessGone } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';
import { commandReasons } from '../hunting/startup-code.ts';
import { sendsOutside } from '../hunting/targets.ts';

interface Schedule {
  Arn?: string;
  Name?: string;
  GroupName?: string;
  State?: string;
  CreationDate?: string;
  LastModificationDate?: string;
  ScheduleExpression?: string;
  EndDate?: string;
  Target?: { Arn?: string; RoleArn?: string; Input?: string };
}

/**
 * A schedule calls an AWS API by itself, with its role: a deleted key comes back with `iam:CreateAccessKey` once an hour. The list
 * tells neither role nor expression, so each is asked for. Input is looked at, not repeated: it may carry secrets.
 */
export const hunter: Hunter = {
  type: 'AWS::Scheduler::Schedule',
  scope: 'regional',
  title: text('EventBridge schedules', 'Programaciones de EventBridge'),
  permissions: ['scheduler:ListSchedules', 'scheduler:GetSchedule'],
  createdByEvents: ['CreateSchedule'],
  changedByEvents: ['UpdateSchedule'],
  names: ['scheduleArn', 'name'],
  async *scan(ctx, region) {
    yield* each(listed<Schedule>(ctx, 'scheduler', region, 'ListSchedules', 'Schedules'), async (short): Promise<Found[]> => {
      const { Arn, Name, GroupName } = short;
      if (Arn === undefined || Name === undefined) return [];
      const input = { Name, ...(GroupName === undefined ? {} : { GroupName }) };
      const one = (await unlessGone(() => read<Schedule>(ctx, 'scheduler', region, 'GetSchedule', input))) ?? short;
      return [
        foundAt(ctx, 'AWS::Scheduler::Schedule', region, Arn, Name, {
          createdAt: time(short.CreationDate),
          roles: rolesOf(ctx, one.Target?.RoleArn),
          reasons: [...sendsOutside([one.Target?.Arn], ctx.facts.account), ...commandReasons([one.Target?.Input])],
          detail: present({
            group: GroupName,
            state: short.State,
            schedule: oneLine(one.ScheduleExpression),
            target: oneLine(one.Target?.Arn ?? short.Target?.Arn),
            role: one.Target?.RoleArn,
            until: time(one.EndDate),
            lastModified: time(short.LastModificationDate),
          }),
        }),
      ];
    });
  },
};
