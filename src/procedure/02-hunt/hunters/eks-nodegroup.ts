import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read, unlessGone } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';
import { rolesOf } from '../hunting/roles.ts';

interface Nodegroup {
  nodegroupArn?: string;
  nodegroupName?: string;
  createdAt?: string;
  status?: string;
  capacityType?: string;
  instanceTypes?: string[];
  nodeRole?: string;
  scalingConfig?: { minSize?: number; maxSize?: number; desiredSize?: number };
  remoteAccess?: { ec2SshKey?: string };
  launchTemplate?: { id?: string };
}

/** Machines of Kubernetes clusters. */
export const hunter: Hunter = {
  type: 'AWS::EKS::Nodegroup',
  scope: 'regional',
  title: text('Node groups of EKS clusters', 'Grupos de nodos de clústeres de EKS'),
  permissions: ['eks:ListClusters', 'eks:ListNodegroups', 'eks:DescribeNodegroup'],
  createdByEvents: ['CreateNodegroup'],
  changedByEvents: ['UpdateNodegroupConfig', 'UpdateNodegroupVersion'],
  names: ['nodegroupArn', 'nodegroupName'],
  async *scan(ctx, region) {
    yield* each(listed<string>(ctx, 'eks', region, 'ListClusters', 'clusters'), async (clusterName) => {
      const found: Found[] = [];
      await unlessGone(async () => {
        for await (const nodegroupName of listed<string>(ctx, 'eks', region, 'ListNodegroups', 'nodegroups', { clusterName })) {
          const answer = await unlessGone(() => read<{ nodegroup?: Nodegroup }>(ctx, 'eks', region, 'DescribeNodegroup', { clusterName, nodegroupName }));
          const one = answer?.nodegroup;
          if (one?.nodegroupArn === undefined) continue;
          found.push(
            foundAt(ctx, 'AWS::EKS::Nodegroup', region, one.nodegroupArn, nodegroupName, {
              createdAt: time(one.createdAt),
              roles: rolesOf(ctx, one.nodeRole),
              reasons: machineReasons(one.instanceTypes ?? []),
              detail: present({
                cluster: clusterName,
                status: one.status,
                instanceTypes: one.instanceTypes?.slice(0, 20).join(', '),
                capacity: one.capacityType,
                nodes: one.scalingConfig?.desiredSize,
                atMost: one.scalingConfig?.maxSize,
                sshKey: oneLine(one.remoteAccess?.ec2SshKey),
                launchTemplate: one.launchTemplate?.id,
              }),
            }),
          );
        }
      });
      return found;
    });
  },
};
