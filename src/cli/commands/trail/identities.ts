import { plainText } from '../../../i18n/index.ts';
import { AplombError, EXIT, type JsonObject, text } from '../../../kernel/index.ts';
import { identitiesOf } from '../../../trail/identities/index.ts';
import { paint } from '../../render/paint.ts';
import { type Command, string } from '../../spec.ts';
import { openTrail } from '../../trail/case.ts';

export const brief = text('Who is suspicious, and why', 'Quién es sospechoso, y por qué');
export const order = 103;

export const command: Command = {
  description: text(
    'People, roles and users ranked by reasons a person can check: power they gave themselves, keys they made, calls denied and then allowed, first addresses, regions, programs and APIs (per role or user, never per session), enumeration, blinding, taking away, damage. The score is the sum of the named weights; being busy or being root adds nothing.',
    'Personas, roles y usuarios ordenados por motivos comprobables: poder que se dieron, claves que crearon, llamadas denegadas y luego permitidas, primeras direcciones, regiones, programas y API (por rol o usuario, nunca por sesión), enumeración, ocultación, extracción, daño. La puntuación es la suma de los pesos nombrados; estar ocupado o ser root no suma nada.',
  ),
  flags: {
    since: {
      kind: 'string',
      placeholder: 'TIME',
      brief: text('Judge what was done since; what came before is the baseline', 'Juzgar lo hecho desde; lo anterior es la referencia'),
    },
    until: { kind: 'string', placeholder: 'TIME', brief: text('… and before this time', '… y antes de esta hora') },
    limit: { kind: 'string', placeholder: 'N', brief: text('How many to show (default 10)', 'Cuántos mostrar (por defecto 10)') },
  },
  common: ['case'],
  examples: [{ line: 'aplomb trail identities --since 2026-11-20T00:00:00Z', why: text('against what they did before', 'frente a lo que hacían antes') }],
  async run(io, values) {
    const [since, until, given] = [string(values, 'since'), string(values, 'until'), string(values, 'limit') ?? '10'];
    if (!/^\d{1,5}$/.test(given))
      throw new AplombError('BadOption', `--limit ${given.slice(0, 20)}: no number`, { exit: EXIT.usage, fix: 'For example --limit 20.' });
    const { dir, store } = await openTrail(io, values);
    try {
      const found = await identitiesOf(store, { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) });
      const ink = paint(io.colour);
      if (!io.json) {
        for (const { arn, score, keys, reasons } of found.slice(0, Number(given))) {
          io.out(
            `${ink.bold(String(score).padStart(6))}  ${plainText(arn, 160)}  ${ink.dim(
              keys
                .slice(0, 3)
                .map((key) => plainText(key, 40))
                .join(' '),
            )}`,
          );
          for (const { what, weight, count } of reasons)
            io.out(`        ${ink.dim(`+${weight}`.padEnd(6))} ${plainText(io.say(what), 220)}${count > 1 ? ink.dim(` (${count})`) : ''}`);
        }
        io.out(
          io.lang === 'es'
            ? `${found.length} identidades; la puntuación es la suma de los pesos`
            : `${found.length} identities; the score is the sum of the weights`,
        );
      }
      return { exit: EXIT.ok, result: { case: dir, identities: JSON.parse(JSON.stringify(found)) as JsonObject[] } };
    } finally {
      store.close();
    }
  },
};
