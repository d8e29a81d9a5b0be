import { LabError, type LabOperations } from '../../contract.ts';
import { shelf } from '../shelf.ts';

const recorders = shelf<object>('configRecorders', () => new LabError('NoSuchConfigurationRecorderException', 'Cannot find configuration recorder.'));
/** Configuration items that a scenario put there, newest last, by `type id`; the lab's recorder writes none by itself. */
const histories = shelf<{ items: any[] }>('configItems', () => new LabError('ResourceNotDiscoveredException', 'Resource is not discovered.'));

export const operations: LabOperations = {
  GetResourceConfigHistory: {
    run(input, ctx) {
      if (recorders.all(ctx).length === 0)
        throw new LabError('NoAvailableConfigurationRecorderException', 'Configuration recorder is not available to get resource configuration history.');
      const row = histories.find(ctx, `${input.resourceType} ${input.resourceId}`);
      if (!row)
        throw new LabError(
          'ResourceNotDiscoveredException',
          `Resource ${input.resourceId} of resourceType:${input.resourceType} is unknown or has not been discovered.`,
        );
      const items = input.chronologicalOrder === 'Forward' ? row.items : row.items.toReversed();
      const page = ctx.page(items, input.nextToken, input.limit, { size: 10 });
      return { configurationItems: page.items, nextToken: page.next };
    },
    constraints: { resourceId: { length: [1, 768] }, limit: { min: 0, max: 100 }, chronologicalOrder: { enum: ['Reverse', 'Forward'] } },
  },
};
