import { expect, test } from 'vitest';
import { services } from '../../src/generated/lab.ts';
import { behavioursOf } from '../../src/lab/behaviour.ts';
import type { Constraint } from '../../src/lab/contract.ts';
import { openService } from '../../src/lab/wire/catalogue.ts';
import { pythonReady, startPython } from './python.ts';

/** Entries that differ from botocore's model on purpose, each with its reason. One that no longer differs is a failure too. */
const EXEMPT: Readonly<Record<string, string>> = {};

/** {service: {operation: {path: constraint}}} of everything the lab does. */
async function constraints(): Promise<Record<string, Record<string, Record<string, Constraint>>>> {
  const all: Record<string, Record<string, Record<string, Constraint>>> = {};
  for (const name of Object.keys(services)) {
    const operations = [...(await behavioursOf(name))].map(([operation, behaviour]) => [operation, { ...behaviour.constraints }] as const);
    all[name] = Object.fromEntries(operations);
  }
  return all;
}

test('every behaviour belongs to an operation its client models', async () => {
  const strangers: string[] = [];
  for (const [name, operations] of Object.entries(await constraints())) {
    const service = await openService(name);
    for (const operation of Object.keys(operations)) if (!service?.operations.has(operation)) strangers.push(`${name}:${operation}`);
  }
  expect(strangers).toEqual([]);
});

test.skipIf(!pythonReady("that the lab's constraints are AWS's"))('no constraint of the lab contradicts botocore', async () => {
  const python = startPython('botocore_constraints.py');
  python.write(await constraints());
  const counts: Record<string, number> = { agrees: 0, silent: 0, contradicts: 0 };
  const contradictions = new Map<string, string>();
  const silent: string[] = [];
  let unenforced: Record<string, string[]> | undefined;
  for await (const line of python.lines) {
    if (line.unenforced) unenforced = line.unenforced;
    else {
      counts[line.verdict] = (counts[line.verdict] ?? 0) + 1;
      if (line.verdict === 'contradicts') contradictions.set(line.name, line.why);
      if (line.verdict === 'silent') silent.push(`${line.name} (${line.why})`);
    }
  }
  process.stdout.write(`constraints: ${counts.agrees} agree with botocore, ${counts.silent} on which it is silent, ${counts.contradicts} contradict\n`);
  process.stdout.write(`silent: ${silent.join('; ')}\n`);
  for (const [name, demands] of Object.entries(unenforced ?? {})) {
    process.stdout.write(
      `${name}: ${demands.length} demands of the model that the lab does not enforce${demands.length > 0 ? `: ${demands.join('; ')}` : ''}\n`,
    );
  }
  expect(unenforced, 'the script came to its end').toBeDefined();
  expect([...contradictions].filter(([name]) => !EXEMPT[name]).map(([name, why]) => `${name}: ${why}`)).toEqual([]);
  expect(Object.keys(EXEMPT).filter((name) => !contradictions.has(name))).toEqual([]);
});
