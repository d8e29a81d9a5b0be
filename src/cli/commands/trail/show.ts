import { plainText } from '../../../i18n/index.ts';
import { AplombError, EXIT, type ExitCode, text } from '../../../kernel/index.ts';
import { placeOf } from '../../../trail/event.ts';
import { recordIn } from '../../../trail/readers/one.ts';
import { type Command, type Ending, flag } from '../../spec.ts';
import { openTrail } from '../../trail/case.ts';

export const brief = text('One event as its file holds it, byte for byte', 'Un evento tal como está en su fichero, byte a byte');
export const order = 108;

export const command: Command = {
  description: text(
    'By the number that detect, search, timeline --json and exports give. The file is read again and must still have the hash it had when it was loaded; the store’s own reading is shown where the file is a table.',
    'Por el número que dan detect, search, timeline --json y las exportaciones. El fichero se lee de nuevo y debe conservar el hash con que se cargó; si el fichero es una tabla se muestra la lectura guardada.',
  ),
  positionals: [{ name: 'NUMBER', many: true, brief: text('Numbers of events', 'Números de eventos') }],
  flags: { pretty: { kind: 'boolean', brief: text('Indented, for reading', 'Con sangría, para leer') } },
  common: ['case'],
  examples: [{ line: 'aplomb trail show 67108870', why: text('the record, its file and its place', 'el registro, su fichero y su lugar') }],
  async run(io, values, numbers): Promise<Ending> {
    const wrong = numbers.find((one) => !/^\d{1,15}$/.test(one));
    if (wrong !== undefined)
      throw new AplombError('BadNumber', `"${wrong.slice(0, 40)}" is no number of an event`, {
        exit: EXIT.usage,
        fix: 'Take it from trail search --json or an export (column n).',
      });
    const { dir, store } = await openTrail(io, values);
    try {
      const shown = [];
      let exit: ExitCode = EXIT.ok;
      for (const n of numbers.map(Number)) {
        const { source, record } = placeOf(n);
        const [row] = await store.query('SELECT file, path, sha256, eventID, raw FROM all_events JOIN sources USING (source) WHERE n = ?', [n]);
        if (!row)
          throw new AplombError('NoSuchEvent', `there is no event ${n} in this case`, {
            exit: EXIT.usage,
            fix: 'Numbers are those of this case’s store: aplomb trail search ... --json shows them.',
          });
        const told = { n, source, record, file: String(row.file), sha256: String(row.sha256) };
        const id = typeof row.eventID === 'string' && /^[\w.:-]+$/.test(row.eventID) ? row.eventID : '';
        const { same, text: exact } = await recordIn(String(row.path), told.sha256, record, (found) => found.includes(id));
        if (!same) exit = EXIT.partial;
        const body = exact?.toString('utf8') ?? String(row.raw);
        shown.push({ ...told, exact: exact !== undefined, event: body });
        if (io.json) continue;
        io.err(`${n}  ${plainText(told.file, 200)}  ${told.sha256}  ${io.lang === 'es' ? 'registro' : 'record'} ${record}`);
        if (!same)
          io.err(
            io.lang === 'es'
              ? '  el fichero ya no está, o no es el que se leyó: esto es lo que se guardó de él'
              : '  the file is gone or is not the one that was read: this is what the store kept of it',
          );
        io.out(flag(values, 'pretty') ? JSON.stringify(JSON.parse(body), null, 2) : plainText(body, body.length));
      }
      return { exit, result: { case: dir, events: shown } };
    } finally {
      store.close();
    }
  },
};
