import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const because = (code: string) => expect.arrayContaining([expect.objectContaining({ code })]);
const instance = async (as: Call_, DBInstanceIdentifier: string, PubliclyAccessible = false) => {
  const rest = { DBInstanceClass: 'db.t4g.micro', Engine: 'postgres', MasterUsername: 'app', MasterUserPassword: 'not-for-the-ledger', AllocatedStorage: 20 };
  await as('rds', 'CreateDBInstance', { DBInstanceIdentifier, PubliclyAccessible, ...rest });
  return DBInstanceIdentifier;
};
const cluster = async (as: Call_, DBClusterIdentifier: string, PubliclyAccessible = false) => {
  await as('rds', 'CreateDBCluster', {
    DBClusterIdentifier,
    Engine: 'aurora-mysql',
    MasterUsername: 'app',
    MasterUserPassword: 'not-for-the-ledger',
    PubliclyAccessible,
  });
  return DBClusterIdentifier;
};
const ready = () => new Promise((resolve) => setTimeout(resolve, 120));

testHunter({
  type: 'AWS::RDS::DBInstance',
  plant: async (as) => {
    const made = [await instance(as, 'copy-1', true), await instance(as, 'copy-2', true), await instance(as, 'copy-3', true)];
    await ready();
    return made;
  },
  innocent: async (as) => [await instance(as, 'orders')],
  looks: { reasons: because('public'), detail: { engine: 'postgres' } },
});
testHunter({
  type: 'AWS::RDS::DBCluster',
  plant: async (as) => [await cluster(as, 'copy-1', true), await cluster(as, 'copy-2', true)],
  innocent: async (as) => [await cluster(as, 'orders')],
  looks: { reasons: because('public') },
});
testHunter({
  type: 'AWS::RDS::DBSnapshot',
  before: async (as) => {
    await instance(as, 'orders');
    await ready();
  },
  plant: async (as) => {
    const made = ['take-1', 'take-2', 'take-3'];
    for (const DBSnapshotIdentifier of made) {
      await as('rds', 'CreateDBSnapshot', { DBSnapshotIdentifier, DBInstanceIdentifier: 'orders' });
      await as('rds', 'ModifyDBSnapshotAttribute', { DBSnapshotIdentifier, AttributeName: 'restore', ValuesToAdd: ['999988887777'] });
    }
    return made;
  },
  innocent: async (as) => {
    await as('rds', 'CreateDBSnapshot', { DBSnapshotIdentifier: 'before-upgrade', DBInstanceIdentifier: 'orders' });
    return ['before-upgrade'];
  },
  looks: { reasons: because('shared-outside') },
});
testHunter({
  type: 'AWS::RDS::DBClusterSnapshot',
  before: async (as) => {
    await cluster(as, 'orders');
    await ready();
  },
  plant: async (as) => {
    const made = ['take-1', 'take-2'];
    for (const DBClusterSnapshotIdentifier of made) {
      await as('rds', 'CreateDBClusterSnapshot', { DBClusterSnapshotIdentifier, DBClusterIdentifier: 'orders' });
      await as('rds', 'ModifyDBClusterSnapshotAttribute', { DBClusterSnapshotIdentifier, AttributeName: 'restore', ValuesToAdd: ['all'] });
    }
    return made;
  },
  innocent: async (as) => {
    await as('rds', 'CreateDBClusterSnapshot', { DBClusterSnapshotIdentifier: 'before-upgrade', DBClusterIdentifier: 'orders' });
    return ['before-upgrade'];
  },
  looks: { reasons: because('public') },
});
