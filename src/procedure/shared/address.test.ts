import { describe, expect, it } from 'vitest';
import { bastionAddress, parseAddress, parseNetwork, responderAddress } from './address.ts';

describe('responderAddress', () => {
  it.each([
    ['198.51.100.7', '198.51.100.7/32'],
    ['198.51.100.7/32', '198.51.100.7/32'],
    ['2001:0DB8:0:0::1', '2001:db8::1/128'],
    ['2001:db8::1/128', '2001:db8::1/128'],
  ])('takes %s', (given, cidr) => expect(responderAddress(given).cidr).toBe(cidr));

  it.each([
    '0.0.0.0/0',
    '0.0.0.0',
    '::/0',
    '::',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.127.255.254',
    '127.0.0.1',
    '169.254.169.254',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    'ff02::1',
    '::ffff:10.0.0.1',
    '198.51.100.0/24',
    '2001:db8::/64',
    '198.51.100.7/32/32',
    '198.51.100',
    'example.com',
    '',
  ])('refuses %s', (given) =>
    expect(() => responderAddress(given)).toThrow(expect.objectContaining({ code: 'UnsafeAddress', exit: 2, fix: expect.any(String) })),
  );
});

it('lets a bastion have a private address, and nothing wider', () => {
  expect(bastionAddress('10.0.1.5').cidr).toBe('10.0.1.5/32');
  for (const given of ['10.0.0.0/8', '127.0.0.1', '0.0.0.0', 'nobody']) expect(() => bastionAddress(given)).toThrow(expect.objectContaining({ exit: 2 }));
});

it('reads addresses and networks, and nothing else', () => {
  expect(parseAddress('2001:DB8::A')?.address).toBe('2001:db8::a');
  expect(parseAddress('1.2.3')).toBeUndefined();
  expect(parseNetwork('198.51.100.0/24')).toEqual({ cidr: '198.51.100.0/24', family: 4, prefix: 24 });
  expect(parseNetwork('198.51.100.0/33')).toBeUndefined();
  expect(parseNetwork('198.51.100.0')).toBeUndefined();
});
