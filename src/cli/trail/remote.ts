import { createReadStream, linkSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Session } from '../../engine/index.ts';
import { type EvidenceItem, TOOL, text, utc } from '../../kernel/index.ts';
import type { Source } from '../../trail/ingest/ingest.ts';
import { type ListingOptions, listTrail } from '../../trail/listing/list.ts';
import type { Io } from '../io.ts';
import { trailDir } from './case.ts';
import type { Listed } from './local.ts';
import { openLookups } from './lookups.ts';
import { type Fetched, fetchObjects } from './sources-fetch.ts';
import { lookUp } from './sources-lookup.ts';
import { bucketUrl, openObjectSource } from './sources-open.ts';
import { type Change, keepChanges, type Versions, withoutMarkers } from './versions.ts';

/** Objects are entered in the ledger in groups of so many. */
const GROUP = 256;

export interface Brought extends Listed {
  readonly versions: Versions;
}
/**
 * Brings the objects of a bucket into the case: each is evidence, under its hash, with where and when it was read. Where the bucket keeps
 * versions and they may be seen, the earlier ones too, and what was done to the objects is evidence as well.
 */
export async function bucketSources(
  io: Io,
  session: Session,
  url: string,
  { currentOnly = false, ...options }: ListingOptions & { readonly currentOnly?: boolean },
): Promise<Brought> {
  const skipped: { file: string; why: string }[] = [];
  const sources: Source[] = [];
  const opened = await openObjectSource({ aws: () => session.aws, case: session.case, ...(session.signal ? { signal: session.signal } : {}) }, url);
  const bucket = opened.bucket!;
  const all = currentOnly ? undefined : await bucket.versions(opened.prefix);
  const changes: Change[] = [];
  const listing = await listTrail(all?.listing ? { ...bucket, ...all.listing } : bucket, opened.prefix, {
    ...options,
    ...(session.signal ? { signal: session.signal } : {}),
  });
  const dir = join(trailDir(session.case.dir), 'delivery', bucketUrl(url).bucket);
  const group: Fetched[] = [];
  const enter = async (): Promise<void> => {
    if (group.length === 0) return;
    const items: EvidenceItem[] = [];
    for (const { path, file } of group)
      items.push({
        ...(await session.case.store(createReadStream(path))),
        name: file,
        mediaType: 'application/gzip',
        source: {
          tool: TOOL,
          time: utc(session.clock.now()),
          call: { service: 's3', operation: 'GetObject' },
          region: bucket.region,
        },
      });
    session.case.append('evidence', { items });
    // The copy of the bucket and the evidence are the same bytes on disk, where the file system allows it.
    for (const [index, { path }] of group.entries()) linked(session.case.pathOf(items[index]!.sha256), path);
    group.length = 0;
    await opened.flush();
  };
  for await (const one of fetchObjects(bucket, withoutMarkers(bucket.name, listing, changes), {
    dir,
    ...(session.signal ? { signal: session.signal } : {}),
    problem: ({ file, code, why }) => skipped.push({ file, why: `${code}: ${why}` }),
  })) {
    sources.push({ path: one.path, file: one.file, etag: one.etag, ...(one.version === undefined ? {} : { version: one.version }) });
    if (!one.known) group.push(one);
    if (group.length >= GROUP) await enter();
    if (sources.length % 50 === 0)
      io.transient(io.lang === 'es' ? `traídos ${sources.length} objetos de ${url}` : `brought ${sources.length} objects of ${url}`);
  }
  await enter();
  await opened.flush();
  await keepChanges(session.case, bucket, changes);
  for (const { prefix, code, why } of listing.problems) skipped.push({ file: `${opened.source.name}/${prefix}`, why: `${code}: ${why}` });
  const looked = all === undefined ? 'unasked' : all.listing ? 'all' : all.why;
  const code = all?.listing === null ? all.code : undefined;
  return { sources, skipped, versions: { bucket: bucket.name, looked, ...(code === undefined ? {} : { code }), changes } };
}
function linked(from: string, path: string): void {
  const draft = join(dirname(path), `.link-${process.pid}`);
  try {
    rmSync(draft, { force: true });
    linkSync(from, draft);
    renameSync(draft, path);
  } catch {
    // Another file system, or one without links: then it is there twice.
    rmSync(draft, { force: true });
  }
}

/** So many pages, or milliseconds, are looked up again at worst when the process is killed. */
const PAGES = 40;
const SOON = 15_000;

/**
 * The event history of every enabled Region; each page is evidence already, and is read from a copy. What an earlier run has looked up is
 * not asked for again, however that run ended.
 */
export async function lookupSources(
  io: Io,
  session: Session,
  window: { since?: number; until?: number; regions?: readonly string[]; attribute?: string },
): Promise<Listed> {
  const skipped: { file: string; why: string }[] = [];
  const { account } = await session.aws.identity();
  const lookups = openLookups(join(trailDir(session.case.dir), 'lookup'), {
    account,
    ...(window.attribute === undefined ? {} : { attribute: window.attribute }),
  });
  // First on the ledger, then looked up.
  const save = async (): Promise<void> => {
    await session.aws.flush('trail lookup');
    lookups.save();
  };
  let [events, pages, saved] = [0, 0, performance.now()];
  const asking = lookUp(session.aws, {
    ...window,
    covered: lookups.covered,
    ...(session.signal ? { signal: session.signal } : {}),
    note: (what) => io.err(io.say(what)),
  });
  try {
    for await (const page of asking) {
      if ('failed' in page) {
        skipped.push({ file: `LookupEvents in ${page.region}`, why: page.failed.message });
        continue;
      }
      lookups.add(page);
      events += page.events.length;
      if (++pages % PAGES === 0 || performance.now() - saved > SOON) {
        await save();
        saved = performance.now();
      }
      io.transient(io.say(text(`${events} events looked up, now ${page.region}`, `${events} eventos consultados, ahora ${page.region}`)));
    }
  } finally {
    await save();
  }
  return { sources: lookups.pages(), skipped };
}
