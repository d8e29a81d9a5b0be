import type { Technique } from '../technique.ts';

/** A copy of a database, shared with another account. */
export const technique: Technique = {
  id: 'rds-snapshot-shared',
  place: 'home',
  makes: ['AWS::RDS::DBSnapshot'],
  needs: ['rds:CreateDBSnapshot', 'rds:ModifyDBSnapshotAttribute'],
  async before(act) {
    const name = act.name(['shop-db', 'crm-db']);
    const size = { DBInstanceClass: 'db.t4g.micro', Engine: 'postgres', AllocatedStorage: 20 };
    await act.call('rds', 'CreateDBInstance', { DBInstanceIdentifier: name, ...size, MasterUsername: 'shop', MasterUserPassword: act.draw.word(20) });
    act.pass(1800);
    act.kept.name = name;
  },
  async play(act) {
    const name = act.name(['nightly', 'pre-upgrade']);
    const asked = { DBInstanceIdentifier: act.kept.name, DBSnapshotIdentifier: name };
    const { DBSnapshot } = await act.call('rds', 'CreateDBSnapshot', asked);
    act.made('AWS::RDS::DBSnapshot', name, DBSnapshot.DBSnapshotArn);
    act.pass(900);
    const share = { DBSnapshotIdentifier: name, AttributeName: 'restore', ValuesToAdd: [act.company.outsider] };
    await act.call('rds', 'ModifyDBSnapshotAttribute', share);
  },
  async innocent(act) {
    const name = act.name(['before-migration', 'monthly']);
    const { DBSnapshot } = await act.call('rds', 'CreateDBSnapshot', { DBInstanceIdentifier: act.kept.name, DBSnapshotIdentifier: name });
    act.made('AWS::RDS::DBSnapshot', name, DBSnapshot.DBSnapshotArn);
  },
};
