import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf, readRecord } from './event.ts';
import { parseNumbers } from './exact.ts';

describe('readRecord', () => {
  it('keeps every digit, in strings where a number would lose some', () => {
    expect(readRecord('{"a":12345678901234567890, "b":[1.50,-0.0,1e400,-9007199254740993],"c":9007199254740991,"d":-7}')).toEqual({
      a: '12345678901234567890',
      b: ['1.50', '-0.0', '1e400', '-9007199254740993'],
      c: 9007199254740991,
      d: -7,
    });
  });
  it('takes what the store holds besides JSON: NaN and Infinity, however they are written', () => {
    expect(readRecord('{"a":NaN,"b":[-Infinity,inf, -nan],"c":{"d":INFINITY,"e":null,"f":"NaN"},"g":1.5}')).toEqual({
      a: 'NaN',
      b: ['-Infinity', 'inf', '-nan'],
      c: { d: 'INFINITY', e: null, f: 'NaN' },
      g: '1.5',
    });
  });
  it('leaves alone what stands inside strings, quotation marks and backslashes in them or not', () => {
    const record = { a: 'x "1.5", 2.5 \\', 'b: 1.5': '\\\\"', c: ', NaN', d: '12345678901234567890' };
    expect(readRecord(JSON.stringify({ ...record, n: 0 }).replace(/0}$/, 'NaN}'))).toEqual({ ...record, n: 'NaN' });
  });
  it('is linear in long strings, of backslashes too', () => {
    const long = '\\'.repeat(8_000_000);
    const record = readRecord(`${JSON.stringify({ long, quoted: '"'.repeat(4_000_000), big: 1 }).slice(0, -1)}2345678901234567890}`);
    expect((record.long as string).length).toBe(long.length);
    expect(record.big).toBe('12345678901234567890');
  }, 5_000);
  it('refuses what is no JSON, in words about the text as it came', () => {
    for (const raw of ['', '{', '{"a":1.5', '{"a":-}', '{"a":Nanna}', '[1.5]', 'NaN', '{"a":"1.5', '{"a":infinite}'])
      expect(() => readRecord(raw), raw).toThrow(SyntaxError);
    expect(() => parseNumbers('{"a":1.5,}', 'mark')).toThrow(expect.not.objectContaining({ message: expect.stringContaining('mark') }));
  });
  it('reads every JSON as JSON.parse does where numbers are whole and small', () => {
    const whole = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, fc.string({ unit: 'binary' }), fc.maxSafeInteger(), fc.boolean(), fc.constant(null), tie('list'), tie('object')),
      list: fc.array(tie('value')),
      object: fc.dictionary(fc.string(), tie('value')),
    }));
    fc.assert(
      fc.property(whole.object, (object) => {
        // A fraction beside it sends the text on the slow way.
        const { slow, ...rest } = readRecord(`{"slow": 0.5, "it":${JSON.stringify(object)}}`);
        expect(slow).toBe('0.5');
        expect(rest.it).toEqual(JSON.parse(JSON.stringify(object)));
      }),
    );
  });
});

describe('outcomeOf', () => {
  const signIn = (more: object) => ({ eventSource: 'signin.amazonaws.com', eventName: 'ConsoleLogin', ...more });
  it.each([
    [signIn({ responseElements: { ConsoleLogin: 'Failure' }, errorMessage: 'Failed authentication' }), 'denied'],
    [signIn({ responseElements: { ConsoleLogin: 'Failure' }, errorMessage: 'No username found in supplied account' }), 'denied'],
    [signIn({ responseElements: { ConsoleLogin: 'Failure' } }), 'denied'],
    [signIn({ responseElements: { ConsoleLogin: 'Success' } }), 'done'],
    [signIn({ errorMessage: 'Failed authentication' }), 'denied'],
    [{ eventName: 'RunInstances', errorCode: 'Client.DryRunOperation' }, 'dry-run'],
    [{ eventName: 'RunInstances', errorCode: 'Client.UnauthorizedOperation' }, 'denied'],
    [{ eventName: 'GetRole', errorCode: 'NoSuchEntityException' }, 'failed'],
    [{ eventName: 'GetRole', errorCode: '' }, 'done'],
  ])('of %o is %s', (record, outcome) => {
    expect(outcomeOf(record)).toBe(outcome);
  });
});
