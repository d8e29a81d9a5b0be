import { expect, test } from 'vitest';
import type { LedgerBodies, LedgerEntry, LedgerKind } from '../kernel/evidence.ts';
import { foldFacts } from './facts.ts';

type Row = { [K in LedgerKind]: [K, LedgerBodies[K]] }[LedgerKind];
/** Entries as the fold sees them; chain and signature are not its business. */
const ledger = (...rows: Row[]): LedgerEntry[] =>
  [['case', { format: 'aplomb-case-1', id: 'ref-1', title: 'T', responder: 'ana', publicKey: '', fingerprint: '', tool: '' }] as Row, ...rows].map(
    ([kind, body], seq) => ({
      seq,
      time: `2026-01-01T00:00:0${seq}.000Z`,
      actor: { responder: 'ana', host: 'h', callerArn: null },
      kind,
      body,
      prev: '',
      hash: '',
      sig: '',
    }),
  );
const observe = (action: string, target: string, observed: unknown): Row => [
  'observe',
  { action, target: { instanceId: target }, observed: observed as never },
];
const receipt = (apply: string, step: string, state: 'done' | 'refused', output?: string): Row => [
  'receipt',
  { action: 'isolate', apply, step, result: { state, output } },
];
const holds: Row = ['verdict', { action: 'isolate', step: 4, verdict: 'holds', checks: [] }];

test('a case that was just opened', () => {
  expect(foldFacts(ledger())).toEqual({
    caseId: 'ref-1',
    title: 'T',
    responder: 'ana',
    opened: '2026-01-01T00:00:00.000Z',
    account: undefined,
    callerArn: undefined,
    alarm: {},
    outputs: {},
    observed: {},
    verdicts: {},
    found: [],
  });
  expect(() => foldFacts([])).toThrow(expect.objectContaining({ code: 'NotACase' }));
});

test('alarms are merged; the latest session with an identity counts', () => {
  const session = (callerArn: string | null, account: string | null): Row => [
    'session',
    { command: 'x', callerArn, account, endpoint: null, customEndpoint: false, tool: 't' },
  ];
  const facts = foldFacts(
    ledger(
      ['facts', { alarm: { accessKeyId: 'AKIA1', region: 'eu-west-1' } }],
      session('arn:one', '111111111111'),
      ['facts', { options: { x: 1 } }],
      ['facts', { alarm: { region: 'us-east-1' } }],
      session('arn:two', '222222222222'),
      session(null, null),
    ),
  );
  expect(facts).toMatchObject({ alarm: { accessKeyId: 'AKIA1', region: 'us-east-1' }, callerArn: 'arn:two', account: '222222222222' });
});

test('outputs of finished steps only, a later apply over an earlier one', () => {
  const { outputs } = foldFacts(
    ledger(
      observe('isolate', 'i-1', {}),
      receipt('1', 'group', 'done', 'sg-1'),
      receipt('1', 'swap', 'refused'),
      receipt('2', 'swap', 'done', 'ok'),
      receipt('3', 'group', 'done', 'sg-2'),
    ),
  );
  expect(outputs).toEqual({ isolate: { group: 'sg-2', swap: 'ok' } });
});

test('another target begins anew: a verdict about one instance says nothing about the next', () => {
  const first = [observe('isolate', 'i-1', { a: 1 }), receipt('1', 'group', 'done', 'sg-1'), holds] as const;
  expect(foldFacts(ledger(...first, observe('isolate', 'i-1', { a: 2 })))).toMatchObject({
    observed: { isolate: { a: 2 } },
    verdicts: { isolate: { verdict: 'holds' } },
  });
  const other = foldFacts(ledger(...first, observe('isolate', 'i-2', { b: 1 })));
  expect(other).toMatchObject({ observed: { isolate: { b: 1 } } });
  expect([other.outputs, other.verdicts]).toEqual([{}, {}]);
});

test('what the hunt found, whatever else an observation looks like', () => {
  const found = [{ type: 'AWS::EC2::Instance', arn: 'arn', id: 'i-1', region: 'r', account: 'a', createdAt: null, alive: true }];
  expect(foldFacts(ledger(observe('hunt', 'x', { regions: [], found, tree: [] }))).found).toEqual(found);
  for (const odd of [null, [], 'x', { found: 3 }]) expect(foldFacts(ledger(observe('hunt', 'x', odd))).found).toEqual([]);
});

test('a narrow hunt adds to the whole one of the same key, and never replaces it', () => {
  const thing = (id: string) => ({ type: 'AWS::EC2::Instance', arn: `arn:${id}`, id, region: 'r', account: 'a', createdAt: null, alive: true });
  const hunt = (accessKeyId: string, ids: string[], tree: string[], narrowed?: object) =>
    observe('hunt', accessKeyId, {
      accessKeyId,
      regions: [...ids],
      found: ids.map(thing),
      tree: tree.map((credential) => ({ credential })),
      ...(narrowed ? { narrowed } : {}),
    });
  const narrow = { regions: ['r'], types: [] };
  const seen = (...rows: Row[]) => {
    const { observed, found } = foldFacts(ledger(...rows));
    const { regions, tree } = observed.hunt as { regions: string[]; tree: { credential: string }[] };
    return { regions, found: found.map((one) => one.id), tree: tree.map((one) => one.credential), narrowed: observed['hunt:narrowed'] };
  };
  const whole = hunt('K', ['i-1', 'i-2'], ['K']);
  const small = hunt('K', ['i-2', 'i-3'], ['K', 'S'], narrow);
  expect(seen(whole, small)).toEqual({
    regions: ['i-1', 'i-2'],
    found: ['i-1', 'i-2', 'i-3'],
    tree: ['K', 'S'],
    narrowed: (small[1] as { observed: unknown }).observed,
  });
  // Where there was none, it is what there is; and a whole one replaces everything before.
  expect(seen(small)).toMatchObject({ found: ['i-2', 'i-3'], narrowed: null });
  expect(seen(whole, small, whole)).toEqual({ regions: ['i-1', 'i-2'], found: ['i-1', 'i-2'], tree: ['K'], narrowed: null });
  // Of another key it says nothing.
  const other = hunt('L', ['i-9'], ['L'], narrow);
  expect(seen(whole, other)).toMatchObject({ found: ['i-9'], tree: ['L'] });
  expect(seen(whole, other, small)).toMatchObject({ found: ['i-1', 'i-2', 'i-3'], tree: ['K', 'S'] });
});
