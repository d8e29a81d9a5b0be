import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabConfig, LabProcess } from '../../src/cli/lab-process.ts';
import type { Settings } from '../../src/lab/contract.ts';
import { entriesOf, type Point } from './points.ts';
import { aplomb, type Ran, type Row, rowsOf } from './run.ts';

const dist = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;
const { startLabProcess } = (await import(dist('cli/lab-process.js'))) as typeof import('../../src/cli/lab-process.ts');
const { responderEnvironment } = (await import(dist('cli/responder.js'))) as typeof import('../../src/cli/responder.ts');

const { verifyCase } = (await import(dist('evidence/index.js'))) as typeof import('../../src/evidence/index.ts');

/** A world in good weather that still answers as AWS does: what is written counts and shows a moment later. */
const CALM: Partial<Settings> = { faults: [], iamDelay: 200, ec2Stale: 150, trailDelay: [0, 0], pageSize: 0, speed: 6000, lookupRate: 0 };

export type Playbook = 'leaked-key' | 'compromised-instance';
export const PLAYBOOKS: readonly Playbook[] = ['leaked-key', 'compromised-instance'];

/** What a playbook left behind: the answer, the account, and what was done to it. */
export interface End {
  readonly exit: number | null;
  readonly rows: readonly Row[];
  /** What was written to AWS Support, without times. */
  readonly letters: readonly string[];
  readonly state: unknown;
  readonly effects: readonly any[];
}
/** A saved world and a case folder: where a run may begin. */
interface Start {
  readonly world: any;
  readonly dir: string;
}
/** A lab, and a case in it that stands at the beginning of a playbook. */
export interface Scene {
  readonly lab: LabProcess;
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs the playbook; with the same words every time, as a person who presses the up arrow. */
  respond(point?: Point, plain?: boolean): Promise<Ran>;
  /** The end as it stands now. */
  end(ran: Ran): Promise<End>;
  /** What `aplomb verify` finds, with the fingerprint in hand. */
  verify(): ReturnType<typeof verifyCase>;
  settings(): Promise<Settings>;
  /** The same case at the playbook that comes next. */
  next(): Scene;
  /** The leaked key. */
  readonly accessKeyId: string;
}
export interface Course {
  readonly playbooks: Record<Playbook, { readonly start: Start; readonly entries: readonly any[]; readonly end: End; readonly seconds: number }>;
  /** Runs `work` in a free lab that was set back to the start of the playbook, with these settings over the calm ones. */
  from<T>(
    playbook: Playbook,
    work: (scene: Scene) => Promise<T>,
    change?: { settings?: Partial<Settings>; env?: NodeJS.ProcessEnv; world?(world: any): void },
  ): Promise<T>;
  close(): Promise<void>;
}

/**
 * Plays the attack once, answers it once without disturbance, and keeps where each playbook began and how it ended.
 * `labs` processes serve the same world side by side.
 */
export async function openCourse(options: { seed: string; labs: number }): Promise<Course> {
  const root = mkdtempSync(join(tmpdir(), 'aplomb-crash-'));
  const disks = join(root, 'disks');
  mkdirSync(disks);
  const labs: LabProcess[] = [];
  const launch = async (config: LabConfig): Promise<LabProcess> => {
    const lab = await startLabProcess(config, { env: process.env, log: () => undefined });
    labs.push(lab);
    return lab;
  };
  const first = await launch({ scenario: 'key-leak', seed: options.seed, disks });
  await first.control('POST', 'settings', CALM);
  const { briefing } = first;
  const file = join(root, 'world.json');
  writeFileSync(file, JSON.stringify(await first.control('GET', 'save')));
  for (let n = 1; n < options.labs; n++) await launch({ load: file, disks });

  const reference = String(briefing.reference);
  const words: Record<Playbook | 'open', string[]> = {
    open: [
      'open',
      '--title',
      'Rehearsal',
      '--reference',
      reference,
      '--responder',
      briefing.responder.userName,
      '--from',
      briefing.alarm.accessKeyId,
      '--since',
      briefing.alarm.since,
    ],
    'leaked-key': ['respond', 'leaked-key', '--yes'],
    'compromised-instance': [
      ...['respond', 'compromised-instance', '--instance', briefing.webServer.publicIp, '--from-ip', briefing.responderIp],
      ...['--workstation', briefing.workstation.name, '--reference', reference, '--yes'],
    ],
  };
  const environment = (lab: LabProcess): NodeJS.ProcessEnv => ({
    ...responderEnvironment(process.env, { endpoint: lab.url, account: briefing.account, ...briefing.responder }),
    APLOMB_CONFIG_DIR: join(root, 'config'),
    APLOMB_SETTLE_SECONDS: '2',
  });
  // The day is part of what snapshots are called: a run may begin before midnight and end after it.
  const days = (): Record<string, string> =>
    Object.fromEntries([-1, 0, 1].map((day) => [`-${new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10)}-`, '-<day>-']));

  const scene = (lab: LabProcess, dir: string, playbook: Playbook, env: NodeJS.ProcessEnv): Scene => ({
    lab,
    dir,
    env,
    respond: (point, plain = false) => aplomb([...words[playbook], '--case', dir], { env, plain, ...(point ? { point } : {}) }),
    next: () => scene(lab, dir, PLAYBOOKS[(PLAYBOOKS.indexOf(playbook) + 1) % PLAYBOOKS.length]!, env),
    settings: async () => (await lab.control('GET', 'save')).settings,
    accessKeyId: briefing.alarm.accessKeyId,
    verify: () => verifyCase(dir, { key: fingerprint }),
    async end(ran) {
      // A letter tells of verdicts, so it is compared apart: a run that was lied to writes another one.
      const sent = ((await lab.control('GET', 'effects')) as any[]).flatMap(({ input }) => input?.communicationBody ?? []) as string[];
      const letters = Object.fromEntries(sent.map((letter) => [letter, '<letter>']));
      const { state, effects } = await lab.control('POST', 'normalise', { aliases: { ...letters, ...days() } });
      return { exit: ran.exit, rows: rowsOf(ran), letters: sent.map((letter) => letter.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')), state, effects };
    },
  });

  const free = [...labs];
  const waiting: ((lab: LabProcess) => void)[] = [];
  const borrow = (): Promise<LabProcess> => {
    const lab = free.pop();
    return lab ? Promise.resolve(lab) : new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (lab: LabProcess): void => {
    const next = waiting.shift();
    if (next) next(lab);
    else free.push(lab);
  };
  let count = 0;

  const dir = join(root, 'undisturbed');
  const env = environment(first);
  const opened = await aplomb([...words.open, '--case', dir], { env });
  if (opened.exit !== 0) throw new Error(`open ended with ${opened.exit}: ${opened.stderr}`);
  const fingerprint = String(opened.result.fingerprint);
  const playbooks = {} as Record<Playbook, Course['playbooks'][Playbook]>;
  for (const playbook of PLAYBOOKS) {
    const start = { world: await first.control('GET', 'save'), dir: join(root, `before-${playbook}`) };
    cpSync(dir, start.dir, { recursive: true });
    const before = entriesOf(dir).length;
    const begun = Date.now();
    const here = scene(first, dir, playbook, env);
    const ran = await here.respond();
    if (ran.exit !== 0) throw new Error(`undisturbed, ${playbook} ended with ${ran.exit}: ${JSON.stringify(ran.result)} ${ran.stderr}`);
    playbooks[playbook] = { start, entries: entriesOf(dir).slice(before), end: await here.end(ran), seconds: (Date.now() - begun) / 1000 };
  }

  return {
    playbooks,
    async from(playbook, work, { settings = {}, env: more = {}, world: change } = {}) {
      const lab = await borrow();
      const own = join(root, `case-${++count}`);
      try {
        const { start } = playbooks[playbook];
        const world = structuredClone(start.world);
        change?.(world);
        await lab.control('POST', 'load', world);
        await lab.control('POST', 'settings', { ...CALM, ...settings });
        cpSync(start.dir, own, { recursive: true });
        return await work(scene(lab, own, playbook, { ...environment(lab), ...more }));
      } finally {
        rmSync(own, { recursive: true, force: true });
        giveBack(lab);
      }
    },
    async close() {
      await Promise.all(labs.map((lab) => lab.close()));
      rmSync(root, { recursive: true, force: true });
    },
  };
}
