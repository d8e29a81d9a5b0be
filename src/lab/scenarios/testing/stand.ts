import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from '../../contract.ts';
import { type RunningLab, startLab } from '../../server.ts';
import { scenario } from '../key-leak.ts';
import type { Briefing, Truth } from '../scenario.ts';

/** A played scenario behind a running lab. */
export interface Stand {
  lab: RunningLab;
  world: World;
  truth: Truth;
  briefing: Briefing;
  close(): Promise<void>;
}
export async function playKeyLeak(seed: string): Promise<Stand> {
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
