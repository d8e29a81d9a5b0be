import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { read } from '../hunting/calls.ts';
import { ec2Setting, present } from '../hunting/found.ts';
import { recentEvents } from '../hunting/recent-events.ts';

const TYPE = 'AWS::EC2::SerialConsoleAccess';
const NOUN = 'serial-console-access';

/**
 * A setting of the account in each region, so CloudFormation has no type for it: with it on, whoever may send a key reaches an instance
 * below its operating system's network. The event that switches it on names nothing but itself: its request id ties the two.
 */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Serial console access', 'Acceso a la consola serie'),
  permissions: ['ec2:GetSerialConsoleAccessStatus', 'cloudtrail:LookupEvents'],
  createdByEvents: ['EnableSerialConsoleAccess'],
  names: ['requestId'],
  single: true,
  arn: (_id, { partition, region, account }) => `arn:${partition}:ec2:${region}:${account}:${NOUN}/account`,
  async *scan(ctx, region, since) {
    const status = await read<{ SerialConsoleAccessEnabled?: boolean; ManagedBy?: string }>(ctx, 'ec2', region, 'GetSerialConsoleAccessStatus');
    if (status.SerialConsoleAccessEnabled !== true) return;
    const requests: string[] = [];
    for await (const event of recentEvents(ctx, region, 'EnableSerialConsoleAccess', since))
      requests.push(...event.values.filter(([member, , answered]) => answered && /^requestid$/i.test(member)).map(([, value]) => value));
    yield ec2Setting(ctx, TYPE, NOUN, region, { aliases: requests, detail: present({ state: 'enabled', managedBy: status.ManagedBy }) });
  },
};
