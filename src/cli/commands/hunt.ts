import { text } from '../../kernel/index.ts';
import { verb } from '../verb.ts';

export const brief = text('Step 2: everything made with the key, in all regions', 'Paso 2: todo lo creado con la clave, en todas las regiones');
export const order = 42;
export const command = verb({
  name: 'hunt',
  about: 'key',
  readOnly: true,
  actions: () => ['hunt'],
  description: text(
    'Looks in every region for what was created since a time and joins it with what CloudTrail recorded for the key and for every credential issued from it. Each region ends as inspected, not enabled, denied or failed; none is silently clean.',
    'Busca en todas las regiones lo creado desde un momento dado y lo une con lo que CloudTrail registró de la clave y de toda credencial emitida a partir de ella. Cada región termina como inspeccionada, no habilitada, denegada o fallida; ninguna queda limpia en silencio.',
  ),
  positional: { name: 'KEY', optional: true, brief: text('Access key id (default: the alarm’s)', 'Identificador de la clave (por defecto: el de la alarma)') },
  flags: {
    since: {
      kind: 'string',
      placeholder: 'TIME',
      brief: text('Created since this UTC time (default: the alarm’s, else 90 days)', 'Creado desde esta hora UTC (por defecto: la de la alarma o 90 días)'),
    },
  },
  examples: [
    { line: 'aplomb hunt --since 2026-11-20T00:00:00Z', why: text('what the alarm’s key made since then', 'lo que creó la clave de la alarma desde entonces') },
  ],
});
