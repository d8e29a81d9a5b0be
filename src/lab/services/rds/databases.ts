import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { date } from '../paging.ts';
import { clusters, type Database, database, identifier, instances, MAX_RECORDS, named, paged, statusOf } from './shared.ts';

const host = (ctx: LabContext, one: Database): string => `${one.id}.${one.resourceId.slice(-12).toLowerCase()}.${ctx.region.name}.rds.amazonaws.com`;
const instanceView = (ctx: LabContext, one: Database) => ({
  DBInstanceIdentifier: one.id,
  DBInstanceClass: one.class,
  Engine: one.engine,
  EngineVersion: one.version,
  DBInstanceStatus: statusOf(ctx, one),
  MasterUsername: one.user,
  ...(one.ready <= ctx.now() ? { Endpoint: { Address: host(ctx, one), Port: one.port }, InstanceCreateTime: date(one.created) } : {}),
  AllocatedStorage: one.storage,
  BackupRetentionPeriod: one.backupDays,
  PubliclyAccessible: one.public,
  StorageEncrypted: one.encrypted,
  DbiResourceId: one.resourceId,
  DBInstanceArn: one.arn,
  DeletionProtection: one.deletionProtection,
  AssociatedRoles: one.roles.map((RoleArn) => ({ RoleArn, Status: 'ACTIVE' })),
  ...(one.cluster === undefined ? {} : { DBClusterIdentifier: one.cluster }),
});
const clusterView = (ctx: LabContext, one: Database) => ({
  DBClusterIdentifier: one.id,
  DBClusterArn: one.arn,
  DbClusterResourceId: one.resourceId,
  Engine: one.engine,
  EngineVersion: one.version,
  Status: statusOf(ctx, one),
  MasterUsername: one.user,
  Endpoint: host(ctx, one),
  Port: one.port,
  BackupRetentionPeriod: one.backupDays,
  StorageEncrypted: one.encrypted,
  PubliclyAccessible: one.public,
  DeletionProtection: one.deletionProtection,
  ClusterCreateTime: date(one.created),
  DBClusterMembers: instances
    .all(ctx)
    .filter((each) => each.cluster === one.id)
    .map((each) => ({ DBInstanceIdentifier: each.id, IsClusterWriter: true })),
  AssociatedRoles: one.roles.map((RoleArn) => ({ RoleArn, Status: 'ACTIVE' })),
});
const resources = (input: any, ctx: LabContext): string[] => [instances.get(ctx, named(input.DBInstanceIdentifier)).arn];
const protectedFromDeletion = (kind: string): LabError =>
  new LabError('InvalidParameterCombination', `Cannot delete protected ${kind}, please disable deletion protection and try again.`, { status: 400 });

export const operations: LabOperations = {
  CreateDBInstance: {
    run(input, ctx) {
      const id = identifier(input.DBInstanceIdentifier);
      if (instances.find(ctx, id)) throw new LabError('DBInstanceAlreadyExistsFault', 'DB instance already exists');
      if (!/^db\.[a-z0-9]+\.[a-z0-9]+$/.test(input.DBInstanceClass))
        throw new LabError('InvalidParameterValue', `Invalid DB Instance class: ${input.DBInstanceClass}`, { status: 400 });
      if (input.DBClusterIdentifier !== undefined) clusters.get(ctx, named(input.DBClusterIdentifier));
      else if (input.MasterUsername === undefined || (input.MasterUserPassword === undefined && !input.ManageMasterUserPassword))
        throw new LabError('InvalidParameterCombination', 'MasterUsername and MasterUserPassword are required', { status: 400 });
      return { DBInstance: instanceView(ctx, instances.put(ctx, id, database(input, ctx, 'db', id))) };
    },
  },
  DescribeDBInstances: {
    constraints: { MaxRecords: MAX_RECORDS },
    run(input, ctx) {
      const all = input.DBInstanceIdentifier === undefined ? instances.all(ctx) : [instances.get(ctx, named(input.DBInstanceIdentifier))];
      const { items, rest } = paged(ctx, all, input);
      return { DBInstances: items.map((one) => instanceView(ctx, one)), ...rest };
    },
  },
  ModifyDBInstance: {
    resources,
    run(input, ctx) {
      const one = instances.get(ctx, named(input.DBInstanceIdentifier));
      if (one.ready > ctx.now()) throw new LabError('InvalidDBInstanceStateFault', `Database instance is not in available state.`);
      if (input.PubliclyAccessible !== undefined) one.public = input.PubliclyAccessible;
      if (input.DeletionProtection !== undefined) one.deletionProtection = input.DeletionProtection;
      if (input.BackupRetentionPeriod !== undefined) one.backupDays = input.BackupRetentionPeriod;
      if (input.DBInstanceClass !== undefined) one.class = input.DBInstanceClass;
      return { DBInstance: instanceView(ctx, one) };
    },
  },
  DeleteDBInstance: {
    resources,
    run(input, ctx) {
      const one = instances.get(ctx, named(input.DBInstanceIdentifier));
      if (one.deletionProtection) throw protectedFromDeletion('DB Instance');
      instances.drop(ctx, one.id);
      return { DBInstance: { ...instanceView(ctx, one), DBInstanceStatus: 'deleting' } };
    },
  },
  CreateDBCluster: {
    run(input, ctx) {
      const id = identifier(input.DBClusterIdentifier);
      if (clusters.find(ctx, id)) throw new LabError('DBClusterAlreadyExistsFault', 'DB Cluster already exists');
      return { DBCluster: clusterView(ctx, clusters.put(ctx, id, database(input, ctx, 'cluster', id))) };
    },
  },
  DescribeDBClusters: {
    constraints: { MaxRecords: MAX_RECORDS },
    run(input, ctx) {
      const all = input.DBClusterIdentifier === undefined ? clusters.all(ctx) : [clusters.get(ctx, named(input.DBClusterIdentifier))];
      const { items, rest } = paged(ctx, all, input);
      return { DBClusters: items.map((one) => clusterView(ctx, one)), ...rest };
    },
  },
  DeleteDBCluster: {
    run(input, ctx) {
      const one = clusters.get(ctx, named(input.DBClusterIdentifier));
      if (one.deletionProtection) throw protectedFromDeletion('Cluster');
      if (instances.all(ctx).some((each) => each.cluster === one.id))
        throw new LabError('InvalidDBClusterStateFault', 'Cluster cannot be deleted, it still contains DB instances in non-deleting state.');
      clusters.drop(ctx, one.id);
      return { DBCluster: { ...clusterView(ctx, one), Status: 'deleting' } };
    },
  },
};
