import { type Text, text } from '../../../kernel/index.ts';
import type { Background, Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from './examples.ts';
import { ANYONE, accountsNamed, outsidersIn } from './outside.ts';
import { asked, askedText, named, strings, who } from './reading.ts';

function sharedWith(record: TrailRecord, background: Background): Text | undefined {
  const given = [...strings(asked(record, 'valuesToAdd')), askedText(record, 'accountWithRestoreAccess') ?? '', askedText(record, 'consumerIdentifier') ?? ''];
  if (given.includes('all')) return ANYONE;
  const accounts = outsidersIn(given, record, background);
  return accounts.length > 0 ? accountsNamed(accounts) : undefined;
}

export const detection: Detection = {
  title: text('Database snapshot shared outside', 'Snapshot de base de datos compartido fuera'),
  description: text(
    'The other account, or anyone, can restore the whole database from this snapshot under a password of its own.',
    'La otra cuenta, o cualquiera, puede restaurar la base de datos entera desde este snapshot con una contraseña propia.',
  ),
  severity: 'high',
  attack: ['T1537'],
  apis: ['rds:ModifyDBSnapshotAttribute', 'rds:ModifyDBClusterSnapshotAttribute', 'redshift:AuthorizeSnapshotAccess', 'redshift:AuthorizeDataShare'],
  when(record, background) {
    const whom = sharedWith(record, background);
    const what = named(record, 'dBSnapshotIdentifier', 'dBClusterSnapshotIdentifier', 'snapshotIdentifier', 'snapshotArn', 'dataShareArn');
    return whom && text(`${who(record)} shared ${what} with ${whom.en}.`, `${who(record)} compartió ${what} con ${whom.es}.`);
  },
  examples: {
    hits: [
      example(
        'with another account',
        call('rds:ModifyDBSnapshotAttribute', { dBSnapshotIdentifier: 'nightly', attributeName: 'restore', valuesToAdd: [OUTSIDER] }),
      ),
      example(
        'with everybody, refused',
        denied('rds:ModifyDBClusterSnapshotAttribute', { dBClusterSnapshotIdentifier: 'nightly', attributeName: 'restore', valuesToAdd: ['all'] }),
      ),
    ],
    quiet: [
      example('taken back', call('rds:ModifyDBSnapshotAttribute', { dBSnapshotIdentifier: 'nightly', attributeName: 'restore', valuesToRemove: [OUTSIDER] })),
      example('with an account of ours', call('redshift:AuthorizeSnapshotAccess', { snapshotIdentifier: 'nightly', accountWithRestoreAccess: ACCOUNT })),
    ],
  },
};
