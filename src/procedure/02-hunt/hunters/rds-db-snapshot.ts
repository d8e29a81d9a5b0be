import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { type RestoreAttribute, restoredBy, sharingReasons } from '../hunting/sharing.ts';

const TYPE = 'AWS::RDS::DBSnapshot';
interface Snapshot {
  DBSnapshotIdentifier?: string;
  DBSnapshotArn?: string;
  DBInstanceIdentifier?: string;
  SnapshotCreateTime?: string;
  Encrypted?: boolean;
  Status?: string;
}
interface Attributes {
  DBSnapshotAttributesResult?: { DBSnapshotAttributes?: RestoreAttribute[] };
}

/** Copies of databases: shared with another account, the data are gone. Manual ones, which alone can be shared. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('RDS snapshots', 'Instantáneas de RDS'),
  permissions: ['rds:DescribeDBSnapshots', 'rds:DescribeDBSnapshotAttributes'],
  createdByEvents: ['CreateDBSnapshot', 'CopyDBSnapshot'],
  changedByEvents: ['ModifyDBSnapshotAttribute', 'ModifyDBSnapshot', 'StartExportTask'],
  names: ['dBSnapshotArn', 'dBSnapshotIdentifier', 'targetDBSnapshotIdentifier'],
  arn: (id, { partition, region, account }) => `arn:${partition}:rds:${region}:${account}:snapshot:${id}`,
  scan: (ctx, region) =>
    each(listed<Snapshot>(ctx, 'rds', region, 'DescribeDBSnapshots', 'DBSnapshots', { SnapshotType: 'manual', MaxRecords: 100 }), async (one) => {
      const { DBSnapshotIdentifier: id, DBSnapshotArn: arn } = one;
      if (id === undefined || arn === undefined) return [];
      const shared = await read<Attributes>(ctx, 'rds', region, 'DescribeDBSnapshotAttributes', { DBSnapshotIdentifier: id });
      return [
        foundAt(ctx, TYPE, region, arn, id, {
          createdAt: time(one.SnapshotCreateTime),
          reasons: sharingReasons(restoredBy(shared.DBSnapshotAttributesResult?.DBSnapshotAttributes, ctx.facts.account), {
            en: 'restore it',
            es: 'restaurarla',
          }),
          detail: present({ of: oneLine(one.DBInstanceIdentifier, 63), encrypted: one.Encrypted, status: one.Status }),
        }),
      ];
    }),
};
