import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as support from '@aws-sdk/client-support';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { renderCli } from '../../src/aws/index.ts';
import { undoable, undoPlan } from '../../src/engine/index.ts';
import { type AwsCli, awsClis, bash, type Caller, run } from './aws-cli.ts';
import { aplomb, type Rehearsal, type Responder, rehearse, told, well } from './responder.ts';

const clis = awsClis('that hostile values reach the account as they are and are never executed');
let rehearsal: Rehearsal;
let world: unknown;
let canaries: string;

beforeAll(async () => {
  if (clis.length === 0) return;
  rehearsal = await rehearse('injection');
  await rehearsal.lab.control('POST', 'settings', { trailDelay: [0, 0] });
  world = await rehearsal.lab.control('GET', 'save');
  canaries = join(rehearsal.root, 'canaries');
  mkdirSync(canaries);
}, 120_000);
afterAll(() => rehearsal?.close());
/** Nothing that was planted ran: neither in the folder the values name nor where a command happened to stand. */
afterEach(() => {
  if (canaries) expect(readdirSync(canaries)).toEqual([]);
});

/** Values as an attacker would choose them; each one that a shell, CLI, JSON, JMESPath or terminal took for its own leaves a canary or changes. */
function corpus(): string[] {
  const touch = (n: string): string => `touch ${canaries}/${n}`;
  return [
    `$(${touch('a')})`,
    `\`${touch('b')}\``,
    `'; ${touch('c')}; '`,
    `"; ${touch('d')}; "`,
    `'"'"'$(${touch('e')})'`,
    `x\n${touch('f')}\n`,
    `EOF\n${touch('g')}\nEOF`,
    `| ${touch('h')} & ${touch('i')} && ${touch('j')}`,
    `\\$(${touch('k')})\\`,
    `${'$'}{IFS}\${HOME}$0 $$ !! ~ * ?`,
    'file:///etc/hostname',
    'fileb:///etc/hostname',
    'file://~/.bashrc',
    '-rf',
    '--endpoint-url=http://192.0.2.1',
    '--cli-input-json',
    '{"Key":"Name","Value":"x"}',
    '`"done"` || `true`',
    "'] | [0] || ['done",
    'null',
    '"[null]"',
    '',
    '%s%n %d',
    '\u202eexe.txt\u202c\u200b',
    'línea\u2028\u00a0fin 🔑',
    'k=v,Key=Name,Value=x',
    `<b onload="x">&amp;]]>`,
    '$'.repeat(256),
    '🔑'.repeat(128),
    `'${'"'.repeat(254)}'`,
  ];
}
/** What IAM takes in a name: letters, digits and +=,.@_- (IAM API, CreateUser). */
const IAM_NAMES = ['-rf', '--profile=x', '@etc', '=cmd,Key=c', '_-.,+@='.repeat(9)];

const clientOptions = ({ endpoint, accessKeyId, secretAccessKey }: Caller, region: string) => ({
  ...{ endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 },
});
const ask =
  (client: { send(command: never): Promise<unknown> }, commands: Record<string, any>) =>
  (operation: string, input: Record<string, unknown> = {}): Promise<any> =>
    client.send(new commands[`${operation}Command`](input) as never);
const ec2As = (who: Caller, region: string) => ask(new ec2.EC2Client(clientOptions(who, region)), ec2);
const iamAs = (who: Caller) => ask(new iam.IAMClient(clientOptions(who, 'us-east-1')), iam);

async function fresh(name: string): Promise<Responder> {
  await rehearsal.lab.control('POST', 'load', world);
  return openCase(name);
}
async function openCase(name: string): Promise<Responder> {
  const { alarm } = rehearsal.lab.briefing;
  const who = rehearsal.responder(name);
  const args = ['open', '--title', `$(touch ${canaries}/title)`, '--reference', 'CASE-1', '--responder', `$(touch ${canaries}/responder)'`];
  well(await aplomb([...args, '--from', alarm.accessKeyId, '--since', alarm.since], who));
  return who;
}
/** Prints with aplomb, runs with bash and the CLI; both must be quiet and succeed. */
async function printed(args: readonly string[], who: Responder, cli: AwsCli): Promise<string> {
  const shown = await aplomb([...args, '--print-cli'], who, { json: false });
  expect([shown.exit, shown.exit === 0 ? '' : shown.stderr]).toEqual([0, '']);
  await executed(shown.stdout, who, cli);
  return shown.stdout;
}
async function executed(script: string, who: Responder, cli: AwsCli): Promise<void> {
  const ran = await bash(script, cli, who, who.dir);
  expect({ ...ran, script: ran.status === 0 ? '' : script }).toEqual({ status: 0, stdout: '', stderr: '', script: '' });
}
const ledger = (who: Responder): any[] =>
  readFileSync(join(who.dir, 'case', 'ledger.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

interface Suspect {
  readonly id: string;
  readonly region: string;
  readonly resources: readonly string[];
}
async function suspect(who: Responder): Promise<Suspect> {
  const { webServer } = rehearsal.lab.briefing;
  const { Reservations } = await ec2As(who, webServer.region)('DescribeInstances', { Filters: [{ Name: 'ip-address', Values: [webServer.publicIp] }] });
  const [instance] = Reservations[0].Instances;
  return {
    id: instance.InstanceId,
    region: webServer.region,
    resources: [
      instance.InstanceId,
      ...instance.BlockDeviceMappings.map((one: any) => one.Ebs.VolumeId),
      ...instance.NetworkInterfaces.map((one: any) => one.NetworkInterfaceId),
    ],
  };
}

describe.each(clis)('the $name aws CLI $version', (cli: AwsCli) => {
  test('tags whose old values are hostile are set, and put back byte for byte by the printed undo', async () => {
    const who = await fresh('tag');
    const { id, region, resources } = await suspect(who);
    const call = ec2As(who, region);
    const values = corpus();
    const KEYS = ['Environment', 'ir:status', 'ir:case', 'ir:responder', 'ir:reference'];
    const tagsNow = async (): Promise<Record<string, string>> => {
      const tags: Record<string, string> = {};
      for (const ResourceId of resources) {
        const Filters = [{ Name: 'resource-id', Values: [ResourceId] }];
        let NextToken: string | undefined;
        do {
          const page = await call('DescribeTags', { Filters, NextToken });
          for (const { Key, Value } of page.Tags) if (KEYS.includes(Key)) tags[`${ResourceId} ${Key}`] = Value;
          NextToken = page.NextToken || undefined;
        } while (NextToken !== undefined);
      }
      return tags;
    };
    const slots = resources.length * KEYS.length;
    for (let from = 0; from < values.length; from += slots) {
      // Every resource gets other values; the last round begins again from the start of the corpus.
      const planted: Record<string, string> = {};
      for (const [r, resource] of resources.entries()) {
        const Tags = KEYS.map((Key, k) => ({ Key, Value: values[(from + r * KEYS.length + k) % values.length]! }));
        await call('CreateTags', { Resources: [resource], Tags });
        for (const { Key, Value } of Tags) planted[`${resource} ${Key}`] = Value;
      }
      expect(await tagsNow()).toEqual(planted);
      const before = await rehearsal.lab.control('GET', 'save');
      const options = ['--classic-tag', '--reference', `R $(touch ${canaries}/reference)`];
      await printed(['tag', id, ...options], who, cli);
      const marked = await tagsNow();
      expect(Object.values(marked).filter((value) => values.includes(value) && value !== '')).toEqual([]);
      // The engine does the same from the same state, and its undo, printed, is run by the CLI.
      await rehearsal.lab.control('POST', 'load', before);
      const engine = await openCase('tag-engine');
      well(await aplomb(['tag', id, ...options, '--yes'], engine));
      expect(await tagsNow()).toEqual(marked);
      const entries = ledger(engine);
      const [last] = undoable(entries);
      await executed(renderCli(undoPlan(entries, 'CASE-1', last!.apply, last!.plan, new Set()).plan, { caseId: 'CASE-1', apply: 'undo' }), who, cli);
      expect(await tagsNow()).toEqual(planted);
    }
  }, 120_000);

  test('an instance with a hostile Name is named by it and isolated, out of a group with a hostile name', async () => {
    const who = await fresh('isolate');
    const { id, region } = await suspect(who);
    const call = ec2As(who, region);
    const interfaces = async (): Promise<any[]> =>
      (await call('DescribeNetworkInterfaces', { Filters: [{ Name: 'attachment.instance-id', Values: [id] }] })).NetworkInterfaces;
    const [first] = await interfaces();
    // What AWS lets a group of a VPC be called, and described as.
    const GroupName = `$(touch canary);& (a) !*{x} #`;
    const { GroupId } = await call('CreateSecurityGroup', { VpcId: first.VpcId, GroupName, Description: `;&$!* {x} #` });
    await call('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: first.NetworkInterfaceId, Groups: [GroupId] });
    const Name = `web'"$(touch ${canaries}/name)\`touch ${canaries}/name2\` \u202e`;
    await call('CreateTags', { Resources: [id], Tags: [{ Key: 'Name', Value: Name }] });
    const shown = await aplomb(['isolate', Name, '--from-ip', '198.51.100.7', '--dry-run'], who, { json: false });
    expect(`${shown.stdout}${shown.stderr}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    await printed(['isolate', Name, '--from-ip', '198.51.100.7'], who, cli);
    const groups = (await interfaces()).flatMap((one) => one.Groups);
    expect(groups.map((group: any) => group.GroupName)).toEqual((await interfaces()).map(() => `ir-CASE-1-${id}`));
    expect(existsSync(join(who.dir, 'canary'))).toBe(false);
  }, 60_000);

  test('users whose names read as options lose their keys and their rights, and nobody else', async () => {
    const who = await fresh('users');
    const call = iamAs(who);
    for (const UserName of IAM_NAMES) {
      await call('CreateUser', { UserName });
      const { AccessKey } = await call('CreateAccessKey', { UserName });
      const script = await printed(['contain-key', AccessKey.AccessKeyId], who, cli);
      expect(script).toContain('--cli-input-json');
      expect((await call('ListAccessKeys', { UserName })).AccessKeyMetadata.map((key: any) => key.Status)).toEqual(['Inactive']);
      expect((await call('ListAttachedUserPolicies', { UserName })).AttachedPolicies.map((policy: any) => policy.PolicyName)).toEqual(['AWSDenyAll']);
    }
    const effects: any[] = await rehearsal.lab.control('GET', 'effects');
    const denied = effects.filter((effect) => effect.operation === 'AttachUserPolicy' && effect.input.PolicyArn.endsWith('/AWSDenyAll'));
    expect(denied.map((effect) => effect.input.UserName)).toEqual(IAM_NAMES);
  }, 120_000);

  test('the letter to Support arrives as it was shown, whatever the attacker called his things', async () => {
    const who = await fresh('support');
    const { alarm, webServer } = rehearsal.lab.briefing;
    const saved: any = world;
    const [account] = Object.values<any>(saved.accounts);
    const attacker: Caller = { endpoint: who.endpoint, accessKeyId: alarm.accessKeyId, secretAccessKey: account.tables.accessKeys[alarm.accessKeyId].secret };
    const made = ec2As(attacker, webServer.region);
    const KeyName = `'; touch ${canaries}/key; '$(touch ${canaries}/key2)`;
    await made('CreateKeyPair', { KeyName, TagSpecifications: [{ ResourceType: 'key-pair', Tags: [{ Key: `$(touch ${canaries}/k)`, Value: '`id`' }] }] });
    await made('CreateSecurityGroup', { GroupName: '$(touch canary);&!*', Description: '$(touch canary)' });
    const hunted = await aplomb(['hunt'], who);
    expect(JSON.stringify(hunted.result.found)).toContain(JSON.stringify(KeyName).slice(1, -1));
    const plan = await aplomb(['plan', 'support-case', '--out', join(who.dir, 'support.json')], who);
    well(plan);
    const { communicationBody } = JSON.parse(readFileSync(join(who.dir, 'support.json'), 'utf8')).plan.steps[0].call.input;
    await printed(['support'], who, cli);
    const cases = await ask(new support.SupportClient(clientOptions(who, 'us-east-1')), support)('DescribeCases', { includeCommunications: true });
    const ours = cases.cases.filter((one: any) => one.subject.includes('[Aplomb CASE-1 '));
    expect(ours.length).toBe(1);
    const bodies: string[] = ours[0].recentCommunications.communications.map((one: any) => one.body);
    expect(bodies.filter((body) => !body.startsWith('The full summary'))).toEqual([communicationBody]);
    expect(bodies).toHaveLength(2);
    expect(communicationBody).toContain(`key-pair/`);
  }, 60_000);
});

/** A folder of commands that only write down how they were called. */
function stubs(folder: string, answers: Readonly<Record<string, string>>): string {
  const bin = join(folder, 'stubs');
  mkdirSync(bin, { recursive: true });
  for (const [name, answer] of Object.entries(answers))
    writeFileSync(join(bin, name), `#!/bin/sh\n{ printf '%s\\0' "\${0##*/}" "$@"; printf '\\n'; } >>"$CALLS"\n${answer}\n`, { mode: 0o755 });
  return bin;
}
/** Runs lines in bash where only those commands, and the shell's own, exist; answers the calls they got. */
async function stubbed(lines: string, args: readonly string[], folder: string, answers: Readonly<Record<string, string>>) {
  const bin = stubs(folder, answers);
  const file = join(folder, 'lines.sh');
  const calls = join(folder, `calls-${Date.now()}`);
  writeFileSync(file, lines);
  writeFileSync(calls, '');
  const ran = await run('/bin/bash', [file, ...args], folder, { PATH: bin, CALLS: calls, HOME: folder });
  const seen = readFileSync(calls, 'utf8')
    .split('\0\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\0'));
  return { ...ran, calls: seen };
}

describe.skipIf(clis.length === 0)('lines to paste', () => {
  test('the corpus bites: pasted without quotes it leaves canaries', async () => {
    for (const value of corpus())
      for (const careless of [`echo ${value}`, `echo "${value}"`, `echo '${value}'`, `echo \\${value}`, `cat <<EOF\n${value}\nEOF`])
        await run('bash', ['-c', careless], rehearsal.root, { PATH: '/usr/bin:/bin', HOME: rehearsal.root });
    const bitten = readdirSync(canaries).sort();
    for (const name of bitten) rmSync(join(canaries, name));
    expect(bitten).toEqual([...'abcdefghijk']);
  });

  test('mount lines call what they must with whole arguments, whatever the disk, its volume and the file are called', async () => {
    const who = await fresh('mount');
    const { id, region } = await suspect(who);
    const station = rehearsal.lab.briefing.workstation.name;
    const call = ec2As(who, region);
    for (const args of [
      ['snapshot', id],
      ['volume', '--workstation', station],
      ['examine', '--no-read', '--workstation', station],
    ])
      well(await aplomb([...args, '--yes'], who));
    const copies = (await call('DescribeVolumes', { Filters: [{ Name: 'tag:ir:case', Values: ['CASE-1'] }] })).Volumes;
    for (const [n, value] of corpus().slice(0, 10).entries())
      await call('CreateTags', { Resources: [copies[0].VolumeId], Tags: [{ Key: `h${n}`, Value: value }] });
    well(await aplomb(['examine', '--no-attach', '--workstation', station], who));
    const items: any[] = ledger(who).flatMap((entry) => (entry.kind === 'evidence' ? entry.body.items : []));
    const text = (name: string): string => {
      const { sha256 } = items.find((item) => item.name === name);
      return readFileSync(join(who.dir, 'case', 'evidence', sha256.slice(0, 2), sha256), 'utf8');
    };
    const overlay = { mktemp: 'echo /overlay', truncate: ':', rm: ':', dmsetup: 'while read -r line; do :; done' };
    const loop = { losetup: 'echo /dev/loop-witness', mkdir: ':', mount: ':', blockdev: 'echo 16777216', readlink: ':', blkid: ':', ...overlay };
    for (const image of [`$(touch ${canaries}/image).img`, `-rf '"; touch ${canaries}/image2; ".img`, '*']) {
      const ran = await stubbed(text('mount-image.sh'), [image], who.dir, loop);
      expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
      const [first, ...rest] = ran.calls;
      expect(first).toEqual(['losetup', '--find', '--show', '--read-only', '--partscan', image]);
      const mounts = rest.filter(([name]) => name === 'mount');
      expect(mounts.length).toBeGreaterThan(0);
      for (const [, ...args] of mounts) {
        const pristine = args.at(-1)?.endsWith('-pristine');
        expect(args).toEqual([
          '-t',
          'ext4',
          '-o',
          pristine ? 'ro,noload,nodev,noexec,nosuid' : 'ro,nodev,noexec,nosuid',
          expect.stringMatching(pristine ? /^\/dev\/loop-witness(p?\d+)?$/ : /^\/dev\/mapper\/ir-snap-[0-9a-f]+-\d+$/),
          expect.stringMatching(/^\/mnt\/ir-snap-[0-9a-f]+-\d+-(pristine|recovered)$/),
        ]);
      }
    }
    // Elsewhere than on the workstation there is no such disk: the lines say so and touch nothing.
    const elsewhere = await stubbed(text('mount.sh'), [], who.dir, loop);
    expect([elsewhere.status, elsewhere.calls, elsewhere.stderr]).toEqual([1, [], `${copies[0].VolumeId} is not attached here\n`]);
  }, 120_000);

  test.each([
    ['quotes', `it's "a" case`],
    ['a command', `$(touch canary)`],
    ['backticks', '`touch canary`'],
    ['a new line', `a\ntouch canary\n`],
    ['a leading hyphen', '-rf'],
    ['an option', '--json'],
    ['signs', `;&|<>*?~!#%=${'$'}{IFS}\\`],
    ['a tilde', '~'],
    ['nothing Latin', 'carpeta ñ \u202e 🔑'],
  ])('the next command names a case folder with %s as it is', async (_what, name) => {
    const { alarm } = rehearsal.lab.briefing;
    const who = rehearsal.responder('next');
    const opened = await aplomb(['open', '--title', 'Next', '--from', alarm.accessKeyId, `--case=${name}`], who);
    well(opened);
    expect(opened.result.next.length).toBeGreaterThan(0);
    for (const line of opened.result.next as string[]) {
      const { calls, ...ran } = await stubbed(line, [], who.dir, { aplomb: ':' });
      expect(ran).toEqual({ status: 0, stdout: '', stderr: '' });
      expect(calls.length).toBe(1);
      const at = calls[0]!.indexOf('--case');
      expect(resolve(who.dir, calls[0]![at + 1]!)).toBe(resolve(who.dir, name));
      // The program itself takes the line's words for the same folder.
      const status = await aplomb(['status', ...calls[0]!.slice(at, at + 2)], who);
      expect(status.result?.case ?? told(status)).toBe(resolve(who.dir, name));
    }
    expect(existsSync(join(who.dir, 'canary'))).toBe(false);
  });
});
