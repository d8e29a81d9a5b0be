import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { date, plain, ROLE_ARN } from '../paging.ts';
import { shelf } from '../shelf.ts';
import { arn, MAX_RESULTS, paged, taken, unknown } from './shared.ts';

interface Notebook {
  name: string;
  type: string;
  role: string;
  created: number;
  ready: number;
  stopped: boolean;
  lifecycle?: string;
  direct: string;
  root: string;
  volume: number;
  tags: any[];
}
interface Lifecycle {
  name: string;
  created: number;
  onCreate: { Content?: string }[];
  onStart: { Content?: string }[];
}
const notebooks = shelf<Notebook>('sagemakerNotebooks', () => unknown('RecordNotFound'));
const lifecycles = shelf<Lifecycle>('sagemakerNotebookLifecycles', () => unknown('Notebook Instance Lifecycle Config not found'));
const NAMED = { length: [0, 63] as [number, number], pattern: '[a-zA-Z0-9](-*[a-zA-Z0-9])*' };
const status = (ctx: LabContext, one: Notebook): string => (one.stopped ? 'Stopped' : one.ready > ctx.now() ? 'Pending' : 'InService');
const summary = (ctx: LabContext, one: Notebook) => ({
  NotebookInstanceName: one.name,
  NotebookInstanceArn: arn(ctx, 'notebook-instance', one.name),
  NotebookInstanceStatus: status(ctx, one),
  Url: `${one.name}.notebook.${ctx.region.name}.sagemaker.aws`,
  InstanceType: one.type,
  CreationTime: date(one.created),
  LastModifiedTime: date(one.created),
  ...(one.lifecycle === undefined ? {} : { NotebookInstanceLifecycleConfigName: one.lifecycle }),
});
const resources = (input: any, ctx: LabContext): string[] => [arn(ctx, 'notebook-instance', input.NotebookInstanceName)];

export const operations: LabOperations = {
  CreateNotebookInstance: {
    constraints: {
      NotebookInstanceName: NAMED,
      RoleArn: ROLE_ARN,
      LifecycleConfigName: NAMED,
      DirectInternetAccess: { enum: ['Enabled', 'Disabled'] },
      RootAccess: { enum: ['Enabled', 'Disabled'] },
      VolumeSizeInGB: { min: 5, max: 16384 },
    },
    resources,
    run(input, ctx) {
      const name: string = input.NotebookInstanceName;
      if (notebooks.find(ctx, name)) throw taken(arn(ctx, 'notebook-instance', name));
      if (!/^ml\.[a-z0-9-]+\.[a-z0-9]+$/.test(input.InstanceType))
        throw unknown(`1 validation error detected: Value '${input.InstanceType}' at 'instanceType'`);
      if (input.LifecycleConfigName !== undefined) lifecycles.get(ctx, input.LifecycleConfigName);
      notebooks.put(ctx, name, {
        name,
        type: input.InstanceType,
        role: input.RoleArn,
        created: ctx.now(),
        ready: ctx.due(240),
        stopped: false,
        direct: input.DirectInternetAccess ?? 'Enabled',
        root: input.RootAccess ?? 'Enabled',
        volume: input.VolumeSizeInGB ?? 5,
        tags: plain(input.Tags ?? []),
        ...(input.LifecycleConfigName === undefined ? {} : { lifecycle: input.LifecycleConfigName }),
      });
      return { NotebookInstanceArn: arn(ctx, 'notebook-instance', name) };
    },
  },
  ListNotebookInstances: {
    constraints: { MaxResults: MAX_RESULTS },
    run(input, ctx) {
      const { items, rest } = paged(ctx, notebooks.all(ctx), input);
      return { NotebookInstances: items.map((one) => summary(ctx, one)), ...rest };
    },
  },
  DescribeNotebookInstance: {
    constraints: { NotebookInstanceName: NAMED },
    resources,
    run(input, ctx) {
      const one = notebooks.get(ctx, input.NotebookInstanceName);
      return { ...summary(ctx, one), RoleArn: one.role, DirectInternetAccess: one.direct, RootAccess: one.root, VolumeSizeInGB: one.volume };
    },
  },
  StopNotebookInstance: {
    constraints: { NotebookInstanceName: NAMED },
    resources,
    run(input, ctx) {
      const one = notebooks.get(ctx, input.NotebookInstanceName);
      if (status(ctx, one) !== 'InService') throw unknown(`Status (${status(ctx, one)}) not in ([InService]). Unable to transition to (Stopping)`);
      one.stopped = true;
    },
  },
  StartNotebookInstance: {
    constraints: { NotebookInstanceName: NAMED },
    resources,
    run(input, ctx) {
      const one = notebooks.get(ctx, input.NotebookInstanceName);
      if (!one.stopped) throw unknown(`Status (${status(ctx, one)}) not in ([Stopped, Failed]). Unable to transition to (Pending)`);
      one.stopped = false;
      one.ready = ctx.due(240);
    },
  },
  DeleteNotebookInstance: {
    constraints: { NotebookInstanceName: NAMED },
    resources,
    run(input, ctx) {
      const one = notebooks.get(ctx, input.NotebookInstanceName);
      if (!one.stopped) throw unknown(`Status (${status(ctx, one)}) not in ([Stopped, Failed]). Unable to transition to (Deleting)`);
      notebooks.drop(ctx, one.name);
    },
  },
  CreatePresignedNotebookInstanceUrl: {
    constraints: { NotebookInstanceName: NAMED, SessionExpirationDurationInSeconds: { min: 1800, max: 43200 } },
    resources,
    run(input, ctx) {
      const one = notebooks.get(ctx, input.NotebookInstanceName);
      if (status(ctx, one) !== 'InService') throw unknown(`Status (${status(ctx, one)}) not in ([InService]).`);
      return { AuthorizedUrl: `https://${one.name}.notebook.${ctx.region.name}.sagemaker.aws?authToken=${ctx.uuid()}` };
    },
  },
  CreateNotebookInstanceLifecycleConfig: {
    constraints: { NotebookInstanceLifecycleConfigName: NAMED, OnCreate: { length: [0, 1] }, OnStart: { length: [0, 1] } },
    run(input, ctx) {
      const name: string = input.NotebookInstanceLifecycleConfigName;
      if (lifecycles.find(ctx, name)) throw unknown('Notebook Instance Lifecycle Config already exists.');
      lifecycles.put(ctx, name, { name, created: ctx.now(), onCreate: plain(input.OnCreate ?? []), onStart: plain(input.OnStart ?? []) });
      return { NotebookInstanceLifecycleConfigArn: arn(ctx, 'notebook-instance-lifecycle-config', name) };
    },
  },
  ListNotebookInstanceLifecycleConfigs: {
    constraints: { MaxResults: MAX_RESULTS },
    run(input, ctx) {
      const { items, rest } = paged(ctx, lifecycles.all(ctx), input);
      return {
        NotebookInstanceLifecycleConfigs: items.map((one) => ({
          NotebookInstanceLifecycleConfigName: one.name,
          NotebookInstanceLifecycleConfigArn: arn(ctx, 'notebook-instance-lifecycle-config', one.name),
          CreationTime: date(one.created),
          LastModifiedTime: date(one.created),
        })),
        ...rest,
      };
    },
  },
  DescribeNotebookInstanceLifecycleConfig: {
    constraints: { NotebookInstanceLifecycleConfigName: NAMED },
    run(input, ctx) {
      const one = lifecycles.get(ctx, input.NotebookInstanceLifecycleConfigName);
      return {
        NotebookInstanceLifecycleConfigName: one.name,
        NotebookInstanceLifecycleConfigArn: arn(ctx, 'notebook-instance-lifecycle-config', one.name),
        OnCreate: one.onCreate,
        OnStart: one.onStart,
        CreationTime: date(one.created),
        LastModifiedTime: date(one.created),
      };
    },
  },
  DeleteNotebookInstanceLifecycleConfig: {
    constraints: { NotebookInstanceLifecycleConfigName: NAMED },
    run(input, ctx) {
      const name: string = input.NotebookInstanceLifecycleConfigName;
      lifecycles.get(ctx, name);
      if (notebooks.all(ctx).some((one) => one.lifecycle === name))
        throw new LabError('ValidationException', 'The lifecycle configuration is used by a notebook instance.', { status: 400 });
      lifecycles.drop(ctx, name);
    },
  },
};
