import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';
import { rolesOf, rolesOfProfile } from '../hunting/roles.ts';

interface Environment {
  computeEnvironmentName?: string;
  computeEnvironmentArn?: string;
  ecsClusterArn?: string;
  type?: string;
  state?: string;
  status?: string;
  serviceRole?: string;
  computeResources?: {
    type?: string;
    minvCpus?: number;
    maxvCpus?: number;
    desiredvCpus?: number;
    instanceTypes?: string[];
    ec2KeyPair?: string;
    imageId?: string;
    instanceRole?: string;
    launchTemplate?: { launchTemplateId?: string; launchTemplateName?: string };
  };
}

/**
 * Machines that AWS Batch rents by itself as soon as jobs wait: mining at scale without one instance started by hand. AWS Batch keeps
 * no creation times: only CloudTrail tells. `instanceRole` is an instance profile, whose role stands in IAM.
 */
export const hunter: Hunter = {
  type: 'AWS::Batch::ComputeEnvironment',
  scope: 'regional',
  title: text('Batch compute environments', 'Entornos de computación de Batch'),
  permissions: ['batch:DescribeComputeEnvironments', 'iam:GetInstanceProfile'],
  createdByEvents: ['CreateComputeEnvironment'],
  changedByEvents: ['UpdateComputeEnvironment'],
  names: ['computeEnvironmentArn', 'computeEnvironmentName', 'computeEnvironment'],
  async *scan(ctx, region) {
    for await (const one of listed<Environment>(ctx, 'batch', region, 'DescribeComputeEnvironments', 'computeEnvironments')) {
      if (one.computeEnvironmentArn === undefined || one.computeEnvironmentName === undefined) continue;
      const machines = one.computeResources;
      yield foundAt(ctx, 'AWS::Batch::ComputeEnvironment', region, one.computeEnvironmentArn, one.computeEnvironmentName, {
        createdAt: null,
        alive: one.status !== 'DELETED' && one.status !== 'DELETING',
        roles: [...rolesOf(ctx, one.serviceRole), ...(await rolesOfProfile(ctx, machines?.instanceRole)).roles],
        reasons: machineReasons(machines?.instanceTypes ?? []),
        detail: present({
          state: one.state,
          status: one.status,
          machines: machines?.type,
          instanceTypes: machines?.instanceTypes?.slice(0, 20).join(', '),
          minCpus: machines?.minvCpus,
          maxCpus: machines?.maxvCpus,
          desiredCpus: machines?.desiredvCpus,
          image: machines?.imageId,
          sshKey: oneLine(machines?.ec2KeyPair),
          launchTemplate: oneLine(machines?.launchTemplate?.launchTemplateId ?? machines?.launchTemplate?.launchTemplateName),
          instanceProfile: machines?.instanceRole,
          cluster: one.ecsClusterArn,
        }),
      });
    }
  },
};
