import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabProcess } from '../../src/cli/lab-process.ts';
import { readCase, verifyCase } from '../../src/evidence/index.ts';
import { ofKind } from '../../src/kernel/index.ts';
import { hasTerminal, notTested, place, type Ran, responderOf, startLab } from './stand.ts';
import { difference, worldOf } from './world.ts';

/** The ten steps one by one, as a person would type them, against a lab that lets itself be looked at. */
const at = place('verbs');
const dir = at.path('case');
let lab: LabProcess;
let env: Record<string, string>;
let web: string;
let key: string;

beforeAll(async () => {
  lab = await startLab();
  env = { ...responderOf(lab), APLOMB_CASE: dir };
  web = lab.briefing.webServer.publicIp;
  key = lab.briefing.alarm.accessKeyId;
});
afterAll(async () => {
  await lab.close();
  at.clean();
});

const aplomb = (...args: string[]): Promise<Ran> => at.run([...args, '--json'], { env });
/** Runs it and demands this exit code; answers with its result line. */
async function does(exit: number, ...args: string[]): Promise<any> {
  const ran = await aplomb(...args);
  expect(ran.code, `${args.join(' ')}\n${ran.stderr}\n${ran.stdout.slice(-1500)}`).toBe(exit);
  return ran.result();
}
const world = (): Promise<Record<string, unknown>> => worldOf(lab);
const effects = async (): Promise<string[]> =>
  (await lab.control('GET', 'effects')).filter((one: any) => one.accessKeyId === lab.briefing.responder.accessKeyId).map((one: any) => one.operation);
const states = (result: any): string[] => [...new Set<string>(result.changes.map((change: any) => change.state))];
const verdictsOf = (result: any): Record<string, string> => Object.fromEntries(result.verdicts.map((row: any) => [row.action, row.verdict]));

describe('the case', () => {
  it('is opened from what a person has in hand', async () => {
    const result = await does(
      0,
      'open',
      '--title',
      'key on GitHub',
      '--from',
      key,
      '--since',
      lab.briefing.alarm.since,
      '--responder',
      'ana',
      '--reference',
      'IR-2026-1',
    );
    expect(result).toMatchObject({
      ok: true,
      case: dir,
      id: 'IR-2026-1',
      fingerprint: expect.stringMatching(/^SHA256:/),
      next: [expect.stringContaining('respond leaked-key')],
    });
  });
  it('takes notes and tells its status without AWS', async () => {
    const offline = { APLOMB_CASE: dir };
    const note = await at.run(['note', 'the CTO', 'agrees', '--json'], { env: offline });
    expect(note.result()).toMatchObject({ ok: true, entry: 2 });
    const status = await at.run(['status', '--json'], { env: offline });
    expect(status.code).toBe(0);
    expect(status.result()).toMatchObject({ id: 'IR-2026-1', title: 'key on GitHub', steps: [], next: [expect.stringContaining('leaked-key')] });
    expect(
      readCase(dir)
        .entries.filter(ofKind('note'))
        .map((entry) => entry.body.text),
    ).toEqual(['the CTO agrees']);
  });
});

describe('before anything is done', () => {
  it.each([
    ['contain-key', []],
    ['isolate', ['--from-ip', '198.51.100.7']],
    ['stop', []],
  ])('%s --dry-run and --print-cli show the plan and change nothing', async (verb, options) => {
    const what = verb === 'contain-key' ? [] : [web];
    const before = await world();
    const [dry, printed] = await Promise.all([does(0, verb, ...what, ...options, '--dry-run'), does(0, verb, ...what, ...options, '--print-cli')]);
    expect(dry.plan).toMatch(/^[0-9a-f]{64}$/);
    expect(dry.changes.length).toBeGreaterThan(0);
    for (const change of dry.changes)
      expect(change).toMatchObject({
        id: expect.any(String),
        call: expect.stringMatching(/^\w+:\w+$/),
        state: expect.stringMatching(/^(permitted|undetermined|no-dry-run)$/),
      });
    expect(JSON.stringify(printed)).toContain('aws ');
    expect(difference(before, await world())).toEqual([]);
    expect(await effects()).toEqual([]);
  });
});

describe('step by step', () => {
  it('1: contain-key switches the key off and denies its user, and IAM says so', async () => {
    const result = await does(0, 'contain-key', '--yes');
    expect(result).toMatchObject({ target: { accessKeyId: key }, plan: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(states(result)).toContain('done');
    expect(verdictsOf(result)).toEqual({ 'identify-key': 'holds', 'deactivate-key': 'holds', 'deny-user': 'holds', 'iam-state': 'holds' });
    expect(result.notYet.length).toBeGreaterThan(0);
    const { accounts } = await lab.control('GET', 'save');
    const row = Object.values<any>(accounts[lab.briefing.account].tables)
      .flatMap((table) => Object.values<any>(table))
      .find((one) => one.id === key);
    expect(row).toMatchObject({ status: 'Inactive' });
  });

  it('1 again: there is nothing left to do', async () => {
    const sent = (await effects()).length;
    const result = await does(0, 'contain-key', '--yes');
    expect(result).toMatchObject({ plan: null, changes: [] });
    expect((await effects()).length).toBe(sent);
  });

  it('1, for ever: deleting the key asks for a typed word, which --yes does not replace', async () => {
    expect((await does(5, 'contain-key', '--delete', '--yes', '--reason', 'a rehearsal')).error).toMatchObject({
      code: 'NoTerminal',
      message: expect.stringContaining('typed'),
    });
    expect(await effects()).not.toContain('DeleteAccessKey');
  });

  it('2: hunt looks into every region and says of each how it went', async () => {
    const result = await does(0, 'hunt');
    expect(result.regions.length).toBeGreaterThan(15);
    for (const region of result.regions) expect(region.status).toMatch(/^(inspected|not-enabled)$/);
    expect(new Set(result.found.map((one: any) => one.type)).size).toBeGreaterThan(3);
    for (const one of result.found)
      expect(one).toMatchObject({
        type: expect.any(String),
        arn: expect.any(String),
        region: expect.any(String),
        account: lab.briefing.account,
        alive: expect.any(Boolean),
      });
    expect(result.tree.length).toBeGreaterThan(1);
  });

  it('3: support opens one case, and only one', async () => {
    expect(verdictsOf(await does(0, 'support', '--yes'))).toEqual({ 'support-case': 'holds' });
    await does(0, 'support', '--yes');
    expect((await effects()).filter((operation) => operation === 'CreateCase')).toHaveLength(1);
  });

  it('6: collect keeps raw answers under their hashes, and gives a verdict for each collector', async () => {
    const result = await does(0, 'collect', web);
    expect(result.target).toMatchObject({ instanceId: expect.stringMatching(/^i-/), region: lab.briefing.webServer.region });
    expect(new Set(Object.values(verdictsOf(result)))).toEqual(new Set(['holds']));
    expect(
      readCase(dir)
        .entries.filter(ofKind('evidence'))
        .flatMap((entry) => entry.body.items).length,
    ).toBeGreaterThan(20);
  });

  it('7: snapshot makes one set, waits for it, and does not make a second', async () => {
    expect(verdictsOf(await does(0, 'snapshot', '--yes'))).toEqual({ snapshot: 'holds', 'await-snapshots': 'holds' });
    await does(0, 'snapshot', '--yes');
    expect((await effects()).filter((operation) => operation === 'CreateSnapshots')).toHaveLength(1);
  });
});

describe('plans as files', () => {
  const file = at.path('isolate.plan.json');
  it('plan writes it and changes nothing; apply carries it out and checks', async () => {
    const before = await world();
    const plan = await does(0, 'plan', 'isolate', web, '--from-ip', '198.51.100.7', '--out', file);
    expect(plan.changes.every((change: any) => change.state === 'planned')).toBe(true);
    expect(difference(before, await world())).toEqual([]);
    // A new group ends no connection that exists: whoever applies a plan is told so as well, exit 4.
    const applied = await does(4, 'apply', file, '--yes');
    expect(applied.plan).toBe(plan.plan);
    expect(verdictsOf(applied)).toEqual({ isolate: 'holds', 'verify-isolation': 'fails' });
    expect(applied.verdicts[1].checks.filter((check: any) => check.verdict !== 'holds')).toMatchObject([
      { name: 'existing-connections', why: expect.stringContaining('NOT CONTAINED') },
    ]);
    expect(difference(before, await world())).not.toEqual([]);
  });

  it('a plan that was carried out is stale: exit 6, nothing changed', async () => {
    const before = await world();
    expect((await does(6, 'apply', file, '--yes')).error).toMatchObject({ code: 'StalePlan', fix: expect.stringContaining('plan isolate') });
    expect(difference(before, await world())).toEqual([]);
  });

  it('a plan made before somebody else changed the account is stale: exit 6, nothing changed', async () => {
    const tags = at.path('tag.plan.json');
    await does(0, 'plan', 'tag', '--out', tags);
    await does(0, 'tag', '--yes');
    const before = await world();
    expect((await does(6, 'apply', tags, '--yes')).error.code).toBe('StalePlan');
    expect(difference(before, await world())).toEqual([]);
    await does(0, 'undo', 'tag', '--yes');
  });

  it('an edited plan, something else, another case’s plan: exit 2 each', async () => {
    const whole = JSON.parse(readFileSync(file, 'utf8'));
    const edited = at.path('edited.json');
    const change = whole.plan.steps.find((step: any) => step.call);
    change.call.input = { ...change.call.input, Extra: 'x' };
    writeFileSync(edited, JSON.stringify(whole));
    expect((await does(2, 'apply', edited, '--yes')).error).toMatchObject({ code: 'BadPlan', message: expect.stringContaining('edited') });
    writeFileSync(edited, '{"plan": 1}');
    expect((await does(2, 'apply', edited, '--yes')).error.code).toBe('BadPlan');
    expect((await does(2, 'apply', at.path('absent.json'), '--yes')).error).toMatchObject({
      code: 'BadPlan',
      message: expect.stringContaining('no such file'),
    });
    const { code, result } = await at.run(['open', '--case', at.path('other'), '--title', 'other', '--json']);
    expect([code, result().ok]).toEqual([0, true]);
    expect((await does(2, 'apply', file, '--yes', '--case', at.path('other'))).error.code).toBe('OtherCase');
  });

  it('a plan is never written over a file', async () => {
    expect((await does(2, 'plan', 'tag', '--out', file)).error.code).toBe('FileExists');
    expect(JSON.parse(readFileSync(file, 'utf8')).plan.action).toBe('isolate');
  });
});

describe('undo', () => {
  it('brings EC2 back to what it was: isolation, tags that replaced others, volume and attachment', async () => {
    await does(0, 'undo', 'isolate', '--yes');
    const saved = await lab.control('GET', 'save');
    const { tables } = saved.accounts[lab.briefing.account].regions[lab.briefing.webServer.region];
    const [server] = Object.values<any>(tables.instances).filter((one) => tables.tags[one.id].some((tag: any) => tag.Value === lab.briefing.webServer.name));
    tables.tags[server.id].push({ Key: 'Environment', Value: 'production' });
    await lab.control('POST', 'load', saved);
    const before = await world();
    // Nothing was done about the connections that exist: not contained, exit 4.
    expect(states(await does(4, 'isolate', web, '--from-ip', '198.51.100.7', '--yes'))).toEqual(['done']);
    await does(0, 'tag', '--classic-tag', '--yes');
    await does(0, 'volume', '--workstation', lab.briefing.workstation.name, '--yes');
    const examined = await does(0, 'examine', '--workstation', lab.briefing.workstation.name, '--yes');
    expect(verdictsOf(examined)).toMatchObject({ attach: 'holds', 'read-snapshot': 'holds' });
    expect(difference(before, await world())).not.toEqual([]);
    // The server has a tag of that name: taking it back is the old value.
    const tagged = readCase(dir)
      .entries.filter(ofKind('plan'))
      .findLast((entry) => entry.body.action === 'tag')!.body.plan;
    expect(tagged.steps.flatMap((step) => ('undo' in step && 'calls' in step.undo ? step.undo.calls : []))).toContainEqual(
      expect.objectContaining({ operation: 'CreateTags', input: expect.objectContaining({ Tags: [{ Key: 'Environment', Value: 'production' }] }) }),
    );
    const undone = await does(0, 'undo', 'attach', 'volume', 'tag', 'isolate', 'protect', '--yes');
    expect(states(undone)).toEqual(['done']);
    expect(difference(before, await world())).toEqual([]);
    expect((await does(2, 'undo', 'isolate', '--yes')).error.code).toBe('NothingToUndo');
  });

  it('leaves evidence, and what is dangerous, unless it is named; --yes is not enough', async () => {
    const result = await does(0, 'undo', 'deactivate-key', 'snapshot', '--yes');
    expect(result.changes).toContainEqual({
      id: `deactivate.${key}`,
      state: 'skipped',
      call: 'iam:UpdateAccessKey',
      why: expect.stringContaining('life back'),
    });
    expect(states(result)).toEqual(['skipped']);
    const refused = await does(5, 'undo', 'deactivate-key', '--also', `deactivate.${key}`, '--yes');
    expect(refused.error.code).toBe('NoTerminal');
    expect(await effects()).not.toContain('DeleteSnapshot');
  });

  it('brings IAM back as well when the word is typed', async (context) => {
    if (!hasTerminal) {
      notTested('there is no util-linux `script` here, so words typed at a terminal were not tried.');
      return context.skip();
    }
    const ids = [
      ...new Set(
        readCase(dir)
          .entries.filter(ofKind('intent'))
          .map((entry) => entry.body.step),
      ),
    ].filter((id) => id.startsWith('deactivate.'));
    const also = ids.flatMap((id) => ['--also', id]);
    const wrong = await at.run(['undo', 'deactivate-key', ...also, '--yes'], { env, answers: [['Type "undo"', 'no']] });
    expect(wrong.code).toBe(5);
    const right = await at.run(['undo', 'deactivate-key', ...also, '--yes'], { env, answers: ids.map(() => ['Type "undo"', 'undo'] as const) });
    expect(right.code, right.stdout).toBe(0);
    await does(0, 'undo', 'deny-user', '--yes');
    const { accounts } = await lab.control('GET', 'save');
    const row = Object.values<any>(accounts[lab.briefing.account].tables)
      .flatMap((table) => Object.values<any>(table))
      .find((one) => one.id === key);
    expect(row).toMatchObject({ status: 'Active' });
  });
});

describe('the end of it', () => {
  it('8: stop stops it, and then nothing is connected any more', async () => {
    expect(verdictsOf(await does(0, 'stop', '--yes'))).toEqual({ stop: 'holds' });
    expect(verdictsOf(await does(0, 'isolate', '--from-ip', '198.51.100.7', '--yes')).isolate).toBe('holds');
  });
  it('memory says that it comes later, exit 2, and where to read how', async () => {
    const { error } = await does(2, 'memory', web);
    expect(error.code).toBe('NotInThisVersion');
  });
  it('report and verify close it', async () => {
    const out = at.path('a folder with spaces');
    mkdirSync(out);
    expect((await does(0, 'report', '--out', `${out}/report.html`)).report).toBe(`${out}/report.html`);
    expect(readFileSync(`${out}/report.html`, 'utf8')).toContain('IR-2026-1');
    await does(0, 'verify', dir);
    expect((await verifyCase(dir)).problems).toEqual([]);
  });
});
