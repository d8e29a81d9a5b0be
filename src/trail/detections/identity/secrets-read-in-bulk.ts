import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { isService, principalOf, text as textAt } from '../../event.ts';
import { each, isAws, upTo, who } from './saying.ts';

export const detection: Detection = {
  title: text('Many secrets were read at once', 'Se leyeron muchos secretos de golpe'),
  description: text(
    'One identity read many different secrets within minutes. Programs read the few that they need; backup or migration tools read all. Change every secret that was read, and see where they open doors.',
    'Una identidad leyó muchos secretos distintos en minutos. Los programas leen los pocos que necesitan; las herramientas de copia o migración, todos. Cambie cada secreto leído y vea qué puertas abren.',
  ),
  severity: 'high',
  attack: ['T1555.006', 'T1552'],
  references: ['https://attack.mitre.org/techniques/T1555/006/'],
  apis: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'],
  looksFurther: true,
  when(record) {
    if (isAws(record) || isService(record)) return undefined;
    return text(`${who(record)} read one secret after another.`, `${who(record)} leyó un secreto tras otro.`);
  },
  burst: {
    by: principalOf,
    distinct: (record) => textAt(record, 'requestParameters.secretId') ?? textAt(record, 'eventID'),
    within: 600,
    atLeast: 8,
    sql: { by: 'principal' },
  },
  examples: {
    hits: [
      {
        what: 'ten',
        records: each(
          upTo(10).map((i) => ({ secretId: `db-${i}` })),
          'secretsmanager:GetSecretValue',
        ),
      },
      {
        what: 'refused',
        records: each(
          upTo(10).map((i) => ({ secretId: `db-${i}` })),
          'secretsmanager:GetSecretValue',
          { errorCode: 'AccessDenied' },
        ),
      },
    ],
    quiet: [
      {
        what: 'one again and again',
        records: each(
          upTo(20).map(() => ({ secretId: 'db' })),
          'secretsmanager:GetSecretValue',
        ),
      },
      {
        what: 'a few',
        records: each(
          upTo(5).map((i) => ({ secretId: `db-${i}` })),
          'secretsmanager:GetSecretValue',
        ),
      },
      {
        what: 'a service',
        records: each(
          upTo(20).map((i) => ({ secretId: `db-${i}` })),
          'secretsmanager:GetSecretValue',
          { userIdentity: { type: 'AWSService' } },
        ),
      },
    ],
  },
};
