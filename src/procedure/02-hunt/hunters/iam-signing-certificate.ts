import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { partition } from '../../shared/partition.ts';
import { foundAt, iamArn, present, time } from '../hunting/found.ts';
import { perUser } from '../hunting/principals.ts';

/** Certificates that sign requests for a user as an access key does. */
export const hunter: Hunter = {
  type: 'AWS::IAM::SigningCertificate',
  scope: 'global',
  title: text('Signing certificates of users', 'Certificados de firma de usuarios'),
  permissions: ['iam:ListUsers', 'iam:ListSigningCertificates'],
  createdByEvents: ['UploadSigningCertificate'],
  changedByEvents: ['UpdateSigningCertificate', 'DeleteSigningCertificate'],
  names: ['certificateId'],
  arn: (id, { partition: name, account }) => iamArn(name, account, 'signing-certificate', id),
  async *scan(ctx, region) {
    yield* perUser<{ CertificateId?: string; Status?: string; UploadDate?: string }>(
      ctx,
      region,
      'ListSigningCertificates',
      'Certificates',
      (one, userName) => {
        if (one.CertificateId === undefined) return undefined;
        const arn = iamArn(partition(ctx).name, ctx.facts.account ?? '', 'signing-certificate', one.CertificateId);
        const detail = present({ userName, status: one.Status });
        return foundAt(ctx, 'AWS::IAM::SigningCertificate', region, arn, one.CertificateId, { createdAt: time(one.UploadDate), detail });
      },
    );
  },
};
