import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Call } from '../../src/kernel/index.ts';
import { type AwsCli, awsClis, bash } from './aws-cli.ts';
import { type End, strangers } from './ends.ts';
import { callsOf, knowledgeOf } from './known.ts';
import { aplomb, type Rehearsal, type Responder, rehearse, told, well } from './responder.ts';

/** The changing part of the procedure, in its order. `plan` names an action without a verb of its own; the others are verbs. */
interface Part {
  readonly name: string;
  readonly plan?: true;
  readonly about?: 'key';
  readonly args: readonly string[];
}
const REFERENCE = 'WITNESS-1';
const parts = ({ lab }: Rehearsal): Part[] => {
  const { webServer, workstation, responderIp } = lab.briefing;
  const station = ['--workstation', workstation.name];
  return [
    { name: 'contain-key', about: 'key', args: [] },
    { name: 'contain-found-keys', about: 'key', plan: true, args: [] },
    { name: 'revoke-role-sessions', about: 'key', plan: true, args: [] },
    { name: 'support', args: ['--cc', 'ir@example.com'] },
    { name: 'isolate', args: [webServer.publicIp, '--from-ip', responderIp, '--allow-egress', '198.51.100.0/24:443'] },
    { name: 'tag', args: ['--reference', REFERENCE, '--classic-tag'] },
    { name: 'snapshot', args: ['--reference', REFERENCE] },
    { name: 'stop', args: [] },
    { name: 'volume', args: [...station, '--all'] },
    { name: 'examine', args: ['--no-read', ...station] },
  ];
};

/** Options and operations of the printed lines that a build does not know: what it cannot carry out. */
const UNKNOWN: Record<AwsCli['name'], readonly string[]> = { pip: [], debian: ['ec2 stop-instances SkipOsShutdown'] };

const clis = awsClis('that the printed lines do what the engine does');
let rehearsal: Rehearsal;
let world: unknown;
const calls: Call[] = [];
let engine: { verdicts: Record<string, string[]>; end: End };

beforeAll(async () => {
  if (clis.length === 0) return;
  rehearsal = await rehearse('print-cli');
  world = await rehearsal.lab.control('GET', 'save');
  const who = await openCase('engine');
  const { webServer } = rehearsal.lab.briefing;
  // Options that the rehearsal itself does not take; their calls must be known to the CLI too.
  const variants = [
    ['isolate', webServer.publicIp, '--bastion', 'sg-0123456789abcdef0', '--allow-egress', 'pl-0123456789abcdef0'],
    ['stop', webServer.publicIp, '--skip-os-shutdown'],
  ];
  for (const [n, args] of variants.entries()) calls.push(...callsOf(JSON.parse(await planned(args, join(who.dir, `variant-${n}.json`), who)).plan.steps));
  const verdicts: Record<string, string[]> = {};
  for (const part of parts(rehearsal)) {
    await hunted(part, who);
    verdicts[part.name] = (await carryOut(part, who)).verdicts;
  }
  engine = { verdicts, end: await end() };
  for (const line of readFileSync(join(who.dir, 'case', 'ledger.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')) {
    const { kind, body } = JSON.parse(line);
    if (kind === 'plan') calls.push(...callsOf(body.plan.steps));
  }
}, 180_000);
afterAll(() => rehearsal?.close());

async function openCase(name: string): Promise<Responder> {
  const { briefing } = rehearsal.lab;
  const who = rehearsal.responder(name);
  const { accessKeyId, since } = briefing.alarm;
  const opened = await aplomb(['open', '--title', 'Witness', '--reference', 'CASE-1', '--responder', 'jdoe', '--from', accessKeyId, '--since', since], who);
  well(opened);
  return who;
}
const planned = async (args: readonly string[], file: string, who: Responder): Promise<string> => {
  well(await aplomb(['plan', ...args, '--out', file], who));
  return readFileSync(file, 'utf8');
};
/** The hunt only reads: both ways need what it finds. */
async function hunted(part: Part, who: Responder): Promise<void> {
  if (part.name === 'contain-found-keys') expect((await aplomb(['hunt'], who)).result.error).toBeUndefined();
}
/** By the engine: the plan approved and applied, the verdicts taken. */
async function carryOut(part: Part, who: Responder): Promise<{ changes: string[]; verdicts: string[] }> {
  const file = join(who.dir, `${part.name}-${Date.now()}.json`);
  if (part.plan) well(await aplomb(['plan', part.name, ...part.args, '--out', file], who));
  const ran = await aplomb(part.plan ? ['apply', file, '--yes'] : [part.name, ...part.args, '--yes'], who);
  expect(ran.result?.error, JSON.stringify(told(ran))).toBeUndefined();
  return {
    changes: ran.result.changes.map((change: any) => `${change.id} ${change.state}`),
    verdicts: ran.result.verdicts.flatMap((row: any) => row.checks.map((check: any) => `${row.action} ${check.name} ${check.verdict}`)),
  };
}
const print = async (part: Part, who: Responder): Promise<string> => {
  const ran = await aplomb([...(part.plan ? ['plan'] : []), part.name, ...part.args, '--print-cli'], who, { json: false });
  expect({ exit: ran.exit, stderr: ran.exit === 0 ? '' : ran.stderr }).toEqual({ exit: 0, stderr: '' });
  return ran.stdout;
};
/** The world and everything that was done to it, without what differs from run to run. */
const end = (): Promise<End> => rehearsal.lab.control('POST', 'normalise', {});

describe.each(clis)('the $name aws CLI $version', (cli: AwsCli) => {
  test('carries out the printed lines of the whole procedure as the engine does', async () => {
    await rehearsal.lab.control('POST', 'load', world);
    const who = await openCase(cli.name);
    for (const part of parts(rehearsal)) {
      await hunted(part, who);
      const script = await print(part, who);
      const ran = await bash(script, cli, who, who.dir);
      expect({ part: part.name, ...ran, script: ran.status === 0 ? '' : script }).toEqual({ part: part.name, status: 0, stdout: '', stderr: '', script: '' });
      // The engine finds nothing left to do, and gives its verdict: the letter to Support tells those of the first steps.
      if (part.about === 'key')
        expect({ part: part.name, ...(await carryOut(part, who)) }).toEqual({ part: part.name, changes: [], verdicts: engine.verdicts[part.name] });
    }
    const seen = await end();
    expect(strangers(seen, engine.end), 'rows that the engine did not make').toEqual([]);
    expect(strangers(engine.end, seen), 'rows that only the engine made').toEqual([]);
    expect(seen).toEqual(engine.end);
  }, 240_000);

  test('knows every option that any line uses, but the ones named', async () => {
    const knowledge = knowledgeOf(cli, rehearsal.root);
    const unknown = await knowledge.unknown(calls);
    process.stdout.write(`aws CLI ${cli.version} (${cli.name}): ${knowledge.operations()} operations, unknown to it: ${unknown.join(', ') || 'nothing'}\n`);
    expect(unknown).toEqual([...UNKNOWN[cli.name]].sort());
    expect(knowledge.operations()).toBeGreaterThan(15);
  }, 180_000);

  test.skipIf(!UNKNOWN[cli.name].includes('ec2 stop-instances SkipOsShutdown'))(
    'refuses an option that it does not know before anything is sent',
    async () => {
      await rehearsal.lab.control('POST', 'load', world);
      const who = await openCase(cli.name);
      const { webServer } = rehearsal.lab.briefing;
      const before = await end();
      const ran = await bash(await print({ name: 'stop', args: [webServer.publicIp, '--skip-os-shutdown'] }, who), cli, who, who.dir);
      expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining('SkipOsShutdown') });
      expect(await end()).toEqual(before);
    },
    30_000,
  );
});
