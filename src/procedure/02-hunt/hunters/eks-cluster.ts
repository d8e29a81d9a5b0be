import type { Found, Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { each, listed, read, unlessGone } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';

interface Cluster {
  name?: string;
  arn?: string;
  createdAt?: string;
  version?: string;
  roleArn?: string;
  status?: string;
  resourcesVpcConfig?: { endpointPublicAccess?: boolean; publicAccessCidrs?: string[]; vpcId?: string };
  accessConfig?: { authenticationMode?: string };
}
const OPEN: Reason = {
  code: 'public',
  text: text(
    'its API answers anybody on the internet (who may do what is decided inside)',
    'su API responde a cualquiera en internet (dentro se decide quién puede qué)',
  ),
};
const isOpen = (config: Cluster['resourcesVpcConfig']): boolean =>
  config?.endpointPublicAccess === true && (config.publicAccessCidrs ?? ['0.0.0.0/0']).some((cidr) => cidr === '0.0.0.0/0' || cidr === '::/0');

/** Kubernetes clusters: inside them more may run than AWS shows. */
export const hunter: Hunter = {
  type: 'AWS::EKS::Cluster',
  scope: 'regional',
  title: text('EKS clusters', 'Clústeres de EKS'),
  permissions: ['eks:ListClusters', 'eks:DescribeCluster'],
  createdByEvents: ['CreateCluster', 'RegisterCluster'],
  changedByEvents: [
    'UpdateClusterConfig',
    'CreateAccessEntry',
    'AssociateAccessPolicy',
    'AssociateIdentityProviderConfig',
    'CreatePodIdentityAssociation',
    'CreateAddon',
  ],
  names: ['arn', 'name', 'clusterName'],
  async *scan(ctx, region) {
    yield* each(listed<string>(ctx, 'eks', region, 'ListClusters', 'clusters'), async (name): Promise<Found[]> => {
      const answer = await unlessGone(() => read<{ cluster?: Cluster }>(ctx, 'eks', region, 'DescribeCluster', { name }));
      const one = answer?.cluster;
      if (one?.arn === undefined) return [];
      const config = one.resourcesVpcConfig;
      return [
        foundAt(ctx, 'AWS::EKS::Cluster', region, one.arn, name, {
          createdAt: time(one.createdAt),
          roles: rolesOf(ctx, one.roleArn),
          reasons: isOpen(config) ? [OPEN] : [],
          detail: present({
            status: one.status,
            version: one.version,
            vpc: config?.vpcId,
            publicEndpoint: config?.endpointPublicAccess,
            openTo: config?.endpointPublicAccess === true ? config.publicAccessCidrs?.slice(0, 20).join(', ') : undefined,
            authentication: one.accessConfig?.authenticationMode,
          }),
        }),
      ];
    });
  },
};
