import { EXIT, type JsonObject, text } from '../../../kernel/index.ts';
import type { Scenario } from '../../../lab/scenarios/scenario.ts';
import type { Command } from '../../spec.ts';

export const brief = text('List the attacks that can be rehearsed', 'Enumerar los ataques que se pueden ensayar');
export const order = 12;
export const command: Command = {
  description: text(
    'Each is played with names, places, counts and tricks from a seed: the same seed tells the same story, another one another.',
    'Cada uno se representa con nombres, lugares, cantidades y trucos que salen de una semilla: la misma semilla cuenta la misma historia, otra cuenta otra.',
  ),
  common: [],
  examples: [{ line: 'aplomb lab scenarios', why: text('then: aplomb drill SCENARIO', 'después: aplomb drill ESCENARIO') }],
  async run(io) {
    const { scenarios } = await import('../../../generated/lab.ts');
    const known = (await Promise.all(Object.values(scenarios).map((load) => load()))) as Scenario[];
    if (!io.json) for (const { id, title, summary } of known) io.out(`${id.padEnd(14)}${io.say(title)}\n${' '.repeat(14)}${io.say(summary)}`);
    return {
      exit: EXIT.ok,
      result: { scenarios: known.map(({ id, title, summary }) => ({ id, title: { ...title }, summary: { ...summary } })) as JsonObject[] },
    };
  },
};
