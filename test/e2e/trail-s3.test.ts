import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Aws, openAws } from '../../src/aws/index.ts';
import { publicKeys } from '../../src/aws/trail-keys.ts';
import { joined, type Stretch } from '../../src/aws/trail-lookup.ts';
import { bucketSource } from '../../src/aws/trail-objects.ts';
import { objectsRead } from '../../src/aws/trail-reads.ts';
import { trailDir } from '../../src/cli/trail/case.ts';
import { openLookups } from '../../src/cli/trail/lookups.ts';
import { lookupSources } from '../../src/cli/trail/remote.ts';
import { type Fetched, fetchObjects } from '../../src/cli/trail/sources-fetch.ts';
import { lookUp } from '../../src/cli/trail/sources-lookup.ts';
import { openObjectSource } from '../../src/cli/trail/sources-open.ts';
import { createCase, type OpenCase, verifyCase } from '../../src/evidence/index.ts';
import { type Json, ofKind, type Text, TOOL } from '../../src/kernel/index.ts';
import type { Caller, World } from '../../src/lab/contract.ts';
import { type RunningLab, startLab } from '../../src/lab/server.ts';
import {
  addAccessKey,
  addOrganization,
  addUser,
  createAccount,
  type KeyRow,
  loadWorld,
  newWorld,
  recordCall,
  saveWorld,
  worldNow,
} from '../../src/lab/world/index.ts';
import { type Ingested, ingest } from '../../src/trail/ingest/ingest.ts';
import { type ListingOptions, listTrail, type TrailObject } from '../../src/trail/listing/list.ts';
import { validateDigests } from '../../src/trail/trust/digests.ts';
import { digestOnDisk, logOnDisk } from '../../src/trail/trust/folder.ts';
import { keysOf } from '../../src/trail/trust/keys.ts';
import { trailRun } from './trail-run.ts';

const ACCOUNT = '111122223333';
const MEMBER = '444455556666';
const HOME = 'eu-west-1';
const BUCKET = 'trail-logs';
const MINUTE = 60_000;
const all = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

let root: string;
let lab: RunningLab;
let key: KeyRow;
let file: OpenCase;
let aws: Aws;
const callers = new Map<string, Caller>();
/** The world after three hours, as it is saved: made once, since every digest is signed. */
let hours: string;

function emptyWorld(): World {
  const world = newWorld({ seed: 'trail-s3' });
  // An hour of whole five minutes, in the past: what is delivered does not depend on when this runs.
  world.offset = Math.floor(Date.now() / 3_600_000 - 40) * 3_600_000 - Date.now();
  const accounts = [ACCOUNT, MEMBER].map((id) => {
    const account = createAccount(world, { id, name: id });
    const user = addUser(world, account, { name: 'ann', inline: { all } });
    const made = addAccessKey(world, account, 'ann');
    if (id === ACCOUNT) key = made;
    callers.set(id, { account: id, type: 'IAMUser', arn: user.arn, userId: user.id, accessKeyId: made.id, userName: 'ann' });
    return account;
  });
  addOrganization(world, accounts[0]!, { members: [accounts[1]!] });
  return world;
}
async function begin(world: World): Promise<void> {
  root = mkdtempSync(join(tmpdir(), 'aplomb-trail-s3-'));
  process.env.APLOMB_CONFIG_DIR = join(root, 'config');
  lab = await startLab({ world });
  file = createCase(join(root, 'case'), { id: 'case', title: 'Trail', responder: 'ann', tool: TOOL });
  aws = await door();
}
async function end(): Promise<void> {
  await aws.close();
  file.close();
  await lab.close();
  rmSync(root, { recursive: true, force: true });
  delete process.env.APLOMB_CONFIG_DIR;
}
beforeAll(async () => {
  await begin(emptyWorld());
  await threeHours();
  // What was delivered is written when somebody looks.
  const source = await bucketSource(aws, BUCKET, { case: file });
  for await (const _ of source.list('')) break;
  hours = saveWorld(lab.world);
  await end();
});
afterEach(end);
const door = (region = 'us-east-1', more: object = {}) =>
  openAws({
    env: { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: region },
    loopbackOnly: true,
    case: file,
    rated: false,
    expectAccount: ACCOUNT,
    ...more,
  });
/** The lab's time leaps; a reading tells the door what time it is now. */
const tellTime = (region = HOME) =>
  aws.send({ call: { service: 'sts', operation: 'GetCallerIdentity', region, input: {} }, input: {}, purpose: 'read', keep: false, phase: 'test' });
const call = async (service: string, operation: string, input: Json, region = HOME) => {
  await tellTime(region);
  return (await aws.send({ call: { service, operation, region, input }, input, purpose: 'mutation', keep: false, phase: 'test' })).output;
};
const happens = (operation: string, region: string, account = ACCOUNT, service = 'ec2'): void =>
  recordCall(lab.world, {
    caller: callers.get(account)!,
    service,
    operation,
    region,
    protocol: 'ec2Query',
    requestId: 'r',
    time: worldNow(lab.world),
    ip: '203.0.113.9',
    userAgent: 'test',
    input: {},
    mutates: true,
  });
const pass = (minutes: number): void => void (lab.world.offset += minutes * MINUTE);
/** A trail of the organisation with validation, and three hours in which something happens in two accounts and two regions. */
async function threeHours(): Promise<void> {
  await call('s3', 'CreateBucket', { Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: HOME } });
  await call('s3', 'PutBucketVersioning', { Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } });
  const trail = { Name: 'org', S3BucketName: BUCKET, S3KeyPrefix: 'audit', IsMultiRegionTrail: true, IsOrganizationTrail: true, EnableLogFileValidation: true };
  await call('cloudtrail', 'CreateTrail', trail);
  await call('cloudtrail', 'StartLogging', { Name: 'org' });
  for (let hour = 0; hour < 3; hour++) {
    pass(10);
    happens(`Run${hour}`, HOME);
    happens(`Run${hour}`, 'us-east-1');
    happens(`Run${hour}`, 'us-east-1', MEMBER);
    pass(50);
  }
  pass(15);
}
async function listed(options: ListingOptions = {}): Promise<TrailObject[]> {
  const { source, prefix } = await openObjectSource({ aws: () => aws, case: file }, `s3://${BUCKET}/`);
  const objects: TrailObject[] = [];
  const listing = await listTrail(source, prefix, options);
  for await (const one of listing) objects.push(one);
  expect(listing.problems).toEqual([]);
  return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
}

describe('a trail in a bucket', () => {
  beforeEach(() => begin(loadWorld(hours)));
  it('is found wherever the bucket is, listed by account, region and time, read with proof and gunzipped', async () => {
    const logs = await listed({ kinds: ['log'] });
    const names = [...new Set(logs.map(({ place }) => `${place.organization?.slice(0, 2)} ${place.account} ${place.region} ${place.kind}`))].sort();
    expect(names).toEqual([`o- ${ACCOUNT} ${HOME} log`, `o- ${ACCOUNT} us-east-1 log`, `o- ${MEMBER} us-east-1 log`]);
    const member = await listed({ kinds: ['log'], accounts: [MEMBER] });
    expect(member).toHaveLength(3);
    const middle = member[1]!.place.time!;
    const narrow = { kinds: ['log'], accounts: [MEMBER], since: middle - MINUTE, until: middle - MINUTE, late: 10 * MINUTE } as const;
    expect((await listed(narrow)).map((one) => one.key)).toEqual([member[1]!.key]);

    const source = await bucketSource(aws, BUCKET, { case: file });
    expect(source.region).toBe(HOME);
    const one = await source.read(member[0]!.key, member[0]!);
    expect(JSON.parse(gunzipSync(one.data).toString()).Records).toMatchObject([{ eventName: 'Run0', recipientAccountId: MEMBER, awsRegion: 'us-east-1' }]);
    expect(one).toMatchObject({
      etag: member[0]!.etag,
      version: expect.stringMatching(/^[0-9a-f]{32}$/),
      sha256: createHash('sha256').update(one.data).digest('hex'),
    });
    await source.flush();
    const records = [];
    for await (const record of objectsRead(file, BUCKET)) records.push(record);
    const { data: _, metadata: __, ...told } = one;
    expect(records).toEqual([{ ...told, bucket: BUCKET, requestId: expect.stringMatching(/./), read: expect.stringMatching(/Z$/) }]);
    const log = file.entries.findLast((entry) => entry.kind === 'reads')!.body as { log: { sha256: string } };
    expect((await file.load(log.log.sha256)).toString()).toContain(one.sha256);
    expect(existsSync(file.pathOf(one.sha256))).toBe(false);
    expect((await verifyCase(file.dir)).problems).toEqual([]);
  });

  it('proves itself: what was fetched verifies against the keys that the API lists, and a changed log does not', async () => {
    const { source, prefix, flush } = await openObjectSource({ aws: () => aws, case: file }, `s3://${BUCKET}/audit`);
    const fetchAll = async (): Promise<Fetched[]> => {
      const fetched: Fetched[] = [];
      const listing = await listTrail(source, prefix, { regions: [HOME] });
      for await (const one of fetchObjects(source, listing, { dir: join(root, 'copy'), problem: (trouble) => expect.fail(trouble.why) })) fetched.push(one);
      await flush();
      return fetched;
    };
    const fetched = await fetchAll();
    const [digests, logs] = ['digest', 'log'].map((kind) => fetched.filter((one) => one.place.kind === kind)) as [Fetched[], Fetched[]];
    expect(digests).toHaveLength(6);
    expect(logs.length).toBeGreaterThanOrEqual(3);
    const keys = keysOf(await publicKeys(aws, HOME, { since: worldNow(lab.world) - 86_400_000, until: worldNow(lab.world) }));
    const validate = (spoilt?: string) =>
      validateDigests({
        digests: digests.map((one) => ({ ...digestOnDisk(one.path), file: one.file })),
        logs: logs.map((one) =>
          one.path === spoilt ? { file: one.file, open: () => Buffer.from('{"Records":[]}') } : { ...logOnDisk(one.path), file: one.file },
        ),
        keys,
      });
    const good = await validate();
    expect(good.digests).toMatchObject({ valid: 6 });
    expect(good.logs).toMatchObject({ valid: logs.length, altered: 0, missing: 0 });
    expect((await validate(logs[0]!.path)).logs).toMatchObject({ valid: logs.length - 1, altered: 1 });
    expect(
      await validateDigests({
        digests: digests.map((one) => ({ ...digestOnDisk(one.path), file: one.file })),
        logs: [],
        keys: keysOf(await publicKeys(aws, 'us-east-1', { since: 0, until: worldNow(lab.world) })),
      }),
    ).toMatchObject({
      digests: { valid: 0 },
    });
    expect(statSync(logs[0]!.path).mode & 0o777).toBe(0o400);
    const before = lab.world.effects.length;
    const again = await fetchAll();
    expect(again.every((one) => one.known)).toBe(true);
    expect(again.map((one) => one.path).sort()).toEqual(fetched.map((one) => one.path).sort());
    expect(lab.world.effects.length).toBe(before);
  });

  it('survives "slow down" and broken connections, and goes on from a cursor', async () => {
    const selection = { accounts: [ACCOUNT], regions: ['us-east-1'] };
    const wanted = (await listed(selection)).map((one) => one.key);
    lab.world.settings.pageSize = 4;
    lab.world.settings.faults.push(
      {
        kind: 'error',
        service: 's3',
        operation: 'ListObjectsV2',
        code: 'SlowDown',
        status: 503,
        message: 'Please reduce your request rate.',
        times: 2,
        after: 5,
      },
      { kind: 'error', service: 's3', operation: 'GetObject', code: 'SlowDown', status: 503, message: 'Please reduce your request rate.', times: 1, after: 2 },
      { kind: 'drop-before-effect', service: 's3', operation: 'GetObject', times: 1, after: 4 },
    );
    const { source, prefix } = await openObjectSource({ aws: () => aws, case: file }, `s3://${BUCKET}/audit/`);
    const first = await listTrail(source, prefix, selection);
    const got: TrailObject[] = [];
    let cursor = '';
    for await (const one of first) {
      if (got.length === 4) {
        cursor = JSON.stringify(first.cursor());
        break;
      }
      got.push(one);
    }
    const second = await listTrail(source, prefix, { ...selection, cursor: JSON.parse(cursor) });
    for await (const one of second) got.push(one);
    expect([...first.problems, ...second.problems]).toEqual([]);
    expect([...new Set(got.map((one) => one.key))].sort()).toEqual(wanted);
    expect(lab.world.settings.faults.map(({ operation }) => operation)).toEqual(['GetObject', 'GetObject']);
    const fetched = [];
    for await (const one of fetchObjects(source, asList(got), { dir: join(root, 'slow'), atOnce: 4, problem: (trouble) => expect.fail(trouble.why) }))
      fetched.push(one);
    expect(fetched.map((one) => one.file)).toEqual(got.map((one) => `s3://${BUCKET}/${one.key}`));
    expect(lab.world.settings.faults).toEqual([]);
    expect(readFileSync(fetched[0]!.path).length).toBe(got[0]!.bytes);
  }, 60_000);

  it('tells what changed, what is gone and what is too large, and does not take it for what was listed', async () => {
    const [one, two, three, ...rest] = await listed({ kinds: ['log'], accounts: [ACCOUNT], regions: [HOME] });
    await call('s3', 'PutObject', { Bucket: BUCKET, Key: one!.key, Body: Buffer.from('forged').toString('base64') });
    await call('s3', 'DeleteObject', { Bucket: BUCKET, Key: two!.key });
    const source = await bucketSource(aws, BUCKET, { case: file });
    const problems: string[] = [];
    const fetched = [];
    const large = { ...three!, bytes: 10 ** 10 };
    for await (const got of fetchObjects(source, asList([one!, two!, large, ...rest]), { dir: join(root, 'c'), problem: ({ code }) => problems.push(code) }))
      fetched.push(got);
    expect(problems).toEqual(['ObjectChanged', 'NoSuchKey', 'TooLarge']);
    expect(fetched).toHaveLength(rest.length);
    // The version that was there before can still be had.
    const first = await source.metadata(one!.key);
    expect(first.bytes).toBe(6);
    await expect(source.read(one!.key, { limit: 5 })).rejects.toMatchObject({ code: 'TooLarge' });
    expect((await source.read(one!.key)).data.toString()).toBe('forged');
    lab.world.settings.faults.push({ kind: 'deny', service: 's3', operation: 'GetObject' });
    const many = Array.from({ length: 60 }, () => three!);
    await expect(
      (async () => {
        for await (const _ of fetchObjects(source, asList(many), { dir: join(root, 'd'), problem: () => {} }));
      })(),
    ).rejects.toMatchObject({ code: 'NothingReadable' });
  });

  describe('in which somebody was at work', () => {
    const trail = (...words: string[]) =>
      trailRun(['trail', ...words, '--case', join(root, 'own'), '--json'], {
        cwd: root,
        env: { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: HOME, APLOMB_LOOPBACK_ONLY: '1' },
      });
    const load = (...words: string[]) => trail('ingest', `s3://${BUCKET}/audit`, '--in-region', HOME, ...words);
    const names = async (): Promise<string[]> =>
      (await trail('sql', "SELECT eventName FROM events WHERE eventName LIKE 'Run%' ORDER BY ALL")).result().rows.map((row: any) => row.eventName);
    /** He forges the log of the first hour, deletes that of the second and a digest, and deletes the third to put it back. */
    async function tamper() {
      const logs = await listed({ kinds: ['log'], accounts: [ACCOUNT], regions: [HOME] });
      const byName = new Map<string, TrailObject>();
      const source = await bucketSource(aws, BUCKET, { case: file });
      for (const log of logs)
        for (const { eventName } of JSON.parse(gunzipSync((await source.read(log.key, log)).data).toString()).Records) byName.set(eventName, log);
      const [first, second, third] = ['Run0', 'Run1', 'Run2'].map((name) => byName.get(name)!) as [TrailObject, TrailObject, TrailObject];
      const digest = (await listed({ kinds: ['digest'], accounts: [ACCOUNT], regions: [HOME] }))[1]!;
      const records = JSON.parse(gunzipSync((await source.read(first.key, first)).data).toString()).Records;
      const forged = { Records: records.filter(({ eventName }: any) => eventName !== 'Run0') };
      await call('s3', 'PutObject', { Bucket: BUCKET, Key: first.key, Body: gzipSync(JSON.stringify(forged)).toString('base64') });
      await call('s3', 'DeleteObject', { Bucket: BUCKET, Key: second.key });
      await call('s3', 'DeleteObject', { Bucket: BUCKET, Key: digest.key });
      await call('s3', 'DeleteObject', { Bucket: BUCKET, Key: third.key });
      pass(1);
      await call('s3', 'PutObject', {
        Bucket: BUCKET,
        Key: third.key,
        Body: (await source.read(third.key, { version: (await earlier(third.key))! })).data.toString('base64'),
      });
      return { first, second, third, digest };
    }
    const earlier = async (at: string): Promise<string | undefined> =>
      await aws
        .send({
          call: { service: 's3', operation: 'ListObjectVersions', region: HOME, input: { Bucket: BUCKET, Prefix: at } },
          input: { Bucket: BUCKET, Prefix: at },
          purpose: 'read',
          keep: false,
          phase: 'test',
        })
        .then(({ output }) => (output as any).Versions[0]?.VersionId);

    it('is read from the versions that are left, says what was done to which file and when, and still verifies', async () => {
      const { first, second, third, digest } = await tamper();
      lab.world.settings.pageSize = 3;
      const read = await load();
      expect(read.code).toBe(3);
      const [{ looked, bucket, changes }] = read.result().versions;
      expect({ looked, bucket }).toEqual({ looked: 'all', bucket: `s3://${BUCKET}` });
      const at = (object: TrailObject) => `s3://${BUCKET}/${object.key}`;
      expect(changes.map((change: any) => [change.file, change.did]).sort()).toEqual(
        [
          [at(first), 'overwrote'],
          [at(second), 'deleted'],
          [at(digest), 'deleted'],
          [at(third), 'deleted'],
          [at(third), 'restored'],
        ].sort(),
      );
      for (const change of changes) {
        expect(change).toMatchObject({
          version: expect.stringMatching(/^[0-9a-f]{32}$/),
          before: expect.stringMatching(/^[0-9a-f]{32}$/),
          same: change.did === 'restored',
        });
        expect(Math.abs(Date.parse(change.when) - worldNow(lab.world))).toBeLessThan(3 * MINUTE);
      }
      expect(read.result()).toMatchObject({ skipped: [], conflicts: 0 });
      expect(await names()).toEqual(['Run0', 'Run1', 'Run2']);
      const { rows } = (await trail('sql', 'SELECT version, etag FROM sources WHERE version IS NOT NULL')).result();
      expect(rows.map((row: any) => row.etag)).toEqual(expect.arrayContaining([first.etag, second.etag, digest.etag]));
      const again = (await load()).result();
      expect(again).toMatchObject({ exit: 3, read: 0 });
      expect(again.versions[0].changes).toHaveLength(5);

      const checked = (await trail('verify', '--fetch-keys')).result();
      expect(checked).toMatchObject({ exit: 7, digests: { valid: 6, missing: 0, altered: 0 }, logs: { altered: 1, missing: 0 } });
      expect(checked.problems.filter(({ status }: any) => status === 'altered')).toMatchObject([{ file: at(first) }]);
      expect(checked.changedInBucket).toHaveLength(4);
      expect(checked.sentences[0]).toMatch(/^In the bucket s3:\/\/.* was (deleted|overwritten|put there)/);
    });

    it('is found where the listing shows nothing any more', async () => {
      for (const object of await listed()) await call('s3', 'DeleteObject', { Bucket: BUCKET, Key: object.key });
      expect(await listed()).toEqual([]);
      const read = await load('--account', ACCOUNT);
      expect(read.code).toBe(3);
      expect(await names()).toEqual(['Run0', 'Run1', 'Run2']);
      const shown = await trailRun(['trail', 'verify', '--case', join(root, 'own')], { cwd: root });
      expect(shown.stdout).toMatch(/In the bucket s3:\/\/.* was deleted at .*: what it held is still there as an earlier version/);
    });

    it('says so when versions may not be looked at, are not wanted, or are not kept', async () => {
      const { second } = await tamper();
      lab.world.settings.faults.push({ kind: 'deny', service: 's3', operation: 'ListObjectVersions' });
      const refused = await trailRun(
        ['trail', 'ingest', `s3://${BUCKET}/${second.key.split('CloudTrail/')[0]}CloudTrail/${HOME}/`, '--case', join(root, 'own')],
        {
          cwd: root,
          env: { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: HOME, APLOMB_LOOPBACK_ONLY: '1' },
        },
      );
      expect(refused.stdout).toContain(`Earlier versions in s3://${BUCKET} were NOT looked at: AccessDenied`);
      expect(refused.code).toBe(0);
      expect(await names()).toEqual(['Run2']);
      lab.world.settings.faults.length = 0;
      expect((await load('--current-only')).result().versions).toMatchObject([{ looked: 'unasked', changes: [] }]);
      lab.world.settings.faults.push({ kind: 'deny', service: 's3', operation: 'GetBucketVersioning' });
      expect((await load()).result().versions).toMatchObject([{ looked: 'all' }]);
      expect(await names()).toEqual(['Run0', 'Run1', 'Run2']);
      await call('s3', 'CreateBucket', { Bucket: 'plain', CreateBucketConfiguration: { LocationConstraint: HOME } });
      lab.world.settings.faults.length = 0;
      expect((await trail('ingest', 's3://plain')).result()).toMatchObject({ exit: 0, versions: [{ looked: 'off', changes: [] }] });
    });
  });

  it('a key that no file system would take has its place, an empty object and odd keys are read', async () => {
    const keys = ['odd/../../etc/passwd.json', 'odd/a b+ñ%2F.json', 'odd/empty.json', `odd/${'x'.repeat(300)}.json`, 'odd/clash', 'odd/clash/below.json'];
    for (const Key of keys) await call('s3', 'PutObject', { Bucket: BUCKET, Key, Body: Key.includes('empty') ? '' : Buffer.from(Key).toString('base64') });
    const { source, prefix } = await openObjectSource({ aws: () => aws, case: file }, `s3://${BUCKET}/odd/`);
    const fetched = [];
    for await (const one of fetchObjects(source, await listTrail(source, prefix), { dir: join(root, 'odd'), problem: (trouble) => expect.fail(trouble.why) }))
      fetched.push(one);
    expect(fetched.map((one) => one.file).sort()).toEqual(keys.map((one) => `s3://${BUCKET}/${one}`).sort());
    for (const { path, file: name } of fetched) {
      expect(path.startsWith(join(root, 'odd'))).toBe(true);
      expect(readFileSync(path, 'utf8')).toBe(name.includes('empty') ? '' : name.slice(`s3://${BUCKET}/`.length));
    }
  });

  it('says so when there is no such bucket or it is no address', async () => {
    await expect(openObjectSource({ aws: () => aws }, 's3://nowhere-at-all/x')).rejects.toMatchObject({ code: 'UnknownBucket' });
    await expect(openObjectSource({ aws: () => aws }, 's3:///x')).rejects.toMatchObject({ code: 'InvalidBucket' });
    await expect(openObjectSource({}, join(root, 'none'))).rejects.toMatchObject({ code: 'NotFound' });
    expect((await openObjectSource({}, root)).prefix).toBe('');
  });
});

describe('the event history', () => {
  beforeEach(() => begin(emptyWorld()));
  const seen = (pages: string[]): string[] =>
    pages.map((one) => JSON.parse(one) as { eventName: string; awsRegion: string }).map((one) => `${one.awsRegion} ${one.eventName}`);

  it('is read in every enabled region, pages kept, each second of which all was given told', async () => {
    for (let n = 0; n < 7; n++) {
      for (const region of ['eu-west-1', 'ap-south-1']) happens(`Run${n}`, region);
      pass(1);
    }
    pass(60);
    lab.world.settings.pageSize = 3;
    const events: string[] = [];
    const covered = new Map<string, Stretch[]>();
    const read = async (most: number): Promise<void> => {
      const from = events.length;
      for await (const page of lookUp(aws, { covered: (region) => covered.get(region) ?? [] })) {
        if ('failed' in page) expect.fail(page.failed.message);
        events.push(...page.events);
        expect(page.body).not.toBeNull();
        if (page.covers) covered.set(page.region, [...(covered.get(page.region) ?? []), page.covers]);
        if (events.length - from >= most) return;
      }
    };
    await read(6);
    await read(Number.POSITIVE_INFINITY);
    const wanted = ['ap-south-1', 'eu-west-1'].flatMap((region) => Array.from({ length: 7 }, (_, n) => `${region} Run${n}`));
    expect([...new Set(seen(events))].filter((one) => / Run/.test(one)).sort()).toEqual(wanted);
    // Of the second in which it broke off in a region everything comes again.
    expect(seen(events).filter((one) => / Run/.test(one)).length).toBeLessThanOrEqual(wanted.length + 2);
    const [one, ...more] = joined(covered.get('ap-south-1')!);
    expect(more).toEqual([]);
    expect(worldNow(lab.world) - one!.until).toBeLessThan(32 * MINUTE);
    expect(worldNow(lab.world) - one!.from).toBeGreaterThan(89 * 24 * 60 * MINUTE);
    await aws.flush('test');
    expect((await verifyCase(file.dir)).problems).toEqual([]);
  });
  it('goes on where it was broken off: nothing is lost, nothing asked twice, what is new since is asked for', async () => {
    for (let n = 0; n < 20; n++) {
      happens(`Run${n}`, HOME);
      pass(1);
    }
    pass(60);
    lab.world.settings.pageSize = 2;
    /** As the command does it, but for the two requests a second. */
    const look = async (attribute?: string, stopAt?: number) => {
      await tellTime('us-east-1');
      const before = file.entries.length;
      const stop = new AbortController();
      let pages = 0;
      const io = { err: () => undefined, say: ({ en }: Text) => en, transient: () => void (++pages === stopAt && stop.abort(new Error('Ctrl-C'))) };
      const session = { aws, case: file, signal: stop.signal };
      const listed = lookupSources(io as never, session as never, { regions: [HOME], ...(attribute === undefined ? {} : { attribute }) });
      const read = stopAt === undefined ? await ingest(trailDir(file.dir), (await listed).sources) : await expect(listed).rejects.toThrow('Ctrl-C');
      const logs = await Promise.all(
        file.entries
          .slice(before)
          .filter(ofKind('reads'))
          .map(({ body }) => file.load(body.log.sha256)),
      );
      return { asked: logs.join('').match(/"operation":"LookupEvents"/g)!.length, read: read as Ingested };
    };
    const broken = await look(undefined, 4);
    expect(broken.asked).toBeLessThanOrEqual(5);
    const rest = await look();
    expect(rest.read).toMatchObject({ problems: [], known: 0 });
    // Two a page; of the second in which it broke off all comes again, and the page that was on its way.
    expect(broken.asked + rest.asked).toBeLessThanOrEqual(Math.ceil(rest.read.unique / 2) + 3);
    expect(rest.read.duplicates).toBeLessThanOrEqual(2);
    const names = async (): Promise<string[]> =>
      (await trailRun(['trail', 'sql', "SELECT eventName FROM events WHERE eventName LIKE 'Run%' ORDER BY time", '--case', file.dir, '--json'], { cwd: root }))
        .result()
        .rows.map((row: any) => row.eventName);
    expect(await names()).toEqual(Array.from({ length: 20 }, (_, n) => `Run${n}`));

    happens('RunLate', HOME);
    pass(2);
    // Only the last half hour, of which more may have come; our own questions are in it.
    lab.world.settings.pageSize = 0;
    expect((await look()).asked).toBe(1);
    expect(await names()).toContain('RunLate');
    // All was looked up without an attribute: that is an answer to each; one attribute's is none to another's.
    expect((await look('EventName=RunLate')).asked).toBe(1);
    expect(openLookups(join(trailDir(file.dir), 'lookup'), { account: MEMBER }).covered(HOME)).toEqual([]);
    expect((await verifyCase(file.dir)).problems).toEqual([]);
  });
  it('takes a window and one attribute; a region that fails is told, and covers nothing', async () => {
    happens('Early', 'eu-west-1');
    pass(60);
    const since = worldNow(lab.world);
    happens('Late', 'eu-west-1');
    happens('Other', 'eu-west-1', ACCOUNT, 'iam');
    pass(1);
    lab.world.settings.faults.push({ kind: 'deny', service: 'cloudtrail', region: 'us-east-1', times: 1 });
    const ask = async (more: object) => {
      const pages = [];
      for await (const page of lookUp(aws, { since, ...more })) pages.push(page);
      return pages;
    };
    const pages = await ask({ attribute: 'eventname=Late' });
    expect(seen(pages.flatMap((page) => ('failed' in page ? [] : page.events)))).toEqual(['eu-west-1 Late']);
    const failures = pages.filter((page) => 'failed' in page);
    expect(failures).toMatchObject([{ region: 'us-east-1', failed: { code: 'AccessDenied' } }]);
    expect(() => lookUp(aws, { attribute: 'Colour=red' })).toThrow(/nothing that CloudTrail looks events up by/);
    await expect(ask({ since: 0, until: since - 100 * 86_400_000 })).rejects.toMatchObject({ code: 'OutOfReach' });
    const notes: string[] = [];
    lookUp(aws, { note: ({ en }) => notes.push(en) });
    expect(notes[0]).toContain('90 days');
  });
  it('begins again at the oldest event when a token is not accepted any more', async () => {
    for (let n = 0; n < 6; n++) {
      happens(`Run${n}`, HOME);
      pass(1);
    }
    lab.world.settings.pageSize = 2;
    const events: string[] = [];
    const refused = { kind: 'error', service: 'cloudtrail', operation: 'LookupEvents', code: 'InvalidNextTokenException', status: 400 } as const;
    lab.world.settings.faults.push({ ...refused, message: 'Invalid token.', times: 1, after: 2 });
    for await (const page of lookUp(aws, { regions: [HOME] })) if (!('failed' in page)) events.push(...page.events);
    expect(lab.world.settings.faults).toEqual([]);
    expect([...new Set(seen(events))].filter((one) => / Run/.test(one))).toEqual([5, 4, 3, 2, 1, 0].map((n) => `${HOME} Run${n}`));
  });
});

async function* asList<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
