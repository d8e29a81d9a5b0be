import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { outsideDetail, outsideReasons, outsiders } from '../../shared/outsiders.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt } from '../hunting/found.ts';

/** Statement ids of a policy: PutPermission on the default bus names only the statement. Not more than can be asked for. */
function statementIds(policy: string): string[] {
  try {
    const parsed: unknown = JSON.parse(policy);
    const statements = typeof parsed === 'object' && parsed !== null ? (parsed as { Statement?: unknown }).Statement : undefined;
    return (Array.isArray(statements) ? statements : [statements])
      .map((one) => (typeof one === 'object' && one !== null ? (one as { Sid?: unknown }).Sid : undefined))
      .filter((sid): sid is string => typeof sid === 'string' && sid !== '')
      .slice(0, 50);
  } catch {
    return [];
  }
}

/** Who may put events on a bus of ours, or make rules on it. */
export const hunter: Hunter = {
  type: 'AWS::Events::EventBusPolicy',
  scope: 'regional',
  title: text('Policies of EventBridge buses', 'Políticas de buses de EventBridge'),
  permissions: ['events:ListEventBuses'],
  createdByEvents: ['PutPermission'],
  changedByEvents: ['PutPermission', 'RemovePermission'],
  names: ['eventBusName', 'statementId'],
  arn: (id, { partition, region, account }) => `arn:${partition}:events:${region}:${account}:event-bus/${id}`,
  async *scan(ctx, region) {
    for await (const one of listed<{ Name?: string; Arn?: string; Policy?: string }>(ctx, 'eventbridge', region, 'ListEventBuses', 'EventBuses')) {
      if (one.Name === undefined || one.Arn === undefined || !one.Policy) continue;
      const who = outsiders(one.Policy, ctx.facts.account);
      yield foundAt(ctx, 'AWS::Events::EventBusPolicy', region, one.Arn, one.Name, {
        createdAt: null,
        aliases: statementIds(one.Policy),
        reasons: outsideReasons(who),
        detail: outsideDetail(who),
      });
    }
  },
};
