import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, allow, call, denied, example, OUTSIDER } from './examples.ts';
import { accountsNamed, openTo, outsider } from './outside.ts';
import { api, asked, askedText, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Backup copied to, or vault opened for, another account', 'Copia de seguridad enviada a otra cuenta, o bóveda abierta a ella'),
  description: text(
    "AWS Backup copies whole machines and databases. A destination that is not the owner's takes all of it away; a vault opened to outsiders lets them do it themselves.",
    'AWS Backup copia máquinas y bases de datos enteras. Un destino que no es del dueño se lo lleva todo; una bóveda abierta a extraños les deja hacerlo a ellos.',
  ),
  severity: 'high',
  attack: ['T1537'],
  apis: ['backup:StartCopyJob', 'backup:PutBackupVaultAccessPolicy'],
  when(record, background) {
    const account = outsider(askedText(record, 'destinationBackupVaultArn'), record, background);
    const whom = account ? accountsNamed([account]) : openTo(asked(record, 'policy'), record, background);
    const what = named(record, 'sourceBackupVaultName', 'backupVaultName');
    return (
      whom &&
      text(
        `${who(record)} gave ${whom.en} back-ups of vault ${what} (${api(record)}).`,
        `${who(record)} dio a ${whom.es} copias de la bóveda ${what} (${api(record)}).`,
      )
    );
  },
  examples: {
    hits: [
      example(
        'copied',
        call('backup:StartCopyJob', {
          sourceBackupVaultName: 'main',
          recoveryPointArn: 'arn:aws:ec2:us-east-1::snapshot/snap-1',
          destinationBackupVaultArn: `arn:aws:backup:us-east-1:${OUTSIDER}:backup-vault:x`,
        }),
      ),
      example('opened, refused', denied('backup:PutBackupVaultAccessPolicy', { backupVaultName: 'main', policy: JSON.stringify(allow({ AWS: OUTSIDER })) })),
    ],
    quiet: [
      example(
        'to our own',
        call('backup:StartCopyJob', { sourceBackupVaultName: 'main', destinationBackupVaultArn: `arn:aws:backup:eu-west-1:${ACCOUNT}:backup-vault:x` }),
      ),
      example(
        'a policy that denies',
        call('backup:PutBackupVaultAccessPolicy', { backupVaultName: 'main', policy: JSON.stringify(allow('*', { Effect: 'Deny' })) }),
      ),
    ],
  },
};
