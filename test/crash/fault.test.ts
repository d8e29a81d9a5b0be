import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, it, vi } from 'vitest';
import type { Fault } from '../../src/lab/contract.ts';
import { openCourse, type Scene } from './course.ts';
import { differences } from './ends.ts';
import { PARTS, PLAYBOOKS } from './parts.ts';
import { entriesOf, pointsOf } from './points.ts';
import { skewed } from './run.ts';
import { tally } from './tally.ts';

const HOUR = 3_600_000;
const PATIENT = { CRASH_PATIENT: '1' };
// Bad luck of every kind AWS and the network know, once for each mutating call of a run that nothing disturbed.
// Most of a run is waiting, so many go on side by side.
const ABREAST = 10;
vi.setConfig({ maxConcurrency: ABREAST });
const course = await openCourse({ seed: '11', labs: ABREAST });
const counts = tally('troubled');
afterAll(async () => {
  counts.print();
  await course.close();
});

/** Faults go by signing names. */
const SIGNING: Readonly<Record<string, string>> = {
  'auto-scaling': 'autoscaling',
  'elastic-load-balancing': 'elasticloadbalancing',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  'sso-admin': 'sso',
};
type Where = Pick<Fault, 'service' | 'operation' | 'after' | 'about'>;
/** Whom a call is about, by names and ids that are the same in every run: what runs side by side comes in any order. */
const about = (input: object, known: string): string[] =>
  Object.entries(input)
    .filter(([name, value]) => /(Name|Id)$/.test(name) && typeof value === 'string' && known.includes(`"${value}"`))
    .map(([name, value]) => `"${name}":"${value}"`);
/** The mutating calls of a playbook in the order in which they were sent, each with how many of its kind came before. */
const calls = (part: string): { name: string; action: string; step: number; fault: Where }[] => {
  const seen = new Map<string, number>();
  const { entries, start } = course.played[part]!;
  const known = JSON.stringify(start.world);
  const names = pointsOf(entries, 'intent', 'after', known).map((point) => point.name.replace('after intent of ', ''));
  return entries
    .filter((entry) => entry.kind === 'intent')
    .map(({ body }, index) => {
      const { operation } = body.call;
      const service = SIGNING[body.call.service] ?? body.call.service;
      const whom = about(body.input, known);
      const kind = [service, operation, ...whom].join(':');
      const after = seen.get(kind) ?? 0;
      seen.set(kind, after + 1);
      const { step } = entries.find((entry) => entry.kind === 'verdict' && entry.body.action === body.action).body;
      return { name: `${operation}, ${names[index]}`, action: body.action, step, fault: { service, operation, after, about: whom } };
    });
};
/** Did AWS answer, in the undisturbed run too, that each of these was there already? Then a success that changes nothing is no lie. */
const needless = (part: string, action: string, operation: string): boolean => {
  const { entries } = course.played[part]!;
  const sent = entries.filter(({ kind, body }) => kind === 'intent' && body.action === action && body.call.operation === operation);
  const state = (apply: string, step: string): string | undefined =>
    entries.findLast(({ kind, body }) => kind === 'receipt' && body.apply === apply && body.step === step)?.body.result.state;
  return sent.every(({ body }) => state(body.apply, body.step) === 'already');
};
const operations = (part: string): { service: string; operation: string }[] => [
  ...new Map(calls(part).map(({ fault }) => [`${fault.service}:${fault.operation}`, { service: fault.service!, operation: fault.operation! }])).values(),
];
/** In this service's own words. */
const THROTTLED: Record<string, Partial<Fault>> = {
  ec2: { code: 'RequestLimitExceeded', status: 503 },
  iam: { code: 'Throttling', status: 400 },
  support: { code: 'ThrottlingException', status: 400 },
  rolesanywhere: { code: 'ThrottlingException', status: 429 },
  autoscaling: { code: 'Throttling', status: 400 },
  elasticloadbalancing: { code: 'Throttling', status: 400 },
  rbin: { code: 'ThrottlingException', status: 400 },
};
const world = (part: string): any => course.played[part]!.start.world;
const line = (part: string): string =>
  PARTS.find(({ id }) => id === part)!
    .words(world(part))
    .slice(0, 2)
    .join(' ');

// What loses an answer, or lies, is tried once for each kind of call that an action makes: by the shortest command that makes it.
const tried = { lost: new Set<string>(), lies: new Set<string>() };
const first = (where: Set<string>, kind: string): boolean => !where.has(kind) && where.add(kind).size > 0;
const cost = ({ id }: { id: string }): number => course.played[id]!.entries.length;
for (const { id: playbook, typed } of PARTS.toSorted((a, b) => cost(a) - cost(b))) {
  const { end } = course.played[playbook]!;
  const whole = PLAYBOOKS.includes(playbook);

  describe.concurrent(`${playbook}, a connection lost`, () => {
    // Some by themselves, all of them in one run.
    const lost: { name: string; kind: Fault['kind']; faults: Fault[] }[] = [
      ...calls(playbook)
        .filter(({ action, fault }) => first(tried.lost, `${fault.operation} of ${action}`))
        .filter((_, index) => index % (whole ? 6 : 3) === 0)
        .map(({ name, fault }) => ({
          name,
          kind: 'drop-after-effect' as const,
          faults: [{ ...fault, kind: 'drop-after-effect' as const, times: 1 }],
        })),
      ...(['drop-after-effect', 'drop-before-effect'] as const).map((kind) => ({
        name: 'every one of them',
        kind,
        faults: calls(playbook).map(({ fault }) => ({ ...fault, after: 0, kind, times: 1 })),
      })),
    ];
    it.for(lost)('$kind: $name', { timeout: 300_000 }, async ({ faults, kind }, { expect }) => {
      const begun = Date.now();
      await course.from(
        playbook,
        async (scene) => {
          expect(differences(await scene.end(await scene.respond()), end)).toEqual([]);
          expect((await scene.verify()).problems).toEqual([]);
          expect((await scene.settings()).faults).toEqual([]);
        },
        { settings: { faults } },
      );
      counts.add(kind, begun);
    });
  });

  describe.concurrent(`${playbook}, an answer that lies`, () => {
    // Every call of this operation that the action makes is answered with success, and nothing changes.
    const lies = new Map<string, { name: string; action: string; step: number; all: Where[] }>();
    for (const { action, step, fault } of calls(playbook)) {
      const name = `${fault.operation} of ${action}`;
      const known = lies.get(name);
      if (known) known.all.push(fault);
      else if (first(tried.lies, name)) lies.set(name, { name, action, step, all: [fault] });
    }
    // A playbook takes a minute: of its own kinds of call every other one.
    const told = [...lies.values()].filter((_, index) => !whole || index % 2 === 0);
    it.for(told)('$name', { timeout: 300_000 }, async ({ all, action, step }, { expect }) => {
      const begun = Date.now();
      await course.from(
        playbook,
        async (scene) => {
          const ran = await scene.respond();
          const deceived = await scene.end(ran);
          // Seen through; a playbook that looks again at what must stand may have outlasted the lie by itself.
          const verdicts = entriesOf(scene.dir).flatMap(({ kind, body }) => (kind === 'verdict' && body.action === action ? [body.verdict] : []));
          // A new group lets everything out by itself, IPv6 too where the VPC has it: the rules of the open group are there already.
          expect(verdicts).toContain(needless(playbook, action, all[0]!.operation!) ? 'holds' : 'fails');
          if (deceived.rows.find((row) => row.id === action)?.verdict === 'fails') {
            // Whoever is still in service is stopped only with a typed word (5); what was not stopped may hold connections (4).
            expect(step === 1 || step === 4 ? [4, 5] : [1, 4]).toContain(ran.exit);
            if (!typed) expect(ran.result.ok).toBe(false);
          }
          // Not one effect that the undisturbed run does not have.
          expect(differences(deceived, end).filter((one) => one.startsWith('effect too much'))).toEqual([]);
          // The same words again, in honest weather: what is missing is made, once.
          await scene.lab.control('POST', 'faults', { replace: [] });
          const mended = await scene.end(await scene.respond());
          // What opens and closes in two steps is done whole again: half of it cuts nothing.
          const again = (one: string): boolean => action === 'cut-connections' && one.startsWith('effect too much');
          expect(differences(mended, end).filter((one) => !again(one))).toEqual([]);
          expect((await scene.verify()).problems).toEqual([]);
        },
        // More than were sent: a repetition must not break the spell.
        { settings: { faults: all.map((fault) => ({ ...fault, kind: 'lie' as const, times: 3 })) }, env: { APLOMB_PATIENCE_SECONDS: '5' } },
      );
      counts.add('lie', begun);
    });
  });

  if (!whole) continue;
  // Weather is the engine's to get through: each playbook has half of it.
  describe.concurrent(`${playbook} in bad weather`, () => {
    const weather: { name: string; faults?: Fault[]; settings?: object; env?: NodeJS.ProcessEnv }[] = [
      {
        name: 'every mutating call is throttled three times in a row',
        faults: operations(playbook).map((one) => ({ ...one, kind: 'error', times: 3, message: 'Rate exceeded', ...THROTTLED[one.service] })),
      },
      {
        name: 'every third call of any kind is throttled',
        faults: Object.entries(THROTTLED).map(([service, words]) => ({ service, kind: 'error', chance: 0.33, message: 'Rate exceeded', ...words })),
      },
      {
        name: 'every mutating call fails once with a server error',
        faults: operations(playbook).map((one) => ({ ...one, kind: 'error', times: 1, code: 'InternalError', status: 500 })),
      },
      {
        name: 'every tenth call of any kind fails with a server error',
        faults: [{ kind: 'error', chance: 0.1, code: 'InternalError', status: 500 }],
      },
      {
        name: 'the first mutating calls get no answer at all',
        faults: calls(playbook)
          .slice(0, 2)
          .map(({ fault }) => ({ ...fault, after: 0, kind: 'timeout', times: 1 })),
      },
      { name: 'EC2 shows the state of three seconds ago', settings: { ec2Stale: 3000 }, env: PATIENT },
      { name: 'IAM takes effect five seconds late', settings: { iamDelay: 5000 }, env: PATIENT },
      { name: 'the clock of the responder is an hour behind', env: skewed(-HOUR) },
      { name: 'the clock of the responder is an hour ahead', env: skewed(HOUR) },
    ];
    const mine = weather.filter((_, index) => index % PLAYBOOKS.length === PLAYBOOKS.indexOf(playbook));
    it.for(mine)('$name', { timeout: 300_000 }, async ({ name, faults = [], settings = {}, env = {} }, { expect }) => {
      const begun = Date.now();
      await course.from(
        playbook,
        async (scene) => {
          expect(differences(await scene.end(await scene.respond()), end)).toEqual([]);
          expect((await scene.verify()).problems).toEqual([]);
        },
        { settings: { faults, ...settings }, env },
      );
      counts.add(name, begun);
    });
  });

  describe.concurrent(`${playbook}, interrupted by Ctrl-C`, () => {
    const { entries, start } = course.played[playbook]!;
    const points = pointsOf(entries, 'intent', 'interrupt', JSON.stringify(start.world)).filter((_, index) => index % 9 === 1);
    it.for(points)('$name', { timeout: 300_000 }, async (point, { expect }) => {
      const begun = Date.now();
      await course.from(playbook, async (scene) => {
        const stopped = await scene.respond(point);
        expect(stopped).toMatchObject({ exit: 130, signal: null, result: { ok: false, exit: 130, error: { code: 'Interrupted' } } });
        expect(stopped.result.error.fix).toContain(`aplomb ${line(playbook)} `);
        expect(stopped.result.error.fix).toContain(scene.dir);
        // Nothing half-written: whoever looks now finds the case whole.
        expect((await scene.verify()).problems).toEqual([]);
        expect(differences(await scene.end(await scene.respond()), end)).toEqual([]);
      });
      counts.add('interrupt', begun);
    });
  });
}

describe.concurrent('what is said', () => {
  it('Ctrl-C at a terminal: the line to go on with is printed', { timeout: 120_000 }, async ({ expect }) => {
    const begun = Date.now();
    const { entries, start } = course.played['compromised-instance']!;
    const point = pointsOf(entries, 'approve', 'interrupt', JSON.stringify(start.world)).find(({ action }) => action === 'isolate')!;
    await course.from('compromised-instance', async (scene) => {
      const stopped = await scene.respond(point, true);
      expect(stopped).toMatchObject({ exit: 130, signal: null });
      expect(stopped.stderr).toMatch(/aplomb respond compromised-instance --instance [\d.]+ .*--yes --case \/\S+/);
    });
    counts.add('interrupt', begun);
  });

  it('a region that denies everything: said so, partial, never clean', { timeout: 120_000 }, async ({ expect }) => {
    const begun = Date.now();
    const home: string = world('leaked-key').briefing.responder.region;
    const { regions } = Object.values<any>(world('leaked-key').accounts).find(({ id }) => id === world('leaked-key').briefing.account);
    const shut = Object.values<any>(regions).find(({ name, optIn }) => optIn !== 'not-opted-in' && name !== home && name !== 'us-east-1').name as string;
    await course.from(
      'leaked-key',
      async (scene) => {
        const ran = await scene.respond();
        expect(ran).toMatchObject({ exit: 3, result: { ok: false } });
        const { rows } = await scene.end(ran);
        expect(rows.find((row) => row.id === 'hunt')).toMatchObject({ verdict: 'unknown' });
        const { observed } = entriesOf(scene.dir).findLast((entry) => entry.kind === 'observe' && entry.body.action === 'hunt').body;
        expect(observed.regions.find((one: any) => one.region === shut)).toMatchObject({ status: 'denied' });
        expect(observed.regions.find((one: any) => one.region === home)).toMatchObject({ status: 'inspected' });
      },
      { settings: { faults: [{ kind: 'deny', region: shut }] } },
    );
    counts.add('denied region', begun);
  });

  it('an account without a plan for the Support API: the text to paste, and where', { timeout: 120_000 }, async ({ expect }) => {
    const begun = Date.now();
    await course.from(
      'leaked-key',
      async (scene) => {
        const ran = await scene.respond();
        expect(ran).toMatchObject({ exit: 3, result: { ok: false } });
        const row = ran.result.steps.find((one: any) => one.id === 'support-case');
        expect(row).toMatchObject({ verdict: 'unknown', why: expect.stringMatching(/console\.aws\.amazon\.com\/support/) });
        const letter = join(scene.dir, 'derived', 'support-case.txt');
        expect(existsSync(letter)).toBe(true);
        expect(readFileSync(letter, 'utf8')).toContain(scene.accessKeyId);
        expect((await scene.end(ran)).effects.filter((one) => one.service === 'support')).toEqual([]);
      },
      {
        world(world) {
          for (const { tables } of Object.values<any>(world.accounts)) tables.settings.account.supportPlan = 'basic';
        },
      },
    );
    counts.add('no Support plan', begun);
  });

  // Longer than a restart takes on a busy machine.
  const SETTLE = 12;
  for (const [skew, hours] of [
    ['behind', -1],
    ['ahead', 1],
  ] as const) {
    it(`killed with a clock an hour ${skew}: no second snapshot before the window is over, and no endless wait`, { timeout: 120_000 }, async ({ expect }) => {
      const begun = Date.now();
      const { end, entries, start } = course.played['compromised-instance']!;
      const point = pointsOf(entries, 'intent', 'after', JSON.stringify(start.world)).find(({ action }) => action === 'snapshot')!;
      const work = async (scene: Scene): Promise<void> => {
        expect((await scene.respond(point)).signal).toBe('SIGKILL');
        expect(differences(await scene.end(await scene.respond()), end)).toEqual([]);
        const sent = entriesOf(scene.dir).filter((entry) => entry.kind === 'intent' && entry.body.action === 'snapshot');
        expect(sent).toHaveLength(2);
        expect(Date.parse(sent[1].time) - Date.parse(sent[0].time)).toBeGreaterThan(SETTLE * 1000);
      };
      await course.from('compromised-instance', work, { env: { ...skewed(hours * HOUR), APLOMB_SETTLE_SECONDS: String(SETTLE) } });
      counts.add('killed under clock skew', begun);
    });
  }
});
