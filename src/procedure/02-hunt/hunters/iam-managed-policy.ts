import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { iamFound, listed, present, time } from './describe.ts';

export const hunter: Hunter = {
  type: 'AWS::IAM::ManagedPolicy',
  scope: 'global',
  title: text('IAM policies of the account', 'Políticas de IAM de la cuenta'),
  permissions: ['iam:ListPolicies'],
  createdByEvents: ['CreatePolicy'],
  changedByEvents: ['CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion'],
  names: ['arn', 'policyArn', 'policyName'],
  async *scan(ctx, region) {
    const policies = listed<{ PolicyName?: string; Arn?: string; CreateDate?: string; UpdateDate?: string; AttachmentCount?: number }>(
      ctx,
      'iam',
      region,
      'ListPolicies',
      'Policies',
      { Scope: 'Local' },
    );
    for await (const one of policies) {
      if (one.PolicyName === undefined || one.Arn === undefined) continue;
      yield iamFound(ctx, 'AWS::IAM::ManagedPolicy', region, one.Arn, one.PolicyName, {
        createdAt: time(one.CreateDate),
        alive: true,
        detail: present({ updatedAt: time(one.UpdateDate), attachments: one.AttachmentCount }),
      });
    }
  },
};
