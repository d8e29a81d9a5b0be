import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCredentialSet } from '../../aws/index.ts';
import { copyCase, openCase, sealOf, verifyCase } from '../../evidence/index.ts';
import { plainText, size } from '../../i18n/index.ts';
import { AplombError, canonical, EXIT, type JsonObject, TOOL, text, worstVerdict } from '../../kernel/index.ts';
import { type Mirror, mirrorOf } from '../../procedure/07-snapshot/bucket.ts';
import { findCase } from '../case.ts';
import type { Io } from '../io.ts';
import { foreseeMirror, mirror, mirrorLock } from '../mirroring.ts';
import { closeSession, openSession } from '../session.ts';
import { type Command, type Ending, flag, string, type Values } from '../spec.ts';
import { exitOf, verdictRows } from '../verb.ts';

export const brief = text(
  'Hand the case over: a sealed copy in a folder, or in S3 under lock',
  'Entregar el caso: copia sellada en una carpeta, o en S3 bajo bloqueo',
);
export const order = 84;
export const command: Command = {
  description: text(
    'The case is sealed at its last entry and checked first. A folder gets the copy and a list for sha256sum -c beside it, and is verified. A bucket gets every file with its SHA-256, under Object Lock; large items go in parts and go on where they stopped; what is there already is skipped; every copy is read back before it is called done. Nothing is made public, and no lock is ever shortened.',
    'El caso se sella en su última entrada y se comprueba antes. Una carpeta recibe la copia y, al lado, una lista para sha256sum -c, y se verifica. Un bucket recibe cada fichero con su SHA-256, bajo Object Lock; lo grande va por partes y continúa donde quedó; lo que ya está se omite; cada copia se relee antes de darla por hecha. Nada se hace público ni se acorta ningún bloqueo.',
  ),
  flags: {
    to: { kind: 'string', placeholder: 'PLACE', brief: text('A folder, or s3://BUCKET/PREFIX', 'Una carpeta, o s3://BUCKET/PREFIJO') },
    'retain-days': {
      kind: 'string',
      placeholder: 'DAYS',
      brief: text('S3: keep under Object Lock for so long (default: 365)', 'S3: conservar bajo Object Lock ese tiempo (por defecto: 365)'),
    },
    'lock-mode': {
      kind: 'string',
      placeholder: 'MODE',
      brief: text(
        'S3: governance (default; can be lifted) or compliance (by nobody)',
        'S3: governance (por defecto; se puede levantar) o compliance (nadie puede)',
      ),
    },
    'legal-hold': { kind: 'boolean', brief: text('S3: also a legal hold, which has no end', 'S3: además una retención legal, que no caduca') },
    'no-lock': { kind: 'boolean', brief: text('S3: a bucket without Object Lock will do', 'S3: sirve un bucket sin Object Lock') },
    forensic: {
      kind: 'string',
      placeholder: 'AS',
      brief: text('Credentials of the bucket’s account: profile:NAME or a role ARN', 'Credenciales de la cuenta del bucket: profile:NOMBRE o ARN de un rol'),
    },
  },
  common: ['case', 'profile', 'region', 'dry-run', 'yes'],
  examples: [
    { line: 'aplomb export --to /mnt/usb', why: text('needs no AWS', 'no necesita AWS') },
    {
      line: 'aplomb export --to s3://evidence-bucket/incidents --retain-days 730',
      why: text('run it again at any time: only what is new is sent', 'repítalo cuando quiera: solo se envía lo nuevo'),
    },
    {
      line: 'aplomb export --to s3://evidence-bucket --forensic profile:forensics --legal-hold',
      why: text('a bucket in another account', 'un bucket en otra cuenta'),
    },
  ],
  async run(io, values) {
    const to = string(values, 'to');
    if (!to)
      throw new AplombError('NoPlace', 'where to copy the case to was not said', {
        exit: EXIT.usage,
        fix: 'aplomb export --to DIR, or --to s3://BUCKET/PREFIX',
      });
    await checkedFirst(findCase(io, values));
    if (to.startsWith('s3://')) return toBucket(io, values, to);
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(to))
      throw new AplombError('NoPlace', `${JSON.stringify(to)} is neither a folder nor s3://BUCKET/PREFIX`, { exit: EXIT.usage, fix: 'Name one of the two.' });
    if (/\.(zip|tar|tgz|gz|7z)$/i.test(to))
      throw new AplombError('NoArchive', `${JSON.stringify(to)} is named like an archive, and a copy of a case is a folder`, {
        exit: EXIT.usage,
        fix: 'Name a folder; pack it afterwards with a tool of your own, and note the SHA-256 of the archive in the case.',
      });
    return toFolder(io, values, to);
  },
};

/** A broken case is not handed on as if it were whole. @throws AplombError CaseBroken (exit 7) */
async function checkedFirst(dir: string): Promise<void> {
  const { problems } = await verifyCase(dir);
  if (problems.length === 0) return;
  throw new AplombError(
    'CaseBroken',
    `the case has ${problems.length} problems, the first: ${plainText(problems[0]!.file ?? `entry ${problems[0]!.entry}`, 200)} ${plainText(problems[0]!.what, 300)}`,
    {
      exit: EXIT.integrity,
      fix: 'Nothing was copied. aplomb verify lists them all; keep a plain copy of the folder as it is.',
    },
  );
}

async function toFolder(io: Io, values: Values, to: string): Promise<Ending> {
  const dir = findCase(io, values);
  const place = resolve(io.cwd, to);
  const file = openCase(dir, { tool: TOOL });
  try {
    const seal = sealOf(file);
    if (flag(values, 'dry-run')) {
      if (!io.json) io.out(`${seal.files.length} files, ${size(seal.bytes, io.lang)} -> ${place}`);
      return { exit: EXIT.ok, result: { case: dir, to: place, files: seal.files.length, bytes: seal.bytes, uploaded: 0, skipped: 0, verified: false } };
    }
    mkdirSync(place, { recursive: true });
    const { folder, manifest } = await copyCase(dir, seal, place, io.signal);
    const head = `${seal.head.seq}:${seal.head.hash}`;
    const { problems } = await verifyCase(folder, { head });
    file.append('note', {
      text: `Exported: a copy of the case up to entry ${seal.head.seq}, ${seal.files.length} files and ${seal.bytes} bytes, ${problems.length === 0 ? 'verified' : 'NOT whole'}`,
    });
    if (!io.json) {
      io.out(`${folder}\n${manifest}`);
      io.out(
        problems.length === 0
          ? `${seal.files.length} files, ${size(seal.bytes, io.lang)}, verified, head ${head}`
          : `INTEGRITY BROKEN: ${plainText(problems[0]!.what, 300)}`,
      );
    }
    return {
      exit: problems.length === 0 ? EXIT.ok : EXIT.integrity,
      result: {
        case: dir,
        to: folder,
        manifest,
        head,
        files: seal.files.length,
        bytes: seal.bytes,
        uploaded: seal.files.length,
        skipped: 0,
        verified: problems.length === 0,
      },
    };
  } finally {
    file.close();
  }
}

async function toBucket(io: Io, values: Values, to: string): Promise<Ending> {
  const as = string(values, 'forensic') ?? '';
  if (as) parseCredentialSet(as);
  const named = mirrorOf(to, 'us-east-1', as);
  const lockless = flag(values, 'no-lock');
  const session = await openSession(io, values, { command: 'export' });
  try {
    const place: Mirror = { ...named, region: await regionOf(session.aws, named) };
    const lock = lockless
      ? null
      : mirrorLock(session.clock.now(), { days: string(values, 'retain-days'), mode: string(values, 'lock-mode'), legalHold: flag(values, 'legal-hold') });
    if (flag(values, 'dry-run')) {
      const { seal, due, skipped } = await foreseeMirror(session, { place, lock });
      if (!io.json) io.out(`${due} of ${seal.files.length} files -> ${to}`);
      return { exit: EXIT.ok, result: { case: session.case.dir, to, files: seal.files.length, bytes: seal.bytes, uploaded: 0, skipped, verified: false } };
    }
    remember(session.case, to, place);
    const { seal, outcome, uploaded, skipped } = await mirror(session, { place, lock });
    // Without a lock because it was asked for: that is what was wanted, and the check goes on saying what it means.
    const judged = lockless ? { ...outcome, verdict: worstVerdict(outcome.checks.filter(({ name }) => name !== 'object-lock')) } : outcome;
    const verified = outcome.checks.some(({ name, verdict }) => name === 'mirrored' && verdict === 'holds');
    if (!io.json)
      io.out(
        `${to}: ${seal.files.length} files, ${size(seal.bytes, io.lang)}, ${uploaded} uploaded, ${skipped} there already${verified ? ', verified' : ''}, head ${seal.head.seq}:${seal.head.hash}`,
      );
    const result: JsonObject = {
      case: session.case.dir,
      to,
      head: `${seal.head.seq}:${seal.head.hash}`,
      files: seal.files.length,
      bytes: seal.bytes,
      uploaded,
      skipped,
      verified,
      plan: outcome.plan,
      changes: outcome.changes.map((change) => ({ ...change })),
      verdicts: verdictRows([outcome]),
    };
    return { exit: exitOf([judged]), result };
  } finally {
    await closeSession(session);
  }
}
/** S3 insists on a bucket's own Region, and says which it is to whoever may ask. No constraint is us-east-1, EU is Ireland. */
async function regionOf(aws: Awaited<ReturnType<typeof openSession>>['aws'], { bucket, as }: Mirror): Promise<string> {
  const input = { Bucket: bucket };
  const call = { ...(as ? { as } : {}), service: 's3', operation: 'GetBucketLocation', region: 'us-east-1', input };
  const { output } = await aws.send({ call, input, purpose: 'read', keep: true, phase: 'export' });
  const constraint = (output as { LocationConstraint?: string } | null)?.LocationConstraint;
  return !constraint ? 'us-east-1' : constraint === 'EU' ? 'eu-west-1' : constraint;
}

/** Later commands (a legal hold) look after the bucket too. */
function remember(file: Awaited<ReturnType<typeof openSession>>['case'], to: string, { region, as }: Mirror): void {
  const options: JsonObject = { mirror: to, mirrorRegion: region, mirrorAs: as };
  const facts = file.entries.findLast((entry) => entry.kind === 'facts' && 'options' in entry.body && entry.body.options?.mirror !== undefined);
  const before = facts && 'options' in facts.body ? facts.body.options : undefined;
  if (canonical(before ?? {}) !== canonical(options)) file.append('facts', { options });
}
