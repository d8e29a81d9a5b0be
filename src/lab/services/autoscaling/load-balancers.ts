import type { LabContext, LabOperations } from '../../contract.ts';
import { type Group, groups, serving } from './model.ts';
import { checkBalancers, discharge, enlist } from './routing.ts';

const NAME = { length: [1, 255] as [number, number] };
const ARN = { length: [1, 511] as [number, number] };
type Where = Pick<Group, 'targetGroups' | 'loadBalancers'>;
const ids = (ctx: LabContext, row: Group): string[] => serving(ctx, row).map((one) => one.id);

function attach(ctx: LabContext, name: string, where: Where): object {
  const row = groups.get(ctx, name);
  checkBalancers(ctx, where);
  row.targetGroups = [...new Set([...row.targetGroups, ...where.targetGroups])];
  row.loadBalancers = [...new Set([...row.loadBalancers, ...where.loadBalancers])];
  enlist(ctx, row, ids(ctx, row), where);
  return {};
}
function detach(ctx: LabContext, name: string, where: Where): object {
  const row = groups.get(ctx, name);
  discharge(ctx, ids(ctx, row), where);
  row.targetGroups = row.targetGroups.filter((one) => !where.targetGroups.includes(one));
  row.loadBalancers = row.loadBalancers.filter((one) => !where.loadBalancers.includes(one));
  return {};
}

export const operations: LabOperations = {
  AttachLoadBalancerTargetGroups: {
    run: (input, ctx) => attach(ctx, input.AutoScalingGroupName, { targetGroups: input.TargetGroupARNs, loadBalancers: [] }),
    constraints: { AutoScalingGroupName: NAME, 'TargetGroupARNs[]': ARN },
  },
  DetachLoadBalancerTargetGroups: {
    run: (input, ctx) => detach(ctx, input.AutoScalingGroupName, { targetGroups: input.TargetGroupARNs, loadBalancers: [] }),
    constraints: { AutoScalingGroupName: NAME, 'TargetGroupARNs[]': ARN },
  },
  DescribeLoadBalancerTargetGroups: {
    run(input, ctx) {
      const { items, next } = ctx.page(groups.get(ctx, input.AutoScalingGroupName).targetGroups, input.NextToken, input.MaxRecords, { size: 100 });
      return { LoadBalancerTargetGroups: items.map((LoadBalancerTargetGroupARN) => ({ LoadBalancerTargetGroupARN, State: 'InService' })), NextToken: next };
    },
    constraints: { AutoScalingGroupName: NAME },
  },
  AttachLoadBalancers: {
    run: (input, ctx) => attach(ctx, input.AutoScalingGroupName, { targetGroups: [], loadBalancers: input.LoadBalancerNames }),
    constraints: { AutoScalingGroupName: NAME, 'LoadBalancerNames[]': NAME },
  },
  DetachLoadBalancers: {
    run: (input, ctx) => detach(ctx, input.AutoScalingGroupName, { targetGroups: [], loadBalancers: input.LoadBalancerNames }),
    constraints: { AutoScalingGroupName: NAME, 'LoadBalancerNames[]': NAME },
  },
  DescribeLoadBalancers: {
    run(input, ctx) {
      const { items, next } = ctx.page(groups.get(ctx, input.AutoScalingGroupName).loadBalancers, input.NextToken, input.MaxRecords, { size: 100 });
      return { LoadBalancers: items.map((LoadBalancerName) => ({ LoadBalancerName, State: 'InService' })), NextToken: next };
    },
    constraints: { AutoScalingGroupName: NAME },
  },
};
