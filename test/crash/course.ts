import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabConfig, LabProcess } from '../../src/cli/lab-process.ts';
import type { Settings } from '../../src/lab/contract.ts';
import { loadBuilt } from './built.ts';
import { employ, leaveDoors, withEstate, withOwner } from './estate.ts';
import { raiseFleet, VAULT, withFleet } from './fleet.ts';
import { PARTS, type Part } from './parts.ts';
import { entriesOf, type Point } from './points.ts';
import { aplomb, type Ran, type Row, rowsIn, rowsOf } from './run.ts';

const { startLabProcess } = await loadBuilt<typeof import('../../src/cli/lab-process.ts')>('cli/lab-process.js');
const { responderEnvironment } = await loadBuilt<typeof import('../../src/cli/responder.ts')>('cli/responder.js');
const { verifyCase } = await loadBuilt<typeof import('../../src/evidence/index.ts')>('evidence/index.js');

/** A world in good weather that still answers as AWS does: what is written counts and shows a moment later. */
const CALM: Partial<Settings> = { faults: [], iamDelay: 100, ec2Stale: 50, trailDelay: [0, 0], pageSize: 0, speed: 6000, lookupRate: 0 };

/** What a part left behind: the answer, the account, and what was done to it. */
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
  /** Runs the part's command; with the same words every time, as a person who presses the up arrow. */
  respond(point?: Point, plain?: boolean): Promise<Ran>;
  /** The end as it stands now. */
  end(ran: Ran): Promise<End>;
  /** What `aplomb verify` finds, with the fingerprint in hand. */
  verify(): ReturnType<typeof verifyCase>;
  settings(): Promise<Settings>;
  /** The same case at another part. */
  at(part: string): Scene;
  /** The leaked key. */
  readonly accessKeyId: string;
}
export interface Played {
  readonly start: Start;
  readonly entries: readonly any[];
  readonly end: End;
}
const partOf = (id: string): Part => PARTS.find((one) => one.id === id)!;
export interface Course {
  /** By the part's id. */
  readonly played: Readonly<Record<string, Played>>;
  /** Runs `work` in a free lab that was set back to the start of the part, with these settings over the calm ones. */
  from<T>(
    part: string,
    work: (scene: Scene) => Promise<T>,
    change?: { settings?: Partial<Settings>; env?: NodeJS.ProcessEnv; world?(world: any): void },
  ): Promise<T>;
  close(): Promise<void>;
}

/**
 * Plays the attack once, runs every part once without disturbance, and keeps where each began and how it ended.
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
  const load = async (world: unknown): Promise<any> => {
    await first.control('POST', 'load', world);
    return first.control('GET', 'save');
  };
  const built = await load(withOwner(withEstate(await first.control('GET', 'save'))));
  await employ(first.url, built);
  await leaveDoors(first.url, built);
  // Whoever sets up sees at once what he made.
  await first.control('POST', 'settings', { ...CALM, ec2Stale: 0, iamDelay: 0 });
  await raiseFleet(first.url, built);
  await first.control('POST', 'settings', CALM);
  const raised = await first.control('GET', 'save');
  withFleet(raised, disks);
  const story = await load(raised);
  const file = join(root, 'world.json');
  writeFileSync(file, JSON.stringify(story));
  const more = Array.from({ length: options.labs - 1 }, () => launch({ load: file, disks }));

  const environment = (lab: LabProcess): NodeJS.ProcessEnv => ({
    ...responderEnvironment(process.env, { endpoint: lab.url, account: briefing.account, ...briefing.responder }),
    APLOMB_CONFIG_DIR: join(root, 'config'),
    APLOMB_SETTLE_SECONDS: '2',
    APLOMB_WATCH_SECONDS: '1',
  });
  const environmentOf = (part: Part, lab: LabProcess): NodeJS.ProcessEnv => ({
    ...environment(lab),
    ...(part.abroad ? { APLOMB_EXPECT_ACCOUNT: undefined } : {}),
  });
  // The day is part of what snapshots are called: a run may begin before midnight and end after it.
  const days = (): Record<string, string> =>
    Object.fromEntries([-1, 0, 1].map((day) => [`-${new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10)}-`, '-<day>-']));

  /** What ran side by side is told in the order in which it ended. */
  const inOrder = (letter: string): string => {
    const [head, checks] = letter.split('\nWhat was checked, and how it stood\n');
    return checks === undefined ? letter : [head, ...checks.split(/\n(?=- )/).sort()].join('\n');
  };
  /** Letters without what differs from run to run: times, and the mark by which a call is found again. */
  const plainLetter = (letter: string): string =>
    inOrder(letter)
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replace(/(\[Aplomb \S+ )[^\]]*\]/g, '$1<mark>]')
      .replace(/(letter )\S+/g, '$1<mark>');
  const lettersOf = (effects: readonly any[]): [string, string][] =>
    effects.flatMap(({ input }) => [
      ...(typeof input?.communicationBody === 'string' ? [[input.communicationBody, input.communicationBody] as [string, string]] : []),
      ...(typeof input?.description === 'string' ? [[input.description, input.description] as [string, string]] : []),
      ...((input?.attachments ?? []) as { data?: unknown }[]).flatMap(({ data }): [string, string][] =>
        typeof data === 'string' ? [[data, Buffer.from(data, 'base64').toString('utf8')]] : [],
      ),
    ]);

  const attachmentIds = (said: { attachments?: { id: string }[] }): string[] => (said.attachments ?? []).map(({ id }) => id);
  /** Ids that AWS draws and nothing tells from other numbers: those of incident cases, attachments and policies of the organization. */
  const drawn = (accounts: Record<string, any>): Record<string, string> =>
    Object.fromEntries(
      Object.values(accounts)
        .flatMap(({ tables }) => [
          ...Object.keys(tables.incidentCases ?? {}),
          ...Object.keys(tables.organization?.row?.policies ?? {}),
          ...Object.values<any>(tables.supportCases ?? {}).flatMap(({ communications }) => communications.flatMap(attachmentIds)),
        ])
        .map((id) => [id, id === 'p-FullAWSAccess' ? id : '<drawn>']),
    );
  const strings = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : value !== null && typeof value === 'object' ? Object.values(value).flatMap(strings) : [];
  /** What another attempt draws anew: ends of names and addresses of what a stack makes, and all that is said of a copy of the case. */
  const drawnAnew = (accounts: Record<string, any>): Record<string, string> => {
    const found = Object.values(accounts).flatMap(({ tables, regions }) => [
      ...strings(Object.values(tables.s3Objects ?? {})).filter(
        (one) => one.length > 8 && one.length <= 400 && one !== VAULT && !/^[a-zA-Z/-]+$|^cases\/(?!.*evidence)/.test(one),
      ),
      ...Object.values<any>(regions).flatMap(({ tables: own }) => [
        ...Object.keys({ ...own.recycleBinRules, ...own.kmsGrants }),
        ...(JSON.stringify([own.cfnStacks, own.launchTemplates, own.securityGroups]).match(/(?<=-)(?=[0-9]*[A-Z])[A-Z0-9]{12}(?=")/g) ?? []),
        ...Object.values<any>(own.interfaces ?? {}).flatMap((one) => [one.mac, ...one.privateIps]),
      ]),
    ]);
    return Object.fromEntries(found.sort((a, b) => b.length - a.length).map((one) => [one, '<drawn>']));
  };
  /** A second set of attachments is by design: nobody sees it, and AWS drops it within the hour. That the summary is attached once is told by the case.
   * Provisioning what is provisioned already changes nothing either. */
  const UPLOAD = ['AddAttachmentsToSet', 'ProvisionPermissionSet'];
  /** A copy of the case holds the case's own hours and answers: only what was put where, and how firmly it is held, is the same in every run. */
  const copied = ({ input, ...effect }: any): any => {
    const { Bucket, Key, ObjectLockMode, ObjectLockLegalHoldStatus } = input;
    return { ...effect, input: { Bucket, Key, ObjectLockMode, ObjectLockLegalHoldStatus } };
  };
  const once = (effects: any[]): any[] => [...new Map(effects.map((one) => [JSON.stringify(one), one])).values()];
  const comparable = (effects: any[]): any[] => {
    // A case that was disturbed has more evidence to copy, and its URLs are signed by the minute.
    const copies = (one: any): boolean => one.operation === 'PutObject';
    const files = effects.filter((one) => copies(one) && !/\/evidence\/|^<drawn>/.test(one.input.Key)).map(copied);
    const plain = ({ input, ...effect }: any): any => ({ ...effect, input: { ...input, ...(input?.PresignedUrl ? { PresignedUrl: '<signed>' } : {}) } });
    return [...effects.filter((one) => !UPLOAD.includes(one.operation) && !copies(one)).map(plain), ...once(files)];
  };
  /** Uploads are compared among the effects; what is in the copies of a case differs from run to run. */
  const UNCOMPARED = ['supportAttachmentSets', 's3Objects', 's3OlderVersions'];

  const scene = (lab: LabProcess, dir: string, part: Part, env: NodeJS.ProcessEnv): Scene => ({
    lab,
    dir,
    env,
    async respond(point, plain = part.typed !== undefined) {
      const words = [...part.words(story), '--case', dir];
      return aplomb(words, { env, plain, ...(part.typed === undefined ? {} : { typed: part.typed }), ...(point ? { point } : {}) });
    },
    at: (id) => scene(lab, dir, partOf(id), env),
    settings: async () => (await lab.control('GET', 'save')).settings,
    accessKeyId: briefing.alarm.accessKeyId,
    verify: () => verifyCase(dir, { key: fingerprint }),
    async end(ran) {
      // A letter tells of verdicts, so it is compared apart: a run that was lied to writes another one.
      const sent = lettersOf(await lab.control('GET', 'effects'));
      const letters = Object.fromEntries(sent.map(([bytes]) => [bytes, '<letter>']));
      const { accounts } = await lab.control('GET', 'save');
      const aliases = { ...letters, ...days(), ...drawn(accounts), ...drawnAnew(accounts) };
      const { state, effects } = await lab.control('POST', 'normalise', { aliases, without: UNCOMPARED });
      const rows = ran.result?.steps ? rowsOf(ran) : rowsIn(entriesOf(dir));
      const told = new Set(sent.map(([, letter]) => plainLetter(letter)));
      return { exit: ran.exit, rows, letters: [...told], state, effects: comparable(effects) };
    },
  });

  const free: LabProcess[] = [];
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
  const { accessKeyId, since } = briefing.alarm;
  const who = ['--reference', String(briefing.reference), '--responder', briefing.responder.userName];
  const opened = await aplomb(['open', '--title', 'Rehearsal', ...who, '--from', accessKeyId, '--since', since, '--case', dir], { env });
  if (opened.exit !== 0) throw new Error(`open ended with ${opened.exit}: ${opened.stderr}`);
  const fingerprint = String(opened.result.fingerprint);
  const fresh: Start = { world: await first.control('GET', 'save'), dir: join(root, 'opened') };
  cpSync(dir, fresh.dir, { recursive: true });
  for (const lab of await Promise.all(more)) giveBack(lab);
  giveBack(first);

  const ends: Record<string, Start> = {};
  const played: Record<string, Played> = {};
  const play = async (part: Part): Promise<void> => {
    const begin = part.after === undefined ? fresh : ends[part.after]!;
    const world = structuredClone(begin.world);
    part.world?.(world);
    const start: Start = { world, dir: begin.dir };
    const at = join(root, `played-${++count}`);
    const lab = await borrow();
    try {
      await lab.control('POST', 'load', world);
      cpSync(begin.dir, at, { recursive: true });
      const before = entriesOf(at).length;
      const here = scene(lab, at, part, environmentOf(part, lab));
      const ran = await here.respond();
      if (ran.exit !== 0)
        throw new Error(`undisturbed, ${part.id} ended with ${ran.exit}: ${JSON.stringify(ran.result ?? rowsIn(entriesOf(at)))} ${ran.stderr}`);
      played[part.id] = { start, entries: entriesOf(at).slice(before), end: await here.end(ran) };
      ends[part.id] = { world: await lab.control('GET', 'save'), dir: at };
    } finally {
      giveBack(lab);
    }
  };
  // What begins at another's end waits for it.
  const playing = new Map<string, Promise<void>>();
  for (const part of PARTS)
    playing.set(
      part.id,
      (part.after === undefined ? Promise.resolve() : playing.get(part.after)!).then(() => play(part)),
    );
  const failed = (await Promise.allSettled(playing.values())).filter((one) => one.status === 'rejected');
  if (failed.length > 0) throw new Error([...new Set(failed.map(({ reason }) => String(reason)))].join('\n'));

  return {
    played,
    async from(id, work, { settings = {}, env: more = {}, world: change } = {}) {
      const lab = await borrow();
      const own = join(root, `case-${++count}`);
      try {
        const { start } = played[id]!;
        const world = structuredClone(start.world);
        change?.(world);
        await lab.control('POST', 'load', world);
        await lab.control('POST', 'settings', { ...CALM, ...settings });
        cpSync(start.dir, own, { recursive: true });
        return await work(scene(lab, own, partOf(id), { ...environmentOf(partOf(id), lab), ...more }));
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
