import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabProcess } from '../../src/cli/lab-process.ts';
import { readCase, verifyCase } from '../../src/evidence/index.ts';
import { type LedgerBodies, ofKind } from '../../src/kernel/index.ts';
import { CALM, place, responderOf, startLab } from './stand.ts';

/** What holds a hunt together when everything around it breaks: real processes, the real lab, bad luck on purpose. */
const at = place('hunt-engine');
const LATENCY = { kind: 'latency', milliseconds: [150, 250] };
let lab: LabProcess;
let env: Record<string, string>;
let world: unknown;
let number = 0;
beforeAll(async () => {
  lab = await startLab({ ...CALM, seed: 'hunt-engine' });
  env = { ...responderOf(lab), APLOMB_LOOPBACK_ONLY: '1' };
  world = await lab.control('GET', 'save');
});
afterAll(async () => {
  await lab?.close();
  at.clean();
});

/** Two regions: CloudTrail's two look-ups a second are what a hunt waits for, and it is asked in each of them. */
const HUNT = ['hunt', '--region', 'eu-west-1', '--region', 'us-east-1', '--json'];

/** A case about the alarm's key, in a world as it was when the alarm came. */
async function open(faults: readonly object[]): Promise<string> {
  await lab.control('POST', 'load', world);
  await lab.control('POST', 'settings', { ...CALM.settings, faults });
  const dir = at.path(`case-${number++}`);
  const opened = await at.run(['open', '--case', dir, '--title', 'Hunt', '--from', lab.briefing.alarm.accessKeyId, '--json'], { env });
  expect(opened.code, opened.stderr).toBe(0);
  return dir;
}
const reads = (dir: string) => readCase(dir).entries.filter(ofKind('reads'));
interface Sent {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly status: number | null;
  readonly request: string;
}
const logOf = (dir: string, bodies: readonly LedgerBodies['reads'][]): Sent[] =>
  bodies.flatMap((body) =>
    readFileSync(`${dir}/evidence/${body.log.sha256.slice(0, 2)}/${body.log.sha256}`, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Sent),
  );
/** What a hunt found, without what differs from run to run. */
const foundIn = (dir: string): string[] => {
  const hunt = readCase(dir)
    .entries.filter(ofKind('observe'))
    .findLast((entry) => entry.body.action === 'hunt')?.body.observed as { found: { type: string; arn: string; byKey?: boolean }[] } | undefined;
  return (hunt?.found ?? []).map((one) => `${one.type} ${one.arn} ${one.byKey === true}`).sort();
};
/** Names of the pieces of work that an entry says are done. */
const resultsIn = (dir: string, body: LedgerBodies['reads']): string[] =>
  body.kept
    .filter((one) => one.results !== undefined)
    .flatMap(({ sha256 }) => readFileSync(`${dir}/evidence/${sha256.slice(0, 2)}/${sha256}`, 'utf8').split('\n'))
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { name: string }).name);
const results = (dir: string): number => reads(dir).reduce((sum, { body }) => sum + body.kept.reduce((all, kept) => all + (kept.results ?? 0), 0), 0);
async function until(holds: () => boolean, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('it did not come to that in time');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a hunt that is interrupted', () => {
  let undisturbed: string[];
  beforeAll(async () => {
    const dir = await open([]);
    const ran = await at.run([...HUNT, '--case', dir], { env });
    expect([0, 3], ran.stderr).toContain(ran.code);
    undisturbed = foundIn(dir);
    expect(undisturbed.length).toBeGreaterThan(5);
    // Answers lie in packs: a few files, not one an answer.
    const kept = reads(dir).flatMap(({ body }) => body.kept);
    const answers = kept.reduce((sum, one) => sum + (one.answers ?? 0), 0);
    expect(answers).toBeGreaterThan(100);
    expect(kept.length).toBeLessThan(answers / 4);
    expect((await verifyCase(dir)).problems).toEqual([]);
  });

  it.each(['SIGKILL', 'SIGINT'] as const)('by %s goes on where it was when the same command runs again, and ends alike', async (signal) => {
    const dir = await open([LATENCY]);
    const first = at.start([...HUNT, '--case', dir], { env });
    await until(() => reads(dir).some(({ body }) => resultsIn(dir, body).some((name) => name.includes('lookup '))));
    first.child.kill(signal);
    await first.done;
    const before = reads(dir);
    const kept = results(dir);
    const asked = logOf(
      dir,
      before.map(({ body }) => body),
    ).filter((sent) => sent.operation === 'LookupEvents' && sent.status === 200);
    expect(foundIn(dir)).toEqual([]);

    const second = await at.run([...HUNT, '--case', dir], { env });
    expect([0, 3], second.stderr).toContain(second.code);
    const resumed = second.lines().find((line) => line.data?.resumed !== undefined);
    expect(resumed?.data.resumed).toBeGreaterThanOrEqual(Math.min(kept, 20));
    // No page of events whose reading was written down is asked for again.
    const again = logOf(
      dir,
      reads(dir)
        .slice(before.length)
        .map(({ body }) => body),
    );
    const repeated = again.filter(
      (sent) => sent.operation === 'LookupEvents' && asked.some((one) => one.request === sent.request && one.region === sent.region),
    );
    // What was answered and not yet written down when the process died may be asked again: at most what fits into one batch.
    const written = before.flatMap(({ body }) => resultsIn(dir, body)).filter((name) => name.startsWith('lookup ')).length;
    expect(written).toBeGreaterThan(0);
    expect(repeated.length).toBeLessThanOrEqual(asked.length - written);
    expect(foundIn(dir)).toEqual(undisturbed);
    expect((await verifyCase(dir)).problems).toEqual([]);
  });
});

describe('a hunt in bad weather', () => {
  it('outlasts a storm of throttling', async () => {
    const dir = await open([]);
    await lab.control('POST', 'settings', {
      rates: { ec2: { perSecond: 8, burst: 4 }, iam: { perSecond: 5, burst: 5 }, 'cloudtrail:LookupEvents': { perSecond: 2, burst: 2 } },
    });
    const ran = await at.run(['hunt', '--case', dir, '--region', 'eu-west-1', '--json'], { env });
    await lab.control('POST', 'settings', { rates: {} });
    const { regions } = ran.result();
    expect(regions).toMatchObject([{ region: 'eu-west-1' }]);
    expect(regions[0].why ?? '').not.toMatch(/RequestLimitExceeded|Throttling|TooManyRequests/);
    const sent = logOf(
      dir,
      reads(dir).map(({ body }) => body),
    );
    expect(sent.some((one) => one.status === 503)).toBe(true);
  });

  it('stops with 3 when its credentials expire in the middle, and the same command goes on with fresh ones', async () => {
    const dir = await open([LATENCY]);
    const first = at.start([...HUNT, '--case', dir], { env });
    await until(() => results(dir) >= 20);
    await lab.control('POST', 'settings', { faults: [{ kind: 'error', code: 'ExpiredTokenException', status: 400, accessKeyId: env.AWS_ACCESS_KEY_ID }] });
    const ended = await first.done;
    expect(ended.code).toBe(3);
    expect(ended.result().error).toMatchObject({ code: 'ExpiredCredentials', fix: expect.stringMatching(/same command/) });
    await lab.control('POST', 'settings', { faults: [] });
    const second = await at.run([...HUNT, '--case', dir], { env });
    expect([0, 3], second.stderr).toContain(second.code);
    expect(second.lines().some((line) => line.data?.resumed >= 20)).toBe(true);
    expect(foundIn(dir).length).toBeGreaterThan(5);
  });
});
