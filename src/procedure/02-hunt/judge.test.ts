import { describe, expect, it } from 'vitest';
import type { Found, Reason } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { costOf, costsOf } from './cost.ts';
import { judged } from './judge.ts';
import { instancePrice, volumePrice } from './prices.ts';

const SINCE = '2026-11-20T00:00:00.000Z';
const NEW = '2026-11-21T00:00:00.000Z';
const thing = (rest: Partial<Found> = {}): Found => ({
  type: 'AWS::EC2::Instance',
  arn: 'arn',
  id: 'i-1',
  region: 'eu-west-1',
  account: '1',
  createdAt: NEW,
  alive: true,
  ...rest,
});
const reason = (code: Reason['code']): Reason => ({ code, text: text(code, code) });

describe('suspicion', () => {
  it.each<[string, Partial<Found>, boolean, string, Reason['code'][]]>([
    ['made by the key', { byKey: true, createdBy: 'x' }, false, 'high', ['by-key']],
    ['made by the key in a region never used', { byKey: true, createdBy: 'x' }, true, 'high', ['by-key', 'new-region']],
    ['changed by the key', { detail: { changedByKey: true }, createdAt: '2024-01-01T00:00:00.000Z' }, false, 'high', ['changed-by-key']],
    ['made in the window by nobody known', {}, false, 'medium', ['in-window']],
    ['made in the window by nobody known, and public', { reasons: [reason('public')] }, false, 'high', ['public', 'in-window']],
    ['a colleague’s', { createdBy: 'arn:ana' }, false, 'low', ['in-window']],
    ['a colleague’s GPU', { createdBy: 'arn:ana', reasons: [reason('gpu')] }, false, 'medium', ['gpu', 'in-window']],
    ['a colleague’s open door', { createdBy: 'arn:ana', reasons: [reason('outsider-trust')] }, false, 'medium', ['outsider-trust', 'in-window']],
    ['old, but shared outside', { createdAt: '2024-01-01T00:00:00.000Z', reasons: [reason('shared-outside')] }, false, 'medium', ['shared-outside']],
    ['old and large', { createdAt: '2024-01-01T00:00:00.000Z', reasons: [reason('large')] }, false, 'low', ['large']],
  ])('%s', (_what, rest, fresh, level, codes) => {
    const one = judged(thing(rest), SINCE, fresh);
    expect(one.suspicion).toBe(level);
    expect(one.reasons!.map((each) => each.code)).toEqual(codes);
    for (const each of one.reasons!) expect(each.text.es).not.toBe('');
  });
});

describe('cost', () => {
  it('is known for what is in the table only', () => {
    expect(instancePrice('c5.4xlarge')).toBeCloseTo(0.68);
    expect(instancePrice('g5.12xlarge')).toBe(5.672);
    expect(instancePrice('t3.micro')).toBe(0.0104);
    for (const unknown of ['p9.large', 'm5.metal', 'constructor', 'm5.constructor', '__proto__.large', '']) expect(instancePrice(unknown)).toBeUndefined();
    expect(volumePrice('gp3', 730)).toBeCloseTo(0.08);
    expect(volumePrice('io2', 100)).toBeUndefined();
  });
  const now = Date.parse('2026-11-21T10:00:00.000Z');
  it('counts from when it was made, in text, with its source', () => {
    expect(costOf(thing({ detail: { state: 'running', instanceType: 'g5.xlarge' } }), now)).toEqual({
      perHour: '1.0060',
      soFar: '10.06',
      source: expect.stringContaining('us-east-1'),
    });
    expect(costOf(thing({ type: 'AWS::EC2::Volume', detail: { volumeType: 'gp3', sizeGiB: 1000 } }), now)).toMatchObject({ perHour: '0.1096' });
  });
  it('gives no figure for what is stopped, gone, on Windows or unknown', () => {
    const without: Partial<Found>[] = [
      { detail: { state: 'stopped', instanceType: 'g5.xlarge' } },
      { alive: false, detail: { state: 'running', instanceType: 'g5.xlarge' } },
      { detail: { state: 'running', instanceType: 'g5.xlarge', platform: 'windows' } },
      { detail: { state: 'running', instanceType: 'x9.huge' } },
      { type: 'AWS::SageMaker::NotebookInstance', detail: { instanceType: 'ml.p3.2xlarge' } },
    ];
    for (const rest of without) expect(costOf(thing(rest), now)).toBeUndefined();
  });
  it('is summed by region and in all, for what the key made and what lives; what has no figure is counted', () => {
    const mine = (region: string, perHour: string) => thing({ region, byKey: true, cost: { perHour, soFar: '1.00', source: 'x' } });
    expect(
      costsOf([
        mine('eu-west-1', '1.0000'),
        mine('eu-west-1', '0.5000'),
        mine('us-east-1', '3.0000'),
        { ...mine('us-east-1', '9.0000'), byKey: false },
        { ...mine('us-east-1', '9.0000'), alive: false },
        thing({ byKey: true, type: 'AWS::SageMaker::NotebookInstance' }),
        thing({ byKey: true, type: 'AWS::IAM::User' }),
      ]),
    ).toEqual({
      perHour: '4.5000',
      soFar: '3.00',
      regions: [
        { region: 'us-east-1', perHour: '3.0000', soFar: '1.00' },
        { region: 'eu-west-1', perHour: '1.5000', soFar: '2.00' },
      ],
      priced: 3,
      unpriced: 1,
    });
  });
});
