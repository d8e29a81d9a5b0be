import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';
import { rolesOf } from '../hunting/roles.ts';
import { commandReasons, decoded } from '../hunting/startup-code.ts';

const TYPE = 'AWS::SageMaker::NotebookInstance';
interface Notebook {
  NotebookInstanceName?: string;
  NotebookInstanceArn?: string;
  NotebookInstanceStatus?: string;
  InstanceType?: string;
  CreationTime?: string;
  NotebookInstanceLifecycleConfigName?: string;
  RoleArn?: string;
  DirectInternetAccess?: string;
  RootAccess?: string;
}
interface Lifecycle {
  OnCreate?: { Content?: string }[];
  OnStart?: { Content?: string }[];
}

async function look(ctx: ActionContext, region: string, summary: Notebook): Promise<Found[]> {
  const { NotebookInstanceName: name, NotebookInstanceArn: arn } = summary;
  if (name === undefined || arn === undefined) return [];
  const one = await read<Notebook>(ctx, 'sagemaker', region, 'DescribeNotebookInstance', { NotebookInstanceName: name });
  const config = one.NotebookInstanceLifecycleConfigName;
  const scripts = config
    ? await read<Lifecycle>(ctx, 'sagemaker', region, 'DescribeNotebookInstanceLifecycleConfig', { NotebookInstanceLifecycleConfigName: config })
    : {};
  return [
    foundAt(ctx, TYPE, region, arn, name, {
      createdAt: time(summary.CreationTime),
      roles: rolesOf(ctx, one.RoleArn),
      reasons: [
        ...machineReasons([one.InstanceType]),
        ...commandReasons([...(scripts.OnCreate ?? []), ...(scripts.OnStart ?? [])].map((hook) => decoded(hook.Content))),
      ],
      detail: present({
        instanceType: one.InstanceType,
        status: one.NotebookInstanceStatus,
        lifecycleConfig: oneLine(config, 63),
        directInternetAccess: one.DirectInternetAccess,
        rootAccess: one.RootAccess,
      }),
    }),
  ];
}

/** A machine with a console in the browser, root, and a role: a favourite for staying in. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('SageMaker notebooks', 'Cuadernos de SageMaker'),
  permissions: ['sagemaker:ListNotebookInstances', 'sagemaker:DescribeNotebookInstance', 'sagemaker:DescribeNotebookInstanceLifecycleConfig'],
  createdByEvents: ['CreateNotebookInstance'],
  changedByEvents: ['UpdateNotebookInstance', 'StartNotebookInstance', 'CreatePresignedNotebookInstanceUrl'],
  names: ['notebookInstanceName', 'notebookInstanceArn'],
  scan: (ctx, region) =>
    each(listed<Notebook>(ctx, 'sagemaker', region, 'ListNotebookInstances', 'NotebookInstances', { MaxResults: 100 }), (one) => look(ctx, region, one)),
};
