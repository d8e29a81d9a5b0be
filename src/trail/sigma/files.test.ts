import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRulesFrom } from './files.ts';
import { documentOf } from './testing.ts';

const RULE = documentOf('sel:\n    eventName: A\ncondition: sel');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aplomb-sigma-'));
  await mkdir(join(folder, 'rules', 'aws'), { recursive: true });
  await mkdir(join(folder, 'outside'));
  await writeFile(join(folder, 'outside', 'secret.yml'), RULE);
  await writeFile(join(folder, 'rules', 'LICENSE.md'), '# Licences\n\nThe rules are under the [Detection Rule License (DRL) 1.1](x)\n');
  await writeFile(join(folder, 'rules', 'aws', 'one.yml'), RULE);
  await writeFile(join(folder, 'rules', 'aws', 'two.YAML'), `${RULE}license: MIT\n`);
  await writeFile(join(folder, 'rules', 'aws', 'notes.txt'), 'not a rule');
  await writeFile(join(folder, 'rules', 'broken.yml'), Buffer.from([0xff, 0xfe, 0x00, 0x3a, 0x20]));
  await writeFile(join(folder, 'rules', 'huge.yml'), 'x'.repeat(1_100_000));
  await symlink(join(folder, 'outside', 'secret.yml'), join(folder, 'rules', 'link.yml'));
  await symlink(join(folder, 'outside'), join(folder, 'rules', 'linked-folder'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('reads a tree, follows no link, and says what it left out', async () => {
  const set = await readRulesFrom(join(folder, 'rules'));
  expect(set.rules.map((rule) => [rule.id, rule.licence])).toEqual([
    ['one', 'Detection Rule License 1.1'],
    ['two', 'MIT'],
  ]);
  expect(set.unsupported.map((each) => [each.rule, each.why.en])).toEqual([
    ['huge', 'the file is larger than 1 MiB'],
    ['link', 'it is a link, and links are not followed'],
    ['broken', expect.any(String)],
  ]);
});
it('reads one file', async () => {
  expect((await readRulesFrom(join(folder, 'rules', 'aws', 'one.yml'))).rules.map((rule) => rule.id)).toEqual(['one']);
});
it('follows the path it is given itself', async () => {
  expect((await readRulesFrom(join(folder, 'rules', 'link.yml'))).rules.map((rule) => rule.id)).toEqual(['secret']);
});
it('says so where there is nothing', async () => {
  await mkdir(join(folder, 'empty'));
  await expect(readRulesFrom(join(folder, 'empty'))).rejects.toMatchObject({ code: 'NoRules', exit: 2 });
  await expect(readRulesFrom(join(folder, 'absent'))).rejects.toMatchObject({ code: 'NoRules', exit: 2 });
});
