import { type ActionContext, type Call, type Collected, type Collector, type Json, text } from '../../kernel/index.ts';
import { type AboutInstance, notApplicable, ofInstance, take, takeEach } from '../shared/collected.ts';
import { tagValue } from '../shared/ec2.ts';
import { oneLine } from '../shared/names.ts';

/** Names as ECS and EKS allow them; anything else in a tag is hostile text. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/;

/** Is it a container host? Then others' workloads run on it, and draining it would delete the evidence. */
export const collector: Collector = {
  id: 'containers',
  step: 6,
  title: text('ECS and EKS membership', 'Pertenencia a ECS y EKS'),
  permissions: [
    'ec2:DescribeInstances',
    'ecs:ListClusters',
    'ecs:ListContainerInstances',
    'ecs:DescribeContainerInstances',
    'ecs:ListTasks',
    'ecs:DescribeTasks',
    'eks:DescribeCluster',
    'eks:DescribeNodegroup',
  ],
  collect: ofInstance('containers', async function* (ctx, about) {
    const [ecs, eks] = await Promise.all([ofEcs(ctx, about), ofEks(ctx, about)]);
    yield* [...ecs, ...eks];
  }),
};

async function ofEcs(ctx: ActionContext, { region, instanceId }: AboutInstance): Promise<Collected[]> {
  const ask = (operation: string, input: Json): Call => ({ service: 'ecs', operation, region, input });
  const clusters = await take<{ clusterArns?: string[] }>(ctx, 'ecs-clusters', ask('ListClusters', {}), { all: true });
  const items = [clusters.item];
  const found = await Promise.all(
    (clusters.output?.clusterArns ?? []).map(async (cluster) => ({
      cluster,
      hosts: await take<{ containerInstanceArns?: string[] }>(
        ctx,
        `ecs-container-instances ${oneLine(cluster.split('/').at(-1), 100)}`,
        // The id has the form i-0...: safe in the query language.
        ask('ListContainerInstances', { cluster, filter: `ec2InstanceId == '${instanceId}'` }),
      ),
    })),
  );
  for (const { cluster, hosts } of found) {
    const arns = hosts.output?.containerInstanceArns ?? [];
    if (!hosts.output) items.push(hosts.item);
    if (arns.length === 0) continue;
    const host = await take(ctx, 'ecs-container-instance', ask('DescribeContainerInstances', { cluster, containerInstances: arns, include: ['TAGS'] }));
    const tasks = await take<{ taskArns?: string[] }>(ctx, 'ecs-tasks-on-host', ask('ListTasks', { cluster, containerInstance: arns[0]! }), { all: true });
    items.push(hosts.item, host.item, tasks.item);
    const running = (tasks.output?.taskArns ?? []).slice(0, 100);
    if (running.length > 0) items.push((await take(ctx, 'ecs-tasks', ask('DescribeTasks', { cluster, tasks: running }))).item);
  }
  return items;
}

async function ofEks(ctx: ActionContext, { region, instance, evidence }: AboutInstance): Promise<Collected[]> {
  const owned = (instance.Tags ?? []).find(({ Key }) => Key.startsWith('kubernetes.io/cluster/'))?.Key.slice('kubernetes.io/cluster/'.length);
  const name = tagValue(instance.Tags, 'aws:eks:cluster-name') ?? tagValue(instance.Tags, 'eks:cluster-name') ?? owned;
  const nodegroup = tagValue(instance.Tags, 'eks:nodegroup-name');
  if (!name || !NAME.test(name))
    return [notApplicable('eks-cluster', text('No tag says that it is a node of EKS.', 'Ninguna etiqueta dice que sea un nodo de EKS.'), evidence)];
  const items: Collected[] = [];
  const ask = (operation: string, input: Json): Call => ({ service: 'eks', operation, region, input });
  for await (const item of takeEach(ctx, [
    ['eks-cluster', ask('DescribeCluster', { name })],
    ...(nodegroup && NAME.test(nodegroup) ? ([['eks-nodegroup', ask('DescribeNodegroup', { clusterName: name, nodegroupName: nodegroup })]] as const) : []),
  ]))
    items.push(item);
  return items;
}
