import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from '../../contract.ts';
import { type RunningLab, startLab } from '../../server.ts';
import { scenario as keyLeak } from '../key-leak.ts';
import type { Briefing, Scenario, Truth } from '../scenario.ts';

/** A played scenario behind a running lab. */
export interface Stand {
  lab: RunningLab;
  world: World;
  truth: Truth;
  briefing: Briefing;
  close(): Promise<void>;
}
export const playKeyLeak = (seed: string): Promise<Stand> => playScenario(keyLeak, seed);

export async function playScenario(scenario: Scenario, seed: string): Promise<Stand> {
  const disks = mkdtempSync(join(tmpdir(), 'aplomb-scenario-'));
  const world = await scenario.prepare({ seed, disks });
  const lab = await startLab({ world });
  const close = async () => {
    await lab.close();
    rmSync(disks, { recursive: true, force: true });
  };
  try {
    await scenario.play({ url: lab.url, world, log: () => undefined });
    return { lab, world, truth: world.truth as Truth, briefing: world.briefing as Briefing, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whether the lab's tables have a row for it: under its id, ARN or another of its names, or with one of them in it. */
export function standing(world: World, account: string, of: { id: string; arn?: string; names?: string[]; region: string }): boolean {
  const state = world.accounts[account]!;
  const names = [of.id, of.arn ?? '', ...(of.names ?? [])].filter((name) => name !== '');
  const { sessions: _, supportCases: __, ...global } = state.tables;
  return [...Object.values(global), ...Object.values(state.regions[of.region]?.tables ?? {})].some((table) =>
    Object.entries(table).some(([key, row]) => names.some((name) => key === name || JSON.stringify(row).includes(`"${name}"`))),
  );
}
