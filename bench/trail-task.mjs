// One task on a trail, measured as a process of its own: its CPU seconds (all threads), wall time and highest memory, as one line of JSON.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const [task, dir, store, more] = process.argv.slice(2);
const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const files = () =>
  readdirSync(dir, { recursive: true })
    .map((file) => join(dir, file))
    .filter((file) => file.endsWith('.gz'))
    .sort();
/** What a store needs open before its task begins is not the task's. */
const open = async () => (await dist('trail/store/open.js')).openStore(store);

const tasks = {
  /** Node's own gunzip of every file: the baseline. */
  gunzip: async () => {
    const all = files();
    return () => {
      for (const file of all) gunzipSync(readFileSync(file));
    };
  },
  ingest: async () => {
    const { ingest } = await dist('trail/ingest/ingest.js');
    rmSync(store, { recursive: true, force: true });
    const sources = files().map((path) => ({ path, file: path.slice(dir.length + 1) }));
    return async () => {
      const { unique, problems } = await ingest(store, sources);
      return { unique, problems: problems.length };
    };
  },
  /** The recipe of the web: one read_json over all files into a table. */
  readJson: async () => {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const at = mkdtempSync(join(tmpdir(), 'aplomb-bench-'));
    const instance = await DuckDBInstance.create(join(at, 'all.duckdb'), { threads: '2' });
    const connection = await instance.connect();
    return async () => {
      await connection.run(
        `CREATE TABLE events AS SELECT unnest(Records, recursive := false) AS record FROM read_json('${dir}/**/*.json.gz', maximum_object_size = 268435456, columns = {Records: 'STRUCT(eventVersion VARCHAR, userIdentity STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, userName VARCHAR, invokedBy VARCHAR, sessionContext JSON), eventTime VARCHAR, eventSource VARCHAR, eventName VARCHAR, awsRegion VARCHAR, sourceIPAddress VARCHAR, userAgent VARCHAR, errorCode VARCHAR, errorMessage VARCHAR, requestParameters JSON, responseElements JSON, additionalEventData JSON, requestID VARCHAR, eventID VARCHAR, readOnly VARCHAR, resources JSON, eventType VARCHAR, managementEvent VARCHAR, recipientAccountId VARCHAR, eventCategory VARCHAR, tlsDetails JSON)[]'})`,
      );
      rmSync(at, { recursive: true, force: true });
    };
  },
  sigma: async () => {
    const { readRulesFrom } = await dist('trail/sigma/index.js');
    const { detectSigma } = await dist('trail/detect/sigma.js');
    const trail = await open();
    return async () => {
      const set = await readRulesFrom(more);
      const { hits, byRule } = await detectSigma(trail, set);
      return { rules: set.rules.length, hits, hitRules: byRule.length };
    };
  },
  own: async () => {
    const { detections } = await dist('generated/trail.js');
    const { detectOwn } = await dist('trail/detect/own.js');
    const trail = await open();
    return async () => {
      const named = await Promise.all(Object.entries(detections).map(async ([id, load]) => ({ id, detection: await load() })));
      return { detections: named.length, hits: (await detectOwn(trail, named)).length };
    };
  },
  sessions: async () => {
    const { closure, sessionsOf } = await dist('trail/sessions/index.js');
    const trail = await open();
    return async () => ({ edges: (await sessionsOf(trail)).edges.length, keys: (await closure(trail, { key: more })).keys.length });
  },
  identities: async () => {
    const { identitiesOf } = await dist('trail/identities/index.js');
    const trail = await open();
    return async () => ({ first: (await identitiesOf(trail))[0]?.arn });
  },
  timeline: async () => {
    const { lineOf, select, timelineOf } = await dist('trail/timeline/index.js');
    const trail = await open();
    await trail.query('SELECT count(*) FROM events');
    return async () => {
      let lines = 0;
      for await (const entry of timelineOf(trail, select({ key: more }))) lines += lineOf(entry, 'en').length > 0 ? 1 : 0;
      return { lines };
    };
  },
};

const run = await tasks[task]();
const before = process.cpuUsage();
const begun = performance.now();
const said = (await run()) ?? {};
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpu: (user + system) / 1e6, wall: (performance.now() - begun) / 1000, rss: process.resourceUsage().maxRSS / 1024, ...said }));
process.exit(0);
