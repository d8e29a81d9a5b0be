import { expect, it } from 'vitest';
import type { JsonObject } from '../kernel/index.ts';
import { versionListing } from './trail-versions.ts';

const T = (second: number): string => `2026-03-01T00:00:${String(second).padStart(2, '0')}.000Z`;
const version = (Key: string, VersionId: string, second: number, IsLatest = false): JsonObject => ({
  Key,
  VersionId,
  IsLatest,
  LastModified: T(second),
  ETag: `"e-${VersionId}"`,
  Size: 1,
});
const marker = (Key: string, VersionId: string, second: number, IsLatest = false): JsonObject => ({ Key, VersionId, IsLatest, LastModified: T(second) });

async function listed(pages: readonly JsonObject[], after?: string) {
  const asked: JsonObject[] = [];
  const listing = versionListing('s3://b', async (input) => {
    asked.push(input);
    const page = pages[asked.length - 1]!;
    return { ...page, IsTruncated: asked.length < pages.length };
  });
  const rows: string[] = [];
  for await (const one of listing.list('', after === undefined ? {} : { after }))
    rows.push(`${one.key} ${one.version} ${one.standing}${one.did ? ` ${one.did}${one.before ? ` ${one.before.version}` : ''}` : ''}`);
  return { rows, asked };
}

it('tells of each key what was done to it, oldest first, also over pages and within one second', async () => {
  const { rows, asked } = await listed([
    {
      Versions: [version('a', 'a3', 9, true), version('a', 'a2', 5)],
      DeleteMarkers: [marker('a', 'am', 7)],
      NextKeyMarker: 'a',
      NextVersionIdMarker: 'a2',
    },
    {
      Versions: [version('a', 'null', 1), version('b', 'b1', 3)],
      DeleteMarkers: [marker('b', 'bm', 3, true), marker('c%2Fd', 'cm', 2, true)],
      NextKeyMarker: 'c%2Fd',
    },
    { Versions: [version('d', 'd1', 1)], DeleteMarkers: [marker('d', 'm2', 8, true), marker('d', 'm1', 4)] },
  ]);
  expect(rows).toEqual([
    'a null earlier',
    'a a2 earlier overwrote null',
    'a am marker deleted a2',
    'a a3 current restored a2',
    'b b1 earlier',
    'b bm marker deleted b1',
    'c/d cm marker deleted',
    'd d1 earlier',
    'd m1 marker deleted d1',
    'd m2 marker',
  ]);
  expect(asked.map(({ KeyMarker = '', VersionIdMarker = '' }) => [KeyMarker, VersionIdMarker])).toEqual([
    ['', ''],
    ['a', 'a2'],
    ['c/d', ''],
  ]);
});

it('goes on after a key, and does not go round for ever', async () => {
  expect((await listed([{ Versions: [version('a', '1', 1, true), version('b', '2', 2, true)] }], 'a')).rows).toEqual(['b 2 current']);
  const same = { Versions: [version('a', '1', 1, true)], NextKeyMarker: 'a' };
  await expect(listed([same, same, same])).rejects.toMatchObject({ code: 'EndlessPages' });
  await expect(listed([{}, {}])).rejects.toMatchObject({ code: 'EndlessPages' });
});

it('shows folders in which everything was deleted', async () => {
  const entries: unknown[] = [];
  const listing = versionListing('s3://b', async (input) => ({
    CommonPrefixes: [{ Prefix: 'x/AWSLogs/' }],
    Versions: [version('x/a', '1', 1), version('x/b', '2', 2, true)],
    DeleteMarkers: [marker('x/a', 'm', 3, true)],
    IsTruncated: false,
    asked: input,
  }));
  for await (const one of listing.folders('x/')) entries.push('folder' in one ? one.folder : one.key);
  expect(entries).toEqual(['x/AWSLogs/', 'x/a', 'x/b']);
});
