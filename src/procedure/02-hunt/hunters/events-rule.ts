import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, unlessGone } from '../hunting/calls.ts';
import { foundAt, present } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';
import { commandReasons } from '../hunting/startup-code.ts';
import { sendsOutside } from '../hunting/targets.ts';

interface Rule {
  Name?: string;
  Arn?: string;
  State?: string;
  EventPattern?: string;
  ScheduleExpression?: string;
  RoleArn?: string;
  ManagedBy?: string;
  EventBusName?: string;
}
interface Target {
  Id?: string;
  Arn?: string;
  RoleArn?: string;
  Input?: string;
  EcsParameters?: { TaskDefinitionArn?: string };
}
const MOST = 20;
async function* rulesOf(ctx: ActionContext, region: string): AsyncIterable<Rule> {
  for await (const { Name } of listed<{ Name?: string }>(ctx, 'eventbridge', region, 'ListEventBuses', 'EventBuses'))
    if (Name !== undefined) yield* listed<Rule>(ctx, 'eventbridge', region, 'ListRules', 'Rules', { EventBusName: Name });
}

/**
 * Rules that start something whenever an event or a time comes: how a way back is kept alive. Rules of every bus with their targets. A
 * rule has no creation time, and PutRule also changes one that is there. Input given to a target may be a command (Systems Manager);
 * its text is looked at, not repeated.
 */
export const hunter: Hunter = {
  type: 'AWS::Events::Rule',
  scope: 'regional',
  title: text('EventBridge rules', 'Reglas de EventBridge'),
  permissions: ['events:ListEventBuses', 'events:ListRules', 'events:ListTargetsByRule'],
  createdByEvents: ['PutRule'],
  changedByEvents: ['PutTargets', 'RemoveTargets', 'EnableRule', 'DisableRule'],
  names: ['ruleArn', 'name', 'rule'],
  arn: (id, { partition, region, account }) => `arn:${partition}:events:${region}:${account}:rule/${id}`,
  async *scan(ctx, region) {
    yield* each(rulesOf(ctx, region), async (one): Promise<Found[]> => {
      const { Name, Arn, EventBusName } = one;
      if (Name === undefined || Arn === undefined) return [];
      const targets: Target[] = [];
      await unlessGone(async () => {
        const input = { Rule: Name, ...(EventBusName === undefined ? {} : { EventBusName }) };
        for await (const target of listed<Target>(ctx, 'eventbridge', region, 'ListTargetsByRule', 'Targets', input)) targets.push(target);
      });
      return [
        foundAt(ctx, 'AWS::Events::Rule', region, Arn, Name, {
          createdAt: null,
          roles: rolesOf(ctx, one.RoleArn, ...targets.map((target) => target.RoleArn)),
          reasons: [
            ...sendsOutside(
              targets.map((target) => target.Arn),
              ctx.facts.account,
            ),
            ...commandReasons(targets.map((target) => target.Input)),
          ],
          detail: {
            ...present({
              bus: EventBusName,
              state: one.State,
              schedule: oneLine(one.ScheduleExpression),
              pattern: oneLine(one.EventPattern, 500),
              managedBy: oneLine(one.ManagedBy),
            }),
            targets: targets.slice(0, MOST).map((target) => oneLine(target.Arn)),
          },
        }),
      ];
    });
  },
};
