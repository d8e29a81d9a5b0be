import { type Action, type ActionContext, AplombError, type Change, type Check, EXIT, type JsonObject, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { isAwsFailure } from '../shared/reading.ts';
import { type BucketState, type Mirror, readBucket, s3 } from './bucket.ts';

/** One file of the sealed case, and the checksum under which S3 will have it. */
export interface MirrorFile {
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal, of the whole file. */
  readonly sha256: string;
  /** base64; of what is sent in parts, over the parts' own: `<base64>-<parts>`. */
  readonly expected: string;
  readonly partSize?: number;
  readonly parts?: readonly string[];
}
/** How firmly the copies are kept. Null: as the bucket has it. */
export interface MirrorLock {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** UTC. */
  readonly until: string;
  readonly legalHold: boolean;
}
/** What the command hands in; a person names it by --to, --retain-days and the like. */
export interface MirrorWish {
  readonly place: Mirror;
  /** Folder of the case under the prefix. */
  readonly folder: string;
  readonly lock: MirrorLock | null;
  readonly files: readonly MirrorFile[];
}
interface There {
  /** As S3 says; empty when there is no such object or it has no such checksum. */
  readonly checksum: string;
  readonly etag: string;
  readonly lockMode: string;
  readonly lockedUntil: string;
  readonly legalHold: boolean;
}
interface Observed extends MirrorWish {
  readonly bucket: BucketState;
  /** Every way of public access is shut by the bucket's own block. */
  readonly shut: boolean;
  /** In the order of the files; null for what is not there. */
  readonly there: readonly (There | null)[];
}
type Reading = Observed & { readonly evidence: readonly string[] };

const keyOf = ({ place, folder }: MirrorWish, file: Pick<MirrorFile, 'path'>): string => [place.prefix, folder, file.path].filter(Boolean).join('/');
const head = (wish: MirrorWish, file: MirrorFile) =>
  s3(wish.place, 'HeadObject', { Bucket: wish.place.bucket, Key: keyOf(wish, file), ChecksumMode: 'ENABLED' });
/** HEAD answers carry no code; without s3:ListBucket S3 says 403 of what is not there. */
const ABSENT = ['NotFound', 'NoSuchKey', '404'] as const;

/** @throws AplombError NoMirror: this action is started by `aplomb export` */
function wishOf(ctx: ActionContext): MirrorWish {
  const { mirroring } = ctx.options;
  if (mirroring) return mirroring as unknown as MirrorWish;
  throw new AplombError('NoMirror', 'Where to copy the case to was not said.', { exit: EXIT.usage, fix: 'aplomb export --to s3://BUCKET/PREFIX' });
}

async function read(ctx: ActionContext): Promise<Reading> {
  const wish = wishOf(ctx);
  const { evidence, ...bucket } = await readBucket(ctx, wish.place);
  const proof = [...evidence];
  const shut = await publicAccess(ctx, wish, proof);
  const there: (There | null)[] = new Array(wish.files.length).fill(null);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < wish.files.length; index = next++) there[index] = await look(ctx, wish, wish.files[index]!, proof);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return { ...wish, bucket, shut, there, evidence: proof };
}
async function publicAccess(ctx: ActionContext, { place }: MirrorWish, proof: string[]): Promise<boolean> {
  try {
    const answer = await ctx.read<{ PublicAccessBlockConfiguration?: Record<string, boolean> }>(s3(place, 'GetPublicAccessBlock', { Bucket: place.bucket }));
    proof.push(...answer.evidence);
    const block = answer.output.PublicAccessBlockConfiguration ?? {};
    return ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].every((name) => block[name] === true);
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    return false;
  }
}
async function look(ctx: ActionContext, wish: MirrorWish, file: MirrorFile, proof: string[]): Promise<There | null> {
  try {
    const { output, evidence } = await ctx.read<JsonObject>(head(wish, file));
    proof.push(...evidence);
    const word = (name: string): string => (typeof output[name] === 'string' ? (output[name] as string) : '');
    return {
      checksum: word('ChecksumSHA256'),
      etag: word('ETag'),
      lockMode: word('ObjectLockMode'),
      lockedUntil: word('ObjectLockRetainUntilDate'),
      legalHold: output.ObjectLockLegalHoldStatus === 'ON',
    };
  } catch (error) {
    if (isAwsFailure(error) && (ABSENT.includes(error.code as never) || error.status === 404)) return null;
    throw error;
  }
}

/** There already, byte for byte, and held if it shall be: its own retention is left as it is. */
const stands = (file: MirrorFile, there: There | null, lock: MirrorLock | null): boolean =>
  there?.checksum === file.expected && (lock === null || (there.lockMode !== '' && (!lock.legalHold || there.legalHold)));

function plan(seen: Observed): Change[] {
  const { place, files, lock, there, bucket } = seen;
  if (lock !== null && !(bucket.versioning && bucket.objectLock)) return [];
  const due = files.map((file, index) => ({ file, there: there[index] ?? null })).filter((one) => !stands(one.file, one.there, lock));
  const firm =
    lock?.mode === 'COMPLIANCE'
      ? text(
          `Until ${lock.until} nobody, not even the root user of the bucket's account, can delete these ${due.length} objects, and they are paid for as long.`,
          `Hasta ${lock.until} nadie, ni el usuario raíz de la cuenta del bucket, puede borrar estos ${due.length} objetos, y se pagan todo ese tiempo.`,
        )
      : null;
  const evidence = due.filter(({ file }) => file.path.startsWith('evidence/')).map(({ file }) => idOf(file));
  return due.map(({ file, there: before }, index): Change => {
    const body = { file: file.path, bytes: file.bytes, sha256: file.sha256, ...(file.parts ? { partSize: file.partSize!, parts: [...file.parts] } : {}) };
    const input: JsonObject = {
      Bucket: place.bucket,
      Key: keyOf(seen, file),
      Body: body,
      ContentType: 'application/octet-stream',
      Metadata: { 'aplomb-sha256': file.sha256 },
      // Of what goes in parts each part carries its own.
      ...(file.parts ? {} : { ChecksumSHA256: file.expected }),
      ...(lock ? { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: lock.until, ...(lock.legalHold ? { ObjectLockLegalHoldStatus: 'ON' } : {}) } : {}),
    };
    return {
      id: idOf(file),
      why: text(`Copy ${file.path} (${file.bytes} bytes)`, `Copiar ${file.path} (${file.bytes} bytes)`),
      call: s3(place, 'PutObject', input),
      // The same bytes under the same key: a second time makes at most one more version.
      repeat: 'safe',
      // The ledger follows the evidence that it names.
      ...(file.path.startsWith('evidence/') ? {} : { needs: evidence }),
      probe: {
        call: head(seen, file),
        absent: ABSENT,
        done: [{ path: 'ChecksumSHA256', is: file.expected }, ...(lock ? [{ path: 'ObjectLockMode', in: ['GOVERNANCE', 'COMPLIANCE'] }] : [])],
        ready: [{ path: 'ETag', is: before?.etag ? before.etag : null }],
      },
      accept: [{ path: 'ChecksumSHA256', is: file.expected }],
      // Said once for all of them.
      undo:
        index === 0
          ? { kept: text(`the ${due.length} copies in ${place.bucket} are evidence`, `las ${due.length} copias en ${place.bucket} son evidencia`) }
          : { with: idOf(due[0]!.file) },
      danger: firm ? [firm] : [],
      ...(firm && index === 0 ? { typed: 'compliance' } : {}),
    };
  });
}
const idOf = (file: MirrorFile): string => `put.${file.path.startsWith('evidence/') ? file.sha256 : file.path}`;

function judge(seen: Reading): Check[] {
  const { files, there, lock, bucket, evidence, place, shut } = seen;
  const where = `s3://${place.bucket}/${[place.prefix, seen.folder].filter(Boolean).join('/')}`;
  const wrong = files.filter((file, index) => there[index]?.checksum !== file.expected);
  const name = (list: readonly MirrorFile[]) =>
    `${list
      .slice(0, 5)
      .map((file) => file.path)
      .join(', ')}${list.length > 5 ? ', …' : ''}`;
  const mirrored = check(
    'mirrored',
    wrong.length === 0 ? 'holds' : 'fails',
    wrong.length === 0
      ? text(
          `All ${files.length} files are in ${where}, with the SHA-256 they have here.`,
          `Los ${files.length} ficheros están en ${where}, con el SHA-256 que tienen aquí.`,
        )
      : text(
          `${wrong.length} of ${files.length} files are not in ${where} as they are here: ${name(wrong)}.`,
          `${wrong.length} de ${files.length} ficheros no están en ${where} como aquí: ${name(wrong)}.`,
        ),
    evidence,
  );
  const loose = lock === null ? [] : files.filter((file, index) => !stands(file, there[index] ?? null, lock));
  const locked =
    lock === null
      ? check(
          'object-lock',
          'unknown',
          text('Copied without Object Lock, as asked: the copies can be deleted.', 'Copiado sin Object Lock, como se pidió: las copias se pueden borrar.'),
          evidence,
        )
      : check(
          'object-lock',
          loose.length === 0 && bucket.objectLock ? 'holds' : 'fails',
          loose.length === 0 && bucket.objectLock
            ? text(`Every copy is under Object Lock (${lock.mode.toLowerCase()}).`, `Todas las copias están bajo Object Lock (${lock.mode.toLowerCase()}).`)
            : text(
                `Not under Object Lock: ${bucket.objectLock ? name(loose) : place.bucket}.`,
                `Sin Object Lock: ${bucket.objectLock ? name(loose) : place.bucket}.`,
              ),
          evidence,
        );
  const secret = check(
    'private',
    shut ? 'holds' : 'unknown',
    shut
      ? text('The bucket blocks public access.', 'El bucket bloquea el acceso público.')
      : text(
          'The bucket itself does not block all public access, or does not say so: look at its policy, or switch "Block all public access" on.',
          'El propio bucket no bloquea todo acceso público, o no lo dice: revise su política, o active "Bloquear todo el acceso público".',
        ),
    evidence,
  );
  return [mirrored, locked, secret];
}

/** Mirrors the case to S3. Started by `aplomb export`, which seals the case and hands in what is to be there. */
export const action: Action<Observed> = {
  id: 'export',
  step: 7,
  title: text('Copy the case to S3, under lock', 'Copiar el caso a S3, bajo bloqueo'),
  permissions: [
    // By the command, which asks where the bucket is before it plans.
    's3:GetBucketLocation',
    's3:GetBucketVersioning',
    's3:GetBucketObjectLockConfiguration',
    's3:GetBucketPublicAccessBlock',
    's3:ListBucket',
    's3:GetObject',
    's3:PutObject',
    's3:PutObjectRetention',
    's3:PutObjectLegalHold',
    's3:ListMultipartUploadParts',
  ],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await read(ctx);
    const { lock, bucket, place } = observed;
    if (lock !== null && !(bucket.versioning && bucket.objectLock))
      throw new AplombError(
        'BucketNotLocked',
        `The bucket ${place.bucket} has no ${bucket.versioning ? 'Object Lock' : 'versioning'}: what is copied there could be deleted.`,
        {
          exit: EXIT.usage,
          fix: 'Nothing was copied. Switch versioning and Object Lock on for the bucket, name another one, or say --no-lock.',
        },
      );
    return observed;
  },
  plan,
  check: (ctx) =>
    readable(['mirrored', 'object-lock', 'private'], async () =>
      judge(
        await settled(
          ctx,
          () => read(ctx),
          (seen) => judge(seen).every((one) => one.verdict !== 'fails'),
        ),
      ),
    ),
};
/** What of it was there before, for the result line. */
export const standing = (seen: JsonObject): number => {
  const { files, there, lock } = seen as unknown as Observed;
  return files.filter((file, index) => stands(file, there[index] ?? null, lock)).length;
};
