import type { Registry } from '../engine/index.ts';
import { actions, collectorFolders, collectors, hunters, playbooks } from '../generated/procedure.ts';
import { type Action, AplombError, EXIT, type Playbook } from '../kernel/index.ts';

const pick = async <T>(kind: string, table: Record<string, () => Promise<T>>, id: string): Promise<T> => {
  const load = table[id];
  if (!load)
    throw new AplombError('Unknown', `there is no ${kind} "${id.slice(0, 60)}"`, { exit: EXIT.usage, fix: `There are: ${Object.keys(table).join(', ')}.` });
  return load();
};

/** The generated registry, as the engine wants it. */
export const registry: Registry = {
  action: (id) => pick<Action>('action', actions, id),
  collector: (id) => pick('collector', collectors, id),
  hunters: () => Promise.all(Object.values(hunters).map((load) => load())),
  playbook: (id) => pick<Playbook>('playbook', playbooks, id),
};

/** Collectors of one step's folder, in the order of their names. */
export const collectorsOfStep = (folder: string): string[] => Object.keys(collectorFolders).filter((id) => collectorFolders[id] === folder);
