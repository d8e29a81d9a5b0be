import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { arnOf } from '../paging.ts';
import { balancers, type ClassicBalancer, classicHealth, deregisterClassic, registerClassic, registered } from './model.ts';

const ids = (input: any): string[] => (input.Instances ?? []).map((one: any) => one.InstanceId);
const listed = (ctx: LabContext, row: ClassicBalancer) => ({ Instances: registered(ctx, row).map(({ id }) => ({ InstanceId: id })) });
const arns = (ctx: LabContext, names: readonly string[]): string[] => names.map((name) => arnOf(ctx, 'elasticloadbalancing', `loadbalancer/${name}`));
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, [input.LoadBalancerName]);
const tagResources = (input: any, ctx: LabContext): string[] => arns(ctx, input.LoadBalancerNames);

export const operations: LabOperations = {
  RegisterInstancesWithLoadBalancer: { run: (input, ctx) => listed(ctx, registerClassic(ctx, input.LoadBalancerName, ids(input))), resources },
  DeregisterInstancesFromLoadBalancer: { run: (input, ctx) => listed(ctx, deregisterClassic(ctx, input.LoadBalancerName, ids(input))), resources },
  DescribeInstanceHealth: {
    run(input, ctx) {
      const row = balancers.get(ctx, input.LoadBalancerName);
      const asked = ids(input);
      return { InstanceStates: (asked.length > 0 ? asked : registered(ctx, row).map(({ id }) => id)).map((id) => classicHealth(ctx, row, id)) };
    },
  },
  AddTags: {
    run(input, ctx) {
      const keys = input.Tags.map((tag: any) => tag.Key);
      if (new Set(keys).size < keys.length) throw new LabError('DuplicateTagKeys', 'A tag key was specified more than once');
      for (const name of input.LoadBalancerNames) {
        const row = balancers.get(ctx, name);
        row.tags = [...row.tags.filter((tag) => !keys.includes(tag.Key)), ...input.Tags.map((tag: any) => ({ Key: tag.Key, Value: tag.Value ?? '' }))];
      }
      return {};
    },
    resources: tagResources,
    constraints: { Tags: { length: [1, 50] }, 'Tags[].Key': { length: [1, 128] }, 'Tags[].Value': { length: [0, 256] } },
  },
  RemoveTags: {
    run(input, ctx) {
      const keys = input.Tags.map((tag: any) => tag.Key);
      for (const name of input.LoadBalancerNames) {
        const row = balancers.get(ctx, name);
        row.tags = row.tags.filter((tag) => !keys.includes(tag.Key));
      }
      return {};
    },
    resources: tagResources,
    constraints: { Tags: { length: [1, 50] }, 'Tags[].Key': { length: [1, 128] } },
  },
  DescribeTags: {
    run: (input, ctx) => ({
      TagDescriptions: input.LoadBalancerNames.map((name: string) => ({ LoadBalancerName: name, Tags: balancers.get(ctx, name).tags })),
    }),
    constraints: { LoadBalancerNames: { length: [1, 20] } },
  },
};
