import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { scenarios } from '../generated/lab.ts';
import { AplombError, EXIT, isAplombError, type Text } from '../kernel/index.ts';
import type { Settings, World } from './contract.ts';
import type { LiveAttacker, Scenario, Truth } from './scenarios/scenario.ts';
import { type RunningLab, startLab } from './server.ts';
import { mergeSettings } from './settings.ts';
import { loadWorld, newWorld } from './world/index.ts';

/** How a lab process is asked for: one JSON object as the first argument, or as the first line of standard input. */
export interface LabConfig {
  /** Attack to play before serving. */
  scenario?: string;
  seed?: string;
  /** A saved world to serve instead of a new one. */
  load?: string;
  /** Folder with the disk images. Default: that of the saved world, or a temporary one that is removed at the end. */
  disks?: string;
  port?: number;
  controlToken?: string;
  /** Pending states last their natural time divided by this. */
  speed?: number;
  /** Merged over what the scenario set, once it has been played. */
  settings?: Partial<Settings>;
}

/**
 * A lab in a process of its own. While the scenario is played it tells the story on standard error, one `{en, es}` a line; then
 * it prints one JSON line: `{url, controlToken, briefing}`, or `{error: {code, message, fix}}` and exits with 1; then serves until standard input closes, SIGTERM or SIGINT comes, or the control interface says so.
 */
export async function runLabProcess(): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  const ended = new Promise<void>((done) => {
    lines.once('close', done);
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => done());
  });
  let stop: () => Promise<void> = async () => undefined;
  try {
    const text = process.argv[2] ?? (await new Promise<string>((done) => lines.once('line', done).once('close', () => done('{}'))));
    const opening = openLab(parseConfig(text), (line) => process.stderr.write(`${JSON.stringify(line)}\n`));
    const opened = await Promise.race([opening, ended]);
    // Nobody waits for the story any more: 'exit' removes what it has written.
    if (!opened) process.exit(EXIT.interrupted);
    stop = opened.close;
    const { url, controlToken, world, closed } = opened.lab;
    process.stdout.write(`${JSON.stringify({ url, controlToken, briefing: world.briefing })}\n`);
    await Promise.race([ended, closed]);
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

/** Starts a lab from a configuration: loads a world or plays the scenario, then applies the settings. */
export async function openLab(config: LabConfig, log: (line: Text) => void): Promise<{ lab: RunningLab; close(): Promise<void> }> {
  const { disks, clean } = diskFolder(config);
  let lab: RunningLab | undefined;
  let attacker: LiveAttacker | undefined;
  try {
    const attack = config.scenario !== undefined && config.load === undefined ? await scenario(config.scenario) : undefined;
    const world = await openWorld(config, disks, attack);
    const { port = 0, controlToken } = config;
    lab = await startLab({ world, port, ...(controlToken === undefined ? {} : { controlToken }) });
    await attack?.play({ url: lab.url, world, log });
    const wrong = mergeSettings(world.settings, { ...config.settings, ...(config.speed === undefined ? {} : { speed: config.speed }) });
    if (wrong !== undefined) throw new AplombError('BadLabConfig', wrong, { exit: EXIT.usage });
    const running = lab;
    attacker = (await playing(running.world))?.live?.({ url: running.url, world: () => running.world });
  } catch (error) {
    await lab?.close();
    clean();
    throw error;
  }
  const running = lab;
  return { lab: running, close: () => Promise.resolve(attacker?.stop()).finally(() => running.close().finally(clean)) };
}

/** The scenario that a world tells, played now or before it was saved. */
async function playing(world: World): Promise<Scenario | undefined> {
  const name = (world.truth as Truth | null)?.scenario;
  return name !== undefined && Object.hasOwn(scenarios, name) ? scenario(name) : undefined;
}

async function openWorld({ load, seed = 'aplomb' }: LabConfig, disks: string, attack: Scenario | undefined): Promise<World> {
  if (load === undefined) return attack ? attack.prepare({ seed, disks }) : newWorld({ seed, disks });
  try {
    return { ...loadWorld(readFileSync(load, 'utf8')), disks };
  } catch (cause) {
    throw new AplombError('BadWorld', `${load} is not a saved world: ${(cause as Error).message}`, { cause, exit: EXIT.usage });
  }
}

/** Where disk images lie: as configured, beside a saved world, or in a temporary folder that goes with the process at the latest. */
function diskFolder({ disks, load }: LabConfig): { disks: string; clean(): void } {
  const kept = disks ?? (load === undefined ? undefined : dirname(resolve(load)));
  if (kept !== undefined) return { disks: kept, clean: () => undefined };
  const temporary = mkdtempSync(join(tmpdir(), 'aplomb-lab-'));
  const clean = () => rmSync(temporary, { recursive: true, force: true });
  process.once('exit', clean);
  return { disks: temporary, clean };
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
