import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { listeners, loadBalancers, type Tag, targetGroups } from './model.ts';

const MAX_TAGS = 50;
const KEY = { length: [1, 128] as [number, number] };
const resources = (input: any): string[] => input.ResourceArns;
/** The thing an ARN names: load balancer, target group or listener. */
const tagged = (ctx: LabContext, arn: string): { tags: Tag[] } =>
  (arn.includes(':targetgroup/') ? targetGroups : arn.includes(':listener/') ? listeners : loadBalancers).get(ctx, arn);

export const operations: LabOperations = {
  AddTags: {
    run(input, ctx) {
      const keys = input.Tags.map((tag: any) => tag.Key);
      if (new Set(keys).size < keys.length) throw new LabError('DuplicateTagKeys', 'A tag key was specified more than once');
      const rows = input.ResourceArns.map((arn: string) => tagged(ctx, arn));
      const after = rows.map((row: { tags: Tag[] }) => [
        ...row.tags.filter((tag) => !keys.includes(tag.Key)),
        ...input.Tags.map((tag: any) => ({ Key: tag.Key, Value: tag.Value ?? '' })),
      ]);
      if (after.some((tags: Tag[]) => tags.length > MAX_TAGS)) throw new LabError('TooManyTags', 'The maximum number of tags has been reached');
      for (const [index, row] of rows.entries()) row.tags = after[index]!;
      return {};
    },
    resources,
    constraints: { Tags: { length: [1, 50] }, 'Tags[].Key': KEY, 'Tags[].Value': { length: [0, 256] } },
  },
  RemoveTags: {
    run(input, ctx) {
      const rows: { tags: Tag[] }[] = input.ResourceArns.map((arn: string) => tagged(ctx, arn));
      for (const row of rows) row.tags = row.tags.filter((tag) => !input.TagKeys.includes(tag.Key));
      return {};
    },
    resources,
    constraints: { 'TagKeys[]': KEY },
  },
  DescribeTags: {
    run: (input, ctx) => ({ TagDescriptions: input.ResourceArns.map((arn: string) => ({ ResourceArn: arn, Tags: tagged(ctx, arn).tags })) }),
  },
};
