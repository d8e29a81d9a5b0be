import { resolve } from 'node:path';
import { AplombError, EXIT, text } from '../../../kernel/index.ts';
import { exported, WRITERS } from '../../../trail/export/index.ts';
import { lineOf, timelineOf } from '../../../trail/timeline/index.ts';
import { type Command, type Ending, flag, string } from '../../spec.ts';
import { openTrail } from '../../trail/case.ts';
import { writeFileWhole } from '../../trail/file.ts';
import { SELECTION, selectionOf } from '../../trail/selection.ts';

export const brief = text('Who did what, line by line, in UTC; or as a file', 'Quién hizo qué, línea a línea, en UTC; o en un fichero');
export const order = 104;
/** Lines on a screen; --all and files have no limit. */
const LINES = 500;

export const command: Command = {
  description: text(
    'One line for each event of the selection, repeats collapsed, with marks for what was denied, a dry run, from a new address, region or program. With --out the events are written whole: CSV that no spreadsheet takes for formulas, JSON lines, Timesketch or OCSF; each row names its file’s SHA-256 and its place in it.',
    'Una línea por cada evento de la selección, con las repeticiones agrupadas y marcas de lo denegado, los ensayos, las direcciones, regiones o programas nuevos. Con --out los eventos se escriben enteros: CSV que ninguna hoja de cálculo toma por fórmulas, líneas JSON, Timesketch u OCSF; cada fila nombra el SHA-256 de su fichero y su lugar en él.',
  ),
  flags: {
    ...SELECTION,
    out: { kind: 'string', placeholder: 'FILE', brief: text('Write a file instead', 'Escribir un fichero en su lugar') },
    format: { kind: 'string', placeholder: 'FORMAT', brief: text('csv (default), jsonl, timesketch or ocsf', 'csv (por defecto), jsonl, timesketch u ocsf') },
    all: { kind: 'boolean', brief: text(`All lines, not the first ${LINES}`, `Todas las líneas, no las primeras ${LINES}`) },
  },
  common: ['case'],
  examples: [
    { line: 'aplomb trail timeline --key AKIA2OGYBAH6STMMNXNN', why: text('everything one key did', 'todo lo que hizo una clave') },
    {
      line: 'aplomb trail timeline --principal deploy --since 2026-11-20 --out deploy.csv',
      why: text('a role’s sessions, as a table', 'las sesiones de un rol, como tabla'),
    },
    { line: 'aplomb trail timeline --ip 198.51.100.0/24 --format timesketch --out t.jsonl', why: text('for Timesketch', 'para Timesketch') },
  ],
  async run(io, values): Promise<Ending> {
    const [out, format] = [string(values, 'out'), string(values, 'format') ?? 'csv'];
    if (!Object.hasOwn(WRITERS, format))
      throw new AplombError('BadOption', `--format ${format.slice(0, 40)}: there is no such format`, {
        exit: EXIT.usage,
        fix: `One of: ${Object.keys(WRITERS).join(', ')}.`,
      });
    const { dir, store } = await openTrail(io, values);
    try {
      const condition = await selectionOf(store, values);
      const [{ total = 0 } = {}] = await store.query(`SELECT count(*) AS total FROM events WHERE ${condition.sql}`, condition.values);
      if (out !== undefined) {
        const path = resolve(io.cwd, out);
        const bytes = await writeFileWhole(path, WRITERS[format as keyof typeof WRITERS].write(exported(store, condition)));
        if (!io.json) io.out(io.lang === 'es' ? `${total} eventos escritos en ${path}` : `${total} events written to ${path}`);
        return { exit: EXIT.ok, result: { case: dir, entries: total as number, file: path, bytes, format } };
      }
      if (string(values, 'format') !== undefined)
        throw new AplombError('BadOption', '--format needs --out FILE', {
          exit: EXIT.usage,
          fix: `For example: --out timeline${WRITERS[format as keyof typeof WRITERS].extension}`,
        });
      const lines: string[] = [];
      let [shown, more] = [0, false];
      for await (const entry of timelineOf(store, condition)) {
        if (!flag(values, 'all') && shown >= LINES) {
          more = true;
          break;
        }
        shown++;
        const line = lineOf(entry, io.lang);
        if (io.json) lines.push(line);
        else io.out(line);
      }
      if (!io.json) {
        if (total === 0) io.out(io.lang === 'es' ? 'Ningún evento es así.' : 'No event is like that.');
        if (more)
          io.out(
            io.lang === 'es' ? `… y más: ${total} eventos en total (--all, o --out FICHERO)` : `… and more: ${total} events in all (--all, or --out FILE)`,
          );
      }
      return { exit: EXIT.ok, result: { case: dir, entries: total as number, lines, more } };
    } finally {
      store.close();
    }
  },
};
