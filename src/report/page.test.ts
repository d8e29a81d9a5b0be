import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCase } from '../evidence/index.ts';
import { type CaseFile, type Check, text } from '../kernel/index.ts';
import { renderReport, writeReport } from './index.ts';
import { sampleHunt } from './testing/sample-hunt.ts';

const HOSTILE = `</style><script>alert(1)</script><b onclick='x'>&"`;
const checked = (name: string, verdict: Check['verdict'], why: string): Check => ({ name, verdict, why: text(why, why), evidence: [] });
let folder: string;
let file: CaseFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aplomb-report-'));
  process.env.APLOMB_CONFIG_DIR = join(folder, 'config');
  file = createCase(join(folder, 'case'), { id: 'IR-7', title: HOSTILE, responder: HOSTILE });
});
afterEach(() => {
  file.close();
  delete process.env.APLOMB_CONFIG_DIR;
  rmSync(folder, { recursive: true, force: true });
});

describe('the report', () => {
  it('escapes everything that was read, allows its own style by hash and nothing else, and links nowhere', () => {
    file.append('facts', { alarm: { accessKeyId: HOSTILE } });
    file.append('note', { text: HOSTILE });
    file.append('session', { command: HOSTILE, callerArn: HOSTILE, account: '1', endpoint: HOSTILE, customEndpoint: true, tool: HOSTILE });
    file.append('waiver', { gate: HOSTILE, reason: HOSTILE });
    file.append('observe', { action: 'hunt', target: {}, observed: sampleHunt(10, HOSTILE) });
    file.append('verdict', { action: HOSTILE, step: 1, verdict: 'fails', checks: [checked(HOSTILE, 'fails', HOSTILE)] });
    for (const lang of ['en', 'es'] as const) {
      const page = renderReport(file.entries, lang);
      const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!;
      const policy = /content="(default-src [^"]*)"/.exec(page)![1]!.replaceAll('&#39;', "'");
      expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
      expect(policy).toContain("default-src 'none'");
      expect(page).not.toMatch(/<script|<b |onclick='|<\/style><(?!\/head>)|\shref=|\ssrc=/);
      expect(page).toContain('&lt;script&gt;alert(1)');
    }
  });

  it('says first what matters: not contained, then failing, then unknown, then all well', () => {
    const banner = () => /<div class="banner (\w+)">([^<]+)</g.exec(renderReport(file.entries, 'en'))!.slice(1, 3);
    expect(banner()).toEqual(['unknown', 'Nothing was done yet']);
    file.append('verdict', { action: 'tag', step: 5, verdict: 'holds', checks: [checked('tagged', 'holds', 'yes')] });
    expect(banner()).toEqual(['holds', 'Everything that was done was checked and holds']);
    file.append('verdict', { action: 'hunt', step: 2, verdict: 'unknown', checks: [checked('regions', 'unknown', 'no')] });
    expect(banner()[0]).toBe('unknown');
    file.append('verdict', { action: 'stop', step: 8, verdict: 'fails', checks: [checked('stopped', 'fails', 'runs')] });
    expect(banner()).toEqual(['fails', 'Something does not hold']);
    file.append('verdict', { action: 'isolate', step: 4, verdict: 'fails', checks: [checked('no-egress', 'fails', 'open')] });
    expect(banner()).toEqual(['fails', 'NOT CONTAINED']);
    // The last reading counts.
    file.append('verdict', { action: 'isolate', step: 4, verdict: 'holds', checks: [checked('no-egress', 'holds', 'closed')], final: true });
    file.append('verdict', { action: 'stop', step: 8, verdict: 'holds', checks: [checked('stopped', 'holds', 'stopped')] });
    expect(banner()[0]).toBe('unknown');
  });

  it('lists acts in order with their outcome and request id, evidence with hash, and what was found by the key first', async () => {
    const stored = await file.store(Buffer.from('console'));
    file.append('intent', { action: 'stop', apply: 'a1', step: 'stop', call: { service: 'ec2', operation: 'StopInstances', region: 'eu-west-1' }, input: {} });
    file.append('receipt', { action: 'stop', apply: 'a1', step: 'stop', result: { state: 'refused', code: 'OperationNotPermitted' }, requestId: 'req-1' });
    file.append('evidence', {
      items: [{ ...stored, name: 'console-output', mediaType: 'text/plain', source: { tool: 't', time: '2026-01-01T00:00:00.000Z' } }],
    });
    const found = (id: string, byKey: boolean) => ({
      type: 'AWS::IAM::User',
      arn: `arn:${id}`,
      id,
      region: 'us-east-1',
      account: '1',
      createdAt: null,
      alive: true,
      byKey,
    });
    file.append('observe', {
      action: 'hunt',
      target: {},
      observed: {
        found: [found('benign', false), found('backdoor', true)],
        regions: [{ region: 'eu-west-1', status: 'denied', found: 0, why: 'AccessDenied' }],
        tree: [],
      },
    });
    const page = renderReport(file.entries, 'en');
    expect(page.indexOf('ec2:StopInstances')).toBeLessThan(page.indexOf('req-1'));
    expect(page).toContain('<span class="pill refused">refused</span>');
    expect(page).toContain(stored.sha256);
    expect(page.indexOf('backdoor')).toBeLessThan(page.indexOf('benign'));
    expect(page).toContain('denied – AccessDenied');
    expect(page).toContain(`${file.entries.length - 1}:${file.entries.at(-1)!.hash}`);
  });

  it('draws who issued what to whom, names what lives with its reasons and costs, and says where nothing could be seen', () => {
    file.append('observe', { action: 'hunt', target: {}, observed: sampleHunt() });
    for (const [lang, words] of [
      ['en', ['The tree of credentials', 'function it gave code', 'a GPU type', 'not enabled', 'still there', 'nightly-invoices']],
      ['es', ['El árbol de credenciales', 'función con su código', 'un tipo con GPU', 'no habilitada', 'existen todavía', 'nightly-invoices']],
    ] as const) {
      const page = renderReport(file.entries, lang);
      for (const word of words) expect(page).toContain(word);
      expect(page).toContain('<svg class="tree"');
      expect(page).toContain('5.6720');
      expect(page).not.toMatch(/ style=/);
    }
  });

  it('is written whole beside the evidence, and leaves no draft', async () => {
    const path = await writeReport(file, { lang: 'es' });
    expect(readFileSync(path, 'utf8')).toBe(renderReport(file.entries, 'es'));
    expect(readdirSync(join(folder, 'case', 'derived')).filter((name) => name.startsWith('report'))).toEqual(['report.html']);
  });
});
