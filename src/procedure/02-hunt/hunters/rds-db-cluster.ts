import type { Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';

const TYPE = 'AWS::RDS::DBCluster';
interface Cluster {
  DBClusterIdentifier?: string;
  DBClusterArn?: string;
  Engine?: string;
  Status?: string;
  ClusterCreateTime?: string;
  PubliclyAccessible?: boolean;
  HttpEndpointEnabled?: boolean;
  BackupRetentionPeriod?: number;
  AssociatedRoles?: { RoleArn?: string }[];
}

/** Clusters of databases, made, copied or opened. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('RDS clusters', 'Clústeres de RDS'),
  permissions: ['rds:DescribeDBClusters'],
  createdByEvents: ['CreateDBCluster', 'RestoreDBClusterFromSnapshot', 'RestoreDBClusterToPointInTime', 'RestoreDBClusterFromS3'],
  changedByEvents: ['ModifyDBCluster', 'AddRoleToDBCluster', 'EnableHttpEndpoint', 'StartDBCluster', 'StopDBCluster', 'StartExportTask'],
  names: ['dBClusterArn', 'dBClusterIdentifier'],
  arn: (id, { partition, region, account }) => `arn:${partition}:rds:${region}:${account}:cluster:${id}`,
  async *scan(ctx, region) {
    for await (const one of listed<Cluster>(ctx, 'rds', region, 'DescribeDBClusters', 'DBClusters', { MaxRecords: 100 })) {
      if (one.DBClusterIdentifier === undefined || one.DBClusterArn === undefined) continue;
      const reasons: Reason[] = one.PubliclyAccessible
        ? [
            {
              code: 'public',
              text: text(
                'has a public address: its security groups alone keep the internet out',
                'tiene una dirección pública: solo sus grupos de seguridad cierran el paso a internet',
              ),
            },
          ]
        : [];
      yield foundAt(ctx, TYPE, region, one.DBClusterArn, one.DBClusterIdentifier, {
        createdAt: time(one.ClusterCreateTime),
        roles: rolesOf(ctx, ...(one.AssociatedRoles ?? []).map((role) => role.RoleArn)),
        reasons,
        detail: present({ engine: oneLine(one.Engine, 40), status: one.Status, dataApi: one.HttpEndpointEnabled, backupDays: one.BackupRetentionPeriod }),
      });
    }
  },
};
