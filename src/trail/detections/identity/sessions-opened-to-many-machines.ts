import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf, text as textAt } from '../../event.ts';
import { each, isAws, upTo, who } from './saying.ts';

export const detection: Detection = {
  title: text('Shells were opened on many machines', 'Se abrieron consolas en muchas máquinas'),
  description: text(
    'One identity opened Session Manager sessions to several machines within minutes: moving from one to the next. An administrator in trouble does it too. See what was run there, if session logs are kept.',
    'Una identidad abrió sesiones de Session Manager en varias máquinas en minutos: pasa de una a otra. Un administrador en apuros también lo hace. Vea qué se ejecutó, si se guardan los registros de sesión.',
  ),
  severity: 'medium',
  attack: ['T1021.007', 'T1651'],
  apis: ['ssm:StartSession', 'ssm:ResumeSession'],
  when(record) {
    if (isAws(record)) return undefined;
    return text(`${who(record)} opened a shell on one machine after another.`, `${who(record)} abrió una consola en una máquina tras otra.`);
  },
  burst: { by: principalOf, distinct: (record) => textAt(record, 'requestParameters.target'), within: 900, atLeast: 4 },
  examples: {
    hits: [
      {
        what: 'five',
        records: each(
          upTo(5).map((i) => ({ target: `i-${i}` })),
          'ssm:StartSession',
          {},
          60,
        ),
      },
      {
        what: 'refused',
        records: each(
          upTo(5).map((i) => ({ target: `i-${i}` })),
          'ssm:StartSession',
          { errorCode: 'AccessDeniedException' },
        ),
      },
    ],
    quiet: [
      {
        what: 'one again and again',
        records: each(
          upTo(9).map(() => ({ target: 'i-1' })),
          'ssm:StartSession',
        ),
      },
      { what: 'two', records: each([{ target: 'i-1' }, { target: 'i-2' }], 'ssm:StartSession') },
    ],
  },
};
