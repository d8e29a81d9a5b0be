import { expect, it } from 'vitest';
import { networkTest } from './address.ts';

it.each([
  ['10.0.0.0/8', '10.255.255.255', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3', '10.1.2.4', false],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['0.0.0.0/0', '::1', false],
  ['192.168.1.77/24', '192.168.1.1', true],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['::/0', '2001:db8::1', true],
  ['fe80::1/128', 'FE80:0:0:0:0:0:0:1', true],
  ['10.0.0.0/8', '::ffff:10.1.2.3', true],
  ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['::/0', 'not an address', false],
  ['0.0.0.0/0', '06.237.252.245', false],
])('%s holds %s: %s', (network, address, holds) => {
  expect(networkTest(network)?.(address)).toBe(holds);
});
it.each(['', '10.0.0', '10.0.0.0/33', '10.*', '::/129', 'x/8', '10.0.0.0/-1', '10.0.0.0/8/8', 'fe80::1%eth0/64'])('%s is no network', (network) => {
  expect(networkTest(network)).toBeUndefined();
});
