import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';

const TYPE = 'AWS::SageMaker::Domain';
interface Domain {
  DomainId?: string;
  DomainArn?: string;
  DomainName?: string;
  Status?: string;
  CreationTime?: string;
  AuthMode?: string;
  DefaultUserSettings?: { ExecutionRole?: string };
}

/** Studio domains, in which people start machines and notebooks with a role. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('SageMaker Studio domains', 'Dominios de SageMaker Studio'),
  permissions: ['sagemaker:ListDomains', 'sagemaker:DescribeDomain'],
  createdByEvents: ['CreateDomain'],
  changedByEvents: ['UpdateDomain', 'CreateUserProfile', 'UpdateUserProfile', 'CreatePresignedDomainUrl'],
  names: ['domainId', 'domainArn'],
  scan: (ctx, region) =>
    each(
      listed<Domain>(ctx, 'sagemaker', region, 'ListDomains', 'Domains', { MaxResults: 100 }),
      async ({ DomainId, DomainArn, DomainName, Status, CreationTime }) => {
        if (DomainId === undefined || DomainArn === undefined) return [];
        const one = await read<Domain>(ctx, 'sagemaker', region, 'DescribeDomain', { DomainId });
        return [
          foundAt(ctx, TYPE, region, DomainArn, DomainId, {
            createdAt: time(CreationTime),
            roles: rolesOf(ctx, one.DefaultUserSettings?.ExecutionRole),
            detail: present({ name: oneLine(DomainName, 63), status: Status, auth: one.AuthMode }),
          }),
        ];
      },
    ),
};
