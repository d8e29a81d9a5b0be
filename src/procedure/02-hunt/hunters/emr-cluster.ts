import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { rolesOf, rolesOfProfile } from '../hunting/roles.ts';
import { commandReasons } from '../hunting/startup-code.ts';

const TYPE = 'AWS::EMR::Cluster';
interface Cluster {
  Id?: string;
  ClusterArn?: string;
  Name?: string;
  Status?: { State?: string; Timeline?: { CreationDateTime?: string } };
  ServiceRole?: string;
  ReleaseLabel?: string;
  Ec2InstanceAttributes?: { IamInstanceProfile?: string; Ec2KeyName?: string };
}
/** Ended clusters stay listed for two months; CloudTrail knows those of the key. */
const LIVING = ['STARTING', 'BOOTSTRAPPING', 'RUNNING', 'WAITING', 'TERMINATING'];

async function look(ctx: ActionContext, region: string, summary: Cluster): Promise<Found[]> {
  const { Id, ClusterArn } = summary;
  if (Id === undefined || ClusterArn === undefined) return [];
  const [{ Cluster: one }, { BootstrapActions: boots = [] }] = await Promise.all([
    read<{ Cluster?: Cluster }>(ctx, 'emr', region, 'DescribeCluster', { ClusterId: Id }),
    read<{ BootstrapActions?: { ScriptPath?: string; Args?: string[] }[] }>(ctx, 'emr', region, 'ListBootstrapActions', { ClusterId: Id }),
  ]);
  const profile = one?.Ec2InstanceAttributes?.IamInstanceProfile;
  return [
    foundAt(ctx, TYPE, region, ClusterArn, Id, {
      createdAt: time(summary.Status?.Timeline?.CreationDateTime),
      roles: [...rolesOf(ctx, one?.ServiceRole), ...(await rolesOfProfile(ctx, profile)).roles],
      reasons: commandReasons(boots.map((boot) => [boot.ScriptPath, ...(boot.Args ?? [])].join(' '))),
      detail: present({
        name: oneLine(summary.Name, 100),
        state: summary.Status?.State,
        release: one?.ReleaseLabel,
        keyPair: oneLine(one?.Ec2InstanceAttributes?.Ec2KeyName, 60),
        bootstrap: oneLine(boots.map((boot) => boot.ScriptPath).join(', ')),
      }),
    }),
  ];
}

/** Clusters that run: many machines at once, each with a role and with scripts of the maker's own. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('EMR clusters', 'Clústeres de EMR'),
  source: 'elasticmapreduce.amazonaws.com',
  permissions: ['elasticmapreduce:ListClusters', 'elasticmapreduce:DescribeCluster', 'elasticmapreduce:ListBootstrapActions', 'iam:GetInstanceProfile'],
  createdByEvents: ['RunJobFlow'],
  changedByEvents: ['AddJobFlowSteps', 'AddInstanceGroups', 'AddInstanceFleet', 'ModifyInstanceGroups', 'ModifyInstanceFleet', 'SetTerminationProtection'],
  names: ['jobFlowId', 'jobFlowIds', 'clusterId', 'clusterArn'],
  arn: (id, { partition, region, account }) => `arn:${partition}:elasticmapreduce:${region}:${account}:cluster/${id}`,
  scan: (ctx, region) => each(listed<Cluster>(ctx, 'emr', region, 'ListClusters', 'Clusters', { ClusterStates: LIVING }), (one) => look(ctx, region, one)),
};
