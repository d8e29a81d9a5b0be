import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { imageOf } from '../ec2/image-catalogue.ts';
import { TYPES } from '../ec2/type-catalogue.ts';
import { configurations, groups, type LaunchConfiguration } from './model.ts';

const NAME = { length: [1, 255] as [number, number] };
const arnOf = (ctx: LabContext, name: string): string =>
  `arn:aws:autoscaling:${ctx.region.name}:${ctx.account.id}:launchConfiguration:*:launchConfigurationName/${name}`;
const resources = (input: any, ctx: LabContext): string[] => [arnOf(ctx, input.LaunchConfigurationName ?? '*')];
const view = (row: LaunchConfiguration) => ({
  ...row.spec,
  LaunchConfigurationName: row.name,
  LaunchConfigurationARN: row.arn,
  CreatedTime: new Date(row.created),
  SecurityGroups: row.spec.SecurityGroups ?? [],
  BlockDeviceMappings: row.spec.BlockDeviceMappings ?? [],
  InstanceMonitoring: row.spec.InstanceMonitoring ?? { Enabled: true },
  EbsOptimized: row.spec.EbsOptimized ?? false,
  KeyName: row.spec.KeyName ?? '',
  UserData: row.spec.UserData ?? '',
});

export const operations: LabOperations = {
  CreateLaunchConfiguration: {
    run(input, ctx) {
      const { LaunchConfigurationName: name, ...spec } = input;
      if (configurations.find(ctx, name))
        throw new LabError('AlreadyExists', `Launch Configuration by this name already exists - A launch configuration already exists with the name ${name}`);
      if (!spec.ImageId)
        throw new LabError('ValidationError', 'Valid requests must contain either the InstanceID parameter or both the ImageId and InstanceType parameters.');
      if (!TYPES.has(spec.InstanceType)) throw new LabError('ValidationError', `Invalid instance type: ${spec.InstanceType}`);
      try {
        imageOf(ctx, spec.ImageId);
      } catch (error) {
        throw error instanceof LabError ? new LabError('ValidationError', error.message) : error;
      }
      const arn = arnOf(ctx, name).replace(':*:', `:${ctx.uuid()}:`);
      configurations.put(ctx, name, { name, arn, created: ctx.now(), spec: JSON.parse(JSON.stringify(spec)) });
      return {};
    },
    resources,
    constraints: {
      LaunchConfigurationName: NAME,
      ImageId: NAME,
      KeyName: NAME,
      InstanceType: NAME,
      UserData: { length: [0, 21847] },
      IamInstanceProfile: { length: [1, 1600] },
      SpotPrice: NAME,
    },
  },
  DescribeLaunchConfigurations: {
    run(input, ctx) {
      const names: string[] = input.LaunchConfigurationNames ?? [];
      const rows = configurations.all(ctx).filter((row) => names.length === 0 || names.includes(row.name));
      const { items, next } = ctx.page(rows, input.NextToken, input.MaxRecords, { size: 50 });
      return { LaunchConfigurations: items.map(view), NextToken: next };
    },
    constraints: { 'LaunchConfigurationNames[]': NAME },
  },
  DeleteLaunchConfiguration: {
    run(input, ctx) {
      const row = configurations.get(ctx, input.LaunchConfigurationName);
      const user = groups.all(ctx).find((group) => group.launchConfiguration === row.name);
      if (user) throw new LabError('ResourceInUse', `Cannot delete launch configuration ${row.name} because it is attached to AutoScalingGroup ${user.name}`);
      configurations.drop(ctx, row.name);
      return {};
    },
    resources,
    constraints: { LaunchConfigurationName: NAME },
  },
};
