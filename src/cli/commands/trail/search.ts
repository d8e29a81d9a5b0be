import { AplombError, EXIT, type JsonObject, text } from '../../../kernel/index.ts';
import { placeOf } from '../../../trail/event.ts';
import { savedQuery, saveQuery, search } from '../../../trail/search/index.ts';
import { entryOf, lineOf } from '../../../trail/timeline/index.ts';
import { type Command, flag, string } from '../../spec.ts';
import { openTrail, trailDir } from '../../trail/case.ts';

export const brief = text('Find events: fields, a regular expression, free text', 'Buscar eventos: campos, una expresión regular, texto libre');
export const order = 105;

export const command: Command = {
  description: text(
    'FIELD=VALUE compares (with * for anything), FIELD~REGEX and FIELD!=VALUE too; a field is a column of the view events or a path such as requestParameters.bucketName. Free text is looked for in the whole record, decoded. All that is given must hold.',
    'CAMPO=VALOR compara (con * por cualquier cosa), también CAMPO~REGEX y CAMPO!=VALOR; un campo es una columna de la vista events o una ruta como requestParameters.bucketName. El texto libre se busca en todo el registro, descodificado. Debe cumplirse todo lo indicado.',
  ),
  positionals: [{ name: 'FIELD=VALUE', optional: true, many: true, brief: text('Comparisons', 'Comparaciones') }],
  flags: {
    text: { kind: 'string', placeholder: 'TEXT', brief: text('Free text anywhere in the record', 'Texto libre en cualquier parte del registro') },
    regex: { kind: 'string', placeholder: 'RE', brief: text('Regular expression (RE2) over the record', 'Expresión regular (RE2) sobre el registro') },
    limit: { kind: 'string', placeholder: 'N', brief: text('Events at most (default 1000)', 'Eventos como máximo (por defecto 1000)') },
    raw: { kind: 'boolean', brief: text('Show the records themselves', 'Mostrar los propios registros') },
    save: { kind: 'string', placeholder: 'NAME', brief: text('Keep this search in the case under a name', 'Guardar esta búsqueda en el caso con un nombre') },
    saved: { kind: 'string', placeholder: 'NAME', brief: text('Run a search that was kept', 'Ejecutar una búsqueda guardada') },
  },
  common: ['case'],
  examples: [
    {
      line: "aplomb trail search eventName=Run* 'userIdentity.arn~deploy'",
      why: text('launches by whoever is called like that', 'lanzamientos de quien se llame así'),
    },
    {
      line: 'aplomb trail search --text AdministratorAccess --raw',
      why: text('anywhere in a record, and the record', 'en cualquier parte de un registro, y el registro'),
    },
  ],
  async run(io, values, fields) {
    const { dir, store } = await openTrail(io, values);
    try {
      const [words, regex, given, name] = [string(values, 'text'), string(values, 'regex'), string(values, 'limit'), string(values, 'saved')];
      const kept = name === undefined ? undefined : savedQuery(trailDir(dir), name);
      if (kept && !kept.query.search)
        throw new AplombError('TrailSavedQuery', `“${name}” is SQL`, { exit: EXIT.usage, fix: `Run it with: aplomb trail sql --saved ${name}` });
      const asked = kept?.query.search ?? {
        ...(fields.length > 0 ? { fields } : {}),
        ...(words === undefined ? {} : { text: words }),
        ...(regex === undefined ? {} : { regex }),
        ...(given === undefined ? {} : { limit: Number(given) }),
      };
      const { events, more } = await search(store, asked);
      const save = string(values, 'save');
      if (save !== undefined) saveQuery(trailDir(dir), save, { search: asked });
      if (!io.json) {
        for (const event of events) {
          io.out(lineOf(entryOf(event), io.lang));
          if (flag(values, 'raw')) io.out(JSON.stringify(event.record));
        }
        io.out(
          io.lang === 'es'
            ? `${events.length} eventos${more ? ', y hay más (--limit)' : ''}`
            : `${events.length} events${more ? ', and there are more (--limit)' : ''}`,
        );
      }
      return {
        exit: EXIT.ok,
        result: {
          case: dir,
          found: events.length,
          more,
          events: io.json ? events.map(({ n, record }) => ({ n, ...placeOf(n), event: record as JsonObject })) : [],
        },
      };
    } finally {
      store.close();
    }
  },
};
