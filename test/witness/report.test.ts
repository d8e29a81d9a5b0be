import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCase } from '../../src/evidence/index.ts';
import { TOOL, text } from '../../src/kernel/index.ts';
import { renderReport } from '../../src/report/index.ts';

const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>"'><svg/onload=document.title='owned'>`;

function chromium(): boolean {
  try {
    execFileSync('chromium', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    if (process.env.APLOMB_WITNESS_REQUIRED === '1') throw new Error('Chromium is required here and not installed.');
    console.warn('NOT TESTED: Chromium is not installed, so no browser has opened the report.');
    return false;
  }
}

it('opens offline in a browser, runs nothing, and shows hostile text as text', { timeout: 120_000 }, () => {
  if (!chromium()) return;
  const folder = mkdtempSync(join(tmpdir(), 'aplomb-report-'));
  process.env.APLOMB_CONFIG_DIR = join(folder, 'config');
  try {
    const file = createCase(join(folder, 'case'), { id: 'R1', title: HOSTILE, responder: HOSTILE, tool: TOOL });
    file.append('facts', { alarm: { accessKeyId: HOSTILE } });
    file.append('note', { text: HOSTILE });
    file.append('verdict', {
      action: 'deny-user',
      step: 1,
      verdict: 'fails',
      checks: [{ name: 'deny-attached', verdict: 'fails', why: text(HOSTILE, HOSTILE), evidence: [] }],
    });
    const page = join(folder, 'report.html');
    writeFileSync(page, renderReport(file.entries, 'en'));
    file.close();
    const dom = execFileSync(
      'chromium',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--user-data-dir=${join(folder, 'profile')}`,
        '--virtual-time-budget=2000',
        '--dump-dom',
        `file://${page}`,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    expect(dom).toContain('NOT CONTAINED');
    expect(dom).not.toContain('<title>owned');
    expect(dom).not.toMatch(/<script|<img|<svg/i);
    // Shown, in the heading, as the text it is.
    expect(dom).toContain('&lt;img src=x onerror=');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
