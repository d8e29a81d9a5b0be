import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { scenarios } from '../generated/lab.ts';
import { AplombError, EXIT, isAplombError } from '../kernel/index.ts';
import type { Settings, World } from './contract.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { type RunningLab, startLab } from './server.ts';
import { loadWorld, newWorld } from './world/index.ts';

/** How a lab process is asked for: one JSON object as the first argument, or as the first line of standard input. */
export interface LabConfig {
  /** Attack to play before serving. */
  scenario?: string;
  seed?: string;
  /** A saved world to serve instead of a new one. */
  load?: string;
  /** Folder with the disk images. Default: a temporary one, removed at the end. */
  disks?: string;
  port?: number;
  controlToken?: string;
  /** Pending states last their natural time divided by this. */
  speed?: number;
  /** Merged over what the scenario set, once it has been played. */
  settings?: Partial<Settings>;
}

/**
 * A lab in a process of its own. Prints one JSON line: `{url, controlToken, briefing}`, or `{error: {code, message, fix}}`
 * and exits with 1; then serves until standard input closes, SIGTERM or SIGINT comes, or the control interface says so.
 */
export async function runLabProcess(): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  const ended = new Promise<void>((resolve) => lines.once('close', resolve));
  let stop: () => Promise<void> = async () => undefined;
  try {
    const text = process.argv[2] ?? (await new Promise<string>((resolve) => lines.once('line', resolve).once('close', () => resolve('{}'))));
    const { lab, close } = await openLab(parseConfig(text), (line) => process.stderr.write(`${line}\n`));
    stop = close;
    process.stdout.write(`${JSON.stringify({ url: lab.url, controlToken: lab.controlToken, briefing: lab.world.briefing })}\n`);
    const signal = new Promise<void>((resolve) => {
      for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve());
    });
    await Promise.race([ended, signal, lab.closed]);
  } catch (error) {
    const { code, message, fix } = isAplombError(error) ? error : { code: 'LabFailed', message: (error as Error).message, fix: undefined };
    process.stdout.write(`${JSON.stringify({ error: { code, message, ...(fix === undefined ? {} : { fix }) } })}\n`);
    if (process.env.DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
    process.exitCode = EXIT.failed;
  }
  await stop();
  lines.close();
  process.stdin.destroy();
}

function parseConfig(text: string): LabConfig {
  try {
    return JSON.parse(text) as LabConfig;
  } catch (cause) {
    throw new AplombError('BadLabConfig', 'the configuration of the lab is not JSON', { cause, exit: EXIT.usage });
  }
}

/** Starts a lab from a configuration: loads or makes the world, plays the scenario, then applies the settings. */
export async function openLab(config: LabConfig, log: (line: string) => void): Promise<{ lab: RunningLab; close(): Promise<void> }> {
  const disks = config.disks ?? mkdtempSync(join(tmpdir(), 'aplomb-lab-'));
  const clean = () => {
    if (config.disks === undefined) rmSync(disks, { recursive: true, force: true });
  };
  let lab: RunningLab | undefined;
  try {
    const seed = config.seed ?? 'aplomb';
    const attack = config.scenario !== undefined && config.load === undefined ? await scenario(config.scenario) : undefined;
    const world: World =
      config.load !== undefined
        ? { ...loadWorld(readFileSync(config.load, 'utf8')), disks }
        : attack
          ? await attack.prepare({ seed, disks })
          : newWorld({ seed, disks });
    if (config.speed !== undefined) world.settings.speed = config.speed;
    const { port = 0, controlToken } = config;
    lab = await startLab({ world, port, ...(controlToken === undefined ? {} : { controlToken }) });
    // Each line of the story is told in both languages; who shows it chooses.
    await attack?.play({ url: lab.url, world, log: (line) => log(JSON.stringify(line)) });
    Object.assign(lab.world.settings, config.settings, config.speed === undefined ? {} : { speed: config.speed });
  } catch (error) {
    await lab?.close();
    clean();
    throw error;
  }
  const running = lab;
  return { lab: running, close: () => running.close().finally(clean) };
}

async function scenario(name: string): Promise<Scenario> {
  const load = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined;
  if (!load) {
    throw new AplombError('UnknownScenario', `there is no scenario "${name}"`, {
      fix: `choose one of: ${Object.keys(scenarios).join(', ')}`,
      exit: EXIT.usage,
    });
  }
  return (await load()) as Scenario;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await runLabProcess();
