import { type Call, type Collector, type Json, text } from '../../kernel/index.ts';
import { notApplicable, take, takeEach, type Wanted } from '../shared/collected.ts';
import { targetOf } from '../shared/ec2.ts';

/** Systems Manager User Guide, "Metadata collected by Inventory". */
const INVENTORY = [
  'AWS:InstanceInformation',
  'AWS:Application',
  'AWS:AWSComponent',
  'AWS:Network',
  'AWS:Service',
  'AWS:WindowsRole',
  'AWS:WindowsUpdate',
  'AWS:PatchSummary',
  'AWS:Tag',
] as const;

/** What Systems Manager knows of the guest: agent, platform, software. It is the guest's own word; an attacker with root may have written it. */
export const collector: Collector = {
  id: 'ssm-agent',
  step: 6,
  title: text('Systems Manager: agent and inventory', 'Systems Manager: agente e inventario'),
  permissions: ['ssm:DescribeInstanceInformation', 'ssm:ListInventoryEntries'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const ask = (operation: string, input: Json): Call => ({ service: 'ssm', operation, region, input });
    const { item, output } = await take<{ InstanceInformationList?: Json[] }>(
      ctx,
      'ssm-instance-information',
      ask('DescribeInstanceInformation', { Filters: [{ Key: 'InstanceIds', Values: [instanceId] }] }),
    );
    yield item;
    if (output && (output.InstanceInformationList ?? []).length === 0) {
      yield notApplicable('ssm-inventory', text('Systems Manager does not manage it.', 'Systems Manager no la administra.'), item.reading);
      return;
    }
    yield* takeEach(
      ctx,
      INVENTORY.map(
        (TypeName): Wanted => [
          `ssm-inventory ${TypeName}`,
          ask('ListInventoryEntries', { InstanceId: instanceId, TypeName }),
          { all: true, none: ['InvalidTypeName', 'InvalidInstanceId'] },
        ],
      ),
    );
  },
};
