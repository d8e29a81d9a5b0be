import type { Technique } from '../technique.ts';
import { document } from '../words.ts';

/** A policy of the company gets a new default version that allows everything; the old one stays, so nobody misses anything. */
export const technique: Technique = {
  id: 'policy-version',
  place: 'global',
  makes: [],
  changes: ['AWS::IAM::ManagedPolicy'],
  needs: ['iam:CreatePolicyVersion'],
  async before(act) {
    const name = act.name(['reporting-read', 'metrics-read', 'billing-read']);
    const { Policy } = await act.call('iam', 'CreatePolicy', { PolicyName: name, PolicyDocument: document('Allow', 's3:GetObject') });
    Object.assign(act.kept, { name, arn: Policy.Arn });
  },
  async play(act) {
    await act.call('iam', 'CreatePolicyVersion', { PolicyArn: act.kept.arn, PolicyDocument: document('Allow', '*'), SetAsDefault: true });
    act.changed('AWS::IAM::ManagedPolicy', act.kept.name!, act.kept.arn!, 'a new default version allows everything');
  },
  async innocent(act) {
    const name = act.name(['inventory-read', 'exports-read', 'dashboard-read']);
    const { Policy } = await act.call('iam', 'CreatePolicy', { PolicyName: name, PolicyDocument: document('Allow', 's3:ListBucket') });
    act.made('AWS::IAM::ManagedPolicy', name, Policy.Arn);
    await act.call('iam', 'CreatePolicyVersion', { PolicyArn: Policy.Arn, PolicyDocument: document('Allow', 's3:GetObject'), SetAsDefault: true });
  },
};
