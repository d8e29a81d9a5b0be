import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenLaws } from '../../src/engine/index.ts';
import { readCase, verifyCase } from '../../src/evidence/index.ts';
import { actions, collectors, hunters } from '../../src/generated/procedure.ts';
import { isChange, ofKind } from '../../src/kernel/index.ts';
import { iamActionOf } from '../iam-actions.ts';
import { canRun, notTested, place, type Ran } from './stand.ts';

/**
 * One drill, rehearsed in an environment that points everywhere else: a profile, endpoints, proxies, metadata and
 * credential sources that all lead to a listener which must never hear of it, and every connection recorded by the kernel.
 */
const at = place('drill');
const SECRET = 'kept/from/everybody';
const dir = at.path('case');
const trace = at.path('connects');
const loaded = at.path('loaded');
const traced = canRun('strace', ['-f', '-e', 'trace=connect', '-o', '/dev/null', 'true']);
let trap: Server;
let heard = 0;
let ran: Ran;
let trapPort: number;

function hostile(port: number): Record<string, string> {
  const url = `http://127.0.0.1:${port}`;
  const ran = at.path('credential-process-ran');
  mkdirSync(`${at.home}/.aws`);
  const profile = `endpoint_url = ${url}\nregion = us-east-2\ncredential_process = touch ${ran}\nservices = traps\n`;
  writeFileSync(`${at.home}/.aws/config`, `[default]\n${profile}[profile prod]\n${profile}[services traps]\nec2 =\n  endpoint_url = ${url}\n`);
  writeFileSync(`${at.home}/.aws/credentials`, `[prod]\naws_access_key_id = AKIAPRODPRODPRODPROD\naws_secret_access_key = ${SECRET}\n`);
  // Runs in whatever Node process inherits it, and says so.
  writeFileSync(at.path('preload.mjs'), `import { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(loaded)}, process.argv[1] + '\\n');\n`);
  return {
    AWS_PROFILE: 'prod',
    AWS_DEFAULT_PROFILE: 'prod',
    AWS_CONFIG_FILE: `${at.home}/.aws/config`,
    AWS_SHARED_CREDENTIALS_FILE: `${at.home}/.aws/credentials`,
    AWS_ENDPOINT_URL: url,
    ...Object.fromEntries(['EC2', 'IAM', 'STS', 'CLOUDTRAIL', 'SUPPORT', 'EBS', 'ACCOUNT'].map((service) => [`AWS_ENDPOINT_URL_${service}`, url])),
    AWS_ACCESS_KEY_ID: 'AKIAPRODPRODPRODPROD',
    AWS_SECRET_ACCESS_KEY: SECRET,
    AWS_SESSION_TOKEN: SECRET,
    AWS_REGION: 'us-east-2',
    AWS_DEFAULT_REGION: 'us-east-2',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
    AWS_EC2_METADATA_DISABLED: 'false',
    AWS_ROLE_ARN: 'arn:aws:iam::999999999999:role/prod',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/dev/null',
    AWS_CA_BUNDLE: '/nonexistent',
    ...Object.fromEntries(['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].map((name) => [name, url])),
    NO_PROXY: '',
    NODE_USE_ENV_PROXY: '1',
    NODE_OPTIONS: `--import ${at.path('preload.mjs')}`,
    APLOMB_CASE: at.path('another-case'),
    APLOMB_EXPECT_ACCOUNT: '999999999999',
  };
}

const named = new Map<string, { permissions: readonly string[] }>();
const hunted: string[] = [];

beforeAll(async () => {
  for (const [id, load] of Object.entries({ ...actions, ...collectors })) named.set(id, await load());
  for (const load of Object.values(hunters)) hunted.push(...(await load()).permissions);
  trap = createServer((socket) => {
    heard += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  trapPort = (trap.address() as { port: number }).port;
  const through = traced ? ['strace', '-f', '-qq', '--seccomp-bpf', '-e', 'trace=connect', '-o', trace] : [];
  ran = await at.run(['drill', '--seed', 'e2e-7', '--case', dir, '--json'], { env: hostile(trapPort), through });
}, 180_000);
afterAll(() => {
  trap.close();
  at.clean();
});

describe('the drill', () => {
  it('ends well and says so in one result line, the last, with every field scripts rely on', () => {
    expect(ran.stderr).toBe('');
    expect(ran.code).toBe(0);
    const result = ran.result();
    expect(result).toMatchObject({ kind: 'result', ok: true, exit: 0, case: dir, report: `${dir}/derived/report.html`, seconds: expect.any(Number) });
    expect(result.score).toMatchObject({ found: expect.any(Number), missed: [], falseAlarms: [], contained: true, secondsToContain: expect.any(Number) });
    expect(result.score).toMatchObject({ changedFound: expect.any(Number), changedMissed: [], open: [], rounds: expect.any(Number) });
    expect(result.score.recreated).toEqual({ made: 0, caught: 0, missed: [] });
    expect(result.score.found).toBeGreaterThanOrEqual(30);
    expect(result.score.secondsToContain).toBeGreaterThan(0);
    for (const line of ran.lines().slice(0, -1))
      expect(line).toMatchObject({ kind: 'event', code: expect.any(String), level: expect.any(String), data: expect.any(Object) });
  });

  it('has a row for each of the ten steps, each with a verdict made of named checks', () => {
    const { steps } = ran.result();
    expect([...new Set(steps.map((row: any) => row.step))].sort((a: any, b: any) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const row of steps) {
      expect(row).toMatchObject({ id: expect.any(String), verdict: 'holds', why: expect.any(String) });
      expect(row.checks.length, row.id).toBeGreaterThan(0);
      for (const check of row.checks)
        expect(check).toMatchObject({ name: expect.any(String), verdict: expect.stringMatching(/^(holds|fails|unknown)$/), why: expect.any(String) });
    }
  });

  it('asks AWS for nothing, and nobody else: no connection but to the lab on this machine', () => {
    expect(heard).toBe(0);
    expect(existsSync(at.path('credential-process-ran'))).toBe(false);
    expect(existsSync(at.path('another-case'))).toBe(false);
    // Only the drill's own process, which was started with it, ever saw the preload; responder and lab did not.
    expect(readFileSync(loaded, 'utf8').trim().split('\n')).toHaveLength(1);
    if (!traced) return notTested('strace cannot trace here, so the connections of the drill were not recorded; only that the traps heard nothing.');
    const connects = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => line.includes('connect('));
    const inet = connects.filter((line) => /sa_family=AF_INET6?\b/.test(line));
    expect(inet.length).toBeGreaterThan(3);
    expect(inet.filter((line) => !line.includes('inet_addr("127.0.0.1")'))).toEqual([]);
    // One port: the lab's.
    expect(new Set(inet.map((line) => /htons\((\d+)\)/.exec(line)![1])).size).toBe(1);
    expect(inet.join('\n')).not.toContain(`htons(${trapPort})`);
    expect(connects.filter((line) => !/AF_(INET6?|UNIX|UNSPEC)/.test(line))).toEqual([]);
  });

  it('leaves a case whose every byte verifies, with and without this program’s help', async () => {
    const verified = await at.run(['verify', dir, '--json']);
    expect(verified.code).toBe(0);
    expect(verified.result()).toMatchObject({ ok: true, problems: [], entries: expect.any(Number), evidence: expect.any(Number), bytes: expect.any(Number) });
    expect((await verifyCase(dir)).problems).toEqual([]);
    const fingerprint = ran.lines().find((line) => line.code === 'case').data.fingerprint;
    expect((await at.run(['verify', dir, '--key', fingerprint, '--json'])).result()).toMatchObject({ authenticated: true });
    const other = await at.run(['verify', dir, '--key', `SHA256:${'A'.repeat(43)}`, '--json']);
    expect(other.code).toBe(7);
  });

  it('plans lawfully: every plan on the ledger keeps every law and says how each change is taken back', () => {
    const plans = readCase(dir).entries.filter(ofKind('plan'));
    expect(plans.length).toBeGreaterThan(5);
    for (const { body } of plans) {
      expect(brokenLaws(body.plan), body.action).toEqual([]);
      for (const step of body.plan.steps) {
        expect(step.why.en && step.why.es, step.id).toBeTruthy();
        if (!isChange(step) || !('calls' in step.undo)) continue;
        // Undo looks first: it must be able to tell "still as we left it" from "as it was before".
        expect(step.undo.done ?? step.probe.ready, `${body.action}/${step.id}`).toBeDefined();
      }
    }
  });

  it('sends nothing that its actions and collectors do not name as a permission', () => {
    const permissions = new Map<string, readonly string[]>([...named].map(([id, one]) => [id, one.permissions]));
    // The hunt looks through the hunters' eyes.
    permissions.set('hunt', [...permissions.get('hunt')!, ...hunted]);
    const asked = readCase(dir)
      .entries.filter(ofKind('reads'))
      .flatMap(({ body }) =>
        readFileSync(`${dir}/evidence/${body.log.sha256.slice(0, 2)}/${body.log.sha256}`, 'utf8')
          .split('\n')
          .filter(Boolean),
      )
      .map((line) => JSON.parse(line))
      .map(({ phase, service, operation }) => ({ of: String(phase).replace(/:check$/, ''), permission: iamActionOf(service, operation) }));
    const sent = readCase(dir)
      .entries.filter(ofKind('intent'))
      .map(({ body }) => ({ of: body.action, permission: iamActionOf(body.call.service, body.call.operation) }));
    const known = [...asked, ...sent].filter((one) => permissions.has(one.of));
    expect(known.length).toBeGreaterThan(300);
    expect([...new Set(known.filter((one) => !permissions.get(one.of)!.includes(one.permission)).map((one) => `${one.of}: ${one.permission}`))]).toEqual([]);
    // And what undoes it: whoever may do a step may take it back.
    const undoes = readCase(dir)
      .entries.filter(ofKind('plan'))
      .flatMap(({ body }) =>
        body.plan.steps
          .filter(isChange)
          .flatMap((step) => ('calls' in step.undo ? step.undo.calls.map((call) => ({ of: body.action, call: 'read' in call ? call.read : call })) : [])),
      );
    expect(undoes.length).toBeGreaterThan(5);
    expect([
      ...new Set(
        undoes
          .filter(({ of, call }) => !permissions.get(of)!.includes(`${call.service}:${call.operation}`))
          .map(({ of, call }) => `${of}: ${call.service}:${call.operation}`),
      ),
    ]).toEqual([]);
  });

  it('writes every intent before its receipt, and no secret anywhere on the ledger', () => {
    const { entries } = readCase(dir);
    const intents = entries.filter(ofKind('intent'));
    for (const receipt of entries.filter(ofKind('receipt')).filter((entry) => entry.body.requestId)) {
      const intent = intents.find((entry) => entry.body.apply === receipt.body.apply && entry.body.step === receipt.body.step);
      expect(intent?.seq ?? Number.POSITIVE_INFINITY, receipt.body.step).toBeLessThan(receipt.seq);
    }
    const ledger = readFileSync(`${dir}/ledger.jsonl`, 'utf8');
    expect(['SecretAccessKey', 'SessionToken', SECRET, 'AKIAPRODPRODPRODPROD'].filter((secret) => ledger.includes(secret))).toEqual([]);
    expect(entries.filter(ofKind('session')).every((entry) => entry.body.customEndpoint)).toBe(true);
  });

  it('leaves a status that knows what was done and what comes next', async () => {
    const status = await at.run(['status', '--case', dir, '--json']);
    expect(status.code).toBe(0);
    expect(status.result()).toMatchObject({ unfinished: [], next: expect.arrayContaining([expect.stringMatching(/^aplomb verify /)]) });
  });

  it('cannot be repeated over a case that exists', async () => {
    const again = await at.run(['drill', '--case', dir, '--json']);
    expect(again.code).toBe(2);
    expect(again.result().error).toMatchObject({ code: 'NotEmpty', fix: expect.any(String) });
  });
});

describe('its report', () => {
  const SCREENSHOT = /<img alt="[^"]*" src="data:image\/jpeg;base64,[A-Za-z0-9+/=]*">/;
  const html = (): string => readFileSync(`${dir}/derived/report.html`, 'utf8');

  it('is one file that opens offline: a strict policy, no script, no request', () => {
    const page = html();
    expect(page.startsWith('<!doctype html>')).toBe(true);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
    expect(policy).toContain('default-src &#39;none&#39;');
    expect(policy).not.toMatch(/unsafe|\*|http/);
    // One picture, inside the file itself: the screenshot of the console.
    expect(page.match(/<img\b/gi)).toHaveLength(1);
    const rest = page.replace(SCREENSHOT, '');
    expect(/<(script|iframe|object|embed|link|base|form|img|video|audio)\b/i.exec(rest)?.[0]).toBeUndefined();
    expect(/\son[a-z]+\s*=/i.exec(rest)?.[0]).toBeUndefined();
    expect(/(?:src|href|action)\s*=/i.exec(rest)?.[0]).toBeUndefined();
    expect(/@import|url\(|javascript:/i.exec(rest)?.[0]).toBeUndefined();
  });

  it('says that this was a custom endpoint, what was found, and every hash of the evidence', () => {
    const page = html();
    const { entries } = readCase(dir);
    const wanted = [
      '127.0.0.1',
      ...entries.filter(ofKind('evidence')).flatMap((entry) => entry.body.items.map((item) => item.sha256)),
      ...ran.result().steps.map((row: any) => row.id),
    ];
    expect(wanted.filter((word) => !page.includes(word))).toEqual([]);
  });

  it('is made again from the ledger, in both languages, and escapes whatever is in it', async () => {
    const nasty = `</title><script>alert(1)</script><img src=x onerror=alert(1)> "'&  \u001b[31mred\u001b[0m`;
    expect((await at.run(['note', nasty, '--case', dir])).code).toBe(0);
    for (const lang of ['en', 'es']) {
      const out = at.path(`report-${lang}.html`);
      expect((await at.run(['report', '--case', dir, '--lang', lang, '--out', out])).code).toBe(0);
      const page = readFileSync(out, 'utf8');
      expect(page.includes(`<html lang="${lang}">`)).toBe(true);
      expect(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;')).toBe(true);
      expect(/<(script|img)\b/i.exec(page.replace(SCREENSHOT, ''))).toBeNull();
      expect(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.exec(page)).toBeNull();
    }
    expect((await verifyCase(dir)).problems).toEqual([]);
  });
});

it('lists what can be rehearsed, in both languages', async () => {
  const listed = (await at.run(['lab', 'scenarios', '--json'])).result();
  expect(listed.scenarios.map((one: any) => one.id)).toEqual(['key-leak', 'role-chain', 'web-shell']);
  for (const one of listed.scenarios) for (const lang of ['en', 'es']) expect(one.title[lang] && one.summary[lang], one.id).toBeTruthy();
  for (const lang of ['en', 'es']) {
    const shown = await at.run(['lab', 'scenarios', '--lang', lang]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain(listed.scenarios[1].title[lang]);
  }
});
