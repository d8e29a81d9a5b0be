import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { isService, principalOf, type TrailRecord, text as textAt } from '../../event.ts';
import { each, isAws, textsAt, upTo, who } from './saying.ts';

/** Ten names is what one call can hold. */
const isLarge = (record: TrailRecord): boolean => {
  if (textAt(record, 'requestParameters.withDecryption') !== 'true') return false;
  const path = textAt(record, 'requestParameters.path');
  // The whole tree; /aws/ is what AWS publishes.
  if (path !== undefined) return path === '/' && textAt(record, 'requestParameters.recursive') === 'true';
  return textsAt(record, 'requestParameters.names').length >= 5;
};
const asked = (record: TrailRecord): string => textAt(record, 'requestParameters.path') ?? textsAt(record, 'requestParameters.names').join(' ').slice(0, 2000);
const names = (from: number) => ({ names: upTo(10).map((i) => `/app/${from + i}`), withDecryption: true });

export const detection: Detection = {
  title: text('Many encrypted parameters were read at once', 'Se leyeron muchos parámetros cifrados de golpe'),
  description: text(
    'One identity read parameters in large batches or whole trees, decrypted: these are often passwords. Programs read their own branch when they start. Change what was read.',
    'Una identidad leyó parámetros en lotes grandes o árboles enteros, descifrados: a menudo son contraseñas. Los programas leen su rama al arrancar. Cambie lo leído.',
  ),
  severity: 'medium',
  attack: ['T1552', 'T1555.006'],
  apis: ['ssm:GetParameters', 'ssm:GetParametersByPath'],
  looksFurther: true,
  when(record) {
    if (isAws(record) || isService(record) || !isLarge(record)) return undefined;
    return text(`${who(record)} read encrypted parameters by the dozen.`, `${who(record)} leyó parámetros cifrados por docenas.`);
  },
  burst: {
    by: principalOf,
    distinct: (record) => (asked(record) === '/' ? `/ ${textAt(record, 'eventID')}` : asked(record)),
    within: 900,
    atLeast: 3,
    sql: { by: 'principal' },
  },
  examples: {
    hits: [
      {
        what: 'batches',
        records: each(
          upTo(4).map((i) => names(10 * i)),
          'ssm:GetParameters',
        ),
      },
      {
        what: 'the whole tree, page by page',
        records: each(
          upTo(3).map(() => ({ path: '/', recursive: true, withDecryption: true })),
          'ssm:GetParametersByPath',
        ),
      },
      {
        what: 'refused',
        records: each(
          upTo(4).map((i) => names(10 * i)),
          'ssm:GetParameters',
          { errorCode: 'AccessDeniedException' },
        ),
      },
    ],
    quiet: [
      {
        what: 'the same at every start',
        records: each(
          upTo(9).map(() => names(0)),
          'ssm:GetParameters',
          {},
          60,
        ),
      },
      {
        what: 'not decrypted',
        records: each(
          upTo(4).map((i) => ({ names: names(10 * i).names, withDecryption: false })),
          'ssm:GetParameters',
        ),
      },
      {
        what: 'its own branch',
        records: each(
          upTo(9).map(() => ({ path: '/app/', recursive: true, withDecryption: true })),
          'ssm:GetParametersByPath',
        ),
      },
    ],
  },
};
