import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, date, pageOf, plain } from '../paging.ts';
import { shelf } from '../shelf.ts';

interface Cluster {
  id: string;
  name: string;
  created: number;
  ready: number;
  ended?: number;
  serviceRole?: string;
  profile?: string;
  release: string;
  instances: any;
  bootstrap: any[];
  steps: any[];
  visible: boolean;
  logUri?: string;
}
const clusters = shelf<Cluster>('emrClusters', (id) => new LabError('InvalidRequestException', `Cluster id '${id}' is not valid.`));
const state = (ctx: LabContext, one: Cluster): string => (one.ended !== undefined ? 'TERMINATED' : one.ready > ctx.now() ? 'STARTING' : 'WAITING');
const status = (ctx: LabContext, one: Cluster) => ({
  State: state(ctx, one),
  Timeline: {
    CreationDateTime: date(one.created),
    ...(one.ready > ctx.now() ? {} : { ReadyDateTime: date(one.ready) }),
    ...(one.ended === undefined ? {} : { EndDateTime: date(one.ended) }),
  },
});
const arn = (ctx: LabContext, id: string): string => arnOf(ctx, 'elasticmapreduce', `cluster/${id}`);
const resources = (input: any, ctx: LabContext): string[] => [arn(ctx, input.ClusterId ?? input.JobFlowId)];
const CLUSTER_ID = { length: [0, 256] as [number, number] };
const stepId = (ctx: LabContext): string => `s-${ctx.letters(13)}`;

export const operations: LabOperations = {
  RunJobFlow: {
    mutates: true,
    constraints: { Name: { length: [0, 256] } },
    run(input, ctx) {
      if (!input.Instances.MasterInstanceType && !input.Instances.InstanceGroups?.length && !input.Instances.InstanceFleets?.length)
        throw new LabError('ValidationException', 'Instance groups or fleets, or a master instance type, must be given.', { status: 400 });
      const id = `j-${ctx.letters(13)}`;
      clusters.put(ctx, id, {
        id,
        name: input.Name,
        created: ctx.now(),
        ready: ctx.due(360),
        release: input.ReleaseLabel ?? 'emr-7.10.0',
        instances: plain(input.Instances),
        bootstrap: plain(input.BootstrapActions ?? []),
        steps: plain(input.Steps ?? []).map((step: any) => ({ ...step, Id: stepId(ctx) })),
        visible: input.VisibleToAllUsers !== false,
        ...(input.ServiceRole === undefined ? {} : { serviceRole: input.ServiceRole }),
        ...(input.JobFlowRole === undefined ? {} : { profile: input.JobFlowRole }),
        ...(input.LogUri === undefined ? {} : { logUri: input.LogUri }),
      });
      return { JobFlowId: id, ClusterArn: arn(ctx, id) };
    },
  },
  ListClusters: {
    constraints: { 'ClusterStates[]': { enum: ['STARTING', 'BOOTSTRAPPING', 'RUNNING', 'WAITING', 'TERMINATING', 'TERMINATED', 'TERMINATED_WITH_ERRORS'] } },
    run(input, ctx) {
      const after = input.CreatedAfter === undefined ? 0 : new Date(input.CreatedAfter).getTime();
      const all = clusters
        .all(ctx)
        .filter((one) => one.created >= after && (input.ClusterStates?.length ? input.ClusterStates.includes(state(ctx, one)) : true))
        .reverse();
      const { items, next } = pageOf(ctx, all, { token: input.Marker, size: 50 }, ['InvalidRequestException', 'Marker is not valid.']);
      return {
        Clusters: items.map((one) => ({ Id: one.id, Name: one.name, Status: status(ctx, one), ClusterArn: arn(ctx, one.id), NormalizedInstanceHours: 0 })),
        ...(next === undefined ? {} : { Marker: next }),
      };
    },
  },
  DescribeCluster: {
    constraints: { ClusterId: CLUSTER_ID },
    resources,
    run(input, ctx) {
      const one = clusters.get(ctx, input.ClusterId);
      const { Ec2KeyName, Ec2SubnetId, KeepJobFlowAliveWhenNoSteps, TerminationProtected } = one.instances;
      return {
        Cluster: {
          Id: one.id,
          Name: one.name,
          ClusterArn: arn(ctx, one.id),
          Status: status(ctx, one),
          ReleaseLabel: one.release,
          VisibleToAllUsers: one.visible,
          AutoTerminate: KeepJobFlowAliveWhenNoSteps !== true,
          TerminationProtected: TerminationProtected === true,
          Ec2InstanceAttributes: {
            ...(Ec2KeyName === undefined ? {} : { Ec2KeyName }),
            ...(Ec2SubnetId === undefined ? {} : { Ec2SubnetId }),
            ...(one.profile === undefined ? {} : { IamInstanceProfile: one.profile }),
          },
          ...(one.serviceRole === undefined ? {} : { ServiceRole: one.serviceRole }),
          ...(one.logUri === undefined ? {} : { LogUri: one.logUri }),
        },
      };
    },
  },
  ListBootstrapActions: {
    constraints: { ClusterId: CLUSTER_ID },
    resources,
    run(input, ctx) {
      const { bootstrap } = clusters.get(ctx, input.ClusterId);
      return {
        BootstrapActions: bootstrap.map((one) => ({
          Name: one.Name,
          ScriptPath: one.ScriptBootstrapAction?.Path,
          Args: one.ScriptBootstrapAction?.Args ?? [],
        })),
      };
    },
  },
  AddJobFlowSteps: {
    mutates: true,
    constraints: { JobFlowId: { length: [0, 256] } },
    resources,
    run(input, ctx) {
      const one = clusters.get(ctx, input.JobFlowId);
      if (one.ended !== undefined)
        throw new LabError('ValidationException', 'A job flow that is shutting down, terminated, or finished may not be modified.', { status: 400 });
      const steps = plain(input.Steps).map((step: any) => ({ ...step, Id: stepId(ctx) }));
      one.steps.push(...steps);
      return { StepIds: steps.map((step: any) => step.Id) };
    },
  },
  TerminateJobFlows: {
    run(input, ctx) {
      for (const id of input.JobFlowIds) {
        const one = clusters.get(ctx, id);
        if (one.instances.TerminationProtected)
          throw new LabError('ValidationException', 'Could not shut down one or more job flows since they are termination protected.', { status: 400 });
        one.ended ??= ctx.now();
      }
    },
  },
};
