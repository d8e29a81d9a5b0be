import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';
import { rolesOfProfile } from '../hunting/roles.ts';
import { codeDetail, codeReasons, startupCode } from '../hunting/startup-code.ts';

interface Configuration {
  LaunchConfigurationName?: string;
  LaunchConfigurationARN?: string;
  CreatedTime?: string;
  ImageId?: string;
  InstanceType?: string;
  KeyName?: string;
  SpotPrice?: string;
  UserData?: string;
  IamInstanceProfile?: string;
}

/** What the older groups start their instances from: machine, image, role and start-up code. */
export const hunter: Hunter = {
  type: 'AWS::AutoScaling::LaunchConfiguration',
  scope: 'regional',
  title: text('Auto Scaling launch configurations', 'Configuraciones de lanzamiento de Auto Scaling'),
  permissions: ['autoscaling:DescribeLaunchConfigurations', 'iam:GetInstanceProfile'],
  createdByEvents: ['CreateLaunchConfiguration'],
  names: ['launchConfigurationName'],
  arn: (id, { partition, region, account }) => `arn:${partition}:autoscaling:${region}:${account}:launchConfiguration:*:launchConfigurationName/${id}`,
  async *scan(ctx, region) {
    const all = listed<Configuration>(ctx, 'auto-scaling', region, 'DescribeLaunchConfigurations', 'LaunchConfigurations', { MaxRecords: 100 });
    const look = async (one: Configuration): Promise<Found[]> => {
      if (one.LaunchConfigurationName === undefined || one.LaunchConfigurationARN === undefined) return [];
      const code = startupCode(one.UserData);
      const profile = await rolesOfProfile(ctx, one.IamInstanceProfile);
      const reasons = [...machineReasons([one.InstanceType]), ...codeReasons(code)];
      return [
        foundAt(ctx, 'AWS::AutoScaling::LaunchConfiguration', region, one.LaunchConfigurationARN, one.LaunchConfigurationName, {
          createdAt: time(one.CreatedTime),
          alive: true,
          detail: {
            ...present({
              instanceType: one.InstanceType,
              image: one.ImageId,
              keyName: oneLine(one.KeyName),
              maxPrice: oneLine(one.SpotPrice, 20),
            }),
            ...profile.detail,
            ...codeDetail(code),
          },
          roles: profile.roles,
          reasons,
        }),
      ];
    };
    yield* each(all, look);
  },
};
