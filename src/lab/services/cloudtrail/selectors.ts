import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { noteState } from './states.ts';
import { changeable, find, resources } from './trails.ts';

const invalid = (message: string): LabError => new LabError('InvalidEventSelectorsException', message, { status: 400 });
/** Busy services whose management events may be left out (CloudTrail API reference, EventSelector). */
const EXCLUDABLE = ['kms.amazonaws.com', 'rdsdata.amazonaws.com'];
const value = { length: [1, 2048] as [number, number] };

const told = (ctx: LabContext, name: string): object => {
  const { arn, selectors, advanced } = find(ctx, name);
  if (advanced) return { TrailARN: arn, AdvancedEventSelectors: advanced };
  return {
    TrailARN: arn,
    EventSelectors: selectors ?? [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] }],
  };
};

export const operations: LabOperations = {
  GetEventSelectors: { resources: resources('TrailName'), run: (input, ctx) => told(ctx, input.TrailName) },
  PutEventSelectors: {
    constraints: {
      'EventSelectors[].ReadWriteType': { enum: ['ReadOnly', 'WriteOnly', 'All'] },
      'AdvancedEventSelectors[].Name': { length: [0, 1000] },
      'AdvancedEventSelectors[].FieldSelectors[].Field': { length: [1, 1000] },
      'AdvancedEventSelectors[].FieldSelectors[].Equals[]': value,
      'AdvancedEventSelectors[].FieldSelectors[].NotEquals[]': value,
    },
    resources: resources('TrailName'),
    run(input, ctx) {
      const trail = changeable(ctx, input.TrailName);
      const { EventSelectors: basic, AdvancedEventSelectors: advanced } = input;
      if ((basic === undefined) === (advanced === undefined)) throw invalid('Give either EventSelectors or AdvancedEventSelectors.');
      if (basic && (basic.length < 1 || basic.length > 5)) throw invalid('A trail has between one and five event selectors.');
      for (const selector of basic ?? [])
        for (const source of selector.ExcludeManagementEventSources ?? [])
          if (!EXCLUDABLE.includes(source)) throw invalid(`The event source ${source} cannot be excluded.`);
      for (const selector of advanced ?? [])
        if (!selector.FieldSelectors.some((field: any) => field.Field === 'eventCategory' && field.Equals?.length === 1))
          throw invalid('Each advanced event selector needs eventCategory with exactly one value.');
      if (basic) {
        trail.selectors = basic.map((one: any) => ({
          ReadWriteType: 'All',
          IncludeManagementEvents: true,
          DataResources: [],
          ExcludeManagementEventSources: [],
          ...one,
        }));
        delete trail.advanced;
      } else {
        trail.advanced = advanced;
        delete trail.selectors;
      }
      noteState(ctx, trail);
      return told(ctx, trail.arn);
    },
  },
};
