import { type Constraint, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { shelf } from '../shelf.ts';

interface RecorderRow {
  name: string;
  role: string;
  group: object | undefined;
  recording: boolean;
  started?: number;
  stopped?: number;
}
interface ChannelRow {
  name: string;
  s3BucketName: string;
}
const noRecorder = (name: string): LabError =>
  new LabError('NoSuchConfigurationRecorderException', `Cannot find configuration recorder with the specified name '${name}'.`);
const noChannel = (name: string): LabError => new LabError('NoSuchDeliveryChannelException', `Cannot find delivery channel with specified name '${name}'.`);
const recorders = shelf<RecorderRow>('configRecorders', noRecorder);
const channels = shelf<ChannelRow>('deliveryChannels', noChannel);

const name: Constraint = { length: [1, 256] };
const arnOf = (ctx: LabContext, row: RecorderRow): string => `arn:aws:config:${ctx.region.name}:${ctx.account.id}:configuration-recorder/${row.name}/lab`;
function wanted(ctx: LabContext, input: { ConfigurationRecorderNames?: string[] }): RecorderRow[] {
  const names = input.ConfigurationRecorderNames ?? [];
  return names.length === 0 ? recorders.all(ctx) : names.map((one) => recorders.get(ctx, one));
}
const asDate = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));

/** One recorder and one delivery channel per Region, both made by the customer. */
export const operations: LabOperations = {
  PutConfigurationRecorder: {
    constraints: { 'ConfigurationRecorder.name': name },
    run(input, ctx) {
      const { name: given, roleARN, recordingGroup } = input.ConfigurationRecorder;
      const id: string = given ?? 'default';
      const before = recorders.find(ctx, id);
      if (!before && recorders.all(ctx).length > 0)
        throw new LabError(
          'MaxNumberOfConfigurationRecordersExceededException',
          'Failed to put configuration recorder because the maximum number of configuration recorders: 1 is reached.',
        );
      if (!/^arn:aws:iam::\d{12}:role\//.test(roleARN ?? before?.role ?? '')) throw new LabError('InvalidRoleException', 'The role ARN is not valid.');
      recorders.put(ctx, id, { recording: false, ...before, name: id, role: roleARN ?? before!.role, group: recordingGroup ?? before?.group });
    },
  },
  DescribeConfigurationRecorders: {
    constraints: { 'ConfigurationRecorderNames[]': name },
    run: (input, ctx) => ({
      ConfigurationRecorders: wanted(ctx, input).map((row) => ({
        arn: arnOf(ctx, row),
        name: row.name,
        roleARN: row.role,
        recordingGroup: row.group ?? { allSupported: true, includeGlobalResourceTypes: false, resourceTypes: [] },
      })),
    }),
  },
  DescribeConfigurationRecorderStatus: {
    constraints: { 'ConfigurationRecorderNames[]': name },
    run: (input, ctx) => ({
      ConfigurationRecordersStatus: wanted(ctx, input).map((row) => ({
        arn: arnOf(ctx, row),
        name: row.name,
        lastStartTime: asDate(row.started),
        lastStopTime: asDate(row.stopped),
        recording: row.recording,
        lastStatus: row.recording ? 'Success' : 'Pending',
      })),
    }),
  },
  StartConfigurationRecorder: {
    constraints: { ConfigurationRecorderName: name },
    run(input, ctx) {
      const row = recorders.get(ctx, input.ConfigurationRecorderName);
      if (channels.all(ctx).length === 0)
        throw new LabError('NoAvailableDeliveryChannelException', 'Delivery channel is not available to start configuration recorder.');
      if (!row.recording) row.started = ctx.now();
      row.recording = true;
    },
  },
  StopConfigurationRecorder: {
    constraints: { ConfigurationRecorderName: name },
    run(input, ctx) {
      const row = recorders.get(ctx, input.ConfigurationRecorderName);
      if (row.recording) row.stopped = ctx.now();
      row.recording = false;
    },
  },
  DeleteConfigurationRecorder: {
    constraints: { ConfigurationRecorderName: name },
    run(input, ctx) {
      recorders.drop(ctx, recorders.get(ctx, input.ConfigurationRecorderName).name);
    },
  },
  PutDeliveryChannel: {
    constraints: { 'DeliveryChannel.name': name },
    run(input, ctx) {
      const { name: given, s3BucketName } = input.DeliveryChannel;
      if (recorders.all(ctx).length === 0)
        throw new LabError('NoAvailableConfigurationRecorderException', 'Configuration recorder is not available to put delivery channel.');
      const id: string = given ?? 'default';
      if (!channels.find(ctx, id) && channels.all(ctx).length > 0)
        throw new LabError(
          'MaxNumberOfDeliveryChannelsExceededException',
          'Failed to put delivery channel because the maximum number of delivery channels: 1 is reached.',
        );
      if (!s3BucketName) throw new LabError('NoSuchBucketException', 'Cannot find a S3 bucket with an empty bucket name.');
      channels.put(ctx, id, { ...input.DeliveryChannel, name: id, s3BucketName });
    },
  },
  DescribeDeliveryChannels: {
    constraints: { 'DeliveryChannelNames[]': name },
    run(input, ctx) {
      const names: string[] = input.DeliveryChannelNames ?? [];
      return { DeliveryChannels: names.length === 0 ? channels.all(ctx) : names.map((one) => channels.get(ctx, one)) };
    },
  },
  DeleteDeliveryChannel: {
    constraints: { DeliveryChannelName: name },
    run(input, ctx) {
      const row = channels.get(ctx, input.DeliveryChannelName);
      if (recorders.all(ctx).some((one) => one.recording))
        throw new LabError(
          'LastDeliveryChannelDeleteFailedException',
          'Failed to delete last specified delivery channel, because there is a running configuration recorder.',
        );
      channels.drop(ctx, row.name);
    },
  },
};
