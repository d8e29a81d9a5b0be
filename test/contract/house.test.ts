import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** The rules of the house itself: files, pages, and which way imports run. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const walk = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]));
const sources = walk(join(ROOT, 'src')).filter((file) => file.endsWith('.ts'));

it('every step has its page', () => {
  const pages = readdirSync(join(ROOT, 'docs/steps'));
  for (let step = 1; step <= 10; step++) {
    const page = pages.find((name) => name.startsWith(`${String(step).padStart(2, '0')}-`));
    expect(page, `step ${step}`).toMatch(/^\d\d-[a-z-]+\.md$/);
    expect(readFileSync(join(ROOT, 'docs/steps', page!), 'utf8').length, page).toBeGreaterThan(800);
  }
  expect(pages).toHaveLength(10);
});

it('every page that the program or another page names is there', () => {
  const pages = [...walk(join(ROOT, 'docs')), join(ROOT, 'README.md')].filter((file) => file.endsWith('.md'));
  const missing = [...sources.filter((file) => !file.endsWith('.test.ts')), ...pages].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bdocs\/[a-z0-9-]+(?:\/[A-Za-z0-9-]+)*\.(?:md|py)\b/g)]
      .map((match) => match[0])
      .filter((path) => !walk(join(ROOT, 'docs')).includes(join(ROOT, path)))
      .map((path) => `${file.slice(ROOT.length)}: ${path}`),
  );
  expect(missing).toEqual([]);
});

it('no file of the program is longer than 350 lines', () => {
  const long = sources.map((file) => [file.slice(ROOT.length), readFileSync(file, 'utf8').split('\n').length - 1] as const).filter(([, lines]) => lines > 350);
  // Tests may take the room their cases need, within reason.
  expect(long.filter(([file, lines]) => !file.endsWith('.test.ts') || lines > 500)).toEqual([]);
});

/** cli -> everything; procedure -> engine, trail, disk, memory; engine -> aws, guest; all of these -> evidence -> i18n -> kernel; lab -> kernel. */
const MAY: Record<string, readonly string[]> = {
  kernel: [],
  models: [],
  i18n: ['kernel'],
  alarm: ['kernel'],
  evidence: ['i18n', 'kernel'],
  aws: ['models', 'evidence', 'i18n', 'kernel'],
  guest: ['aws', 'evidence', 'i18n', 'kernel'],
  disk: ['evidence', 'i18n', 'kernel'],
  memory: ['evidence', 'i18n', 'kernel'],
  trail: ['evidence', 'i18n', 'kernel'],
  engine: ['aws', 'guest', 'evidence', 'i18n', 'kernel'],
  procedure: ['engine', 'trail', 'disk', 'memory', 'evidence', 'i18n', 'kernel'],
  report: ['evidence', 'i18n', 'kernel'],
  guide: ['procedure', 'evidence', 'i18n', 'kernel'],
  lab: ['models', 'kernel', 'generated'],
  cli: [
    'kernel',
    'models',
    'i18n',
    'alarm',
    'evidence',
    'aws',
    'guest',
    'disk',
    'memory',
    'trail',
    'engine',
    'procedure',
    'report',
    'guide',
    'lab',
    'generated',
  ],
};
const FOLDERS = [...Object.keys(MAY), 'generated'];
const STEPS = readdirSync(join(ROOT, 'src/procedure')).filter((name) => /^\d\d-/.test(name));

it('an import against the arrows fails the lint, each of them, written either way; one along the arrows does not', async () => {
  const tree = mkdtempSync(join(tmpdir(), 'aplomb-layers-'));
  try {
    cpSync(join(ROOT, 'biome.json'), join(tree, 'biome.json'));
    const planted = new Map<string, boolean>();
    const plant = (file: string, target: string, allowed: boolean): void => {
      const path = join(tree, 'src', file);
      mkdirSync(join(path, '..'), { recursive: true });
      const up = '../'.repeat(file.split('/').length - 1);
      writeFileSync(`${path}-static.ts`, `import { thing } from '${up}${target}';\n\nexport const other = thing;\n`);
      writeFileSync(`${path}-lazy.ts`, `export const other = async () => (await import('${up}${target}')).thing;\n`);
      for (const kind of ['static', 'lazy']) planted.set(`src/${file}-${kind}.ts`, allowed);
    };
    for (const folder of FOLDERS) {
      mkdirSync(join(tree, 'src', folder), { recursive: true });
      writeFileSync(join(tree, 'src', folder, 'thing.ts'), 'export const thing = 1;\n');
    }
    for (const from of Object.keys(MAY)) for (const to of FOLDERS) if (from !== to) plant(`${from}/to-${to}`, `${to}/thing.ts`, MAY[from]!.includes(to));
    for (const step of STEPS) {
      mkdirSync(join(tree, 'src/procedure', step), { recursive: true });
      writeFileSync(join(tree, 'src/procedure', step, 'thing.ts'), 'export const thing = 1;\n');
    }
    mkdirSync(join(tree, 'src/procedure/shared'), { recursive: true });
    writeFileSync(join(tree, 'src/procedure/shared/thing.ts'), 'export const thing = 1;\n');
    for (const from of STEPS) {
      plant(`procedure/${from}/to-shared`, 'procedure/shared/thing.ts', true);
      plant(`procedure/${from}/to-aws`, 'aws/thing.ts', false);
      for (const to of STEPS) if (from !== to) plant(`procedure/${from}/to-${to}`, `procedure/${to}/thing.ts`, false);
    }

    const { code, output } = await biome(tree);
    const refused = new Set<string>();
    for (const { category, location } of JSON.parse(output).diagnostics) if (category === 'lint/style/noRestrictedImports') refused.add(pathOf(location));
    expect(code).not.toBe(0);
    expect(
      [...planted].filter(([file, allowed]) => allowed === refused.has(file)).map(([file, allowed]) => `${file} is ${allowed ? 'refused' : 'let through'}`),
    ).toEqual([]);
    expect([...planted.values()].filter((allowed) => !allowed).length).toBeGreaterThan(200);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}, 60_000);

const pathOf = (location: any): string => String(typeof location.path === 'string' ? location.path : location.path.file).replace(/^.*?(src\/)/, '$1');
const biome = (cwd: string): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '--only=style/noRestrictedImports', '.'];
    execFile(join(ROOT, 'node_modules/.bin/biome'), args, { cwd, maxBuffer: 64_000_000 }, (error, output) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output }),
    );
  });
