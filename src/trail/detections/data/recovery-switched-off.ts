import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from './examples.ts';
import { asked, askedNumber, machinery, named, no, who } from './reading.ts';

export const detection: Detection = {
  title: text('Automatic back-ups or point-in-time recovery switched off', 'Copias automáticas o recuperación a un momento desactivadas'),
  description: text(
    "With retention zero, RDS deletes the automatic back-ups there are; without point-in-time recovery a DynamoDB table's history is gone. Test databases are made without; a change of an existing one needs a reason.",
    'Con retención cero, RDS borra las copias automáticas existentes; sin recuperación a un momento desaparece la historia de una tabla DynamoDB. Las bases de prueba se crean sin ellas; cambiar una existente necesita un motivo.',
  ),
  severity: 'high',
  attack: ['T1490'],
  apis: ['rds:ModifyDBInstance', 'rds:ModifyDBCluster', 'dynamodb:UpdateContinuousBackups'],
  when: (record) =>
    machinery(record) ||
    !(askedNumber(record, 'backupRetentionPeriod') === 0 || no(asked(record, 'pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled')))
      ? undefined
      : text(
          `${who(record)} switched off back-ups of ${named(record, 'dBInstanceIdentifier', 'dBClusterIdentifier', 'tableName')}.`,
          `${who(record)} desactivó las copias de ${named(record, 'dBInstanceIdentifier', 'dBClusterIdentifier', 'tableName')}.`,
        ),
  examples: {
    hits: [
      example('no retention', call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', backupRetentionPeriod: 0, applyImmediately: true })),
      example(
        'a table, refused',
        denied('dynamodb:UpdateContinuousBackups', { tableName: 't', pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false } }),
      ),
    ],
    quiet: [
      example('kept longer', call('rds:ModifyDBInstance', { dBInstanceIdentifier: 'shop', backupRetentionPeriod: 35 })),
      example(
        'switched on',
        call('dynamodb:UpdateContinuousBackups', { tableName: 't', pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true } }),
      ),
    ],
  },
};
