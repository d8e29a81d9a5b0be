import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JsonObject } from '../../kernel/index.ts';
import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { type HuntResult, latestHuntOf } from '../../procedure/shared/hunt-result.ts';
import { huntCsv } from '../render/hunt-csv.ts';
import { huntSummary } from '../render/hunt-summary.ts';
import { paint } from '../render/paint.ts';
import { string } from '../spec.ts';
import { keyTarget } from '../target.ts';
import { verb } from '../verb.ts';

export const brief = text('Step 2: everything made with the key, in all regions', 'Paso 2: todo lo creado con la clave, en todas las regiones');
export const order = 42;

/** The members scripts depend on, and what else the hunt knows. */
function resultOf(hunt: HuntResult | null): JsonObject {
  if (hunt === null) return { regions: [], found: [], tree: [] };
  const { account: _account, evidence: _evidence, ...result } = hunt as unknown as JsonObject;
  return result;
}

async function writeCsv(path: string, hunt: HuntResult): Promise<void> {
  const draft = `${path}.draft`;
  try {
    await writeFile(draft, huntCsv(hunt.found));
    await rename(draft, path);
  } catch (error) {
    throw new AplombError('CannotWrite', `the CSV file could not be written: ${(error as Error).message}`, {
      fix: 'Name a file in a folder that exists and that you may write to; the hunt itself is in the case.',
      exit: EXIT.failed,
      cause: error,
    });
  }
}

export const command = verb({
  name: 'hunt',
  about: 'key',
  readOnly: true,
  actions: () => ['hunt'],
  description: text(
    'Looks in every region for what was created since a time and joins it with what CloudTrail recorded for the key and for every credential issued from it: role and federation sessions, console sign-ins, new keys, users and roles, instances, functions and tasks that act with a role. Each region ends as inspected, not enabled, denied or failed; none is silently clean.',
    'Busca en todas las regiones lo creado desde un momento dado y lo une con lo que CloudTrail registró de la clave y de toda credencial emitida a partir de ella: sesiones de rol y de federación, entradas en la consola, claves, usuarios y roles nuevos, instancias, funciones y tareas que actúan con un rol. Cada región termina como inspeccionada, no habilitada, denegada o fallida; ninguna queda limpia en silencio.',
  ),
  positional: { name: 'KEY', optional: true, brief: text('Access key id (default: the alarm’s)', 'Identificador de la clave (por defecto: el de la alarma)') },
  flags: {
    since: {
      kind: 'string',
      placeholder: 'TIME',
      brief: text('Created since this UTC time (default: the alarm’s, else 90 days)', 'Creado desde esta hora UTC (por defecto: la de la alarma o 90 días)'),
    },
    key: { kind: 'string', placeholder: 'ID', brief: text('Access key id, as KEY', 'Identificador de la clave, como KEY') },
    principal: {
      kind: 'string',
      placeholder: 'ARN',
      brief: text('A user or role (ARN or name) instead of a key', 'Un usuario o rol (ARN o nombre) en lugar de una clave'),
    },
    region: { kind: 'list', placeholder: 'NAME', brief: text('Only this region (repeatable)', 'Solo esta región (repetible)') },
    type: {
      kind: 'list',
      placeholder: 'TYPE',
      brief: text('Only this resource type, such as Lambda::Function (repeatable)', 'Solo este tipo de recurso, como Lambda::Function (repetible)'),
    },
    account: {
      kind: 'list',
      placeholder: 'AS',
      brief: text(
        'Follow into another account too: profile:NAME or the ARN of a role to assume (repeatable)',
        'Seguir también en otra cuenta: profile:NOMBRE o el ARN de un rol que asumir (repetible)',
      ),
    },
    csv: { kind: 'string', placeholder: 'FILE', brief: text('Write what was found as CSV', 'Escribir lo encontrado como CSV') },
  },
  examples: [
    { line: 'aplomb hunt --since 2026-11-20T00:00:00Z', why: text('what the alarm’s key made since then', 'lo que creó la clave de la alarma desde entonces') },
    {
      line: 'aplomb hunt --principal arn:aws:iam::111122223333:role/Deploy --csv found.csv',
      why: text('everything done with sessions of a role, and a table of it', 'todo lo hecho con sesiones de un rol, y una tabla de ello'),
    },
    {
      line: 'aplomb hunt --account profile:production --type EC2::Instance --type IAM::User',
      why: text('into a second account, two kinds of resources only', 'también en otra cuenta, solo dos clases de recursos'),
    },
  ],
  target: async (session, values, named) => {
    const principal = string(values, 'principal');
    return principal === undefined ? keyTarget(session, named ?? string(values, 'key')) : { principal };
  },
  async files(io, observed, values) {
    const [hunt, path] = [latestHuntOf({ observed }), string(values, 'csv')];
    if (hunt && path !== undefined) await writeCsv(resolve(io.cwd, path), hunt);
  },
  afterwards(io, observed) {
    const hunt = latestHuntOf({ observed });
    if (hunt && !io.quiet) for (const line of huntSummary(hunt, io.lang, paint(io.colour))) io.err(line);
  },
  result: (observed) => resultOf(latestHuntOf({ observed })),
});
