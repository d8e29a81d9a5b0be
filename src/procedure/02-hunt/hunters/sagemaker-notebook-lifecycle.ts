import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, time } from '../hunting/found.ts';
import { commandReasons, decoded } from '../hunting/startup-code.ts';

const TYPE = 'AWS::SageMaker::NotebookInstanceLifecycleConfig';
interface Config {
  NotebookInstanceLifecycleConfigName?: string;
  NotebookInstanceLifecycleConfigArn?: string;
  CreationTime?: string;
  OnCreate?: { Content?: string }[];
  OnStart?: { Content?: string }[];
}

async function look(ctx: ActionContext, region: string, summary: Config): Promise<Found[]> {
  const { NotebookInstanceLifecycleConfigName: name, NotebookInstanceLifecycleConfigArn: arn } = summary;
  if (name === undefined || arn === undefined) return [];
  const one = await read<Config>(ctx, 'sagemaker', region, 'DescribeNotebookInstanceLifecycleConfig', { NotebookInstanceLifecycleConfigName: name });
  const hooks = [...(one.OnCreate ?? []), ...(one.OnStart ?? [])].map((hook) => decoded(hook.Content));
  return [foundAt(ctx, TYPE, region, arn, name, { createdAt: time(summary.CreationTime), reasons: commandReasons(hooks), detail: { scripts: hooks.length } })];
}

/** Scripts that run as root whenever a notebook starts, also one that does not exist yet. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('SageMaker notebook start-up scripts', 'Scripts de arranque de cuadernos de SageMaker'),
  permissions: ['sagemaker:ListNotebookInstanceLifecycleConfigs', 'sagemaker:DescribeNotebookInstanceLifecycleConfig'],
  createdByEvents: ['CreateNotebookInstanceLifecycleConfig'],
  changedByEvents: ['UpdateNotebookInstanceLifecycleConfig'],
  names: ['notebookInstanceLifecycleConfigName', 'notebookInstanceLifecycleConfigArn'],
  scan: (ctx, region) =>
    each(listed<Config>(ctx, 'sagemaker', region, 'ListNotebookInstanceLifecycleConfigs', 'NotebookInstanceLifecycleConfigs', { MaxResults: 100 }), (one) =>
      look(ctx, region, one),
    ),
};
