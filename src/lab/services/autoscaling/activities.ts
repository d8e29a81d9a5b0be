import type { LabContext } from '../../contract.ts';
import type { Activity, Group } from './model.ts';

const SECONDS = 30;
const KEPT = 200;
/** The groups' history is a table of its own: it tells what happened, not how things stand. */
const TABLE = 'autoScalingActivities';

/** Newest first. */
export const activitiesOf = (ctx: LabContext, name: string): Activity[] => {
  const table = ctx.region.tables[TABLE] ?? {};
  return Object.hasOwn(table, name) ? table[name] : [];
};
export function dropActivities(ctx: LabContext, name: string): void {
  delete ctx.region.tables[TABLE]?.[name];
}
const spoken = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** One line of the group's history. */
export function note(ctx: LabContext, group: Group, description: string, cause: string, failed?: string): Activity {
  const activity: Activity = {
    id: ctx.uuid(),
    description,
    cause: `At ${spoken(ctx.now())} ${cause}`.slice(0, 1023),
    start: ctx.now(),
    end: ctx.due(SECONDS),
    ...(failed === undefined ? {} : { failed }),
  };
  ctx.region.tables[TABLE] ??= {};
  ctx.region.tables[TABLE][group.name] = [activity, ...activitiesOf(ctx, group.name)].slice(0, KEPT);
  return activity;
}
export const activityView = (group: Group, activity: Activity, now: number) => ({
  ActivityId: activity.id,
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  Description: activity.description,
  Cause: activity.cause,
  StartTime: new Date(activity.start),
  EndTime: new Date(activity.end),
  StatusCode: activity.failed ? 'Failed' : activity.end <= now ? 'Successful' : 'InProgress',
  StatusMessage: activity.failed?.slice(0, 255),
  Progress: activity.failed || activity.end <= now ? 100 : 50,
});
