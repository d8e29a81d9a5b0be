import { describe, expect, it } from 'vitest';
import type { Probe, Test, Value } from '../kernel/index.ts';
import { EmptyRef, holds, picked, refsOf, resolve, type Scope, sameValue, search, wellFormed } from './values.ts';

const scope: Scope = {
  output: (id) => ({ group: { GroupId: 'sg-1', Rules: [{ Id: 'r-1' }, { Id: 'r-2' }], Empty: [], Blank: '' }, self: { Name: 'web' } })[id],
  now: () => Date.parse('2026-11-22T12:00:00.250Z'),
  token: 'f00d',
};
const holdsOn = (test: Test, data: unknown): boolean => holds([test], data, scope);

describe('values', () => {
  it('puts in what refs, $now, $token, $json and $join stand for, anywhere inside', () => {
    const value: Value = {
      Groups: [{ $ref: 'group#GroupId' }],
      Rules: { $ref: 'group#Rules[].Id' },
      Name: { $ref: 'self#Name' },
      Description: { $join: ['IR ', { $ref: 'group#GroupId' }, ' ', { $token: true }] },
      Policy: { $json: { Statement: [{ DateLessThan: { $now: true } }] } },
      Plain: [1, true, null, 'text'],
    };
    expect(resolve(value, scope)).toEqual({
      Groups: ['sg-1'],
      Rules: ['r-1', 'r-2'],
      Name: 'web',
      Description: 'IR sg-1 f00d',
      Policy: '{"Statement":[{"DateLessThan":"2026-11-22T12:00:00.250Z"}]}',
      Plain: [1, true, null, 'text'],
    });
  });

  it('never sends what a ref did not find', () => {
    for (const path of ['Absent', 'Empty', 'Blank', 'Rules[?Id==`nothing`]', 'Rules[', 'GroupId.Deeper'])
      expect(() => resolve({ Id: { $ref: `group#${path}` } }, scope), path).toThrow(EmptyRef);
    expect(() => resolve({ $ref: 'nobody#Id' }, scope)).toThrow(EmptyRef);
  });

  it('knows every ref of a value, its path and its stand-in', () => {
    expect(refsOf({ a: [{ $ref: 'x#A.B', like: 'sg-0' }], b: { $json: { $join: ['-', { $ref: 'self#C' }] } }, $now: true })).toEqual([
      { id: 'x', path: 'A.B', like: 'sg-0' },
      { id: 'self', path: 'C', like: undefined },
    ]);
  });

  it('takes a fault in the expression or the data for "nothing there"', () => {
    expect(search({ a: 1 }, 'a[')).toBeNull();
    expect(search({ a: 1 }, 'length(a)')).toBeNull();
    expect(search(undefined, 'a')).toBeNull();
    expect(holdsOn({ path: 'length(a)', is: 1 }, { a: 1 })).toBe(false);
    expect(holdsOn({ path: 'no_such_function(a)', is: true }, { a: 1 })).toBe(false);
  });

  it('compares lists as sets, objects by content, and counts repeated elements', () => {
    expect(holdsOn({ path: 'Groups', is: ['b', 'a'] }, { Groups: ['a', 'b'] })).toBe(true);
    expect(holdsOn({ path: 'Groups', is: ['a'] }, { Groups: ['a', 'b'] })).toBe(false);
    expect(holdsOn({ path: 'Groups', is: ['a', 'a'] }, { Groups: ['a'] })).toBe(false);
    expect(holdsOn({ path: 'R', is: [{ from: 1, to: [2, 3] }] }, { R: [{ to: [3, 2], from: 1 }] })).toBe(true);
    expect(holdsOn({ path: 'N', is: '1' }, { N: 1 })).toBe(false);
  });

  it('asks for null when nothing is given, and for one of several', () => {
    expect(holdsOn({ path: 'Gone' }, { Here: 1 })).toBe(true);
    expect(holdsOn({ path: 'Here' }, { Here: 1 })).toBe(false);
    expect(holdsOn({ path: 'State', in: ['stopping', 'stopped'] }, { State: 'stopped' })).toBe(true);
    expect(holdsOn({ path: 'State', in: ['stopping', 'stopped'] }, { State: 'running' })).toBe(false);
    expect(holdsOn({ path: 'Id', is: { $ref: 'group#GroupId' } }, { Id: 'sg-1' })).toBe(true);
  });

  it('picks elements by comparing values: a hostile name is never part of an expression', () => {
    const hostile = "web'] || Tags[?Key=='Name";
    const probe: Probe = {
      call: { service: 's', operation: 'o', region: 'r', input: {} },
      pick: { from: 'Things', where: [{ path: 'Name', is: hostile }] },
      done: [],
    };
    expect(picked(probe, { Things: [{ Name: 'web' }, { Name: hostile, Id: 1 }] }, scope)).toEqual([{ Name: hostile, Id: 1 }]);
    expect(picked(probe, { Other: [] }, scope)).toEqual([]);
    expect(picked({ ...probe, pick: undefined }, { Other: 1 }, scope)).toEqual({ Other: 1 });
  });

  it('sees equal values through another order of members', () => {
    expect(sameValue({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(sameValue({ b: [1, 2] }, { b: [2, 1] })).toBe(false);
  });

  it('mends lone surrogates, which the ledger cannot hold, and nothing else', () => {
    expect(wellFormed({ Tag: 'a\ud800b', List: ['\udc00', '😀'], N: 1, Nothing: null })).toEqual({
      Tag: 'a\ufffdb',
      List: ['\ufffd', '😀'],
      N: 1,
      Nothing: null,
    });
  });
});
