import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsFailure, call } from '../../test/engine/account.ts';
import { collectorOf } from '../../test/engine/action.ts';
import { type Stand, stand } from '../../test/engine/stand.ts';
import { verifyCase } from '../evidence/index.ts';
import { type Collected, type Collector, sha256 } from '../kernel/index.ts';
import { runCollector } from './collect.ts';

let at: Stand;
beforeEach(() => {
  at = stand();
});
afterEach(() => at.close());
const run = (collector: Collector) => runCollector(at.session(), collector, { target: { thing: 'x' }, options: {} });
const item = (name: string, more: Partial<Collected> = {}): Collected => ({
  name,
  mediaType: 'text/plain',
  data: Buffer.from(`bytes of ${name}`),
  reading: [],
  ...more,
});

describe('a collector', () => {
  it('keeps what it gives, byte for byte, with where it came from', async () => {
    const reading = sha256('an answer that was kept');
    const outcome = await run(collectorOf('console', [item('console.txt', { call: call('GetConsole', { Id: 'x' }), reading: [reading] })]));
    expect(outcome).toMatchObject({ action: 'console', step: 6, verdict: 'holds', plan: null, changes: [] });
    const [entry] = at.entries('evidence');
    expect(entry!.items).toMatchObject([
      {
        name: 'console.txt',
        sha256: sha256('bytes of console.txt'),
        bytes: 20,
        source: { account: '111122223333', region: 'eu-west-1', call: { service: 'toy', operation: 'GetConsole' }, from: [reading] },
      },
    ]);
    expect((await at.case.load(sha256('bytes of console.txt'))).toString()).toBe('bytes of console.txt');
    expect(outcome.checks[0]!.evidence).toEqual([sha256('bytes of console.txt')]);
    at.case.close();
    expect((await verifyCase(at.dir)).problems).toEqual([]);
  });

  it('a name alone for kept answers is kept as the list of their hashes', async () => {
    const readings = [sha256('one'), sha256('two')];
    await run(collectorOf('pages', [item('pages.json', { data: undefined, reading: readings })]));
    const [stored] = at.entries('evidence')[0]!.items;
    expect((await at.case.load(stored!.sha256)).toString()).toBe(`${readings.join('\n')}\n`);
  });

  it('what AWS does not give is entered with the reason, and the rest counts', async () => {
    const outcome = await run(
      collectorOf('both', [item('here.txt'), item('gone.txt', { data: undefined, unavailable: 'UnsupportedOperation: not on this type' })]),
    );
    expect(outcome).toMatchObject({ verdict: 'holds', checks: [{ why: { en: expect.stringContaining('gone.txt: UnsupportedOperation') } }] });
    expect(at.entries('evidence')[0]!.items[1]).toMatchObject({ name: 'gone.txt', source: { unavailable: 'UnsupportedOperation: not on this type' } });
  });

  it('nothing at all is unknown, not success', async () => {
    expect(await run(collectorOf('none', []))).toMatchObject({ verdict: 'unknown' });
    expect(await run(collectorOf('all-gone', [item('gone.txt', { data: undefined, unavailable: 'AccessDenied' })]))).toMatchObject({ verdict: 'unknown' });
  });

  it('one that breaks in the middle is unknown, says where, and keeps what it had', async () => {
    const outcome = await run(collectorOf('broken', [item('first.txt')], awsFailure('InternalError', 500)));
    expect(outcome).toMatchObject({ verdict: 'unknown', checks: [{ why: { en: expect.stringContaining('stopped early: InternalError') } }] });
    expect(at.entries('evidence')[0]!.items.map((one) => one.name)).toEqual(['first.txt']);
    expect(at.entries('verdict')[0]).toMatchObject({ action: 'broken', verdict: 'unknown' });
  });

  it('an interruption is not a verdict', async () => {
    at.abort(new Error('stopped by SIGINT'));
    await expect(run(collectorOf('broken', [], awsFailure('AbortError')))).rejects.toThrow();
    expect(at.entries('verdict')).toEqual([]);
  });

  it('the name of an item is never a path', async () => {
    await run(collectorOf('hostile', [item('../../../../tmp/evil\u001b[31m')]));
    const [stored] = at.entries('evidence')[0]!.items;
    expect(stored!.name).toBe('../../../../tmp/evil\u001b[31m');
    expect(at.case.pathOf(stored!.sha256)).toMatch(new RegExp(`evidence/[0-9a-f]{2}/${stored!.sha256}$`));
  });
});
