import { expect } from 'vitest';
import type { JsonObject } from '../../src/kernel/index.ts';
import { type Call_, testHunter } from './stand.ts';

const OUTSIDE = '444455556666';
const rule = async (as: Call_, Name: string, target: string, EventBusName?: string): Promise<string> => {
  const bus: JsonObject = EventBusName === undefined ? {} : { EventBusName };
  const { RuleArn } = await as('eventbridge', 'PutRule', { Name, EventPattern: JSON.stringify({ source: ['aws.iam'] }), ...bus });
  await as('eventbridge', 'PutTargets', { Rule: Name, Targets: [{ Id: 'a', Arn: target }], ...bus });
  return RuleArn;
};
const home = (name: string): string => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;
const away = `arn:aws:events:eu-west-1:${OUTSIDE}:event-bus/default`;
const shared = {
  reasons: expect.arrayContaining([
    expect.objectContaining({ code: 'shared-outside', text: expect.objectContaining({ en: expect.stringContaining(OUTSIDE) }) }),
  ]),
};

testHunter({
  type: 'AWS::Events::Rule',
  before: async (as) => {
    await as('eventbridge', 'CreateEventBus', { Name: 'orders' });
  },
  plant: async (as) => [await rule(as, 'copy', away), await rule(as, 'copy-2', away), await rule(as, 'copy-3', away, 'orders')],
  innocent: async (as) => [await rule(as, 'nightly', home('report')), await rule(as, 'paid', home('ship'), 'orders')],
  looks: { ...shared, detail: { state: 'ENABLED', targets: [away] } },
});
testHunter({
  type: 'AWS::Events::EventBus',
  plant: async (as) => Promise.all(['a', 'b', 'c'].map(async (Name) => (await as('eventbridge', 'CreateEventBus', { Name })).EventBusArn)),
  innocent: async (as) => [(await as('eventbridge', 'CreateEventBus', { Name: 'orders' })).EventBusArn],
});
const permit = async (as: Call_, EventBusName: string | undefined, StatementId: string, Principal: string): Promise<string> => {
  const bus: JsonObject = EventBusName === undefined ? {} : { EventBusName };
  await as('eventbridge', 'PutPermission', { Action: 'events:PutEvents', Principal, StatementId, ...bus });
  return EventBusName ?? 'default';
};
testHunter({
  type: 'AWS::Events::EventBusPolicy',
  before: async (as) => {
    for (const Name of ['orders', 'stock', 'mail']) await as('eventbridge', 'CreateEventBus', { Name });
  },
  plant: async (as) => [await permit(as, 'orders', 'in', OUTSIDE), await permit(as, 'stock', 'in-2', OUTSIDE), await permit(as, undefined, 'in-3', OUTSIDE)],
  innocent: async (as) => [await permit(as, 'mail', 'ours', '111122223333')],
  looks: { ...shared, detail: { otherAccounts: [OUTSIDE] } },
});
