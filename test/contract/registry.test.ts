import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMON } from '../../src/cli/flags.ts';
import { findCommand, parseCommand } from '../../src/cli/parse.ts';
import type { Command } from '../../src/cli/spec.ts';
import { camel } from '../../src/cli/verb.ts';
import { playbookIds } from '../../src/engine/index.ts';
import { commands } from '../../src/generated/commands.ts';
import { actions, collectorFolders, collectors, hunters, playbooks } from '../../src/generated/procedure.ts';
import type { Action, Collector, Hunter, Playbook, PlaybookItem, Text } from '../../src/kernel/index.ts';
import { iamAction } from '../../src/lab/naming.ts';
import { models } from '../../src/models/index.ts';
import { CLIENT } from '../iam-actions.ts';

/** What holds for everything that is registered, whoever wrote it: these tests know no names. */
const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const walk = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]));
/** Files under a folder that export this name: path inside the folder, without the ending. */
const exporting = (folder: string, name: string): string[] =>
  walk(join(SRC, folder))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && new RegExp(`^export const ${name}\\b`, 'm').test(readFileSync(file, 'utf8')))
    .map((file) => file.slice(join(SRC, folder).length + 1, -3));
const stem = (path: string): string => path.split('/').at(-1)!;
const folderOf = (path: string): string => path.split('/')[0]!;

const require = createRequire(import.meta.url);
const opened = new Map<string, Record<string, unknown>>();
const client = async (name: string): Promise<Record<string, unknown>> => {
  if (!opened.has(name)) opened.set(name, Object.hasOwn(models, name) ? await models[name]!() : require(`@aws-sdk/client-${name}`));
  return opened.get(name)!;
};
/** Events that CloudTrail names otherwise than the API. Amazon S3 User Guide, "Amazon S3 CloudTrail events". */
/** And the older API of SES, whose events are SES's too. */
const EVENTS: Readonly<Record<string, RegExp>> = { s3: /^(Put|Delete)Bucket/, ses: /^(Verify|PutIdentityPolicy)/ };
/** Clients whose actions share their prefix with another's. */
const ALSO: Readonly<Record<string, readonly string[]>> = { elasticloadbalancing: ['elastic-load-balancing'] };
const operationsOf = async (prefix: string): Promise<string[]> =>
  (await Promise.all([CLIENT[prefix] ?? prefix, ...(ALSO[prefix] ?? [])].map(client)))
    .flatMap(Object.keys)
    .flatMap((name) => (/^[A-Z].*Command$/.test(name) ? [name.slice(0, -'Command'.length)] : []));

const bothLanguages = (words: Text | undefined, where: string): void => {
  for (const lang of ['en', 'es'] as const) expect(words?.[lang]?.trim(), `${where} (${lang})`).toBeTruthy();
  expect(Object.keys(words!).sort(), where).toEqual(['en', 'es']);
};
const permissible = async (permissions: readonly string[], where: string): Promise<void> => {
  expect(new Set(permissions).size, `${where}: a permission stands twice`).toBe(permissions.length);
  for (const permission of permissions) {
    expect(permission, where).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/);
    const [prefix] = permission.split(':') as [string];
    const known = (await operationsOf(prefix)).map((operation) => iamAction(prefix, operation));
    expect(known, `${where}: ${permission} is the permission of no operation`).toContain(permission);
  }
};

const all = {
  actions: new Map<string, Action>(),
  collectors: new Map<string, Collector>(),
  hunters: new Map<string, Hunter>(),
  playbooks: new Map<string, Playbook>(),
};
const commandOf = new Map<string, Command>();
beforeAll(async () => {
  for (const [id, load] of Object.entries(actions)) all.actions.set(id, await load());
  for (const [id, load] of Object.entries(collectors)) all.collectors.set(id, await load());
  for (const [id, load] of Object.entries(hunters)) all.hunters.set(id, await load());
  for (const [id, load] of Object.entries(playbooks)) all.playbooks.set(id, await load());
  for (const [name, { load }] of Object.entries(commands)) commandOf.set(name, await load());
});

describe('the registry', () => {
  it('has every file that registers something, and nothing else', () => {
    expect(Object.keys(actions).sort()).toEqual(exporting('procedure', 'action').map(stem).sort());
    expect(Object.keys(collectors).sort()).toEqual(exporting('procedure', 'collector').map(stem).sort());
    expect(Object.keys(hunters).sort()).toEqual(exporting('procedure', 'hunter').map(stem).sort());
    expect(Object.keys(playbooks).sort()).toEqual(exporting('procedure/playbooks', 'playbook').map(stem).sort());
    expect(Object.keys(commands).sort()).toEqual(
      exporting('cli/commands', 'command')
        .map((path) => path.replaceAll('/', ' '))
        .sort(),
    );
  });
});

describe.each(Object.keys(actions))('action %s', (id) => {
  const path = exporting('procedure', 'action').find((one) => stem(one) === id)!;
  it('has its file’s name, its folder’s step, a title in both languages', () => {
    const action = all.actions.get(id)!;
    expect(action.id).toBe(id);
    expect(action.step).toBe(Number(/^(\d\d)-/.exec(folderOf(path))?.[1]));
    bothLanguages(action.title, id);
  });
  it('names permissions that exist', async () => permissible(all.actions.get(id)!.permissions, id));
});

describe.each(Object.keys(collectors))('collector %s', (id) => {
  it('has its file’s name, its folder’s step, a title in both languages', () => {
    const collector = all.collectors.get(id)!;
    const path = exporting('procedure', 'collector').find((one) => stem(one) === id)!;
    expect(collector.id).toBe(id);
    expect(collectorFolders[id]).toBe(folderOf(path));
    expect(collector.step).toBe(Number(/^(\d\d)-/.exec(folderOf(path))?.[1]));
    bothLanguages(collector.title, id);
  });
  it('names permissions that exist, and none that change anything', async () => {
    const { permissions } = all.collectors.get(id)!;
    expect(permissions.length).toBeGreaterThan(0);
    await permissible(permissions, id);
    // IAM makes this list as a job, and changes nothing by it.
    for (const permission of permissions) expect(permission).toMatch(/:(Describe|Get|List|Lookup|GenerateServiceLastAccessedDetails$)/);
  });
});

describe.each(Object.keys(hunters))('hunter %s', (id) => {
  it('hunts one CloudFormation type, knows the events that make it, and reads only', async () => {
    const hunter = all.hunters.get(id)!;
    expect(hunter.type).toMatch(/^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/);
    expect(id.startsWith(`${hunter.type.split('::')[1]!.toLowerCase()}-`), `${id} for ${hunter.type}`).toBe(true);
    expect(
      [...all.hunters.values()].filter((other) => other.type === hunter.type),
      hunter.type,
    ).toHaveLength(1);
    expect(['regional', 'global']).toContain(hunter.scope);
    bothLanguages(hunter.title, id);
    await permissible(hunter.permissions, id);
    for (const permission of hunter.permissions) expect(permission).toMatch(/:(Describe|Get|List|BatchGet|Lookup)/);
    expect([...hunter.createdByEvents, ...(hunter.changedByEvents ?? [])].length).toBeGreaterThan(0);
    const source = hunter.source?.split('.')[0] ?? hunter.type.split('::')[1]!.toLowerCase();
    const operations = await operationsOf(source);
    // Our own models hold what is called, not all that happens.
    for (const event of [...hunter.createdByEvents, ...(hunter.changedByEvents ?? [])])
      if (!EVENTS[source]?.test(event) && !Object.hasOwn(models, source)) expect(operations, `${id}: ${event}`).toContain(event);
    expect(hunter.names.length, `${id}: events name a thing somehow`).toBeGreaterThan(0);
  });
});
it('no two hunters look for the same type', () => {
  const types = [...all.hunters.values()].map((hunter) => hunter.type);
  expect(types).toEqual([...new Set(types)]);
});

describe.each(Object.keys(playbooks))('playbook %s', (id) => {
  const flat = (items: readonly PlaybookItem[]): PlaybookItem[] => items.flatMap((item) => ('together' in item ? flat(item.together) : [item]));
  const ordersOf = (playbook: Playbook) => [playbook.items, ...(playbook.others ?? []).map(({ items }) => items)];
  it('is named like its file, and runs what is registered, each once', () => {
    const playbook = all.playbooks.get(id)!;
    expect(playbook.id).toBe(id);
    bothLanguages(playbook.title, id);
    for (const items of ordersOf(playbook)) {
      const ids = playbookIds({ items });
      expect(ids).toEqual([...new Set(ids)]);
      for (const one of flat(items)) {
        if ('action' in one && one.action) expect(Object.keys(actions)).toContain(one.action);
        if ('collect' in one) for (const collector of one.collect) expect(Object.keys(collectors)).toContain(collector);
      }
    }
  });
  it('does the same work in each of its orders, and says what each trades', () => {
    const playbook = all.playbooks.get(id)!;
    const [usual, ...others] = ordersOf(playbook).map((items) => playbookIds({ items }).sort());
    for (const other of others) expect(other).toEqual(usual);
    expect(playbook.others === undefined).toBe(playbook.order === undefined);
    for (const order of [playbook.order, ...(playbook.others ?? [])]) if (order) bothLanguages(order.trade, `${id}/${order.id}`);
  });
  it('asks its gates only for what ran before them', () => {
    for (const items of ordersOf(all.playbooks.get(id)!)) {
      const before = new Set<string>();
      for (const one of items) {
        if ('gate' in one) {
          bothLanguages(one.title, `${id}/${one.gate}`);
          if (one.asks) bothLanguages(one.asks, `${id}/${one.gate}`);
          expect(one.needs.length).toBeGreaterThan(0);
          for (const need of one.needs) if ('action' in need) expect([...before], `${id}/${one.gate}`).toContain(need.action);
        } else for (const inner of flat([one])) for (const name of playbookIds({ items: [inner] })) before.add(name);
      }
    }
  });
  it('stops an instance, or deletes anything, only behind a gate', () => {
    for (const items of ordersOf(all.playbooks.get(id)!)) {
      let gated = false;
      for (const one of flat(items)) {
        if ('gate' in one) gated = true;
        if ('action' in one && one.action && all.actions.get(one.action)!.permissions.some((permission) => /:(Stop|Terminate)Instances$/.test(permission)))
          expect(gated, one.action).toBe(true);
        expect('action' in one ? one.action : '').not.toBe('delete-key');
      }
    }
  });
});

/** Words of a line as a shell would cut it; only what examples use. */
const words = (line: string): string[] => [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3]!);

describe.each(Object.keys(commands))('command "%s"', (name) => {
  it('explains itself in both languages: brief, options, arguments, examples', () => {
    const command = commandOf.get(name)!;
    bothLanguages(commands[name]!.brief, name);
    if (command.description) bothLanguages(command.description, name);
    for (const [flag, spec] of Object.entries(command.flags ?? {})) {
      expect(flag).toMatch(/^[a-z][a-z0-9-]*$/);
      bothLanguages(spec.brief, `${name} --${flag}`);
      if (spec.kind !== 'boolean') expect(spec.placeholder, `${name} --${flag}`).toMatch(/^[A-Za-z|:=]+$/);
      // A command may give a common option a meaning of its own if it leaves the common one out.
      if (flag in COMMON) expect(command.common ?? [], `${name} --${flag} is one of the common options`).not.toContain(flag);
    }
    for (const positional of command.positionals ?? []) bothLanguages(positional.brief, `${name} ${positional.name}`);
    const optional = (command.positionals ?? []).map((positional) => positional.optional === true);
    expect(optional, 'what is needed comes first').toEqual([...optional].sort());
  });

  it('has examples that are command lines of this program', () => {
    const { examples } = commandOf.get(name)!;
    expect(examples.length).toBeGreaterThan(0);
    for (const { line, why } of examples) {
      bothLanguages(why, line);
      const [program, ...rest] = words(line);
      expect(program).toBe('aplomb');
      const found = findCommand(rest)!;
      expect(() => parseCommand(found.name, commandOf.get(found.name)!, found.rest), line).not.toThrow();
      // An example that a person pastes must not begin with a dangerous habit.
      expect(rest).not.toContain('--yes');
    }
    // One of them shows this very command, unless it only says what to use instead.
    if (examples.length > 1)
      expect(
        examples.some(({ line }) => line.startsWith(`aplomb ${name}`)),
        name,
      ).toBe(true);
  });
});

describe('options', () => {
  it('every option that an action, collector or hunter asks for can be given on the command line', () => {
    const offered = new Set([...commandOf.values()].flatMap((command) => Object.keys(command.flags ?? {})).map(camel));
    const asked = walk(join(SRC, 'procedure'))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('/testing/'))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/Option\(ctx, '(\w+)'|ctx\.options\.(\w+)/g)].map((match) => match[1] ?? match[2]!));
    expect(asked.length).toBeGreaterThan(10);
    // `allKeys: false` is what a playbook may set; people say --only-this-key.
    expect([...new Set(asked)].filter((name) => !offered.has(name) && name !== 'allKeys')).toEqual([]);
  });
});
