import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ObjectSource } from '../../kernel/index.ts';
import { folderSource } from './folder-source.ts';
import { listTrail } from './list.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'listing-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const put = (key: string, text = 'x'): void => {
  mkdirSync(dirname(join(root, key)), { recursive: true });
  writeFileSync(join(root, key), text);
};
const keys = async (source: ObjectSource, prefix = '', after?: string): Promise<string[]> => {
  const all: string[] = [];
  for await (const { key } of source.list(prefix, after === undefined ? {} : { after })) all.push(key);
  return all;
};

it('lists as S3 would: by bytes, from a prefix that need not be a folder, after any key', async () => {
  // "a.json" comes before "a/": a full stop is less than a slash.
  for (const key of ['a/1.json', 'a.json', 'a/b/2.json', 'b/é.json', 'b/z.json']) put(key);
  const source = folderSource(root);
  expect(await keys(source)).toEqual(['a.json', 'a/1.json', 'a/b/2.json', 'b/z.json', 'b/é.json']);
  expect(await keys(source, 'a/')).toEqual(['a/1.json', 'a/b/2.json']);
  expect(await keys(source, 'a/b/2')).toEqual(['a/b/2.json']);
  expect(await keys(source, '', 'a/1.json')).toEqual(['a/b/2.json', 'b/z.json', 'b/é.json']);
  expect(await keys(source, '', 'a/b/2.json')).toEqual(['b/z.json', 'b/é.json']);
  expect(await keys(source, 'nothing/')).toEqual([]);
  const level: unknown[] = [];
  for await (const one of source.folders('a/')) level.push('folder' in one ? one.folder : one.key);
  expect(level).toEqual(['a/1.json', 'a/b/']);
});
it('reads with its hash, what was listed and nothing larger, nothing outside', async () => {
  put('a.json', 'hello');
  put('big.json', 'x'.repeat(100));
  symlinkSync('/etc', join(root, 'etc'));
  const skipped: string[] = [];
  const source = folderSource(root, (key, why) => skipped.push(`${key}: ${why}`));
  expect(await keys(source)).toEqual(['a.json', 'big.json']);
  expect(skipped).toEqual(['etc: a link']);
  const one = await source.read('a.json');
  expect(one).toMatchObject({ bytes: 5, sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824' });
  expect(await source.metadata('a.json')).toMatchObject({ etag: one.etag, metadata: {} });
  await expect(source.read('big.json', { limit: 99 })).rejects.toMatchObject({ code: 'TooLarge' });
  put('a.json', 'other');
  put('a.json', 'other than before');
  await expect(source.read('a.json', { etag: one.etag })).rejects.toMatchObject({ code: 'ObjectChanged' });
  await expect(source.read('../a.json')).rejects.toMatchObject({ code: 'InvalidKey' });
});
it('a copy of a bucket is recognised in a folder', async () => {
  const key = 'AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/01/111122223333_CloudTrail_eu-west-1_20240301T0005Z_Mu0KsOhtH1ar15ZZ.json.gz';
  put(key);
  put('AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/01/x.json.gz');
  const found = [];
  for await (const one of await listTrail(folderSource(root), '', { regions: ['eu-west-1'] })) found.push(one);
  expect(found).toMatchObject([{ key, place: { kind: 'log', account: '111122223333' } }]);
});
