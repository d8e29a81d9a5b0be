import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { iamFound, present, readPages, time } from './describe.ts';

export const hunter: Hunter = {
  type: 'AWS::IAM::ManagedPolicy',
  scope: 'global',
  title: text('IAM policies of the account', 'Políticas de IAM de la cuenta'),
  permissions: ['iam:ListPolicies'],
  createdByEvents: ['CreatePolicy'],
  async *scan(ctx, region) {
    const { Policies = [] } = await readPages<{
      Policies?: { PolicyName?: string; Arn?: string; CreateDate?: string; UpdateDate?: string; AttachmentCount?: number }[];
    }>(ctx, 'iam', region, 'ListPolicies', { Scope: 'Local' });
    for (const one of Policies) {
      if (one.PolicyName === undefined || one.Arn === undefined) continue;
      yield iamFound(ctx, 'AWS::IAM::ManagedPolicy', region, one.Arn, one.PolicyName, {
        createdAt: time(one.CreateDate),
        alive: true,
        detail: present({ updatedAt: time(one.UpdateDate), attachments: one.AttachmentCount }),
      });
    }
  },
};
