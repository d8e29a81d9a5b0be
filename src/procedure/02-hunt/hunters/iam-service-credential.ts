import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { partition } from '../../shared/partition.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, iamArn, present, time } from '../hunting/found.ts';

interface Credential {
  ServiceSpecificCredentialId?: string;
  ServiceName?: string;
  UserName?: string;
  Status?: string;
  CreateDate?: string;
  ExpirationDate?: string;
  ServiceCredentialAlias?: string;
}

/** Long-lived keys for one service, which work without any access key. */
export const hunter: Hunter = {
  type: 'AWS::IAM::ServiceSpecificCredential',
  scope: 'global',
  title: text('Keys for single services: Bedrock, CodeCommit, Keyspaces, logs', 'Claves de un solo servicio: Bedrock, CodeCommit, Keyspaces, registros'),
  permissions: ['iam:ListServiceSpecificCredentials'],
  createdByEvents: ['CreateServiceSpecificCredential'],
  changedByEvents: ['UpdateServiceSpecificCredential', 'ResetServiceSpecificCredential', 'DeleteServiceSpecificCredential'],
  names: ['serviceSpecificCredentialId'],
  arn: (id, { partition: name, account }) => iamArn(name, account, 'service-specific-credential', id),
  async *scan(ctx, region) {
    const all = listed<Credential>(ctx, 'iam', region, 'ListServiceSpecificCredentials', 'ServiceSpecificCredentials', { AllUsers: true });
    for await (const one of all) {
      const id = one.ServiceSpecificCredentialId;
      if (id === undefined) continue;
      const arn = iamArn(partition(ctx).name, ctx.facts.account ?? '', 'service-specific-credential', id);
      yield foundAt(ctx, 'AWS::IAM::ServiceSpecificCredential', region, arn, id, {
        createdAt: time(one.CreateDate),
        detail: present({
          userName: one.UserName,
          service: one.ServiceName,
          status: one.Status,
          expires: time(one.ExpirationDate),
          alias: oneLine(one.ServiceCredentialAlias) || undefined,
        }),
      });
    }
  },
};
