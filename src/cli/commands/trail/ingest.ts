import { type OpenCase, openCase } from '../../../evidence/index.ts';
import { plainText, size } from '../../../i18n/index.ts';
import { AplombError, type EvidenceItem, EXIT, TOOL, text, utc } from '../../../kernel/index.ts';
import { type Ingested, ingest } from '../../../trail/ingest/ingest.ts';
import { utcTime } from '../../alarm.ts';
import { responderName } from '../../case.ts';
import type { Io } from '../../io.ts';
import { paint } from '../../render/paint.ts';
import { closeSession, openSession } from '../../session.ts';
import { type Command, flag, list, string, type Values } from '../../spec.ts';
import { caseToLoad, trailDir } from '../../trail/case.ts';
import { type Listed, localSources } from '../../trail/local.ts';
import { type Brought, bucketSources, lookupSources } from '../../trail/remote.ts';
import { bucketUrl, isBucketUrl } from '../../trail/sources-open.ts';
import { changeJson, changeText, isTampering, lookedText, type Versions } from '../../trail/versions.ts';

export const brief = text('Load CloudTrail: folders, files, a bucket', 'Cargar CloudTrail: carpetas, ficheros, un bucket');
export const order = 100;

/** Shown on screen; all of them are in the result and in the view `problems`. */
const SHOWN = 12;

export const command: Command = {
  description: text(
    'Reads log files as CloudTrail delivers them, in any packing and layout, answers of LookupEvents and exports; what a file is its bytes say, not its name. Every event keeps the SHA-256 of its file and its place in it; the same event from two trails counts once; what cannot be read is listed with file, offset and reason (exit 3), and the rest is read. Run it again after new files have come: only those are read. Needs no AWS for local files.',
    'Lee ficheros de registro tal como CloudTrail los entrega, con cualquier compresión y disposición, respuestas de LookupEvents y exportaciones; qué es un fichero lo dicen sus bytes, no su nombre. Cada evento conserva el SHA-256 de su fichero y su lugar en él; el mismo evento de dos registros cuenta una vez; lo que no se puede leer se enumera con fichero, posición y motivo (salida 3), y se lee lo demás. Ejecútelo de nuevo cuando lleguen más ficheros: solo se leen esos. Para ficheros locales no necesita AWS.',
  ),
  positionals: [{ name: 'PATH', optional: true, many: true, brief: text('Files, folders, s3://BUCKET/PREFIX', 'Ficheros, carpetas, s3://BUCKET/PREFIJO') }],
  flags: {
    since: {
      kind: 'string',
      placeholder: 'TIME',
      brief: text('Only log files that can hold events since this UTC time', 'Solo ficheros que puedan tener eventos desde esta hora UTC'),
    },
    until: { kind: 'string', placeholder: 'TIME', brief: text('… and up to this one', '… y hasta esta otra') },
    account: { kind: 'list', placeholder: 'ID', brief: text('Only this account’s folders (repeatable)', 'Solo las carpetas de esta cuenta (repetible)') },
    'in-region': { kind: 'list', placeholder: 'NAME', brief: text('Only this Region’s folders (repeatable)', 'Solo las carpetas de esta región (repetible)') },
    'current-only': {
      kind: 'boolean',
      brief: text('Of a bucket: leave out earlier versions of its objects', 'De un bucket: sin las versiones anteriores de sus objetos'),
    },
    lookup: {
      kind: 'boolean',
      brief: text(
        'Ask the event history of every enabled Region (LookupEvents, 90 days)',
        'Consultar el historial de eventos de cada región habilitada (LookupEvents, 90 días)',
      ),
    },
    attribute: {
      kind: 'string',
      placeholder: 'NAME=VALUE',
      brief: text('With --lookup: only these events, AccessKeyId=AKIA...', 'Con --lookup: solo estos eventos, AccessKeyId=AKIA...'),
    },
    threads: {
      kind: 'string',
      placeholder: 'N',
      brief: text('Threads to read with (default: processors, four at most)', 'Hilos de lectura (por defecto: los procesadores, cuatro como máximo)'),
    },
  },
  common: ['case', 'profile', 'region'],
  examples: [
    {
      line: 'aplomb trail ingest ./AWSLogs',
      why: text('everything below a folder, into a new case if there is none', 'todo lo que hay en una carpeta, en un caso nuevo si no hay ninguno'),
    },
    {
      line: 'aplomb trail ingest s3://acme-trail --since 2026-11-20T00:00:00Z',
      why: text('from the bucket; each object is kept as evidence', 'desde el bucket; cada objeto queda como prueba'),
    },
    {
      line: 'aplomb trail ingest --lookup --attribute AccessKeyId=AKIA2OGYBAH6STMMNXNN',
      why: text('no bucket: the event history of one key', 'sin bucket: el historial de una clave'),
    },
    {
      line: 'aplomb trail ingest ./AWSLogs --since 2026-11-20T00:00:00Z --account 111122223333',
      why: text('a window and an account of a large archive', 'un intervalo y una cuenta de un archivo grande'),
    },
  ],
  async run(io, values, paths) {
    if (paths.length === 0 && !flag(values, 'lookup'))
      throw new AplombError('MissingArgument', 'nothing to read was named', {
        exit: EXIT.usage,
        fix: 'Name files, folders or s3://BUCKET/PREFIX, or ask AWS for its event history with --lookup.',
      });
    const begun = performance.now();
    const window = windowOf(values);
    const buckets = paths.filter(isBucketUrl);
    for (const url of buckets) bucketUrl(url);
    const local = paths.filter((path) => !isBucketUrl(path));
    const { sources, skipped } = await localSources(io, local, window);
    let file = caseToLoad(io, values);
    const versions: Versions[] = [];
    if (buckets.length > 0 || flag(values, 'lookup')) {
      const { dir } = file;
      file.close();
      for (const one of await remoteSources(io, { ...values, case: dir }, buckets, window)) {
        sources.push(...one.sources);
        skipped.push(...one.skipped);
        if ('versions' in one) versions.push(one.versions);
      }
      file = openCase(dir, { responder: responderName(io, values) });
    }
    try {
      const release = file.lease('trail');
      try {
        const threads = threadsOf(values);
        const read = await ingest(trailDir(file.dir), sources, {
          ...(threads === undefined ? {} : { threads }),
          signal: io.signal,
          progress: ({ files, of, records }) =>
            io.transient(io.lang === 'es' ? `leídos ${files} de ${of} ficheros, ${records} registros` : `read ${files} of ${of} files, ${records} records`),
        });
        await writeDown(file, read);
        const lost = [...skipped, ...read.problems.filter((one) => one.lost)];
        const seconds = Math.round(performance.now() - begun) / 1000;
        if (!io.json) tell(io, file, { read, lost, seconds, versions });
        return {
          exit: lost.length > 0 || versions.some(({ changes }) => changes.some(isTampering)) ? EXIT.partial : EXIT.ok,
          result: {
            case: file.dir,
            files: read.files,
            known: read.known,
            read: read.records,
            records: read.unique + read.duplicates,
            unique: read.unique,
            duplicates: read.duplicates,
            conflicts: read.conflicts,
            kinds: { ...read.kinds },
            skipped: lost.map((one) => ({ ...one })),
            versions: versions.map(({ changes, ...one }) => ({ ...one, changes: changes.map(changeJson) })),
            noted: read.problems.filter((one) => !one.lost).map((one) => ({ ...one })),
            seconds,
          },
        };
      } finally {
        release();
      }
    } finally {
      file.close();
    }
  },
};

async function remoteSources(io: Io, values: Values, buckets: readonly string[], window: ReturnType<typeof windowOf>): Promise<(Listed | Brought)[]> {
  const session = await openSession(io, values, { command: 'trail ingest' });
  try {
    const found: (Listed | Brought)[] = [];
    for (const url of buckets) found.push(await bucketSources(io, session, url, { ...window, currentOnly: flag(values, 'current-only') }));
    const attribute = string(values, 'attribute');
    if (flag(values, 'lookup')) found.push(await lookupSources(io, session, { ...window, ...(attribute === undefined ? {} : { attribute }) }));
    return found;
  } finally {
    await closeSession(session);
  }
}
function windowOf(values: Values) {
  const time = (name: string): number | undefined => {
    const given = string(values, name);
    return given === undefined ? undefined : Date.parse(utcTime(given));
  };
  const [since, until, accounts, regions] = [time('since'), time('until'), list(values, 'account'), list(values, 'in-region')];
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(accounts.length === 0 ? {} : { accounts }),
    ...(regions.length === 0 ? {} : { regions }),
  };
}
function threadsOf(values: Values): number | undefined {
  const given = string(values, 'threads');
  if (given === undefined) return undefined;
  if (!/^([1-9]|[1-5]\d|6[0-4])$/.test(given))
    throw new AplombError('BadOption', `--threads ${given.slice(0, 20)}: not a number from 1 to 64`, {
      exit: EXIT.usage,
      fix: 'Leave it out, or give for example --threads 2.',
    });
  return Number(given);
}

/** Which files were read, with their hashes, is evidence; the store itself can be built anew from them. */
async function writeDown(file: OpenCase, read: Ingested): Promise<void> {
  if (read.sources.length === 0) return;
  const stored = await file.store(Buffer.from(read.sources.map((one) => `${JSON.stringify(one)}\n`).join('')));
  const item: EvidenceItem = {
    ...stored,
    name: `CloudTrail files that were read: ${read.sources.length}`,
    mediaType: 'application/x-ndjson',
    source: { tool: TOOL, time: utc(Date.now()) },
  };
  file.append('evidence', { items: [item] });
}

interface Told {
  readonly read: Ingested;
  readonly lost: readonly { readonly file: string; readonly offset?: number | null; readonly why: string }[];
  readonly seconds: number;
  readonly versions: readonly Versions[];
}
function tell(io: Io, file: OpenCase, { read, lost, seconds, versions }: Told): void {
  const ink = paint(io.colour);
  const es = io.lang === 'es';
  const number = (value: number): string => value.toLocaleString(es ? 'es-ES' : 'en-US');
  const packed = read.sources.reduce((sum, { bytes }) => sum + bytes, 0);
  io.out(
    es
      ? `Leídos ${number(read.files - read.known)} ficheros (${size(packed, io.lang)}), ${number(read.records)} registros, en ${seconds} s`
      : `Read ${number(read.files - read.known)} files (${size(packed, io.lang)}), ${number(read.records)} records, in ${seconds} s`,
  );
  if (read.known > 0) io.out(es ? `  ya conocidos por su hash: ${number(read.known)} ficheros` : `  known before by their hash: ${number(read.known)} files`);
  io.out(
    es
      ? `En el caso: ${number(read.unique)} eventos distintos, ${number(read.duplicates)} copias`
      : `In the case: ${number(read.unique)} events, each once; ${number(read.duplicates)} copies`,
  );
  if (read.conflicts > 0)
    io.out(
      ink.red(
        es
          ? `  ${number(read.conflicts)} copias dicen otra cosa que la primera (vista duplicates)`
          : `  ${number(read.conflicts)} copies say something else than the first one (view duplicates)`,
      ),
    );
  for (const { file: name, offset, why } of lost.slice(0, SHOWN))
    io.out(`${ink.red('✘')} ${plainText(name, 120)}${offset === null || offset === undefined ? '' : ` @${offset}`}: ${plainText(why, 200)}`);
  if (lost.length > SHOWN)
    io.out(es ? `  … y ${number(lost.length - SHOWN)} más (vista problems)` : `  … and ${number(lost.length - SHOWN)} more (view problems)`);
  for (const one of versions) {
    const note = lookedText(one);
    if (note) io.out(ink.yellow(plainText(io.say(note), 300)));
    const changed = one.changes.filter(isTampering);
    for (const change of changed.slice(0, SHOWN)) io.out(`${ink.red('✘')} ${plainText(change.file, 160)}: ${plainText(io.say(changeText(change)), 240)}`);
    if (changed.length > SHOWN)
      io.out(
        es ? `  … y ${number(changed.length - SHOWN)} cambios más en ${one.bucket}` : `  … and ${number(changed.length - SHOWN)} more changes in ${one.bucket}`,
      );
    if (changed.length > 0)
      io.out(
        es
          ? '  CloudTrail no cambia lo que entregó; una regla de ciclo de vida del bucket borra.'
          : '  CloudTrail does not change what it delivered; a lifecycle rule of the bucket deletes.',
      );
  }
  const noted = read.problems.filter((one) => !one.lost);
  for (const { file: name, offset, why } of noted.slice(0, SHOWN))
    io.out(`${ink.yellow('!')} ${plainText(name, 120)}${offset === null ? '' : ` @${offset}`}: ${plainText(why, 200)}`);
  if (noted.length > SHOWN)
    io.out(es ? `  … y ${number(noted.length - SHOWN)} avisos más (vista problems)` : `  … and ${number(noted.length - SHOWN)} more notes (view problems)`);
  io.out(ink.dim(`${es ? 'Caso' : 'Case'}: ${file.dir}`));
  io.out(
    es
      ? 'Siguiente: aplomb trail detect, aplomb trail identities, aplomb trail sessions'
      : 'Next: aplomb trail detect, aplomb trail identities, aplomb trail sessions',
  );
}
