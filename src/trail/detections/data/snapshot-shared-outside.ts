import { type Text, text } from '../../../kernel/index.ts';
import type { Background, Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from './examples.ts';
import { ANYONE, accountsNamed, outsidersIn } from './outside.ts';
import { asked, askedText, list, named, strings, who } from './reading.ts';

/** Both forms of the request: permissions to add, or the older lists of accounts and groups. */
function sharedWith(record: TrailRecord, background: Background): Text | undefined {
  const added = list(asked(record, 'createVolumePermission.add'));
  const older =
    askedText(record, 'operationType') === 'add'
      ? [...list(asked(record, 'groupSet')), ...list(asked(record, 'userIdSet')), ...list(asked(record, 'groupNames')), ...list(asked(record, 'userIds'))]
      : [];
  const given = [...added, ...older];
  if (given.some((one) => strings(one).includes('all'))) return ANYONE;
  const accounts = outsidersIn([...given], record, background);
  return accounts.length > 0 ? accountsNamed(accounts) : undefined;
}

export const detection: Detection = {
  title: text('EBS snapshot shared outside', 'Snapshot de EBS compartido fuera'),
  description: text(
    'The other account, or anyone, can make a volume of this snapshot and read the whole disk, without another trace here than SharedSnapshotVolumeCreated. Suppliers and auditors get snapshots that way, too. Take the permission back, and treat every secret on the disk as known.',
    'La otra cuenta, o cualquiera, puede crear un volumen con este snapshot y leer el disco entero, sin más rastro aquí que SharedSnapshotVolumeCreated. Proveedores y auditores también los reciben así. Quite el permiso y dé por conocidos todos los secretos del disco.',
  ),
  severity: 'high',
  attack: ['T1537'],
  references: ['https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html'],
  apis: ['ec2:ModifySnapshotAttribute'],
  when(record, background) {
    const whom = sharedWith(record, background);
    return (
      whom &&
      text(
        `${who(record)} shared snapshot ${named(record, 'snapshotId')} with ${whom.en}.`,
        `${who(record)} compartió el snapshot ${named(record, 'snapshotId')} con ${whom.es}.`,
      )
    );
  },
  examples: {
    hits: [
      example(
        'with another account',
        call('ec2:ModifySnapshotAttribute', {
          snapshotId: 'snap-1',
          createVolumePermission: { add: { items: [{ userId: OUTSIDER }] } },
          attributeType: 'CREATE_VOLUME_PERMISSION',
        }),
      ),
      example(
        'with everybody, refused',
        denied('ec2:ModifySnapshotAttribute', {
          snapshotId: 'snap-1',
          createVolumePermission: { add: { items: [{ group: 'all' }] } },
          attributeType: 'CREATE_VOLUME_PERMISSION',
        }),
      ),
    ],
    quiet: [
      example(
        'taken back',
        call('ec2:ModifySnapshotAttribute', {
          snapshotId: 'snap-1',
          createVolumePermission: { remove: { items: [{ userId: OUTSIDER }] } },
          attributeType: 'CREATE_VOLUME_PERMISSION',
        }),
      ),
      example(
        'with an account of ours',
        call('ec2:ModifySnapshotAttribute', { snapshotId: 'snap-1', createVolumePermission: { add: { items: [{ userId: ACCOUNT }] } } }),
      ),
    ],
  },
};
