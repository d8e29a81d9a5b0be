import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bothWays, entryBox, throughAcl } from './acl.ts';
import { type Box, byTcp, common, meet, minus, type Range, rangeOf, without } from './space.ts';
import type { AclEntry } from './state.ts';
import { acl } from './testing/sample.ts';

/** A small world, so that random rules meet: 10.0.0.0/27 and a few ports and protocols. */
const base = rangeOf('10.0.0.0/27')!.lo;
const address = fc.integer({ min: 0, max: 31 });
const span = (max: number) => fc.tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max })).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const range = span(31).map(([lo, hi]): Range => ({ family: 4, lo: base + BigInt(lo), hi: base + BigInt(hi) }));
const box = fc.record({ proto: span(20), port: span(30), peer: range }) as fc.Arbitrary<Box>;
const packet = fc.record({ proto: fc.integer({ min: 0, max: 20 }), port: fc.integer({ min: 0, max: 30 }), peer: address });
type Packet = { proto: number; port: number; peer: number };
const inside = (one: Packet, each: Box): boolean =>
  each.proto[0] <= one.proto &&
  one.proto <= each.proto[1] &&
  each.port[0] <= one.port &&
  one.port <= each.port[1] &&
  each.peer.lo <= base + BigInt(one.peer) &&
  base + BigInt(one.peer) <= each.peer.hi;

describe('addresses', () => {
  it.each([
    ['10.0.0.7', 0x0a000007n, 0x0a000007n],
    ['10.0.0.7/24', 0x0a000000n, 0x0a0000ffn],
    ['0.0.0.0/0', 0n, 0xffffffffn],
    ['::1', 1n, 1n],
    ['2001:db8::/127', 0x20010db8n << 96n, (0x20010db8n << 96n) + 1n],
    ['::ffff:10.0.0.1', 0xffff0a000001n, 0xffff0a000001n],
  ])('%s', (cidr, lo, hi) => expect(rangeOf(cidr)).toMatchObject({ lo, hi }));
  it.each(['', '10.0.0', '10.0.0.256', '10.0.0.0/33', '::/129', ':::', '1::2::3', 'g::', '10.0.0.0/x', '1:2:3:4:5:6:7:8:9'])('not %s', (text) =>
    expect(rangeOf(text)).toBeUndefined(),
  );
  it('a network and what is left without it make the whole, and do not meet', () =>
    fc.assert(
      fc.property(range, fc.array(range, { maxLength: 5 }), (whole, gone) => {
        const left = without([whole], gone);
        for (let n = 0n; n < 32n; n++) {
          const at: Range = { family: 4, lo: base + n, hi: base + n };
          const expected = common(whole, at) !== null && !gone.some((one) => common(one, at));
          expect(left.some((one) => common(one, at))).toBe(expected);
        }
      }),
    ));
});

describe('boxes', () => {
  it('meet and minus say the same as asking for each packet', () =>
    fc.assert(
      fc.property(box, fc.array(box, { maxLength: 6 }), packet, (whole, gone, one) => {
        expect(minus([whole], gone).some((each) => inside(one, each))).toBe(inside(one, whole) && !gone.some((each) => inside(one, each)));
        const both = gone[0] && meet(whole, gone[0]);
        if (gone[0]) expect(both !== null && both !== undefined && inside(one, both)).toBe(inside(one, whole) && inside(one, gone[0]));
        expect(byTcp(whole).some((each) => inside(one, each))).toBe(inside(one, whole));
      }),
    ));
});

const entry = fc
  .record({
    number: fc.integer({ min: 1, max: 40 }),
    egress: fc.boolean(),
    allow: fc.boolean(),
    protocol: fc.constantFrom('-1', '6', '17', '1'),
    cidr: fc.tuple(address, fc.integer({ min: 27, max: 32 })).map(([at, length]) => `10.0.0.${at}/${length}`),
    from: fc.integer({ min: 0, max: 30 }),
    to: fc.integer({ min: 0, max: 30 }),
  })
  .map((one): AclEntry => ({ ...one, from: Math.min(one.from, one.to), to: Math.max(one.from, one.to) }));
/** Two entries of one direction never have one number. */
const entries = fc.uniqueArray(entry, { maxLength: 12, selector: (one) => `${one.number} ${one.egress}` });
const whole: Box = { proto: [0, 20], port: [0, 30], peer: rangeOf('10.0.0.0/27')! };

describe('a network ACL', () => {
  it('decides each packet by the lowest number that fits, and denies what fits none', () =>
    fc.assert(
      fc.property(entries, packet, fc.boolean(), (list, one, egress) => {
        const first = list
          .filter((each) => each.egress === egress)
          .sort((a, b) => a.number - b.number)
          .find((each) => inside(one, entryBox(each)!));
        const sorted = throughAcl(acl('acl-1', [], list), egress, whole);
        expect(sorted.allowed.some((piece) => inside(one, piece.box))).toBe(first?.allow === true);
        expect(sorted.denied.some((piece) => inside(one, piece.box))).toBe(first?.allow !== true);
        const named = [...sorted.allowed, ...sorted.denied].find((piece) => inside(one, piece.box))!.by;
        expect(named).toContain(`entry ${first?.number ?? '*'} `);
      }),
    ));
  it('a TCP connection needs a way back, whichever port it answers to', () => {
    const allow = (egress: boolean, from: number, to: number, cidr = '10.0.0.0/28'): AclEntry => ({
      number: 10 + from,
      egress,
      allow: true,
      protocol: '6',
      cidr,
      from,
      to,
    });
    const tcp: Box = { proto: [6, 6], port: [443, 443], peer: rangeOf('10.0.0.0/27')! };
    const out = (list: AclEntry[]) => bothWays(acl('acl-1', [], list), true, tcp);
    expect(out([allow(true, 443, 443)]).allowed).toEqual([]);
    expect(out([allow(true, 443, 443)]).denied.map((piece) => piece.by)).toContain('acl-1 entry * ingress');
    expect(out([allow(true, 443, 443), allow(false, 1, 1023)]).allowed).toEqual([]);
    const open = out([allow(true, 443, 443), allow(false, 32_768, 60_999), allow(false, 1024, 65_535, '10.0.0.0/30')]).allowed;
    expect(open.map((piece) => piece.box.peer).flatMap((peer) => [peer.lo - base, peer.hi - base])).toEqual([0n, 3n, 4n, 15n]);
  });
});
