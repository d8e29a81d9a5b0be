import { type Collector, text } from '../../kernel/index.ts';
import { takeEach } from '../shared/collected.ts';
import { ec2, targetOf } from '../shared/ec2.ts';

/** How the Region treats new volumes and snapshots: encrypted by default, under which key, whether they may be made public. */
export const collector: Collector = {
  id: 'ebs-defaults',
  step: 6,
  title: text('EBS settings of the Region', 'Ajustes de EBS de la región'),
  permissions: ['ec2:GetEbsEncryptionByDefault', 'ec2:GetEbsDefaultKmsKeyId', 'ec2:GetSnapshotBlockPublicAccessState'],
  async *collect(ctx) {
    const { region } = targetOf(ctx);
    yield* takeEach(ctx, [
      ['ebs-encryption-by-default', ec2(region, 'GetEbsEncryptionByDefault', {})],
      ['ebs-default-key', ec2(region, 'GetEbsDefaultKmsKeyId', {})],
      ['snapshot-block-public-access', ec2(region, 'GetSnapshotBlockPublicAccessState', {})],
    ]);
  },
};
