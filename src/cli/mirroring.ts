import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compositeOf, PART, partSizeOf, uploading } from '../aws/index.ts';
import { applyPlan, type Outcome, openApply, planAction, runAction, type Session, showPlan } from '../engine/index.ts';
import { altered, foldFacts, readSealed, type Seal, type SealedFile, sealedAgain, sealOf } from '../evidence/index.ts';
import { type Action, AplombError, EXIT, type JsonObject, type Target, text, utc } from '../kernel/index.ts';
import type { Mirror } from '../procedure/07-snapshot/bucket.ts';
import { type MirrorFile, type MirrorLock, type MirrorWish, action as mirrorAction, standing } from '../procedure/07-snapshot/export.ts';

const action = mirrorAction as unknown as Action;

export interface MirrorRequest {
  readonly place: Mirror;
  readonly lock: MirrorLock | null;
  /** Bytes from which an item goes in parts, and their size. Default 8 MiB; S3 takes none below 5. */
  readonly partSize?: number;
}
export interface Mirrored {
  readonly seal: Seal;
  readonly outcome: Outcome;
  readonly uploaded: number;
  readonly skipped: number;
}

/**
 * Copies the case to S3 through the engine: a plan of one PutObject per file, whose bodies stand in it by their SHA-256. The case is
 * sealed at its last entry first, since the copying itself is written to the ledger. A copy that was interrupted is finished as it was
 * sealed, then brought up to date.
 */
export async function mirror(base: Session, request: MirrorRequest): Promise<Mirrored> {
  const { case: file } = base;
  const state = join(file.dir, 'derived', 'uploads');
  await mkdir(state, { recursive: true, mode: 0o700 });
  const aws = uploading(base.aws, {
    state,
    bytesOf: (body, start, length) => readSealed(file.dir, sealedAgain(file, { path: body.file, bytes: body.bytes, sha256: body.sha256 }), start, length),
    ...(base.signal ? { signal: base.signal } : {}),
  });
  const session: Session = { ...base, aws };
  const target = targetOf(request, file.info.id);
  const begun = openApply(file.entries, action.id, target);
  if (begun?.begun) await applyPlan(session, begun.plan, begun.apply, 0);
  const seal = sealOf(file);
  const outcome = await runAction(session, action, { target, options: { mirroring: (await wishOf(base, request, seal)) as unknown as JsonObject } });
  const uploaded = outcome.changes.filter(({ state: end }) => end === 'done').length;
  return { seal, outcome, uploaded, skipped: seal.files.length - outcome.changes.length };
}

/** What would be copied; nothing is asked or changed. */
export async function foreseeMirror(session: Session, request: MirrorRequest): Promise<{ seal: Seal; due: number; skipped: number }> {
  const seal = sealOf(session.case);
  const wish = await wishOf(session, request, seal);
  const { plan } = await planAction(session, action, {
    target: targetOf(request, session.case.info.id),
    options: { mirroring: wish as unknown as JsonObject },
  });
  if (plan.steps.length > 0) showPlan(session, plan, action.title);
  const observed = foldFacts(session.case.entries).observed[action.id] as JsonObject;
  return { seal, due: plan.steps.length, skipped: standing(observed) };
}

const targetOf = ({ place }: MirrorRequest, folder: string): Target => ({
  bucket: place.bucket,
  prefix: place.prefix,
  region: place.region,
  as: place.as,
  folder,
});

async function wishOf(session: Session, { place, lock, partSize = PART }: MirrorRequest, seal: Seal): Promise<MirrorWish> {
  const files: MirrorFile[] = [];
  for (const one of seal.files) files.push(one.bytes > partSize ? await inParts(session, one, partSizeOf(one.bytes, partSize)) : asOne(one));
  return { place, folder: seal.id, lock, files };
}
const asOne = ({ path, bytes, sha256 }: SealedFile): MirrorFile => ({ path, bytes, sha256, expected: Buffer.from(sha256, 'hex').toString('base64') });

/** Checksums of the parts, reckoned once: an item never changes. The ledger grows, and is read again. */
async function inParts(session: Session, file: SealedFile, partSize: number): Promise<MirrorFile> {
  const { dir } = session.case;
  const { path, bytes, sha256 } = file;
  const remember = join(dir, 'derived', 'uploads', `parts-${sha256}-${partSize}.json`);
  let parts = await known(remember);
  if (!parts) {
    session.emit({
      kind: 'event',
      code: 'progress',
      level: 'info',
      time: utc(session.clock.now()),
      text: text(`Checking ${path} (${bytes} bytes) before it is copied`, `Comprobando ${path} (${bytes} bytes) antes de copiarlo`),
      data: { phase: action.id, path, bytes },
    });
    parts = [];
    const whole = createHash('sha256');
    for (let at = 0; at < bytes; at += partSize) {
      session.signal?.throwIfAborted();
      const piece = await readSealed(dir, file, at, Math.min(partSize, bytes - at));
      whole.update(piece);
      parts.push(createHash('sha256').update(piece).digest('base64'));
    }
    if (whole.digest('hex') !== sha256) throw altered(file);
    await mkdir(join(dir, 'derived', 'uploads'), { recursive: true, mode: 0o700 });
    await writeFile(remember, JSON.stringify(parts), { mode: 0o600 });
  }
  return { path, bytes, sha256, partSize, parts, expected: compositeOf(parts) };
}
async function known(file: string): Promise<string[] | null> {
  try {
    const list: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Array.isArray(list) && list.every((one) => typeof one === 'string') ? list : null;
  } catch {
    return null;
  }
}

const DAY = 86_400_000;
/** To the end of that day, so that a copy that takes a while has one date. @throws AplombError BadOption (exit 2) */
export function mirrorLock(
  now: number,
  options: { readonly days: string | undefined; readonly mode: string | undefined; readonly legalHold: boolean },
): MirrorLock {
  const { days = '365', mode = 'governance', legalHold } = options;
  const bad = (what: string, fix: string) => new AplombError('BadOption', what, { exit: EXIT.usage, fix });
  if (!/^\d{1,5}$/.test(days) || Number(days) < 1 || Number(days) > 36_500)
    throw bad(`--retain-days takes 1 to 36500, not ${JSON.stringify(days)}.`, 'Give a number of days.');
  if (mode !== 'governance' && mode !== 'compliance')
    throw bad(`--lock-mode is governance or compliance, not ${JSON.stringify(mode)}.`, 'governance can be lifted by whoever may; compliance by nobody.');
  if (mode === 'compliance' && options.days === undefined)
    throw bad('A compliance lock needs its days said: nobody can shorten it afterwards.', 'Add --retain-days N.');
  return { mode: mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE', until: utc((Math.floor(now / DAY) + Number(days) + 1) * DAY), legalHold };
}
