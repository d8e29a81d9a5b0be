import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { outsideDetail, outsideReasons, outsiders } from '../../shared/outsiders.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { arnFor, foundAt, present } from '../hunting/found.ts';

const TYPE = 'AWS::SES::EmailIdentity';
interface Identity {
  IdentityName?: string;
  IdentityType?: string;
  SendingEnabled?: boolean;
  VerificationStatus?: string;
}

/** Domains and addresses mail may be sent as. AWS keeps no date of creation: CloudTrail tells when one was made. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('SES identities', 'Identidades de SES'),
  permissions: ['ses:ListEmailIdentities', 'ses:GetEmailIdentityPolicies'],
  createdByEvents: ['CreateEmailIdentity', 'VerifyEmailIdentity', 'VerifyDomainIdentity', 'VerifyDomainDkim', 'VerifyEmailAddress'],
  changedByEvents: [
    'CreateEmailIdentityPolicy',
    'UpdateEmailIdentityPolicy',
    'PutIdentityPolicy',
    'PutEmailIdentityMailFromAttributes',
    'PutEmailIdentityFeedbackAttributes',
  ],
  names: ['emailIdentity', 'emailAddress', 'domain', 'identity'],
  arn: (id, { partition, region, account }) => `arn:${partition}:ses:${region}:${account}:identity/${id}`,
  scan: (ctx, region) =>
    each(listed<Identity>(ctx, 'sesv2', region, 'ListEmailIdentities', 'EmailIdentities', { PageSize: 1000 }), async (one) => {
      const name = one.IdentityName;
      if (name === undefined) return [];
      const { Policies = {} } = await read<{ Policies?: Record<string, string> }>(ctx, 'sesv2', region, 'GetEmailIdentityPolicies', { EmailIdentity: name });
      const all = Object.values(Policies).map((policy) => outsiders(policy, ctx.facts.account));
      return [
        foundAt(ctx, TYPE, region, arnFor(ctx, 'ses', region, `identity/${name}`), name, {
          createdAt: null,
          reasons: all.flatMap(outsideReasons),
          detail: {
            ...present({
              kind: one.IdentityType,
              status: one.VerificationStatus,
              maySend: one.SendingEnabled,
              policies: oneLine(Object.keys(Policies).join(', ')),
            }),
            ...Object.assign({}, ...all.map(outsideDetail)),
          },
        }),
      ];
    }),
};
