import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, pageOf, plain } from '../paging.ts';
import { shelf } from '../shelf.ts';

interface Identity {
  name: string;
  type: 'EMAIL_ADDRESS' | 'DOMAIN';
  created: number;
  /** When DNS or the mailbox has answered. */
  verified: number;
  sending: boolean;
  policies: Record<string, string>;
  tags: any[];
}
const identities = shelf<Identity>('sesIdentities', (name) => new LabError('NotFoundException', `Email identity ${name} does not exist.`));
/** Seconds until a record in DNS or a click in a mail has been seen. */
const VERIFIES = 300;
const DAY = 86_400_000;
const arn = (ctx: LabContext, name: string): string => arnOf(ctx, 'ses', `identity/${name}`);
const resources = (input: any, ctx: LabContext): string[] => [arn(ctx, input.EmailIdentity)];
const isVerified = (ctx: LabContext, one: Identity): boolean => one.verified <= ctx.now();

interface Settings {
  production: boolean;
  sending: boolean;
  details?: any;
  sent: number[];
}
const settings = (ctx: LabContext): Settings => (ctx.region.tables.ses?.account as Settings | undefined) ?? { production: false, sending: true, sent: [] };
const save = (ctx: LabContext, changed: Partial<Settings>): void => {
  ctx.region.tables.ses = { account: { ...settings(ctx), ...changed } };
};
/** The sandbox sends 200 messages a day, to verified addresses only. */
const quota = (ctx: LabContext) => (settings(ctx).production ? { Max24HourSend: 50_000, MaxSendRate: 14 } : { Max24HourSend: 200, MaxSendRate: 1 });

export const operations: LabOperations = {
  CreateEmailIdentity: {
    run(input, ctx) {
      const name: string = input.EmailIdentity;
      const type = name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN';
      if (!/^([^@\s]+@)?[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(name)) throw new LabError('BadRequestException', `Invalid email identity: ${name}`);
      if (identities.find(ctx, name)) throw new LabError('AlreadyExistsException', `Email identity ${name} already exist.`);
      const one: Identity = { name, type, created: ctx.now(), verified: ctx.due(VERIFIES), sending: true, policies: {}, tags: plain(input.Tags ?? []) };
      identities.put(ctx, name, one);
      const tokens = type === 'DOMAIN' ? [0, 1, 2].map(() => ctx.letters(32).toLowerCase()) : [];
      return {
        IdentityType: type,
        VerifiedForSendingStatus: false,
        DkimAttributes: { SigningEnabled: type === 'DOMAIN', Status: type === 'DOMAIN' ? 'PENDING' : 'NOT_STARTED', Tokens: tokens },
      };
    },
    resources,
  },
  ListEmailIdentities: {
    run(input, ctx) {
      const { items, next } = pageOf(ctx, identities.all(ctx), { token: input.NextToken, max: input.PageSize, size: 100 }, [
        'BadRequestException',
        'Invalid NextToken.',
      ]);
      return {
        EmailIdentities: items.map((one) => ({
          IdentityType: one.type,
          IdentityName: one.name,
          SendingEnabled: one.sending,
          VerificationStatus: isVerified(ctx, one) ? 'SUCCESS' : 'PENDING',
        })),
        ...(next === undefined ? {} : { NextToken: next }),
      };
    },
  },
  GetEmailIdentity: {
    resources,
    run(input, ctx) {
      const one = identities.get(ctx, input.EmailIdentity);
      const verified = isVerified(ctx, one);
      return {
        IdentityType: one.type,
        FeedbackForwardingStatus: true,
        VerifiedForSendingStatus: verified,
        VerificationStatus: verified ? 'SUCCESS' : 'PENDING',
        DkimAttributes: { SigningEnabled: one.type === 'DOMAIN', Status: one.type !== 'DOMAIN' ? 'NOT_STARTED' : verified ? 'SUCCESS' : 'PENDING' },
        Policies: one.policies,
        Tags: one.tags,
      };
    },
  },
  DeleteEmailIdentity: {
    resources,
    run(input, ctx) {
      identities.get(ctx, input.EmailIdentity);
      identities.drop(ctx, input.EmailIdentity);
      return {};
    },
  },
  CreateEmailIdentityPolicy: {
    resources,
    constraints: { PolicyName: { length: [1, 64] } },
    run(input, ctx) {
      const one = identities.get(ctx, input.EmailIdentity);
      if (Object.hasOwn(one.policies, input.PolicyName)) throw new LabError('AlreadyExistsException', `Policy ${input.PolicyName} already exists.`);
      try {
        JSON.parse(input.Policy);
      } catch {
        throw new LabError('BadRequestException', 'Policy is not valid JSON.');
      }
      one.policies[input.PolicyName] = input.Policy;
      return {};
    },
  },
  GetEmailIdentityPolicies: { resources, run: (input, ctx) => ({ Policies: identities.get(ctx, input.EmailIdentity).policies }) },
  GetAccount: {
    run(_input, ctx) {
      const { production, sending, details, sent } = settings(ctx);
      const last = sent.filter((time) => time > ctx.now() - DAY).length;
      return {
        DedicatedIpAutoWarmupEnabled: true,
        EnforcementStatus: 'HEALTHY',
        ProductionAccessEnabled: production,
        SendQuota: { ...quota(ctx), SentLast24Hours: last },
        SendingEnabled: sending,
        SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
        ...(details ? { Details: details } : {}),
      };
    },
  },
  PutAccountDetails: {
    constraints: { MailType: { enum: ['MARKETING', 'TRANSACTIONAL'] } },
    run(input, ctx) {
      if (settings(ctx).details?.ReviewDetails?.Status === 'PENDING') throw new LabError('ConflictException', 'There is already a review in progress.');
      const { ProductionAccessEnabled: wanted, ...rest } = plain(input);
      save(ctx, { details: { ...rest, ...(wanted && !settings(ctx).production ? { ReviewDetails: { Status: 'PENDING', CaseId: ctx.uuid() } } : {}) } });
      return {};
    },
  },
  PutAccountSendingAttributes: {
    run(input, ctx) {
      save(ctx, { sending: input.SendingEnabled === true });
      return {};
    },
  },
  SendEmail: {
    dataPlane: true,
    resources: (input, ctx) => [arn(ctx, input.FromEmailAddress ?? '*')],
    run(input, ctx) {
      const from: string = /<([^>]+)>/.exec(input.FromEmailAddress ?? '')?.[1] ?? input.FromEmailAddress ?? '';
      const known = (address: string) =>
        [address, address.split('@')[1] ?? ''].some((name) => {
          const one = identities.find(ctx, name);
          return one !== undefined && isVerified(ctx, one);
        });
      const to: string[] = Object.values((input.Destination ?? {}) as Record<string, string[]>).flat();
      const { production, sending, sent } = settings(ctx);
      if (!sending) throw new LabError('SendingPausedException', 'Email sending has been paused for this account.');
      const unknown = [from, ...(production ? [] : to)].filter((address) => !known(address));
      if (unknown.length > 0)
        throw new LabError(
          'MessageRejected',
          `Email address is not verified. The following identities failed the check in region ${ctx.region.name.toUpperCase()}: ${unknown.join(', ')}`,
        );
      const recent = sent.filter((time) => time > ctx.now() - DAY);
      if (recent.length + to.length > quota(ctx).Max24HourSend) throw new LabError('LimitExceededException', 'Daily message quota exceeded.');
      save(ctx, { sent: [...recent, ...to.map(() => ctx.now())] });
      return { MessageId: `${ctx.uuid()}-000000` };
    },
  },
};
