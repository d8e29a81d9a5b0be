import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { joined, type LookupPage, type Stretch } from '../../aws/trail-lookup.ts';
import { canonical, type Json } from '../../kernel/index.ts';
import type { Source } from '../../trail/ingest/ingest.ts';
import { attributeOf } from './sources-lookup.ts';

/** What was looked up before, by question and region. */
type Covered = Record<string, Record<string, readonly Stretch[]>>;
const STATE = 'covered.json';
const PAGE = /^([a-z0-9-]{4,40})\.([0-9a-f]{64})\.json$/;

export interface Lookups {
  /** Pages that are here, from this run or an earlier one, whether or not they are in the store. */
  pages(): Source[];
  /** What of a region need not be asked for again. */
  covered(region: string): readonly Stretch[];
  /** Puts a page's events into a file. They count as looked up once `save` was called. */
  add(page: LookupPage): void;
  save(): void;
}

/**
 * The pages of LookupEvents in a folder, and which seconds of which question they cover, so that a look-up that was ended goes on.
 * What was looked up without an attribute holds the answer to every attribute.
 */
export function openLookups(dir: string, question: { readonly account: string; readonly attribute?: string }): Lookups {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const nameOf = (attribute: string | undefined): string => {
    const asked = attribute === undefined ? null : attributeOf(attribute);
    return canonical({ account: question.account, attribute: asked && [asked.name, asked.value] } as Json);
  };
  const [own, whole] = [nameOf(question.attribute), nameOf(undefined)];
  const known = read(join(dir, STATE));
  const waiting: { region: string; covers: Stretch }[] = [];
  return {
    pages: () =>
      readdirSync(dir)
        .toSorted()
        .flatMap((name) => {
          const [, region, sha256] = PAGE.exec(name) ?? [];
          return sha256 === undefined ? [] : [{ path: join(dir, name), file: `LookupEvents/${region}/${sha256.slice(0, 16)}.json` }];
        }),
    covered: (region) => joined([...(known[own]?.[region] ?? []), ...(known[whole]?.[region] ?? [])]),
    add({ region, events, sha256, covers }) {
      if (events.length > 0) put(join(dir, `${region}.${sha256}.json`), JSON.stringify({ Events: events.map((CloudTrailEvent) => ({ CloudTrailEvent })) }));
      if (covers) waiting.push({ region, covers });
    },
    save() {
      if (waiting.length === 0) return;
      const regions = (known[own] ??= Object.create(null) as Record<string, readonly Stretch[]>);
      for (const { region, covers } of waiting.splice(0)) regions[region] = joined([...(regions[region] ?? []), covers]);
      put(join(dir, STATE), JSON.stringify(known));
    },
  };
}

/** Whole or not at all. */
function put(path: string, data: string): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
  writeFileSync(draft, data, { mode: 0o600 });
  renameSync(draft, path);
}
/** Whatever is no such file covers nothing: then all is asked again. */
function read(path: string): Covered {
  const all: Covered = Object.create(null);
  try {
    const object = (value: unknown): [string, unknown][] => (typeof value === 'object' && value !== null ? Object.entries(value) : []);
    for (const [question, regions] of object(JSON.parse(readFileSync(path, 'utf8')))) {
      all[question] = Object.create(null) as Record<string, readonly Stretch[]>;
      for (const [region, stretches] of object(regions))
        all[question]![region] = object(stretches).flatMap(([, one]) => {
          const { from, until } = one as Stretch;
          return Number.isSafeInteger(from) && Number.isSafeInteger(until) && from <= until ? [{ from, until }] : [];
        });
    }
    return all;
  } catch {
    return Object.create(null) as Covered;
  }
}
