import type { LabOperations } from '../../contract.ts';
import { theCluster } from './model.ts';

/** Every task of the lab runs on Fargate: no cluster has a host of its own. */
export const operations: LabOperations = {
  ListContainerInstances: {
    run(input, ctx) {
      theCluster(ctx, input.cluster);
      return { containerInstanceArns: [] };
    },
  },
  DescribeContainerInstances: {
    run(input, ctx) {
      theCluster(ctx, input.cluster);
      return { containerInstances: [], failures: (input.containerInstances as string[]).map((arn) => ({ arn, reason: 'MISSING' })) };
    },
  },
};
