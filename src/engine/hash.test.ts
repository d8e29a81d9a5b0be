import { describe, expect, it } from 'vitest';
import { create, paint } from '../../test/engine/plan.ts';
import { planOf } from '../../test/engine/stand.ts';
import { type Change, type Plan, text } from '../kernel/index.ts';
import { planHash } from './hash.ts';

const change = paint('p', 'thing-1', 'red', { danger: [text('it smells', 'huele')] });
const plan = planOf([create('a'), change]);
const withChange = (more: Partial<Change>): Plan => planOf([create('a'), { ...change, ...more }]);
const other = text('other words', 'otras palabras');

describe('the hash a plan is approved by', () => {
  it('is SHA-256 and the same for the same plan, whatever the order of members', () => {
    expect(planHash(plan)).toMatch(/^[0-9a-f]{64}$/);
    const { id, call, ...rest } = change;
    expect(
      planHash(planOf([create('a'), { ...rest, call: { input: call.input, region: call.region, operation: call.operation, service: call.service }, id }])),
    ).toBe(planHash(plan));
  });

  it('does not count sentences: a language or a typo needs no new approval', () => {
    expect(planHash(withChange({ why: other, danger: [other, other] }))).toBe(planHash(plan));
    const undo = { calls: 'calls' in change.undo ? change.undo.calls : [], loses: text('a', 'b') };
    expect(planHash(withChange({ undo }))).toBe(planHash(withChange({ undo: { ...undo, loses: other } })));
    expect(planHash(withChange({ undo: { kept: other } }))).toBe(planHash(withChange({ undo: { kept: text('x', 'y') } })));
    expect(planHash(withChange({ undo: { ...undo, ask: other } }))).toBe(planHash(withChange({ undo: { ...undo, ask: text('x', 'y') } })));
  });

  it.each([
    ['another input', { call: { ...change.call, input: { ThingId: 'thing-1', Colour: 'blue' } } }],
    ['an input member called like a sentence', { call: { ...change.call, input: { ThingId: 'thing-1', Colour: 'red', why: 'x' } } }],
    ['another region', { call: { ...change.call, region: 'eu-west-2' } }],
    ['another account', { call: { ...change.call, as: 'forensics' } }],
    ['another operation', { call: { ...change.call, operation: 'FixThing' } }],
    ['another order', { needs: ['a'] }],
    ['settled before', { after: ['a'] }],
    ['another way to repeat', { repeat: 'ask' as const }],
    ['another proof', { probe: { ...change.probe, done: [{ path: 'Thing.Colour', is: 'green' }] } }],
    ['another undo', { undo: { calls: [{ ...change.call, input: { ThingId: 'thing-1', Colour: 'grey' } }] } }],
    ['no undo', { undo: { never: other } }],
    ['an undo that asks', { undo: { calls: 'calls' in change.undo ? change.undo.calls : [], ask: other } }],
    ['a typed word', { typed: 'delete' }],
    ['codes that are taken for done', { already: ['Exists'] }],
    ['another id', { id: 'q' }],
  ])('counts %s', (_what, more) => {
    expect(planHash(withChange(more as Partial<Change>))).not.toBe(planHash(plan));
  });

  it('counts the action, the target and the order of steps', () => {
    expect(planHash({ ...plan, action: 'other' })).not.toBe(planHash(plan));
    expect(planHash({ ...plan, target: { thing: 'y' } })).not.toBe(planHash(plan));
    expect(planHash({ ...plan, steps: [...plan.steps].reverse() })).not.toBe(planHash(plan));
  });
});
