import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed } from '../hunting/calls.ts';
import { ec2Arn, ec2Found, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';
import { rolesOfProfile } from '../hunting/roles.ts';
import { startedBy } from '../hunting/started-by.ts';
import { codeDetail, codeReasons, startupCode } from '../hunting/startup-code.ts';

interface SpotRequest {
  SpotInstanceRequestId?: string;
  InstanceId?: string;
  CreateTime?: string;
  State?: string;
  Type?: string;
  SpotPrice?: string;
  LaunchSpecification?: { ImageId?: string; InstanceType?: string; UserData?: string; IamInstanceProfile?: { Arn?: string; Name?: string } };
  Tags?: { Key?: string; Value?: string }[];
}

/**
 * Requests for cheap machines, one or again and again. CloudFormation has no such type; the name is CloudFormation's way of naming it.
 * A persistent request starts its instance anew whenever that ends: cancel it before the instance is terminated.
 */
export const hunter: Hunter = {
  type: 'AWS::EC2::SpotInstanceRequest',
  scope: 'regional',
  title: text('Spot requests', 'Solicitudes de spot'),
  permissions: ['ec2:DescribeSpotInstanceRequests', 'iam:GetInstanceProfile'],
  createdByEvents: ['RequestSpotInstances', 'RunInstances'],
  changedByEvents: ['CancelSpotInstanceRequests'],
  names: ['spotInstanceRequestId'],
  arn: ec2Arn('spot-instances-request'),
  async *scan(ctx, region) {
    const requests = listed<SpotRequest>(ctx, 'ec2', region, 'DescribeSpotInstanceRequests', 'SpotInstanceRequests', { MaxResults: 1000 });
    const look = async (one: SpotRequest): Promise<Found[]> => {
      if (one.SpotInstanceRequestId === undefined) return [];
      const launch = one.LaunchSpecification ?? {};
      const alive = one.State === 'open' || one.State === 'active';
      const code = startupCode(launch.UserData);
      const profile = await rolesOfProfile(ctx, launch.IamInstanceProfile);
      const reasons = [...(alive ? machineReasons([launch.InstanceType]) : []), ...codeReasons(code)];
      return [
        ec2Found(ctx, 'AWS::EC2::SpotInstanceRequest', 'spot-instances-request', region, one.SpotInstanceRequestId, {
          createdAt: time(one.CreateTime),
          alive,
          detail: {
            ...present({
              state: one.State,
              kind: one.Type,
              instance: one.InstanceId,
              instanceType: launch.InstanceType,
              image: launch.ImageId,
              maxPrice: oneLine(one.SpotPrice, 20),
            }),
            ...startedBy(one.Tags),
            ...profile.detail,
            ...codeDetail(code),
          },
          roles: profile.roles,
          reasons,
        }),
      ];
    };
    yield* each(requests, look);
  },
};
