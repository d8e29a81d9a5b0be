import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { listed } from '../hunting/calls.ts';
import { type Container, containerDetail, containerReasons } from '../hunting/containers.ts';
import { foundAt, present } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';

type Properties = Container & { jobRoleArn?: string; executionRoleArn?: string; instanceType?: string };
interface Task {
  taskRoleArn?: string;
  executionRoleArn?: string;
  containers?: Container[];
}
interface PodContainer {
  image?: string;
  command?: string[];
  args?: string[];
}
interface Definition {
  jobDefinitionName?: string;
  jobDefinitionArn?: string;
  revision?: number;
  status?: string;
  type?: string;
  platformCapabilities?: string[];
  containerProperties?: Properties;
  nodeProperties?: { nodeRangeProperties?: { container?: Properties }[] };
  ecsProperties?: { taskProperties?: Task[] };
  eksProperties?: { podProperties?: { containers?: PodContainer[]; initContainers?: PodContainer[] } };
}
/** The four ways in which a job says what it runs. */
function containersOf(one: Definition): Container[] {
  const pod = one.eksProperties?.podProperties;
  return [
    ...(one.containerProperties ? [one.containerProperties] : []),
    ...(one.nodeProperties?.nodeRangeProperties ?? []).flatMap(({ container }) => (container ? [container] : [])),
    ...(one.ecsProperties?.taskProperties ?? []).flatMap(({ containers }) => containers ?? []),
    ...[...(pod?.initContainers ?? []), ...(pod?.containers ?? [])].map(
      ({ image, command, args }): Container => ({ image, entryPoint: command, command: args }),
    ),
  ];
}
const rolesIn = (one: Definition): (string | undefined)[] => [
  ...[one.containerProperties, ...(one.nodeProperties?.nodeRangeProperties ?? []).map(({ container }) => container)].flatMap((each) => [
    each?.jobRoleArn,
    each?.executionRoleArn,
  ]),
  ...(one.ecsProperties?.taskProperties ?? []).flatMap((task) => [task.taskRoleArn, task.executionRoleArn]),
];

/**
 * What Batch jobs run, as which role: image and command stay ready to be submitted again. Every active revision: AWS Batch keeps no
 * creation times, only CloudTrail tells.
 */
export const hunter: Hunter = {
  type: 'AWS::Batch::JobDefinition',
  scope: 'regional',
  title: text('Batch job definitions', 'Definiciones de trabajos de Batch'),
  permissions: ['batch:DescribeJobDefinitions'],
  createdByEvents: ['RegisterJobDefinition'],
  names: ['jobDefinitionArn'],
  async *scan(ctx, region) {
    for await (const one of listed<Definition>(ctx, 'batch', region, 'DescribeJobDefinitions', 'jobDefinitions', { status: 'ACTIVE' })) {
      if (one.jobDefinitionArn === undefined) continue;
      const containers = containersOf(one);
      yield foundAt(ctx, 'AWS::Batch::JobDefinition', region, one.jobDefinitionArn, `${one.jobDefinitionName ?? ''}:${one.revision ?? ''}`, {
        createdAt: null,
        roles: rolesOf(ctx, ...rolesIn(one)),
        reasons: containerReasons(containers),
        detail: { ...present({ kind: one.type, platform: one.platformCapabilities?.join(', ') }), ...containerDetail(containers) },
      });
    }
  },
};
