// Writes docs/hunters.md: every type the hunt looks for, from the built registry and the hunters' own sources.
// `npm run build && node scripts/hunters-page.mjs`; a contract test says when the page is out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const HUNT = 'src/procedure/02-hunt';
const CODES = ['public', 'shared-outside', 'outsider-trust', 'admin', 'runs-code', 'blinded', 'hidden', 'gpu', 'large'];
/** The reasons that code may give. */
const judged = (code) => CODES.filter((one) => code.includes(`'${one}'`));

/** The declarations of the hunters' helpers, by name: each with its own text. */
function helpers() {
  const files = readdirSync(join(root, HUNT, 'hunting'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(root, HUNT, 'hunting', name));
  const blocks = new Map();
  for (const file of [...files, join(root, 'src/procedure/shared/outsiders.ts')]) {
    const source = withoutComments(readFileSync(file, 'utf8'));
    for (const block of source.split(/\n(?=(?:export )?(?:async )?(?:const|function)\b)/)) {
      const name = /^(?:export )?(?:async )?(?:const|function)\*? (\w+)/.exec(block)?.[1];
      if (name) blocks.set(name, block);
    }
  }
  return blocks;
}
const withoutComments = (source) => source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

/** A hunter's own text and that of every helper it calls, without comments. @param name of its file */
export function codeOfHunter(name, blocks = helpers()) {
  const seen = new Set();
  const reach = (text) =>
    [...text.matchAll(/\b[a-z]\w+\b(?=[(<])/g)].reduce((all, [word]) => {
      if (seen.has(word) || !blocks.has(word)) return all;
      seen.add(word);
      return all + reach(blocks.get(word));
    }, text);
  return reach(withoutComments(sourceOf(name)));
}
const sourceOf = (name) => readFileSync(join(root, HUNT, 'hunters', `${name}.ts`), 'utf8');
/** The first sentence above the hunter: what it looks for. */
function purpose(source, name) {
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const hunter\b/.exec(source)?.[1];
  if (!comment) throw new Error(`${name}: no sentence above the hunter says what it is for`);
  const said = comment
    .replace(/\n\s*\*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return /^.*?[.](?= [A-Z`]|$)/.exec(said)?.[0] ?? said;
}
/** What may stand in a cell. */
const cell = (text) => text.replace(/\|/g, '\\|').replace(/</g, '&lt;');
const codes = (list) => (list.length === 0 ? '–' : list.map((one) => `\`${one}\``).join(', '));

/** @param hunters by file name, as registered. The page as text. */
export function huntersPage(hunters) {
  const blocks = helpers();
  const all = Object.entries(hunters)
    .map(([name, hunter]) => ({ name, hunter, source: sourceOf(name) }))
    .sort((a, b) => (a.hunter.type < b.hunter.type ? -1 : 1));
  const count = (scope) => all.filter(({ hunter }) => hunter.scope === scope).length;
  const lines = [
    '# What the hunt looks for',
    '',
    'Written by `scripts/hunters-page.mjs` from the hunters themselves; do not edit.',
    '',
    `${all.length} types: ${count('regional')} in each region, ${count('global')} once for the account. A thing is reported when the key made or changed it, when it is new, or`,
    'when it speaks for itself. *Speaks for itself* names the reasons a hunter may give whoever made the thing: `public` (anybody may use it),',
    '`shared-outside` and `outsider-trust` (another account may), `admin` (full control of the account), `runs-code` (what it starts looks hostile),',
    '`blinded` (something that watched does not), `hidden`, `gpu` and `large` (what miners rent). Where AWS does not offer a service in a region,',
    'there is nothing of its types.',
    '',
    '[Step 2: hunt in all regions](steps/02-hunt.md) tells how they are used.',
    '',
  ];
  const services = grouped(all);
  for (const [service, list] of services) {
    lines.push(`## ${service}`, '', '| Type | What for | Made by | Changed by | Speaks for itself | Permissions |', '| --- | --- | --- | --- | --- | --- |');
    for (const { name, hunter, source } of list) {
      const where = hunter.scope === 'global' ? ', once for the account' : '';
      lines.push(
        `| ${[
          `\`${hunter.type}\`<br>${cell(hunter.title.en)}${where}`,
          cell(purpose(source, name)),
          codes(hunter.createdByEvents),
          codes(hunter.changedByEvents ?? []),
          codes(judged(codeOfHunter(name, blocks))),
          codes(hunter.permissions),
        ].join(' | ')} |`,
      );
    }
    lines.push('');
  }
  const permissions = [...new Set(all.flatMap(({ hunter }) => hunter.permissions))].sort();
  lines.push('## All permissions', '', `${permissions.length}, each only reads:`, '', '```', ...permissions, '```', '');
  return lines.join('\n');
}
const serviceOf = ({ hunter }) => hunter.type.split('::')[1];
function grouped(all) {
  const groups = new Map();
  for (const one of all) groups.set(serviceOf(one), [...(groups.get(serviceOf(one)) ?? []), one]);
  return groups;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { hunters } = await import('../dist/generated/procedure.js');
  const loaded = Object.fromEntries(await Promise.all(Object.entries(hunters).map(async ([name, load]) => [name, await load()])));
  writeFileSync(join(root, 'docs/hunters.md'), huntersPage(loaded));
}
