import { describe, expect, it } from 'vitest';
import type { CaseFile, JsonObject, LedgerEntry, Verdict } from '../kernel/index.ts';
import { commandsOf, nextData, nextLines, nextSteps } from './next.ts';

const LEAKED = 'AKIAQ2LEAKEDKEY23456';
const ISSUER = 'AKIAQ2ISSUERKEY23456';
const SESSION = 'ASIAQ2SESSIQN2345672';
const region = (name: string, status: string): JsonObject => ({ region: name, status, found: 0, byKey: 0 });
const hunt = (rest: JsonObject = {}): JsonObject => ({
  accessKeyId: LEAKED,
  principal: null,
  accounts: ['111122223333'],
  regions: [region('eu-west-1', 'inspected')],
  found: [],
  tree: [{ credential: LEAKED }],
  origin: [],
  leads: [],
  unread: [],
  ...rest,
});
type Row = readonly [kind: string, body: JsonObject];
/** A case in which the playbook ran, and what else is in its ledger. */
function after(...more: Row[]) {
  const rows: Row[] = [
    ['case', { format: 'aplomb-case-1', id: 'x', title: 'T', responder: 'ana', publicKey: '', fingerprint: '', tool: '' }],
    ['playbook', { playbook: 'leaked-key', state: 'started', target: {} }],
    ['playbook', { playbook: 'leaked-key', state: 'finished', target: {} }],
    ...more,
  ];
  const entries = rows.map(([kind, body], seq) => ({ seq, time: '2026-01-01T00:00:00.000Z', kind, body })) as unknown as LedgerEntry[];
  return nextSteps({ dir: '/case', entries } as Pick<CaseFile, 'dir' | 'entries'>);
}
/** A case that was hunted in, and how the last hunt was judged. */
const steps = (verdict: Verdict, ...hunts: JsonObject[]) =>
  after(...hunts.map((observed): Row => ['observe', { action: 'hunt', target: { accessKeyId: LEAKED }, observed }]), [
    'verdict',
    { action: 'hunt', step: 2, verdict, checks: [] },
  ]);
const hunts = (all: ReturnType<typeof steps>) => all.filter(({ command }) => command.startsWith('aplomb hunt'));

describe('what to do about a hunt that is not sure', () => {
  it('nothing, when it is', () => {
    expect(hunts(steps('holds', hunt({ regions: [region('eu-west-1', 'failed')] })))).toEqual([]);
    expect(commandsOf(steps('holds', hunt())).map((one) => one.split(' ')[1])).toEqual(['report', 'verify']);
  });
  it('look again in a while where there was no answer, and with other rights where AWS refused', () => {
    const said = hunts(steps('unknown', hunt({ regions: [region('a', 'failed'), region('b', 'failed'), region('c', 'denied')] })));
    expect(said.map(({ command, why }) => [command.replace(/ --case .*/, ''), why!.en.split(':')[0]])).toEqual([
      ['aplomb hunt', 'look again in 5 to 15 minutes'],
      ['aplomb hunt --profile NAME', 'look again as somebody who may read everything (such as the AWS policy SecurityAudit)'],
    ]);
    expect(said[0]!.why!.en).toContain('2 regions');
    expect(said[1]!.why!.es).toContain('1 región lo denegó');
    expect(hunts(steps('unknown', hunt({ unread: [{ of: LEAKED, region: '', why: 'x' }] })))[0]!.why!.en).toContain('not all events');
  });
  it('look everywhere after a narrow hunt, unless a whole one stands', () => {
    const narrow = hunt({ narrowed: { regions: ['eu-west-1'], types: [] } });
    expect(hunts(steps('unknown', narrow))).toMatchObject([{ why: { en: expect.stringContaining('look everywhere') } }]);
    expect(hunts(steps('unknown', hunt(), narrow))).toEqual([]);
  });
  it('follow into other accounts, and ask whose the doubtful credentials are', () => {
    const said = hunts(
      steps(
        'unknown',
        hunt({
          tree: [{ credential: LEAKED }, { credential: SESSION, role: 'arn:aws:iam::444455556666:role/Audit' }],
          origin: [{ credential: ISSUER, who: 'w', via: 'v', time: 't', region: 'r', account: 'a', address: 'x', followed: false }],
          leads: [
            { what: 'session', time: 't', region: '', by: LEAKED, subject: `${SESSION} arn:aws:sts::1:assumed-role/x/y`, event: 'e' },
            { what: 'session', time: 't', region: '', by: LEAKED, subject: '$(reboot) x', event: 'e' },
          ],
        }),
      ),
    );
    expect(said.map(({ command }) => command.replace(/ --case .*/, ''))).toEqual([
      'aplomb hunt --account arn:aws:iam::444455556666:role/YOUR-ROLE',
      `aplomb hunt ${ISSUER}`,
      `aplomb hunt ${SESSION}`,
    ]);
    expect(said.every(({ why }) => why !== undefined && why.en !== '' && why.es !== '')).toBe(true);
  });
  it('shows what each is for, and gives scripts the bare commands', () => {
    const all = steps('unknown', hunt({ regions: [region('a', 'failed')] }));
    expect(nextLines(all, 'es')[0]).toMatch(/^# volver a mirar en 5 a 15 minutos/);
    expect(nextLines(all, 'en')[1]).toBe(all[0]!.command);
    const { commands, why } = nextData(all) as { commands: string[]; why: unknown[] };
    expect([commands.length, why.length]).toEqual([3, 3]);
    expect(commands.every((one) => one.startsWith('aplomb ') && !one.includes('#'))).toBe(true);
    expect(why.slice(1)).toEqual([null, null]);
  });
});

describe('after a watch', () => {
  const watched = (verdict: Verdict, unhunted: JsonObject[]): string[] =>
    commandsOf(
      after(
        ['observe', { action: 'watch-containment', target: {}, observed: { unhunted } }],
        ['verdict', { action: 'watch-containment', step: 1, verdict, checks: [] }],
      ),
    ).filter((one) => one.startsWith('aplomb respond leaked-key'));
  it('the playbook again where it is red, or where something was done that no hunt has seen', () => {
    expect(watched('fails', [])).toHaveLength(1);
    expect(watched('unknown', [{ call: 'iam:DeleteUserPolicy' }])).toHaveLength(1);
    expect(watched('unknown', [])).toEqual([]);
    expect(watched('holds', [])).toEqual([]);
  });
});
