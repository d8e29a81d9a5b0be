import type { LabProcess } from '../../src/cli/lab-process.ts';

/** Evidence and letters stay by design; times and uses are only recorded. */
const RECORDS = /\/(snapshots|supportCases|sessions|lastUsed|clientTokens)(\/|$)/;

/** Everything the account consists of, by path. @param leftOut paths that a comparison is not about */
export async function worldOf(lab: LabProcess, leftOut?: RegExp): Promise<Record<string, unknown>> {
  const [{ accounts }, { time }] = await Promise.all([lab.control('GET', 'save'), lab.control('GET', 'health')]);
  const { tables, regions } = accounts[lab.briefing.account];
  const flat: Record<string, unknown> = {};
  const walk = (path: string, value: any): void => {
    // What was deleted leaves AWS's lists after a while; the lab keeps the row and says until when it shows.
    if (RECORDS.test(path) || leftOut?.test(path) || value?.until <= time) return;
    if (typeof value === 'object' && value !== null) for (const [name, inner] of Object.entries(value)) walk(`${path}/${name}`, inner);
    else flat[path] = value;
  };
  walk('global', tables);
  for (const [name, region] of Object.entries<any>(regions)) walk(name, region.tables);
  return flat;
}

/** What differs between two of them. */
export const difference = (before: Record<string, unknown>, after: Record<string, unknown>): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((path) => before[path] !== after[path])
    .map((path) => `${path}: ${JSON.stringify(before[path])} -> ${JSON.stringify(after[path])}`);
