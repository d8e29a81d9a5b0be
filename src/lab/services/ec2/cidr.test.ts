import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidr, contains, toNumber, v4, v6 } from './cidr.ts';

describe('addresses', () => {
  it('round trip through numbers', () => {
    fc.assert(fc.property(fc.bigInt(0n, 2n ** 32n - 1n), (value) => toNumber(v4(value)) === value));
    fc.assert(fc.property(fc.bigInt(0n, 2n ** 128n - 1n), (value) => toNumber(v6(value)) === value));
    fc.assert(fc.property(fc.ipV6(), (text) => text.includes('.') || toNumber(v6(toNumber(text))) === toNumber(text)));
  });
  it.each([
    ['2001:DB8:0:0:1:0:0:0', '2001:db8:0:0:1::'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['10:0:0:110:0:0:0:0', '10:0:0:110::'],
  ])('%s is written %s', (long, short) => {
    expect(v6(toNumber(long))).toBe(short);
  });
});
describe('blocks', () => {
  it('lose their host bits', () => {
    expect(cidr('198.51.100.77/24', 4).text).toBe('198.51.100.0/24');
    expect(cidr('2001:db8::77/64', 6).text).toBe('2001:db8::/64');
    expect(cidr('0.0.0.0/0', 4).text).toBe('0.0.0.0/0');
  });
  it.each(['', '1.2.3.4', '1.2.3.4/33', '1.2.3/8', '1.2.3.4/8/8', '::/0', '1.2.3.4/-1', '01.2.3.4/8'])('%j is refused', (text) => {
    expect(() => cidr(text, 4)).toThrow('malformed');
  });
  it('contain one another', () => {
    expect(contains(cidr('10.0.0.0/16', 4), cidr('10.0.255.0/24', 4))).toBe(true);
    expect(contains(cidr('10.0.0.0/16', 4), cidr('10.1.0.0/24', 4))).toBe(false);
    expect(contains(cidr('10.0.0.0/24', 4), cidr('10.0.0.0/16', 4))).toBe(false);
  });
});
