import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AwsCli, awsClis, bash } from './aws-cli.ts';
import { aplomb, type Rehearsal, type Responder, rehearse, told, well } from './responder.ts';

/** The changing part of the procedure, in its order. `plan` names an action without a verb of its own; the others are verbs. */
interface Part {
  readonly name: string;
  readonly plan?: true;
  readonly about?: 'key';
  readonly args: readonly string[];
}
interface End {
  readonly state: Readonly<Record<string, readonly unknown[]>>;
  readonly effects: readonly unknown[];
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

const clis = awsClis('that the printed lines do what the engine does');
let rehearsal: Rehearsal;
let world: unknown;
let engine: { verdicts: Record<string, string[]>; end: End };

beforeAll(async () => {
  if (clis.length === 0) return;
  rehearsal = await rehearse('print-cli');
  world = await rehearsal.lab.control('GET', 'save');
  const who = await openCase('engine');
  const verdicts: Record<string, string[]> = {};
  for (const part of parts(rehearsal)) {
    await hunted(part, who);
    verdicts[part.name] = (await carryOut(part, who)).verdicts;
  }
  engine = { verdicts, end: await end() };
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

/** Rows of one end that the other has not, read without the numbers of ids: one that differs gives many others new numbers. */
function strangers(one: End, other: End): string[] {
  const rows = ({ state, effects }: End): string[] =>
    [
      ...Object.entries(state).flatMap(([place, list]) => list.map((row) => `${place} ${JSON.stringify(row)}`)),
      ...effects.map((row) => JSON.stringify(row)),
    ].map((row) => row.replace(/#\d+/g, '#'));
  const left = rows(other);
  return rows(one).filter((row) => {
    const at = left.indexOf(row);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

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
});
