import type { LabContext, LabOperations } from '../../contract.ts';
import { interfacesOf } from './interface-model.ts';
import type { Instance } from './rows.ts';
import { arns, need } from './tables.ts';
import { tagsOf } from './tagging.ts';
import { volumesOf } from './volume-model.ts';

export const operations: LabOperations = {
  /** The launch template that would make this instance, as it is now. */
  GetLaunchTemplateData: {
    run(input, ctx) {
      const row = need<Instance>(ctx, 'instances', input.InstanceId);
      const tags = tagsOf(ctx, row.id).filter(({ Key }) => !Key.startsWith('aws:'));
      return {
        LaunchTemplateData: {
          ImageId: row.imageId,
          InstanceType: row.type,
          KeyName: row.keyName,
          UserData: row.userData,
          EbsOptimized: row.ebsOptimized,
          Monitoring: { Enabled: row.monitoring },
          Placement: { AvailabilityZone: row.zone, GroupName: '', Tenancy: 'default' },
          DisableApiTermination: row.disableApiTermination,
          DisableApiStop: row.disableApiStop,
          InstanceInitiatedShutdownBehavior: row.shutdownBehavior,
          IamInstanceProfile: row.profile && { Arn: row.profile.arn },
          HibernationOptions: { Configured: row.hibernation },
          MetadataOptions: {
            HttpTokens: row.metadata.tokens,
            HttpPutResponseHopLimit: row.metadata.hops,
            HttpEndpoint: row.metadata.endpoint,
            HttpProtocolIpv6: row.metadata.ipv6,
            InstanceMetadataTags: row.metadata.tags,
          },
          NetworkInterfaces: interfacesOf(ctx, row.id).map((item) => ({
            DeviceIndex: item.attachment?.index,
            Groups: item.groups,
            SubnetId: item.subnetId,
            DeleteOnTermination: item.attachment?.deleteOnTermination,
          })),
          BlockDeviceMappings: volumesOf(ctx, row.id).map((volume) => ({
            DeviceName: volume.attachment?.device,
            Ebs: {
              Encrypted: volume.encrypted,
              DeleteOnTermination: volume.attachment?.deleteOnTermination,
              SnapshotId: volume.snapshotId,
              VolumeSize: volume.size,
              VolumeType: volume.type,
            },
          })),
          TagSpecifications: tags.length > 0 ? [{ ResourceType: 'instance', Tags: tags }] : [],
        },
      };
    },
    resources: (input: any, ctx: LabContext) => arns(ctx, 'instance', input.InstanceId),
  },
};
