import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { topics } from './topics.ts';

/** Of a region: what may be spent on text messages in a month, and whether only verified numbers may be sent to. */
const settings = (ctx: LabContext): Record<string, string> => ctx.region.tables.snsSms?.attributes ?? {};
const NAMES = ['MonthlySpendLimit', 'DeliveryStatusIAMRole', 'DeliveryStatusSuccessSamplingRate', 'DefaultSenderID', 'DefaultSMSType', 'UsageReportS3Bucket'];
/** US dollars a month, until AWS Support raises the quota. */
const QUOTA = 1;

export const operations: LabOperations = {
  SetSMSAttributes: {
    run(input, ctx) {
      for (const [name, value] of Object.entries(input.attributes as Record<string, string>)) {
        if (!NAMES.includes(name)) throw new LabError('InvalidParameterException', `Invalid parameter: ${name}`);
        if (name === 'MonthlySpendLimit' && !(Number(value) >= 0 && Number(value) <= Number(ctx.region.tables.snsSms?.quota ?? QUOTA)))
          throw new LabError('InvalidParameterException', 'Invalid parameter: The monthly spend limit must not exceed the quota of the account');
        if (name === 'DefaultSMSType' && !['Promotional', 'Transactional'].includes(value))
          throw new LabError('InvalidParameterException', 'Invalid parameter: DefaultSMSType');
      }
      ctx.region.tables.snsSms = { ...ctx.region.tables.snsSms, attributes: { ...settings(ctx), ...input.attributes } };
    },
  },
  GetSMSAttributes: {
    run(input, ctx) {
      const all: Record<string, string> = { MonthlySpendLimit: String(QUOTA), ...settings(ctx) };
      const wanted: string[] = input.attributes?.length ? input.attributes : Object.keys(all);
      return { attributes: Object.fromEntries(wanted.filter((name) => all[name] !== undefined).map((name) => [name, all[name]])) };
    },
  },
  GetSMSSandboxAccountStatus: { run: (_input, ctx) => ({ IsInSandbox: ctx.region.tables.snsSms?.production !== true }) },
  Publish: {
    dataPlane: true,
    resources: (input) => [input.TopicArn ?? input.TargetArn ?? '*'],
    run(input, ctx) {
      const given = [input.TopicArn, input.TargetArn, input.PhoneNumber].filter((one) => one !== undefined);
      if (given.length !== 1)
        throw new LabError('InvalidParameterException', 'Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter');
      if (input.TopicArn !== undefined) topics.get(ctx, input.TopicArn);
      if (input.PhoneNumber !== undefined && !/^\+[1-9]\d{6,14}$/.test(input.PhoneNumber))
        throw new LabError('InvalidParameterException', 'Invalid parameter: PhoneNumber Reason: not valid to publish to');
      return { MessageId: ctx.uuid() };
    },
  },
};
