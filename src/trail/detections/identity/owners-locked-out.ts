import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, outcomeOf, principalOf, text as textAt } from '../../event.ts';
import { each, isAws, upTo, who } from './saying.ts';

export const detection: Detection = {
  title: text('Several users were locked out', 'Se dejó fuera a varios usuarios'),
  description: text(
    'One identity took passwords or keys from several users, or deleted them, within half an hour: so that nobody can interfere. Cleaning up after people who left looks the same. Ask before you help with it.',
    'Una identidad quitó contraseñas o claves a varios usuarios, o los borró, en media hora: para que nadie pueda intervenir. Limpiar tras bajas de personal se ve igual. Pregunte antes de ayudar.',
  ),
  severity: 'high',
  attack: ['T1531'],
  references: ['https://attack.mitre.org/techniques/T1531/'],
  apis: ['iam:DeleteLoginProfile', 'iam:DeleteAccessKey', 'iam:UpdateAccessKey', 'iam:DeleteUser'],
  when(record) {
    if (isAws(record)) return undefined;
    const user = textAt(record, 'requestParameters.userName');
    if (user === undefined || principalOf(record).endsWith(`/${user}`)) return undefined;
    if (apiOf(record) === 'iam:UpdateAccessKey' && textAt(record, 'requestParameters.status') !== 'Inactive') return undefined;
    if (outcomeOf(record) === 'failed') return undefined;
    return text(`${who(record)} took access from one user after another.`, `${who(record)} quitó el acceso a un usuario tras otro.`);
  },
  burst: { by: principalOf, distinct: (record) => textAt(record, 'requestParameters.userName'), within: 1800, atLeast: 4 },
  examples: {
    hits: [
      {
        what: 'passwords',
        records: each(
          upTo(4).map((i) => ({ userName: `u${i}` })),
          'iam:DeleteLoginProfile',
          {},
          60,
        ),
      },
      {
        what: 'refused',
        records: each(
          upTo(4).map((i) => ({ userName: `u${i}` })),
          'iam:DeleteUser',
          { errorCode: 'AccessDenied' },
          60,
        ),
      },
    ],
    quiet: [
      {
        what: 'one user',
        records: each(
          upTo(6).map(() => ({ userName: 'u' })),
          'iam:DeleteAccessKey',
        ),
      },
      {
        what: 'they have no password',
        records: each(
          upTo(6).map((i) => ({ userName: `u${i}` })),
          'iam:DeleteLoginProfile',
          { errorCode: 'NoSuchEntityException' },
        ),
      },
    ],
  },
};
