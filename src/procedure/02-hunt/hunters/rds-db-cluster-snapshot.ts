import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { type RestoreAttribute, restoredBy, sharingReasons } from '../hunting/sharing.ts';

const TYPE = 'AWS::RDS::DBClusterSnapshot';
interface Snapshot {
  DBClusterSnapshotIdentifier?: string;
  DBClusterSnapshotArn?: string;
  DBClusterIdentifier?: string;
  SnapshotCreateTime?: string;
  StorageEncrypted?: boolean;
  Status?: string;
}
interface Attributes {
  DBClusterSnapshotAttributesResult?: { DBClusterSnapshotAttributes?: RestoreAttribute[] };
}

/** Copies of whole database clusters: shared with another account, the data are gone. Manual ones, which alone can be shared. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('RDS cluster snapshots', 'Instantáneas de clústeres de RDS'),
  permissions: ['rds:DescribeDBClusterSnapshots', 'rds:DescribeDBClusterSnapshotAttributes'],
  createdByEvents: ['CreateDBClusterSnapshot', 'CopyDBClusterSnapshot'],
  changedByEvents: ['ModifyDBClusterSnapshotAttribute', 'StartExportTask'],
  names: ['dBClusterSnapshotArn', 'dBClusterSnapshotIdentifier', 'targetDBClusterSnapshotIdentifier'],
  arn: (id, { partition, region, account }) => `arn:${partition}:rds:${region}:${account}:cluster-snapshot:${id}`,
  scan: (ctx, region) =>
    each(listed<Snapshot>(ctx, 'rds', region, 'DescribeDBClusterSnapshots', 'DBClusterSnapshots', { SnapshotType: 'manual', MaxRecords: 100 }), async (one) => {
      const { DBClusterSnapshotIdentifier: id, DBClusterSnapshotArn: arn } = one;
      if (id === undefined || arn === undefined) return [];
      const shared = await read<Attributes>(ctx, 'rds', region, 'DescribeDBClusterSnapshotAttributes', { DBClusterSnapshotIdentifier: id });
      return [
        foundAt(ctx, TYPE, region, arn, id, {
          createdAt: time(one.SnapshotCreateTime),
          reasons: sharingReasons(restoredBy(shared.DBClusterSnapshotAttributesResult?.DBClusterSnapshotAttributes, ctx.facts.account), {
            en: 'restore it',
            es: 'restaurarla',
          }),
          detail: present({ of: oneLine(one.DBClusterIdentifier, 63), encrypted: one.StorageEncrypted, status: one.Status }),
        }),
      ];
    }),
};
