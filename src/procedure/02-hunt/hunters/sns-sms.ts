import type { Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { read } from '../hunting/calls.ts';
import { arnFor, foundAt, present } from '../hunting/found.ts';

const TYPE = 'AWS::SNS::SMSAttributes';
/** US dollars a month from which a limit deserves a look; accounts begin at 1. */
const HIGH = 100;

/**
 * What may be spent on text messages in a month, and whether they may go to any number. The region's one setting has no name in CloudTrail's
 * events: a change is recognised by the limit it set.
 */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('SNS text messaging', 'Mensajes de texto de SNS'),
  permissions: ['sns:GetSMSAttributes', 'sns:GetSMSSandboxAccountStatus'],
  createdByEvents: ['SetSMSAttributes'],
  names: ['monthlySpendLimit', 'defaultSenderID', 'usageReportS3Bucket'],
  single: true,
  async *scan(ctx, region) {
    const { attributes = {} } = await read<{ attributes?: Record<string, string> }>(ctx, 'sns', region, 'GetSMSAttributes');
    const { IsInSandbox } = await read<{ IsInSandbox?: boolean }>(ctx, 'sns', region, 'GetSMSSandboxAccountStatus');
    const limit = attributes.MonthlySpendLimit;
    const reasons: Reason[] =
      IsInSandbox === false && Number(limit ?? 0) >= HIGH
        ? [
            {
              code: 'large',
              text: text(
                `text messages for ${oneLine(limit, 12)} US dollars a month may go to any number`,
                `se pueden enviar mensajes por ${oneLine(limit, 12)} dólares al mes a cualquier número`,
              ),
            },
          ]
        : [];
    yield foundAt(ctx, TYPE, region, arnFor(ctx, 'sns', region, 'sms'), `sns-sms-${region}`, {
      createdAt: null,
      aliases: [limit, attributes.DefaultSenderID, attributes.UsageReportS3Bucket].filter((value): value is string => !!value),
      reasons,
      detail: present({ monthlySpendLimit: oneLine(limit, 12), sandbox: IsInSandbox, sender: oneLine(attributes.DefaultSenderID, 20) }),
    });
  },
};
