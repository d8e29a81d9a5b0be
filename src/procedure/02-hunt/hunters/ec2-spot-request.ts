import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, ec2Found, listed, present, time } from './describe.ts';
import { arnAs } from './ec2-arn.ts';
import { machineReasons } from './machine.ts';
import { rolesOfProfile } from './profile-role.ts';
import { startedBy } from './started-by.ts';
import { codeDetail, codeReason, startupCode } from './startup-code.ts';

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
 * CloudFormation has no such type; the name is CloudFormation's way of naming it. A persistent request starts its instance anew
 * whenever that ends: cancel it before the instance is terminated.
 */
export const hunter: Hunter = {
  type: 'AWS::EC2::SpotInstanceRequest',
  scope: 'regional',
  title: text('Spot requests', 'Solicitudes de spot'),
  permissions: ['ec2:DescribeSpotInstanceRequests', 'iam:GetInstanceProfile'],
  createdByEvents: ['RequestSpotInstances', 'RunInstances'],
  changedByEvents: ['CancelSpotInstanceRequests'],
  names: ['spotInstanceRequestId'],
  arn: arnAs('spot-instances-request'),
  async *scan(ctx, region) {
    const requests = listed<SpotRequest>(ctx, 'ec2', region, 'DescribeSpotInstanceRequests', 'SpotInstanceRequests', { MaxResults: 1000 });
    const look = async (one: SpotRequest): Promise<Found[]> => {
      if (one.SpotInstanceRequestId === undefined) return [];
      const launch = one.LaunchSpecification ?? {};
      const alive = one.State === 'open' || one.State === 'active';
      const code = startupCode(launch.UserData);
      const profile = await rolesOfProfile(ctx, launch.IamInstanceProfile);
      const reasons = [...(alive ? machineReasons([launch.InstanceType]) : []), ...codeReason(code)];
      return [
        {
          ...ec2Found(ctx, 'AWS::EC2::SpotInstanceRequest', 'spot-instances-request', region, one.SpotInstanceRequestId, {
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
          }),
          ...(profile.roles.length > 0 ? { roles: profile.roles } : {}),
          ...(reasons.length > 0 ? { reasons } : {}),
        },
      ];
    };
    yield* each(requests, look);
  },
};
