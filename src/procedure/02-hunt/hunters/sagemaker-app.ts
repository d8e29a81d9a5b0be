import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { arnFor, foundAt, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';

const TYPE = 'AWS::SageMaker::App';
interface App {
  DomainId?: string;
  UserProfileName?: string;
  SpaceName?: string;
  AppType?: string;
  AppName?: string;
  Status?: string;
  CreationTime?: string;
  ResourceSpec?: { InstanceType?: string };
}

/** What runs inside a Studio domain, and on which machine. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('SageMaker Studio apps', 'Aplicaciones de SageMaker Studio'),
  permissions: ['sagemaker:ListApps'],
  createdByEvents: ['CreateApp'],
  names: ['appArn'],
  async *scan(ctx, region) {
    for await (const one of listed<App>(ctx, 'sagemaker', region, 'ListApps', 'Apps', { MaxResults: 100 })) {
      if (one.AppName === undefined || one.AppType === undefined) continue;
      // The ARN is not in the list; it is made of these words.
      const path = [one.DomainId, one.UserProfileName ?? one.SpaceName, one.AppType.toLowerCase(), one.AppName].map((word) => oneLine(word, 80)).join('/');
      yield foundAt(ctx, TYPE, region, arnFor(ctx, 'sagemaker', region, `app/${path}`), path, {
        createdAt: time(one.CreationTime),
        alive: one.Status !== 'Deleted',
        reasons: machineReasons([one.ResourceSpec?.InstanceType]),
        detail: present({ status: one.Status, instanceType: one.ResourceSpec?.InstanceType }),
      });
    }
  },
};
