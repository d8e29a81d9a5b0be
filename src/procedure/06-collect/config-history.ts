import { type Call, type Collector, type Json, text } from '../../kernel/index.ts';
import { ofInstance, takeEach, type Wanted } from '../shared/collected.ts';

/** Config's words for "I do not record this". */
const NONE = { none: ['ResourceNotDiscovered', 'NoAvailableConfigurationRecorder'] };

/** How it was before: AWS Config's record of the instance, its interfaces and its groups, where somebody switched it on. */
export const collector: Collector = {
  id: 'config-history',
  step: 6,
  title: text('Its history in AWS Config', 'Su historia en AWS Config'),
  permissions: ['ec2:DescribeInstances', 'config:GetResourceConfigHistory'],
  collect: ofInstance('config-history', async function* (ctx, { region, instanceId, instance }) {
    const history = (resourceType: string, resourceId: string): Wanted => {
      const input: Json = { resourceType, resourceId };
      const call: Call = { service: 'config-service', operation: 'GetResourceConfigHistory', region, input };
      return [`config-history ${resourceId}`, call, { all: true, ...NONE }];
    };
    const interfaces = instance.NetworkInterfaces ?? [];
    const groups = new Set(interfaces.flatMap((one) => (one.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? [])));
    yield* takeEach(ctx, [
      history('AWS::EC2::Instance', instanceId),
      ...interfaces.flatMap((one) => (one.NetworkInterfaceId ? [history('AWS::EC2::NetworkInterface', one.NetworkInterfaceId)] : [])),
      ...[...groups].map((id) => history('AWS::EC2::SecurityGroup', id)),
    ]);
  }),
};
