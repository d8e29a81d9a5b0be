import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { hunters } from '../../src/generated/procedure.ts';
import { iamAction } from '../../src/lab/naming.ts';

const script: { codeOfHunter(name: string): string } = await import(fileURLToPath(new URL('../../scripts/hunters-page.mjs', import.meta.url)));

/** Read from what a hunter's code and its helpers name, so that a call which no test happens to make counts too. */
const operationsNamed = (code: string): string[] => {
  const calls = code.replace(/(permissions|createdByEvents|changedByEvents): \[[\s\S]*?\]/g, '');
  const named = [...calls.matchAll(/'((?:Get|List|Describe|BatchGet|Lookup)[A-Z]\w+)'/g)].map((match) => match[1]!);
  return [...new Set([...named, ...(/\brecentEvents\(/.test(calls) ? ['LookupEvents'] : [])])];
};

it.each(Object.keys(hunters))('%s asks for the permissions of its calls, all of them and no others', async (name) => {
  const { permissions } = await hunters[name]!();
  const prefixes = [...new Set(permissions.map((permission) => permission.split(':')[0]!))];
  const operations = operationsNamed(script.codeOfHunter(name));
  expect(operations.length).toBeGreaterThan(0);
  const needed = operations.map(
    (operation) => prefixes.map((prefix) => iamAction(prefix, operation)).find((action) => permissions.includes(action)) ?? operation,
  );
  expect([...new Set(needed)].sort()).toEqual([...permissions].sort());
});
