import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { ingest } from '../ingest/ingest.ts';
import { openStore } from '../store/open.ts';
import { type DeliveredDigest, deliver, listedKeys, signingKey } from '../testing/delivery.ts';
import { validateDigests } from './digests.ts';
import { deliveryIn } from './folder.ts';
import { gapsOf } from './gaps.ts';
import { readKeys } from './keys.ts';
import { reconcile } from './reconcile.ts';

const root = mkdtempSync(join(tmpdir(), 'aplomb-whole-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const SHARED = process.env.APLOMB_SHARED_DATA ?? '../shared/data';
const KEY = 'ASIARESPONDER0000001';
let id = 0;
const record = (eventTime: string, eventName: string, requestID: string, accessKeyId = 'AKIASOMEBODY00000001'): TrailRecord => ({
  eventVersion: '1.11',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/x', accountId: '111122223333', accessKeyId },
  eventTime,
  eventSource: 'ec2.amazonaws.com',
  eventName,
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.7',
  requestID,
  eventID: `e-${id++}`,
  recipientAccountId: '111122223333',
});
const load = async (name: string, folder: string) => {
  const { digests, logs } = await deliveryIn(folder);
  const store = join(root, `store-${name}`);
  await ingest(
    store,
    logs.map(({ file }) => ({ path: file, file })),
    { threads: 1 },
  );
  return { digests, logs, store: await openStore(store) };
};

describe('a delivery, loaded and judged', () => {
  const key = signingKey();
  const keys = readKeys(listedKeys(key));
  const make = (name: string): { dir: string; digests: readonly DeliveredDigest[] } => {
    const dir = join(root, name);
    const hours = [
      [{ records: [record('2026-03-02T10:05:00Z', 'DescribeInstances', 'x1'), record('2026-03-02T10:06:00Z', 'StopInstances', 'r1', KEY)] }],
      [{ records: [record('2026-03-02T11:05:00Z', 'CreateTags', 'r2', KEY)] }],
      [],
      [],
      [{ records: [record('2026-03-02T14:05:00Z', 'TerminateInstances', 'unknown', KEY)] }],
    ];
    return { dir, digests: deliver({ dir, key, begin: '2026-03-02T10:00:00Z', hours }) };
  };
  const sent = (requestId: string, operation: string, time: string) => ({
    ...{ requestId, service: 'ec2', operation, region: 'eu-west-1', account: '111122223333', state: 'done', action: 'isolate' },
    time: Date.parse(time),
  });
  const calls = [sent('r1', 'StopInstances', '2026-03-02T10:06:00Z'), sent('r2', 'CreateTags', '2026-03-02T11:05:00Z')];
  const judge = async (name: string, dir: string) => {
    const { digests, logs, store } = await load(name, dir);
    try {
      const { coverage, whole } = await validateDigests({ digests, logs, keys });
      const gaps = await gapsOf(store, { coverage });
      const account = { known: new Set<string>(), responder: { arns: [], keys: [KEY] } };
      return { whole, gaps, ledger: await reconcile(store, { calls, coverage, gaps, ...account }) };
    } finally {
      store.close();
    }
  };

  it('whole: everything is found, quiet hours are quiet, what the ledger does not know is shown', async () => {
    const { whole, gaps, ledger } = await judge('whole', make('whole').dir);
    expect(whole).toBe(true);
    expect(gaps.stretches[0]!.gaps).toMatchObject([
      { from: Date.parse('2026-03-02T12:00:00Z'), until: Date.parse('2026-03-02T14:00:00Z'), why: 'quiet', noFile: true },
    ]);
    expect(ledger.calls.map(({ status }) => status)).toEqual(['found', 'found']);
    expect(ledger.unknown.map(({ api }) => api)).toEqual(['ec2:TerminateInstances']);
  });

  it('with a log file taken out: its hour is lost, and the call in it is gone', async () => {
    const { dir, digests } = make('cut');
    rmSync(digests[1]!.logs[0]!.path);
    const { whole, gaps, ledger } = await judge('cut', dir);
    expect(whole).toBe(false);
    expect(gaps.stretches[0]!.gaps.map(({ why }) => why)).toEqual(['lost', 'quiet']);
    expect(ledger.calls.map(({ status }) => status)).toEqual(['found', 'gone']);
    expect(ledger.calls[1]!.why.en).toContain('missing or altered');
  });
});

describe('a real trail', () => {
  const folder = join(SHARED, 'cloudtrail-attack', 'CloudTrail');
  it('without digests: nothing is valid, and its holes are told', async () => {
    if (!existsSync(folder)) return void process.stderr.write('NOT TESTED: a real trail without digests (no shared data)\n');
    const { digests, logs, store } = await load('real', folder);
    try {
      const report = await validateDigests({ digests, logs, keys: [] });
      expect(report.logs['not-verifiable']).toBe(readdirSync(folder).filter((name) => name.endsWith('.json')).length);
      expect(report.logs.valid + report.digests.valid).toBe(0);
      const gaps = await gapsOf(store);
      expect(gaps.stretches.length).toBeGreaterThan(0);
      expect(gaps.stretches.reduce((sum, { events }) => sum + events, 0)).toBeGreaterThan(1000);
      expect(gaps.late.every(({ what }) => what === 'late')).toBe(true);
      expect(gaps.sentences.every(({ en, es }) => en.length > 0 && es.length > 0)).toBe(true);
      const { unknownInAll } = await reconcile(store, { calls: [], known: new Set(), responder: { arns: [], keys: ['AKIANOBODY'] }, gaps });
      expect(unknownInAll).toBe(0);
      if (process.env.SHOW) process.stderr.write(`${gaps.sentences.map(({ en }) => en).join('\n')}\n`);
    } finally {
      store.close();
    }
  });
});
