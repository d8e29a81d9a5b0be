import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Io } from '../io.ts';
import { command } from './workstation.ts';

const folder = mkdtempSync(join(tmpdir(), 'aplomb-template-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** No environment, no case, no AWS. */
function offline() {
  const lines: string[] = [];
  const warnings: string[] = [];
  const io = {
    lang: 'en',
    json: false,
    env: {},
    cwd: folder,
    out: (line: string) => lines.push(line),
    err: (line: string) => warnings.push(line),
    say: (text: { en: string }) => text.en,
  };
  return { lines, warnings, run: (values: object) => command.run(io as unknown as Io, { template: true, ...values }, []) };
}

it('prints the template without a case and without AWS', async () => {
  const { lines, warnings, run } = offline();
  expect(await run({})).toMatchObject({ exit: 0, result: { file: null, image: expect.stringContaining('al2023') } });
  expect(JSON.parse(lines.join('\n'))).toHaveProperty('Resources.Workstation');
  expect(warnings).toEqual([]);
});
it('writes it to a file that is not there yet, under the key and the root device given', async () => {
  const { lines, run } = offline();
  const out = join(folder, 'forensic.json');
  const values = { out, 'workstation-image': 'ami-0123456789abcdef0', 'root-device': '/dev/sda1', 'forensic-key': 'alias/forensic' };
  expect((await run(values)).result).toMatchObject({ file: out });
  expect(lines).toEqual([]);
  const { Parameters } = JSON.parse(readFileSync(out, 'utf8'));
  expect([Parameters.Image.Default, Parameters.RootDevice.Default, Parameters.RootKey.Default]).toEqual([
    'ami-0123456789abcdef0',
    '/dev/sda1',
    'alias/forensic',
  ]);
  await expect(run(values)).rejects.toMatchObject({ code: 'FileExists', exit: 2 });
});
it('warns of an image whose root device it cannot know, and takes no hostile words', async () => {
  const { warnings, run } = offline();
  await run({ 'workstation-image': '/aws/service/canonical/ubuntu' });
  expect(warnings.join()).toContain('--root-device');
  await expect(run({ 'root-device': '/dev/sda1; id' })).rejects.toMatchObject({ code: 'InvalidDevice', exit: 2 });
});
