import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { outcomeOf, principalOf, type TrailRecord, text as textAt } from '../../event.ts';
import { call, isAws, upTo, who } from './saying.ts';

/** A refused call has no request: the role stands in the message only. */
const roleOf = (record: TrailRecord): string | undefined =>
  textAt(record, 'requestParameters.roleArn') ?? /on resource: (arn:\S{1,600})/.exec((textAt(record, 'errorMessage') ?? '').slice(0, 4000))?.[1];

export const detection: Detection = {
  title: text('Many roles tried one after another', 'Muchos roles probados uno tras otro'),
  description: text(
    'One identity was refused many different roles within minutes: somebody is finding out which doors open. A broken deployment tries the same role again and again instead. See whether one of the tries worked.',
    'A una identidad se le negaron muchos roles distintos en minutos: alguien averigua qué puertas se abren. Un despliegue roto prueba el mismo rol una y otra vez. Vea si algún intento funcionó.',
  ),
  severity: 'high',
  attack: ['T1580', 'T1087.004', 'T1078.004'],
  apis: ['sts:AssumeRole'],
  sql: '(errorCode IS NOT NULL OR errorMessage IS NOT NULL)',
  when(record) {
    if (outcomeOf(record) !== 'denied' || isAws(record)) return undefined;
    return text(`${who(record)} was refused one role after another.`, `A ${who(record)} se le negó un rol tras otro.`);
  },
  burst: { by: principalOf, distinct: roleOf, within: 600, atLeast: 5, sql: { by: 'principal' } },
  examples: {
    hits: [
      {
        what: 'six roles',
        records: upTo(6).map((i) =>
          call('sts:AssumeRole', null, {
            errorCode: 'AccessDenied',
            errorMessage: `User: x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/r${i}`,
          }),
        ),
      },
      {
        what: 'with the request',
        records: upTo(5).map((i) => call('sts:AssumeRole', { roleArn: `arn:aws:iam::111122223333:role/r${i}` }, { errorCode: 'AccessDenied' })),
      },
    ],
    quiet: [
      {
        what: 'the same role',
        records: upTo(9).map(() => call('sts:AssumeRole', { roleArn: 'arn:aws:iam::111122223333:role/r' }, { errorCode: 'AccessDenied' })),
      },
      { what: 'it works', records: upTo(9).map((i) => call('sts:AssumeRole', { roleArn: `arn:aws:iam::111122223333:role/r${i}` })) },
    ],
  },
};
