import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';
import { commandReasons } from '../hunting/startup-code.ts';

const TYPE = 'AWS::AppRunner::Service';
interface Service {
  ServiceName?: string;
  ServiceArn?: string;
  ServiceUrl?: string;
  CreatedAt?: string;
  Status?: string;
  SourceConfiguration?: {
    AuthenticationConfiguration?: { AccessRoleArn?: string };
    ImageRepository?: { ImageIdentifier?: string; ImageConfiguration?: { StartCommand?: string } };
    CodeRepository?: { RepositoryUrl?: string };
  };
  InstanceConfiguration?: { InstanceRoleArn?: string };
  NetworkConfiguration?: { IngressConfiguration?: { IsPubliclyAccessible?: boolean } };
}

async function look(ctx: ActionContext, region: string, summary: Service): Promise<Found[]> {
  const { ServiceArn: arn, ServiceName: name } = summary;
  if (arn === undefined || name === undefined) return [];
  const { Service: one = {} } = await read<{ Service?: Service }>(ctx, 'apprunner', region, 'DescribeService', { ServiceArn: arn });
  const source = one.SourceConfiguration;
  return [
    foundAt(ctx, TYPE, region, arn, name, {
      createdAt: time(summary.CreatedAt),
      alive: summary.Status !== 'DELETED',
      roles: rolesOf(ctx, one.InstanceConfiguration?.InstanceRoleArn, source?.AuthenticationConfiguration?.AccessRoleArn),
      reasons: commandReasons([source?.ImageRepository?.ImageConfiguration?.StartCommand]),
      // Open to the internet is what these services are for: a fact, no reason.
      detail: present({
        status: summary.Status,
        url: oneLine(summary.ServiceUrl, 120),
        source: oneLine(source?.ImageRepository?.ImageIdentifier ?? source?.CodeRepository?.RepositoryUrl),
        openToInternet: one.NetworkConfiguration?.IngressConfiguration?.IsPubliclyAccessible,
      }),
    }),
  ];
}

/** Containers and code that AWS runs and puts on the internet by itself; also what mines unseen. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('App Runner services', 'Servicios de App Runner'),
  permissions: ['apprunner:ListServices', 'apprunner:DescribeService'],
  createdByEvents: ['CreateService'],
  changedByEvents: ['UpdateService', 'StartDeployment', 'ResumeService', 'AssociateCustomDomain'],
  names: ['serviceArn', 'serviceName'],
  scan: (ctx, region) =>
    each(listed<Service>(ctx, 'apprunner', region, 'ListServices', 'ServiceSummaryList', { MaxResults: 20 }), (one) => look(ctx, region, one)),
};
