import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabProcess } from '../../src/cli/lab-process.ts';
import { readCase, verifyCase } from '../../src/evidence/index.ts';
import { ofKind } from '../../src/kernel/index.ts';
import { CALM, hasTerminal, notTested, place, type Ran, responderOf, startLab } from './stand.ts';
import { difference, worldOf } from './world.ts';

/**
 * Steps 4 to 9 as a person types them, about a server with three interfaces behind a load balancer, in a scaling group, with an
 * attacker whose connections outlive their rules. After each the lab is asked what is so.
 */
const at = place('instance-verbs');
const dir = at.path('case');
const RESPONDER = '198.51.100.7';
let lab: LabProcess;
let env: Record<string, string>;
let web: string;
/** Security groups of each interface before anything was done. */
let formerly: string[][];
/** AWS gives these anew with every association, and writes down when; flows are what isolation is about. */
const RENEWED = /\/(autoScalingActivities|flows)(\/|$)|\/(associationId|ready|registered|since|changed)$|\/profile\/timeline\//;
const world = async (): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(await worldOf(lab, RENEWED)).map(([path, value]) => [path, /\/networkAcls\/.*\/associations\//.test(path) ? 'associated' : value]),
  );

beforeAll(async () => {
  lab = await startLab({ ...CALM, scenario: 'web-shell', seed: 'e2e' });
  env = { ...responderOf(lab), APLOMB_CASE: dir };
  web = lab.briefing.webServer.instanceId;
  await does(0, 'open', '--title', 'shell on the web server', '--from', web, '--responder', 'ana', '--reference', 'IR-2026-4');
});
afterAll(async () => {
  await lab.close();
  at.clean();
});

const aplomb = (...args: string[]): Promise<Ran> => at.run([...args, '--json'], { env });
async function does(exit: number, ...args: string[]): Promise<any> {
  const ran = await aplomb(...args);
  expect(ran.code, `${args.join(' ')}\n${ran.stderr}\n${ran.stdout.slice(-1500)}`).toBe(exit);
  return ran.result();
}
/** At a terminal, answering; what it showed, without colours and folding. */
async function types(exit: number, args: readonly string[], ...answers: (readonly [string, string])[]): Promise<string> {
  const ran = await at.run(args, { env, answers });
  const shown = ran.stdout.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, '').replaceAll(/\s+/g, ' ');
  expect(ran.code, `${args.join(' ')}\n${shown.slice(-3000)}`).toBe(exit);
  return shown;
}
const verdictsOf = (result: any): Record<string, string> => Object.fromEntries(result.verdicts.map((row: any) => [row.action, row.verdict]));
const statesOf = (result: any): string[] => [...new Set<string>(result.changes.map((change: any) => change.state))];
const connected = async (): Promise<number> =>
  (await lab.control('GET', 'connections')).connections.filter((one: any) => one.who === 'attacker' && one.instanceId === web && one.endedAt === undefined)
    .length;
const region = async (): Promise<any> => (await lab.control('GET', 'save')).accounts[lab.briefing.account].regions[lab.briefing.webServer.region].tables;
const server = async (): Promise<any> => (await region()).instances[web];
const groupsOf = async (): Promise<string[][]> =>
  Object.values<any>((await region()).interfaces)
    .filter((one) => one.attachment?.instanceId === web)
    .map((one) => one.groups);

describe('isolate', () => {
  let before: Record<string, unknown>;
  it('alone is NOT CONTAINED while connections may live on, exit 4, and names the command that cuts them', async () => {
    before = await world();
    formerly = await groupsOf();
    const ran = await aplomb('isolate', web, '--from-ip', RESPONDER, '--yes');
    expect(ran.code, ran.stderr).toBe(4);
    expect(verdictsOf(ran.result())).toMatchObject({ isolate: 'holds', 'verify-isolation': 'fails' });
    expect(JSON.stringify(ran.result().verdicts)).toContain('NOT CONTAINED');
    expect(ran.lines().find((line) => line.code === 'next').data.commands[0]).toMatch(/^aplomb isolate --cut [a-z,-]+ --case /);
    expect(await connected()).toBeGreaterThan(0);
    const groups = await groupsOf();
    expect(new Set(groups.flat()).size).toBe(1);
    expect(formerly.flat()).not.toContain(groups[0]![0]);
    const status = await at.run(['status'], { env: { APLOMB_CASE: dir } });
    expect([status.code, status.stdout.includes('NOT CONTAINED')]).toEqual([4, true]);
  });

  it('with every flag: addresses, connections, role, metadata and balancers, each as the lab has it', async (context) => {
    if (!hasTerminal) {
      notTested('there is no util-linux `script` here, so the flags of isolate that ask for a word were not tried.');
      return context.skip();
    }
    const flags = ['--public-addresses', 'remove', '--instance-role', 'remove', '--disable-metadata', '--revoke-role', '--leave-load-balancers'];
    const shown = await types(0, ['isolate', '--cut', 'acl-subnet,two-step', ...flags, '--yes'], ['Type "REMOVE"', 'REMOVE']);
    // Whom else it hits was said.
    expect(shown).toMatch(/EVERYBODY in subnet-/);
    expect(shown).toMatch(/Also lives by /);
    expect(await connected()).toBe(0);
    const { metadata, profile } = await server();
    expect(metadata).toMatchObject({ endpoint: 'disabled' });
    expect(profile?.timeline?.at(-1).state ?? 'disassociated').toMatch(/^disassociat/);
    const { addresses, targetGroups } = await region();
    expect(Object.values<any>(addresses).some((one) => one.ip === lab.briefing.webServer.publicIp && one.interfaceId)).toBe(false);
    expect(Object.values<any>(targetGroups).flatMap((one) => one.targets.filter((target: any) => target.id === web && !target.draining))).toEqual([]);
  });

  it('release brings all of it back: the same groups, ACLs, address, role, metadata, memberships', async () => {
    const result = await does(0, 'release', '--yes');
    // What two steps opened is closed already when the groups of before are back.
    expect(statesOf(result).filter((state) => state !== 'done' && state !== 'already')).toEqual([]);
    expect(new Set(result.verdicts.map((row: any) => row.verdict))).toEqual(new Set(['holds']));
    expect(difference(before, await world())).toEqual([]);
    expect((await does(0, 'release', '--yes')).changes).toEqual([]);
  });
});

describe('when a colleague changed something in between', () => {
  it('undo stops there, shows both states, ends with 1 and leaves the rest', async () => {
    await does(4, 'isolate', web, '--from-ip', RESPONDER, '--yes');
    const saved = await lab.control('GET', 'save');
    const { tables } = saved.accounts[lab.briefing.account].regions[lab.briefing.webServer.region];
    const card = Object.values<any>(tables.interfaces).find((one) => one.attachment?.instanceId === web && one.attachment.index === 0);
    const [ours] = card.groups;
    const theirs = Object.values<any>(tables.securityGroups).find((one) => one.vpcId === card.vpcId && one.id !== ours && one.name === 'default').id;
    card.groups = [theirs];
    await lab.control('POST', 'load', saved);
    const ran = await at.run(['undo', '--yes'], { env });
    expect(ran.code, ran.stderr).toBe(1);
    const shown = ran.stderr.replaceAll(/\s+/g, ' ');
    expect(shown).toContain(ours);
    expect(shown).toContain(theirs);
    expect(shown).toMatch(/Stopped: somebody else changed isolate meanwhile.*aplomb undo /);
    expect((await region()).interfaces[card.id].groups).toEqual([theirs]);
    // Put right by a person, the same command finishes.
    const again = await lab.control('GET', 'save');
    again.accounts[lab.briefing.account].regions[lab.briefing.webServer.region].tables.interfaces[card.id].groups = [ours];
    await lab.control('POST', 'load', again);
    await does(0, 'undo', '--yes');
    expect((await region()).interfaces[card.id].groups).not.toContain(ours);
  });
});

describe('respond compromised-instance', () => {
  it('knows its orders', async () => {
    expect((await does(2, 'respond', 'compromised-instance', '--order', 'backwards')).error).toMatchObject({
      code: 'UnknownOrder',
      fix: expect.stringMatching(/evidence-first.*isolate-first/),
    });
  });

  it('isolates first when told to, and stops before the stop with 3 until the memory is there: next says how to go on', async () => {
    const result = await does(
      3,
      ...['respond', 'compromised-instance', web, '--from-ip', RESPONDER, '--order', 'isolate-first', '--cut', 'acl-subnet,two-step'],
      ...['--workstation', lab.briefing.workstation.name, '--yes'],
    );
    expect(result.closed).toMatchObject({ gate: 'memory' });
    const verdicts = readCase(dir)
      .entries.filter(ofKind('verdict'))
      .map((entry) => entry.body.action);
    expect(verdicts.lastIndexOf('verify-isolation')).toBeGreaterThan(0);
    expect(verdicts.indexOf('snapshot')).toBeGreaterThan(verdicts.indexOf('cut-connections'));
    expect(result.steps.find((row: any) => row.id === 'stop')).toMatchObject({ verdict: 'skipped', why: expect.stringContaining('memory') });
    expect(result.next).toEqual([
      expect.stringMatching(/^aplomb note --attach FILE --as memory .* --case /),
      expect.stringMatching(/^aplomb respond compromised-instance --waive memory=REASON --case /),
      expect.stringMatching(/^aplomb respond compromised-instance --case /),
    ]);
    expect((await server()).timeline.at(-1).state).toBe('running');
    expect(await connected()).toBe(0);
  });

  it('goes on by itself once the memory was brought in, to the end', async () => {
    const ram = at.path('web1.lime');
    writeFileSync(ram, Buffer.from('EMiL a memory of the web server'));
    expect((await does(0, 'note', '--attach', ram, '--as', 'memory', 'LiME over SSH, by Ana')).evidence).toMatchObject({ name: 'memory', bytes: 31 });
    const result = await does(0, 'respond', 'compromised-instance', '--yes');
    expect(result.steps.filter((row: any) => row.verdict !== 'holds')).toEqual([]);
    expect(result.closed).toBeUndefined();
    expect((await server()).timeline.at(-1).state).toBe('stopped');
    expect(readCase(dir).entries.filter(ofKind('waiver'))).toEqual([]);
  }, 240_000);

  it('undo of the whole case says first what it will not do, and leaves the stopped host and the evidence', async () => {
    // A stopped member would be ended as soon as its group had it back: that one waits, and the exit is 3.
    const ran = await at.run(['undo', '--yes'], { env: { ...env, APLOMB_PATIENCE_SECONDS: '4' } });
    expect(ran.code, ran.stderr.slice(-3000)).toBe(3);
    const shown = ran.stderr.replaceAll(/\s+/g, ' ');
    expect(shown.indexOf('not taken back unless you ask for it with --also stop')).toBeGreaterThan(0);
    expect(shown.indexOf('not taken back unless you ask for it')).toBeLessThan(shown.indexOf('Take back:'));
    expect((await server()).timeline.at(-1).state).toBe('stopped');
    expect(new Set((await groupsOf()).map(String))).toEqual(new Set(formerly.map(String)));
    expect(Object.keys((await region()).snapshots)).not.toHaveLength(0);
  });

  it('starts the host again only for the typed word, and then the rest comes back too', async (context) => {
    if (!hasTerminal) {
      notTested('there is no util-linux `script` here, so taking back the stop was not tried.');
      return context.skip();
    }
    const stop = ['undo', 'stop', '--also', 'stop', '--yes'];
    await types(5, stop, ['Type "undo"', 'no']);
    expect((await server()).timeline.at(-1).state).toBe('stopped');
    await types(0, stop, ['Type "undo"', 'undo']);
    expect((await server()).timeline.at(-1).state).toBe('running');
    const result = await does(0, 'undo', '--yes');
    expect(verdictsOf(result)).toMatchObject({ 'undo:leave-auto-scaling': 'holds' });
  });
});

describe('what is handed on', () => {
  it('workstation --template writes CloudFormation without a case or AWS', async () => {
    const file = at.path('forensic.json');
    const bare = { APLOMB_CASE: undefined, AWS_ENDPOINT_URL: undefined };
    expect((await at.run(['workstation', '--template', '--out', file, '--json'], { env: bare })).code).toBe(0);
    const kinds = Object.values<any>(JSON.parse(readFileSync(file, 'utf8')).Resources).map((one) => one.Type);
    expect(kinds).toContain('AWS::EC2::Instance');
    expect(kinds).not.toContain('AWS::EC2::InternetGateway');
  });
  it('export --to a folder makes a copy that verifies by itself', async () => {
    const result = await does(0, 'export', '--to', at.path('handed over'));
    expect(result).toMatchObject({ verified: true, manifest: expect.any(String) });
    expect(existsSync(result.manifest)).toBe(true);
    expect(readdirSync(result.to).length).toBeGreaterThan(2);
    expect((await verifyCase(result.to)).problems).toEqual([]);
  });
  it('the case verifies to its last byte', async () => {
    expect((await verifyCase(dir)).problems).toEqual([]);
  });
});
