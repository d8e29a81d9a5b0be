import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { publicKeys } from '../../../aws/trail-keys.ts';
import { readCase } from '../../../evidence/index.ts';
import { plainText } from '../../../i18n/index.ts';
import { AplombError, EXIT, type ExitCode, type JsonObject, type Text, text } from '../../../kernel/index.ts';
import type { TrailStore } from '../../../trail/store/open.ts';
import {
  callsOf,
  type DigestKey,
  digestOnDisk,
  gapsOf,
  keysOf,
  logOnDisk,
  readKeys,
  reconcile,
  type Verdict,
  validateDigests,
} from '../../../trail/trust/index.ts';
import type { Io } from '../../io.ts';
import { paint } from '../../render/paint.ts';
import { closeSession, openSession } from '../../session.ts';
import { type Command, flag, string, type Values } from '../../spec.ts';
import { openTrail } from '../../trail/case.ts';
import { standsAt } from '../../trail/stands.ts';
import { changeJson, changesKept, changeText, isTampering } from '../../trail/versions.ts';

export const brief = text('Can the trail be trusted: digests, gaps, our own calls', 'Si se puede confiar en el registro: digests, huecos, nuestras llamadas');
export const order = 107;
const SHOWN = 20;

export const command: Command = {
  description: text(
    'Proves each log file by CloudTrail’s own signed digests, names hours, files and Regions that are missing and times when the trail was blind, and compares with the case: every change that Aplomb sent must be in the trail, and whatever else was done with the responder’s credentials is shown. Exit 7 when something is altered, missing or gone; 3 when something cannot be proved.',
    'Prueba cada fichero con los digests firmados del propio CloudTrail, nombra horas, ficheros y regiones que faltan y los momentos en que el registro estuvo ciego, y compara con el caso: cada cambio que envió Aplomb debe estar en el registro, y se muestra cualquier otra cosa hecha con las credenciales del responsable. Salida 7 si algo está alterado, falta o ha desaparecido; 3 si algo no se puede probar.',
  ),
  flags: {
    keys: {
      kind: 'string',
      placeholder: 'FILE',
      brief: text('CloudTrail’s public keys: what list-public-keys prints, or PEM', 'Claves públicas de CloudTrail: lo que imprime list-public-keys, o PEM'),
    },
    'fetch-keys': {
      kind: 'boolean',
      brief: text('Ask AWS for the public keys of every Region in the trail', 'Pedir a AWS las claves públicas de cada región del registro'),
    },
  },
  common: ['case', 'profile', 'region'],
  examples: [
    { line: 'aplomb trail verify --fetch-keys', why: text('with the keys AWS gives out', 'con las claves que entrega AWS') },
    { line: 'aplomb trail verify --keys keys.json', why: text('offline, with keys fetched before', 'sin conexión, con claves obtenidas antes') },
  ],
  async run(io, values) {
    const { dir, store } = await openTrail(io, values);
    try {
      const keys = await keysFor(io, values, store);
      const view = readCase(dir);
      const files = (await store.query('SELECT path, file, kind, sha256 FROM sources ORDER BY file')).map(({ path, file, kind, sha256 }) => ({
        file: String(file),
        kind: String(kind),
        path: standsAt(view, { path: String(path), sha256: String(sha256) }),
      }));
      const there = files.flatMap(({ path, ...one }) => (path === undefined ? [] : [{ ...one, path }]));
      const gone = files.filter(({ path }) => path === undefined);
      const bad: Verdict[] = [];
      const validation = await validateDigests({
        keys,
        digests: there.filter(({ kind }) => kind === 'digest').map(({ path, file }) => ({ ...digestOnDisk(path), file })),
        logs: there.filter(({ kind }) => kind === 'records' || kind === 'empty').map(({ path, file }) => ({ ...logOnDisk(path), file })),
        each: (verdict) => void (verdict.status !== 'valid' && bad.length < 10_000 && bad.push(verdict)),
      });
      const gaps = await gapsOf(store, { coverage: validation.coverage });
      const calls = await callsOf(view);
      const changes = (await changesKept(view)).filter(isTampering);
      const compared = await reconcile(store, { ...calls, coverage: validation.coverage, gaps });
      const lost = compared.calls.filter(({ status }) => status === 'gone');
      const broken = bad.some(({ status }) => status === 'altered' || status === 'missing') || lost.length > 0;
      const exit: ExitCode = broken ? EXIT.integrity : validation.whole && gone.length === 0 ? EXIT.ok : EXIT.partial;
      // A case that only read files has nothing to compare.
      const concerned = calls.calls.length > 0 || compared.knownEvents > 0 || compared.unknownInAll > 0;
      const changed = changes.map((one) => changedText(one.file, changeText(one)));
      const sentences = [...changed.slice(0, SHOWN), ...validation.sentences, ...gaps.sentences, ...(concerned ? compared.sentences : [])];
      if (!io.json) tell(io, { bad, sentences, gone: gone.length, digests: validation.digests.valid, logs: validation.logs.valid, all: there.length, exit });
      return {
        exit,
        result: JSON.parse(
          JSON.stringify({
            case: dir,
            digests: validation.digests,
            logs: validation.logs,
            notAtHand: gone.map(({ file }) => file),
            chains: validation.chains.map(({ digests, ...chain }) => ({ ...chain, digests: digests.length })),
            problems: bad.map(({ what, status, code, why, file, object, account, region }) => ({
              what,
              status,
              code,
              why: why.en,
              file,
              object,
              account,
              region,
            })),
            changedInBucket: changes.map(changeJson),
            gaps: { window: gaps.window, stretches: gaps.stretches, uncovered: gaps.uncovered, blind: gaps.blind, changes: gaps.changes, late: gaps.late },
            ...{
              calls: compared.calls.map(({ call, status, why, n }) => ({ ...call, status, why: why.en, n })),
              unknown: compared.unknown,
              unknownInAll: compared.unknownInAll,
            },
            sentences: sentences.map(({ en }) => en),
          }),
        ) as JsonObject,
      };
    } finally {
      store.close();
    }
  },
};

const changedText = (file: string, what: Text): Text => text(`In the bucket ${file} was ${what.en}`, `En el bucket, ${file} fue ${what.es}`);

async function keysFor(io: Io, values: Values, store: TrailStore): Promise<DigestKey[]> {
  const file = string(values, 'keys');
  const given: DigestKey[] = [];
  if (file !== undefined) {
    let content: string;
    try {
      content = readFileSync(resolve(io.cwd, file), 'utf8');
    } catch (cause) {
      throw new AplombError('NotFound', `${file} cannot be read: ${(cause as Error).message}`, {
        exit: EXIT.usage,
        fix: 'Name the file that list-public-keys was written to.',
        cause,
      });
    }
    given.push(...readKeys(content));
  }
  if (!flag(values, 'fetch-keys')) return given;
  const session = await openSession(io, values, { command: 'trail verify' });
  try {
    const [span] = await store.query('SELECT epoch_ms(min(time)) AS since, epoch_ms(max(time)) AS until FROM events');
    const regions = await store.query(
      'SELECT DISTINCT region FROM sources WHERE region IS NOT NULL UNION SELECT DISTINCT awsRegion FROM events WHERE awsRegion IS NOT NULL',
    );
    for (const { region } of regions) {
      if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(String(region))) continue;
      // A digest is signed up to an hour after the last event; keys change now and then.
      given.push(
        ...keysOf(await publicKeys(session.aws, String(region), { since: Number(span?.since) - 86_400_000, until: Number(span?.until) + 2 * 86_400_000 })),
      );
    }
  } finally {
    await closeSession(session);
  }
  return given;
}

function tell(
  io: Io,
  so: { bad: readonly Verdict[]; sentences: readonly Text[]; gone: number; digests: number; logs: number; all: number; exit: ExitCode },
): void {
  const ink = paint(io.colour);
  const es = io.lang === 'es';
  for (const { status, file, object, why } of so.bad.filter((one) => one.status !== 'not-verifiable').slice(0, SHOWN))
    io.out(`${ink.red(status.toUpperCase().padEnd(9))} ${plainText(file ?? object ?? '?', 160)}: ${plainText(io.say(why), 200)}`);
  const unproved = so.bad.filter((one) => one.status === 'not-verifiable');
  if (unproved.length > 0)
    io.out(
      ink.yellow(
        es
          ? `${unproved.length} ficheros no se pueden probar; el primero: ${plainText(io.say(unproved[0]!.why), 200)}`
          : `${unproved.length} files cannot be proved; the first: ${plainText(io.say(unproved[0]!.why), 200)}`,
      ),
    );
  if (so.gone > 0)
    io.out(es ? `${so.gone} ficheros leídos entonces ya no están donde estaban` : `${so.gone} files that were read are no longer where they were`);
  for (const sentence of so.sentences) io.out(`· ${plainText(io.say(sentence), 400)}`);
  io.out(
    es
      ? `Probados: ${so.digests} digests y ${so.logs} ficheros de registro, de ${so.all}`
      : `Proved: ${so.digests} digests and ${so.logs} log files, of ${so.all}`,
  );
  io.out(
    so.exit === EXIT.ok
      ? ink.green(es ? '✔ El registro es el que CloudTrail entregó, entero.' : '✔ The trail is what CloudTrail delivered, whole.')
      : so.exit === EXIT.integrity
        ? ink.red(es ? 'INTEGRIDAD ROTA' : 'INTEGRITY BROKEN')
        : ink.yellow(es ? 'No todo está probado.' : 'Not everything is proved.'),
  );
}
