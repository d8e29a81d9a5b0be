import { plainText } from '../../../i18n/index.ts';
import { AplombError, EXIT, type JsonObject, text } from '../../../kernel/index.ts';
import { BUILT_IN, LONGEST_ANSWER, savedQueries, savedQuery, saveQuery, sql } from '../../../trail/search/index.ts';
import { type Command, type Ending, flag, string } from '../../spec.ts';
import { openTrail, trailDir } from '../../trail/case.ts';

export const brief = text('Ask the events in SQL (DuckDB, read-only)', 'Consultar los eventos en SQL (DuckDB, solo lectura)');
export const order = 106;
const WIDE = 60;

export const command: Command = {
  description: text(
    'One statement that reads, over the views events, insights, network_activity, duplicates, sources and problems (docs/trail-views.md). Files and the network are out of its reach. --list shows the queries that come with Aplomb and those you kept.',
    'Una sentencia de lectura sobre las vistas events, insights, network_activity, duplicates, sources y problems (docs/trail-views.md). Los ficheros y la red quedan fuera de su alcance. --list muestra las consultas que trae Aplomb y las que usted guardó.',
  ),
  positionals: [{ name: 'STATEMENT', optional: true, brief: text('The statement', 'La sentencia') }],
  flags: {
    saved: { kind: 'string', placeholder: 'NAME', brief: text('Run a query that is kept', 'Ejecutar una consulta guardada') },
    save: { kind: 'string', placeholder: 'NAME', brief: text('Keep this one in the case', 'Guardar esta en el caso') },
    list: { kind: 'boolean', brief: text('Show the kept queries', 'Mostrar las consultas guardadas') },
    limit: { kind: 'string', placeholder: 'N', brief: text('Rows at most (default 1000)', 'Filas como máximo (por defecto 1000)') },
    timeout: {
      kind: 'string',
      placeholder: 'SECONDS',
      brief: text(`Stop it after this time (default ${LONGEST_ANSWER})`, `Pararla pasado este tiempo (por defecto ${LONGEST_ANSWER})`),
    },
  },
  common: ['case'],
  examples: [
    {
      line: 'aplomb trail sql "SELECT eventName, count(*) FROM events GROUP BY ALL ORDER BY 2 DESC LIMIT 20"',
      why: text('what was called most', 'lo más llamado'),
    },
    { line: 'aplomb trail sql --saved denied-bursts', why: text('who tried what he may not', 'quién probó lo que no puede') },
  ],
  async run(io, values, [statement]): Promise<Ending> {
    const { dir, store } = await openTrail(io, values);
    try {
      const at = trailDir(dir);
      if (flag(values, 'list')) {
        const saved = savedQueries(at);
        if (!io.json)
          for (const { name, builtIn, query } of saved)
            io.out(`${name.padEnd(28)} ${builtIn ? io.say(BUILT_IN[name]!.title) : query.search ? 'search' : 'SQL'}`);
        return { exit: EXIT.ok, result: { case: dir, saved: saved.map(({ name, builtIn }) => ({ name, builtIn })) } };
      }
      const name = string(values, 'saved');
      const kept = name === undefined ? undefined : savedQuery(at, name);
      if (kept?.query.search)
        throw new AplombError('TrailSavedQuery', `“${name}” is a search`, { exit: EXIT.usage, fix: `Run it with: aplomb trail search --saved ${name}` });
      const asked = kept?.query.sql ?? statement;
      if (asked === undefined)
        throw new AplombError('MissingArgument', 'aplomb trail sql needs a statement', {
          exit: EXIT.usage,
          fix: 'For example: aplomb trail sql "DESCRIBE events"; --list shows kept ones.',
        });
      const limit = string(values, 'limit');
      const timeout = string(values, 'timeout');
      const {
        rows,
        more,
        limit: most,
      } = await sql(store, asked, {
        ...(limit === undefined ? {} : { limit: Number(limit) }),
        ...(timeout === undefined ? {} : { timeout: Number(timeout) }),
      });
      const save = string(values, 'save');
      if (save !== undefined) saveQuery(at, save, { sql: asked });
      if (!io.json) {
        if (kept?.builtIn) io.err(io.say(BUILT_IN[name!]!.description));
        for (const line of table(rows)) io.out(line);
        io.out(
          io.lang === 'es'
            ? `${rows.length} filas${more ? `, y hay más que ${most} (--limit)` : ''}`
            : `${rows.length} rows${more ? `, and there are more than ${most} (--limit)` : ''}`,
        );
      }
      return { exit: EXIT.ok, result: { case: dir, rows: io.json ? (rows as JsonObject[]) : [], count: rows.length, more } };
    } finally {
      store.close();
    }
  },
};

const cell = (value: unknown): string =>
  value === null || value === undefined ? '' : plainText(typeof value === 'object' ? JSON.stringify(value) : String(value), WIDE);
function table(rows: readonly Record<string, unknown>[]): string[] {
  if (rows.length === 0) return [];
  const names = Object.keys(rows[0]!);
  const cells = [names, ...rows.map((row) => names.map((name) => cell(row[name])))];
  const widths = names.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  return cells.map((line) =>
    line
      .map((text, column) => text.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
