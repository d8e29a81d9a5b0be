import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { listed } from '../hunting/calls.ts';
import { ec2Arn, ec2Found, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';
import { codeDetail, codeReasons, startupCode } from '../hunting/startup-code.ts';

interface Fleet {
  SpotFleetRequestId?: string;
  SpotFleetRequestState?: string;
  ActivityStatus?: string;
  CreateTime?: string;
  SpotFleetRequestConfig?: {
    TargetCapacity?: number;
    Type?: string;
    IamFleetRole?: string;
    LaunchSpecifications?: { InstanceType?: string; UserData?: string }[];
    LaunchTemplateConfigs?: { LaunchTemplateSpecification?: { LaunchTemplateId?: string }; Overrides?: { InstanceType?: string }[] }[];
  };
}

/** Requests that keep a fleet of cheap machines running: the miners' favourite. */
export const hunter: Hunter = {
  type: 'AWS::EC2::SpotFleet',
  scope: 'regional',
  title: text('Spot Fleets', 'Flotas de spot'),
  permissions: ['ec2:DescribeSpotFleetRequests'],
  createdByEvents: ['RequestSpotFleet'],
  changedByEvents: ['ModifySpotFleetRequest', 'CancelSpotFleetRequests'],
  names: ['spotFleetRequestId'],
  arn: ec2Arn('spot-fleet-request'),
  async *scan(ctx, region) {
    for await (const one of listed<Fleet>(ctx, 'ec2', region, 'DescribeSpotFleetRequests', 'SpotFleetRequestConfigs', { MaxResults: 1000 })) {
      if (one.SpotFleetRequestId === undefined) continue;
      const config = one.SpotFleetRequestConfig ?? {};
      const specs = config.LaunchSpecifications ?? [];
      const types = [...specs, ...(config.LaunchTemplateConfigs ?? []).flatMap((item) => item.Overrides ?? [])].map((item) => item.InstanceType);
      // The one that looks worst stands for all.
      const codes = specs.map((spec) => startupCode(spec.UserData)).sort((a, b) => (b?.signs.length ?? -1) - (a?.signs.length ?? -1));
      const alive = one.SpotFleetRequestState !== 'cancelled' && one.SpotFleetRequestState !== 'failed';
      const reasons = [...(alive ? machineReasons(types) : []), ...codeReasons(codes[0] ?? null)];
      yield ec2Found(ctx, 'AWS::EC2::SpotFleet', 'spot-fleet-request', region, one.SpotFleetRequestId, {
        createdAt: time(one.CreateTime),
        alive,
        detail: {
          ...present({
            state: one.SpotFleetRequestState,
            activity: one.ActivityStatus,
            kind: config.Type,
            target: config.TargetCapacity,
            instanceTypes: [...new Set(types.filter((type) => type !== undefined))].slice(0, 20).join(', '),
            launchTemplate: config.LaunchTemplateConfigs?.[0]?.LaunchTemplateSpecification?.LaunchTemplateId,
          }),
          ...codeDetail(codes[0] ?? null),
        },
        ...(config.IamFleetRole?.startsWith('arn:') ? { roles: [config.IamFleetRole] } : {}),
        reasons,
      });
    }
  },
};
