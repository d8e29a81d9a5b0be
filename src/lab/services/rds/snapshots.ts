import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { date } from '../paging.ts';
import type { Shelf } from '../shelf.ts';
import {
  arnFor,
  clusterSnapshots,
  clusters,
  type Database,
  identifier,
  instances,
  MAX_RECORDS,
  named,
  paged,
  type Snapshot,
  snapshots,
  statusOf,
} from './shared.ts';

const QUOTA = 20;
const common = (ctx: LabContext, one: Snapshot) => ({
  Engine: one.engine,
  EngineVersion: one.version,
  SnapshotCreateTime: date(one.created),
  AllocatedStorage: one.storage,
  Status: statusOf(ctx, one),
  SnapshotType: one.type,
  PercentProgress: one.ready <= ctx.now() ? 100 : 0,
});
const view = (ctx: LabContext, one: Snapshot) => ({
  DBSnapshotIdentifier: one.id,
  DBInstanceIdentifier: one.of,
  DBSnapshotArn: one.arn,
  Encrypted: one.encrypted,
  ...common(ctx, one),
});
const clusterView = (ctx: LabContext, one: Snapshot) => ({
  DBClusterSnapshotIdentifier: one.id,
  DBClusterIdentifier: one.of,
  DBClusterSnapshotArn: one.arn,
  StorageEncrypted: one.encrypted,
  ...common(ctx, one),
});
function taken(ctx: LabContext, kind: 'snapshot' | 'cluster-snapshot', id: string, of: Database): Snapshot {
  if (of.ready > ctx.now())
    throw new LabError(kind === 'snapshot' ? 'InvalidDBInstanceStateFault' : 'InvalidDBClusterStateFault', `${of.id} is not currently in the available state.`);
  const { engine, version, storage, encrypted } = of;
  return {
    id,
    arn: arnFor(ctx, kind, id),
    of: of.id,
    engine,
    version,
    storage,
    encrypted,
    created: ctx.now(),
    ready: ctx.due(120),
    type: 'manual',
    restore: [],
  };
}
/** Only manual snapshots are shared; an encrypted one with named accounts only. */
function share(row: Snapshot, input: any): void {
  if (input.AttributeName !== 'restore') throw new LabError('InvalidParameterValue', `Invalid attribute name: ${input.AttributeName}`, { status: 400 });
  const add: string[] = input.ValuesToAdd ?? [];
  const remove: string[] = input.ValuesToRemove ?? [];
  if (row.type !== 'manual') throw new LabError('InvalidDBSnapshotStateFault', 'Only manual snapshots can be shared.');
  if (!add.every((value) => value === 'all' || /^\d{12}$/.test(value)))
    throw new LabError('InvalidParameterValue', `Invalid account: ${add.join(', ')}`, { status: 400 });
  if (row.encrypted && add.includes('all'))
    throw new LabError('InvalidParameterValue', 'Sharing of encrypted snapshots publicly is not supported.', { status: 400 });
  const values = [...new Set([...row.restore, ...add])].filter((value) => !remove.includes(value));
  if (values.length > QUOTA) throw new LabError('SharedSnapshotQuotaExceededFault', `The snapshot can be shared with at most ${QUOTA} accounts.`);
  row.restore = values;
}
const attributes = (row: Snapshot) => [{ AttributeName: 'restore', AttributeValues: row.restore }];
function list(ctx: LabContext, shelf: Shelf<Snapshot>, input: any, id: string | undefined, of: string | undefined): Snapshot[] {
  const all = id === undefined ? shelf.all(ctx) : [shelf.get(ctx, id)];
  return all.filter((one) => (of ?? one.of) === one.of && (input.SnapshotType ?? one.type) === one.type);
}

export const operations: LabOperations = {
  CreateDBSnapshot: {
    run(input, ctx) {
      const id = identifier(input.DBSnapshotIdentifier, 255);
      if (snapshots.find(ctx, id))
        throw new LabError('DBSnapshotAlreadyExistsFault', `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`);
      const of = instances.get(ctx, named(input.DBInstanceIdentifier));
      return { DBSnapshot: view(ctx, snapshots.put(ctx, id, taken(ctx, 'snapshot', id, of))) };
    },
  },
  DescribeDBSnapshots: {
    constraints: { MaxRecords: MAX_RECORDS },
    run(input, ctx) {
      const { items, rest } = paged(ctx, list(ctx, snapshots, input, named(input.DBSnapshotIdentifier), named(input.DBInstanceIdentifier)), input);
      return { DBSnapshots: items.map((one) => view(ctx, one)), ...rest };
    },
  },
  CopyDBSnapshot: {
    mutates: true,
    run(input, ctx) {
      const source = snapshots.get(ctx, named(input.SourceDBSnapshotIdentifier));
      const id = identifier(input.TargetDBSnapshotIdentifier, 255);
      if (snapshots.find(ctx, id))
        throw new LabError('DBSnapshotAlreadyExistsFault', `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`);
      const row: Snapshot = {
        ...source,
        id,
        arn: arnFor(ctx, 'snapshot', id),
        type: 'manual',
        created: ctx.now(),
        ready: ctx.due(120),
        restore: [],
        encrypted: source.encrypted || input.KmsKeyId !== undefined,
      };
      return { DBSnapshot: view(ctx, snapshots.put(ctx, id, row)) };
    },
  },
  ModifyDBSnapshotAttribute: {
    run(input, ctx) {
      const one = snapshots.get(ctx, named(input.DBSnapshotIdentifier));
      share(one, input);
      return { DBSnapshotAttributesResult: { DBSnapshotIdentifier: one.id, DBSnapshotAttributes: attributes(one) } };
    },
  },
  DescribeDBSnapshotAttributes: {
    run(input, ctx) {
      const one = snapshots.get(ctx, named(input.DBSnapshotIdentifier));
      return { DBSnapshotAttributesResult: { DBSnapshotIdentifier: one.id, DBSnapshotAttributes: attributes(one) } };
    },
  },
  DeleteDBSnapshot: {
    run(input, ctx) {
      const one = snapshots.get(ctx, named(input.DBSnapshotIdentifier));
      snapshots.drop(ctx, one.id);
      return { DBSnapshot: { ...view(ctx, one), Status: 'deleted' } };
    },
  },
  CreateDBClusterSnapshot: {
    run(input, ctx) {
      const id = identifier(input.DBClusterSnapshotIdentifier, 255);
      if (clusterSnapshots.find(ctx, id))
        throw new LabError('DBClusterSnapshotAlreadyExistsFault', `Cannot create the cluster snapshot because one with the identifier ${id} already exists.`);
      const of = clusters.get(ctx, named(input.DBClusterIdentifier));
      return { DBClusterSnapshot: clusterView(ctx, clusterSnapshots.put(ctx, id, taken(ctx, 'cluster-snapshot', id, of))) };
    },
  },
  DescribeDBClusterSnapshots: {
    constraints: { MaxRecords: MAX_RECORDS },
    run(input, ctx) {
      const { items, rest } = paged(ctx, list(ctx, clusterSnapshots, input, named(input.DBClusterSnapshotIdentifier), named(input.DBClusterIdentifier)), input);
      return { DBClusterSnapshots: items.map((one) => clusterView(ctx, one)), ...rest };
    },
  },
  ModifyDBClusterSnapshotAttribute: {
    run(input, ctx) {
      const one = clusterSnapshots.get(ctx, named(input.DBClusterSnapshotIdentifier));
      share(one, input);
      return { DBClusterSnapshotAttributesResult: { DBClusterSnapshotIdentifier: one.id, DBClusterSnapshotAttributes: attributes(one) } };
    },
  },
  DescribeDBClusterSnapshotAttributes: {
    run(input, ctx) {
      const one = clusterSnapshots.get(ctx, named(input.DBClusterSnapshotIdentifier));
      return { DBClusterSnapshotAttributesResult: { DBClusterSnapshotIdentifier: one.id, DBClusterSnapshotAttributes: attributes(one) } };
    },
  },
};
