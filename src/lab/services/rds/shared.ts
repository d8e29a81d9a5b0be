import { type Constraint, type LabContext, LabError } from '../../contract.ts';
import { arnOf, pageOf } from '../paging.ts';
import { shelf } from '../shelf.ts';

export interface Database {
  id: string;
  arn: string;
  engine: string;
  version: string;
  class?: string;
  created: number;
  /** Until then it is being created. */
  ready: number;
  user: string;
  storage: number;
  public: boolean;
  port: number;
  encrypted: boolean;
  cluster?: string;
  deletionProtection: boolean;
  backupDays: number;
  resourceId: string;
  roles: string[];
}
export interface Snapshot {
  id: string;
  arn: string;
  of: string;
  engine: string;
  version: string;
  created: number;
  ready: number;
  storage: number;
  encrypted: boolean;
  type: 'manual' | 'automated';
  /** Accounts that may restore it; "all" for everybody. */
  restore: string[];
}
const fault = (name: string, message: string): LabError => new LabError(name, message);
export const instances = shelf<Database>('dbInstances', (id) => fault('DBInstanceNotFoundFault', `DBInstance ${id} not found.`));
export const clusters = shelf<Database>('dbClusters', (id) => fault('DBClusterNotFoundFault', `DBCluster ${id} not found.`));
export const snapshots = shelf<Snapshot>('dbSnapshots', (id) => fault('DBSnapshotNotFoundFault', `DBSnapshot not found: ${id}`));
export const clusterSnapshots = shelf<Snapshot>('dbClusterSnapshots', (id) => fault('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot not found: ${id}`));

export const MAX_RECORDS: Constraint = { min: 20, max: 100 };
/** Identifiers are kept in lower case; a letter first, no double hyphen, none at the end. @throws LabError InvalidParameterValue */
export function identifier(given: string, most = 63): string {
  if (!/^[a-z](?!.*--)[a-z0-9-]*$/i.test(given) || given.endsWith('-') || given.length > most)
    throw new LabError(
      'InvalidParameterValue',
      `The parameter ${given} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
      { status: 400 },
    );
  return given.toLowerCase();
}
/** Names may be given as ARNs too. */
export const named = (given: string | undefined): string | undefined => given?.split(':').at(-1)?.toLowerCase();
export const arnFor = (ctx: LabContext, kind: 'db' | 'cluster' | 'snapshot' | 'cluster-snapshot', id: string): string => arnOf(ctx, 'rds', `${kind}:${id}`);

export function paged<T>(ctx: LabContext, items: T[], input: { Marker?: string; MaxRecords?: number }): { items: T[]; rest: { Marker?: string } } {
  const { items: some, next } = pageOf(ctx, items, { token: input.Marker, max: input.MaxRecords, size: 100 }, [
    'InvalidParameterValue',
    'Unable to parse marker',
  ]);
  return { items: some, rest: next === undefined ? {} : { Marker: next } };
}
const PORTS: Record<string, number> = { postgres: 5432, 'aurora-postgresql': 5432, mysql: 3306, mariadb: 3306, 'aurora-mysql': 3306 };
const VERSIONS: Record<string, string> = {
  postgres: '17.6',
  'aurora-postgresql': '17.6',
  mysql: '8.4.6',
  mariadb: '11.8.3',
  'aurora-mysql': '8.0.mysql_aurora.3.10.1',
};
/** @throws LabError InvalidParameterValue */
export function database(input: any, ctx: LabContext, kind: 'db' | 'cluster', id: string): Database {
  const port = PORTS[input.Engine] ?? (/^(sqlserver|oracle|db2)-/.test(input.Engine) ? 1521 : undefined);
  if (port === undefined) throw new LabError('InvalidParameterValue', `Invalid DB engine: ${input.Engine}`, { status: 400 });
  return {
    id,
    arn: arnFor(ctx, kind, id),
    engine: input.Engine,
    version: input.EngineVersion ?? VERSIONS[input.Engine] ?? '1',
    created: ctx.now(),
    ready: ctx.due(kind === 'db' ? 420 : 180),
    user: input.MasterUsername ?? 'admin',
    storage: input.AllocatedStorage ?? 20,
    public: input.PubliclyAccessible === true,
    port: input.Port ?? port,
    encrypted: input.StorageEncrypted === true,
    deletionProtection: input.DeletionProtection === true,
    backupDays: input.BackupRetentionPeriod ?? 1,
    resourceId: `${kind === 'db' ? 'db' : 'cluster'}-${ctx.letters(26)}`,
    roles: [],
    ...(input.DBInstanceClass === undefined ? {} : { class: input.DBInstanceClass }),
    ...(input.DBClusterIdentifier === undefined || kind === 'cluster' ? {} : { cluster: named(input.DBClusterIdentifier)! }),
  };
}
export const statusOf = (ctx: LabContext, row: { ready: number }): string => (row.ready <= ctx.now() ? 'available' : 'creating');
