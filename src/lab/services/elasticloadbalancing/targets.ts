import type { LabContext, LabOperations } from '../../contract.ts';
import { deregister, healthOf, present, register, routersOf, type Target, type TargetGroup, targetGroups } from './model.ts';

const PORT = { min: 1, max: 65535 };
const resources = (input: any): string[] => [input.TargetGroupArn];
const described = (target: Target) => ({
  Id: target.id,
  ...(target.port === undefined ? {} : { Port: target.port }),
  ...(target.zone === undefined ? {} : { AvailabilityZone: target.zone }),
});
const checkPort = (group: TargetGroup, target: { port?: number | undefined }): string | undefined => {
  const own = group.healthCheck.HealthCheckPort;
  const port = own === 'traffic-port' ? target.port : own;
  return port === undefined ? undefined : String(port);
};

function health(ctx: LabContext, group: TargetGroup, asked: { Id: string; Port?: number; AvailabilityZone?: string }[] | undefined) {
  const used = routersOf(ctx, group.arn).length > 0;
  const all = present(ctx, group);
  if (!asked?.length)
    return all.map((target) => ({
      Target: described(target),
      HealthCheckPort: checkPort(group, target),
      TargetHealth: healthOf(ctx, group, target, used),
    }));
  return asked.map((one) => {
    const port = one.Port ?? group.port;
    const target = all.find((known) => known.id === one.Id && known.port === port);
    return {
      Target: target ? described(target) : { Id: one.Id, ...(port === undefined ? {} : { Port: port }) },
      HealthCheckPort: checkPort(group, { port }),
      TargetHealth: healthOf(ctx, group, target, used),
    };
  });
}

export const operations: LabOperations = {
  RegisterTargets: {
    run(input, ctx) {
      register(ctx, input.TargetGroupArn, input.Targets);
      return {};
    },
    resources,
    constraints: { 'Targets[].Port': PORT },
  },
  DeregisterTargets: {
    run(input, ctx) {
      deregister(ctx, input.TargetGroupArn, input.Targets);
      return {};
    },
    resources,
    constraints: { 'Targets[].Port': PORT },
  },
  DescribeTargetHealth: {
    run: (input, ctx) => ({ TargetHealthDescriptions: health(ctx, targetGroups.get(ctx, input.TargetGroupArn), input.Targets) }),
    constraints: { 'Targets[].Port': PORT },
  },
};
