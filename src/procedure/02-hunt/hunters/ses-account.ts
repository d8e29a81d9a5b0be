import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { read } from '../hunting/calls.ts';
import { arnFor, foundAt, present } from '../hunting/found.ts';

const TYPE = 'AWS::SES::Account';
interface Account {
  ProductionAccessEnabled?: boolean;
  SendingEnabled?: boolean;
  EnforcementStatus?: string;
  SendQuota?: { Max24HourSend?: number; SentLast24Hours?: number; MaxSendRate?: number };
  Details?: { WebsiteURL?: string; MailType?: string; UseCaseDescription?: string; ReviewDetails?: { Status?: string } };
}
/** Quotas come as fractions or as text; the ledger keeps whole numbers. */
const whole = (value: unknown): number | undefined => (Number.isFinite(Number(value)) && value !== undefined ? Math.round(Number(value)) : undefined);

/**
 * Whether mail may go to anybody, and how much went in the last day. The region's one setting has no name in CloudTrail's events: a request
 * for production access is recognised by the website it gave.
 */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('SES sending', 'Envío de SES'),
  permissions: ['ses:GetAccount'],
  createdByEvents: ['PutAccountDetails'],
  names: ['websiteURL'],
  single: true,
  async *scan(ctx, region) {
    const one = await read<Account>(ctx, 'sesv2', region, 'GetAccount');
    const website = one.Details?.WebsiteURL;
    const { Max24HourSend, SentLast24Hours } = one.SendQuota ?? {};
    yield foundAt(ctx, TYPE, region, arnFor(ctx, 'ses', region, 'account'), `ses-account-${region}`, {
      createdAt: null,
      aliases: website ? [website] : [],
      detail: present({
        productionAccess: one.ProductionAccessEnabled,
        sending: one.SendingEnabled,
        enforcement: oneLine(one.EnforcementStatus, 40),
        sentLastDay: whole(SentLast24Hours),
        mostPerDay: whole(Max24HourSend),
        review: one.Details?.ReviewDetails?.Status,
        website: oneLine(website),
      }),
    });
  },
};
