import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { adminReasons, grantDetail, grantsAdmin } from '../hunting/grants.ts';
import { detailsOf } from '../hunting/principals.ts';

interface Policy {
  PolicyName?: string;
  Arn?: string;
  CreateDate?: string;
  AttachmentCount?: number;
  PermissionsBoundaryUsageCount?: number;
  PolicyVersionList?: { VersionId?: string; IsDefaultVersion?: boolean; CreateDate?: string; Document?: unknown }[];
}

/** Policies of the account: a new default version changes what everybody attached to it may do. */
export const hunter: Hunter = {
  type: 'AWS::IAM::ManagedPolicy',
  scope: 'global',
  title: text('IAM policies of the account, with their versions', 'Políticas de IAM de la cuenta, con sus versiones'),
  permissions: ['iam:GetAccountAuthorizationDetails'],
  createdByEvents: ['CreatePolicy'],
  changedByEvents: ['CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion'],
  names: ['arn', 'policyArn', 'policyName'],
  async *scan(ctx, region, since) {
    for await (const one of detailsOf<Policy>(ctx, region, 'LocalManagedPolicy')) {
      if (one.PolicyName === undefined || one.Arn === undefined) continue;
      const versions = one.PolicyVersionList ?? [];
      const inForce = versions.find((version) => version.IsDefaultVersion);
      const verdict = grantsAdmin(inForce?.Document);
      const named = [`${one.PolicyName} ${inForce?.VersionId ?? ''}`.trim()];
      const may = { admin: verdict === 'yes', by: verdict === 'yes' ? named : [], malformed: verdict === 'malformed' ? named : [] };
      const newest = versions
        .map((version) => time(version.CreateDate) ?? '')
        .sort()
        .at(-1);
      yield foundAt(ctx, 'AWS::IAM::ManagedPolicy', region, one.Arn, one.PolicyName, {
        createdAt: time(one.CreateDate),
        // A new version counts from its own day, not from the policy's.
        reasons: adminReasons(may, time(inForce?.CreateDate), since),
        detail: {
          ...present({
            inForce: inForce?.VersionId,
            versions: versions.length,
            newestVersion: newest,
            attachments: one.AttachmentCount,
            boundaryOf: one.PermissionsBoundaryUsageCount,
          }),
          ...grantDetail(may),
        },
      });
    }
  },
};
