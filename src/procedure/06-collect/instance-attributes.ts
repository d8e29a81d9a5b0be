import { type Collector, text } from '../../kernel/index.ts';
import { take } from '../shared/collected.ts';
import { ec2, targetOf } from '../shared/ec2.ts';

/** Every attribute DescribeInstanceAttribute answers for, but `userData` (an item of its own) and `enaSupport` (refused there). */
export const ATTRIBUTES = [
  'disableApiTermination',
  'disableApiStop',
  'instanceInitiatedShutdownBehavior',
  'instanceType',
  'kernel',
  'ramdisk',
  'rootDeviceName',
  'blockDeviceMapping',
  'groupSet',
  'sourceDestCheck',
  'ebsOptimized',
  'sriovNetSupport',
  'enclaveOptions',
  'productCodes',
] as const;

export const collector: Collector = {
  id: 'instance-attributes',
  step: 6,
  title: text('The attributes of the instance', 'Los atributos de la instancia'),
  permissions: ['ec2:DescribeInstanceAttribute'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const items = ATTRIBUTES.map((attribute) =>
      take(ctx, `attribute-${attribute}`, ec2(region, 'DescribeInstanceAttribute', { InstanceId: instanceId, Attribute: attribute })),
    );
    for (const { item } of await Promise.all(items)) yield item;
  },
};
