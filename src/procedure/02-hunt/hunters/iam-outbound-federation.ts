import { codeOf } from '../../../engine/outcome.ts';
import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { partition } from '../../shared/partition.ts';
import { isAwsFailure } from '../../shared/reading.ts';
import { foundAt, present } from '../hunting/found.ts';

/** Switched on, any role of the account can get tokens that providers elsewhere believe. One of it per account. */
export const hunter: Hunter = {
  type: 'AWS::IAM::OutboundWebIdentityFederation',
  scope: 'global',
  title: text('Outbound web identity federation', 'Federación de identidad web saliente'),
  permissions: ['iam:GetOutboundWebIdentityFederationInfo'],
  createdByEvents: ['EnableOutboundWebIdentityFederation'],
  changedByEvents: ['DisableOutboundWebIdentityFederation'],
  names: ['issuerIdentifier'],
  single: true,
  async *scan(ctx, region) {
    const call = { service: 'iam', operation: 'GetOutboundWebIdentityFederationInfo', region, input: {} };
    let issuer: string | undefined;
    try {
      issuer = (await ctx.read<{ IssuerIdentifier?: string }>(call)).output.IssuerIdentifier;
    } catch (error) {
      if (!isAwsFailure(error) || !codeOf(error).startsWith('FeatureDisabled')) throw error;
    }
    if (issuer === undefined) return;
    const arn = `arn:${partition(ctx).name}:iam::${ctx.facts.account ?? ''}:outbound-web-identity-federation`;
    yield foundAt(ctx, 'AWS::IAM::OutboundWebIdentityFederation', region, arn, issuer, { createdAt: null, detail: present({ issuer }) });
  },
};
