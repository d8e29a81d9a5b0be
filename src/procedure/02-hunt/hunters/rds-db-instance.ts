import type { Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';
import { rolesOf } from '../hunting/roles.ts';

const TYPE = 'AWS::RDS::DBInstance';
interface Instance {
  DBInstanceIdentifier?: string;
  DBInstanceArn?: string;
  DBInstanceClass?: string;
  DBInstanceStatus?: string;
  DbiResourceId?: string;
  Engine?: string;
  InstanceCreateTime?: string;
  PubliclyAccessible?: boolean;
  DBClusterIdentifier?: string;
  DeletionProtection?: boolean;
  BackupRetentionPeriod?: number;
  AssociatedRoles?: { RoleArn?: string }[];
}

/** Databases, and whether the internet reaches them. RDS only: its API also lists Neptune's and DocumentDB's, which share it. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('RDS databases', 'Bases de datos de RDS'),
  permissions: ['rds:DescribeDBInstances'],
  createdByEvents: [
    'CreateDBInstance',
    'CreateDBInstanceReadReplica',
    'RestoreDBInstanceFromDBSnapshot',
    'RestoreDBInstanceToPointInTime',
    'RestoreDBInstanceFromS3',
  ],
  changedByEvents: ['ModifyDBInstance', 'AddRoleToDBInstance', 'StartDBInstance', 'StopDBInstance', 'RebootDBInstance'],
  names: ['dBInstanceArn', 'dbiResourceId', 'dBInstanceIdentifier'],
  arn: (id, { partition, region, account }) => `arn:${partition}:rds:${region}:${account}:db:${id}`,
  async *scan(ctx, region) {
    for await (const one of listed<Instance>(ctx, 'rds', region, 'DescribeDBInstances', 'DBInstances', { MaxRecords: 100 })) {
      if (one.DBInstanceIdentifier === undefined || one.DBInstanceArn === undefined) continue;
      const open: Reason[] = one.PubliclyAccessible
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
      yield foundAt(ctx, TYPE, region, one.DBInstanceArn, one.DBInstanceIdentifier, {
        createdAt: time(one.InstanceCreateTime),
        roles: rolesOf(ctx, ...(one.AssociatedRoles ?? []).map((role) => role.RoleArn)),
        reasons: [...open, ...machineReasons([one.DBInstanceClass])],
        detail: present({
          engine: oneLine(one.Engine, 40),
          class: one.DBInstanceClass,
          status: one.DBInstanceStatus,
          cluster: one.DBClusterIdentifier,
          backupDays: one.BackupRetentionPeriod,
        }),
      });
    }
  },
};
