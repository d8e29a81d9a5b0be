import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerEntry } from '../kernel/evidence.ts';
import { canonical, type Json } from '../kernel/json.ts';
import { fingerprintOf, type Signer } from './keys.ts';
import { FIRST_PREV, FORMAT, isFault, lineOf, newChain, readLine, seal, splitLines } from './ledger.ts';
import { restrict, valueFault } from './values.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('hex');
const signer: Signer = {
  publicKey: raw,
  fingerprint: fingerprintOf(raw),
  sign: (hash) => sign(null, Buffer.concat([Buffer.from('aplomb-ledger-v1\n'), Buffer.from(hash, 'hex')]), privateKey).toString('hex'),
};
const key = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 6 });
/** Any string, lone surrogates included. */
const string = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 12 });
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    string,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value;
const hasLone = (text: string) => /\p{Surrogate}/u.test(text);

test('a restricted value is its own canonical form after any number of readings', () => {
  fc.assert(
    fc.property(json, (value) => {
      const sound = restrict(value).value;
      expect(valueFault(sound)).toBeUndefined();
      const text = canonical(sound);
      expect(canonical(JSON.parse(text))).toBe(text);
      expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
      expect(restrict(sound)).toEqual({ value: sound, replaced: [] });
    }),
  );
});

test('members are written in the order of their keys, whatever the order they came in', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 8 }), fc.nat(), (keys, turn) => {
      const pairs = keys.map((name, index): [string, Json] => [name, index]);
      const turned = pairs.map((_, index) => pairs[(index + turn) % pairs.length]!);
      expect(canonical(Object.fromEntries(pairs))).toBe(canonical(Object.fromEntries(turned)));
    }),
  );
});

test('lone surrogates are replaced and every place is named, as a JSON Pointer', () => {
  fc.assert(
    fc.property(fc.dictionary(key, string, { maxKeys: 5 }), (value) => {
      const { value: sound, replaced } = restrict(value);
      const pointers = Object.keys(value)
        .filter((name) => hasLone(value[name]!))
        .map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
      expect(replaced.sort()).toEqual(pointers.sort());
      expect(hasLone(canonical(sound))).toBe(false);
    }),
  );
  expect(restrict({ a: ['x', '\udc00y'] })).toEqual({ value: { a: ['x', '\ufffdy'] }, replaced: ['/a/1'] });
});

test('numbers that other readers would read differently are an error', () => {
  fc.assert(
    fc.property(
      fc.double().filter((number) => !Number.isSafeInteger(number)),
      (number) => {
        expect(() => restrict({ number })).toThrow(expect.objectContaining({ code: 'ValueNotAllowed' }));
      },
    ),
  );
});

test('a hostile member name does not reach the prototype', () => {
  const { value } = restrict(JSON.parse('{"__proto__":{"polluted":1}}'));
  expect(canonical(value)).toBe('{"__proto__":{"polluted":1}}');
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

const actor = { responder: 'ana', host: 'h', callerArn: null };
function ledgerOf(bodies: readonly Json[]): LedgerEntry[] {
  let prev = FIRST_PREV;
  const opening = { format: FORMAT, id: 'x', title: 't', responder: 'ana', publicKey: raw, fingerprint: signer.fingerprint, tool: 't' };
  return [opening, ...bodies].map((body, seq) => {
    const entry = seal({ seq, time: '2026-01-01T00:00:00.000Z', actor, kind: seq === 0 ? 'case' : 'note', body: restrict(body).value as never, prev }, signer);
    prev = entry.hash;
    return entry;
  });
}
const firstFault = (bytes: Buffer): string | undefined => {
  const chain = newChain();
  const { lines, torn } = splitLines(bytes);
  if (torn.length > 0) return 'torn';
  for (const line of lines) {
    const entry = readLine(chain, line);
    if (isFault(entry)) return entry.fault;
  }
  return undefined;
};

test('a chain of any bodies reads back as it was written', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(key, json, { maxKeys: 3 }), { maxLength: 5 }), (bodies) => {
      const entries = ledgerOf(bodies);
      const chain = newChain();
      const { lines } = splitLines(Buffer.concat(entries.map(lineOf)));
      expect(lines.map((line) => readLine(chain, line))).toEqual(entries);
    }),
    { numRuns: 50 },
  );
});

test('any flipped bit of any line is found', () => {
  const bytes = Buffer.concat(ledgerOf([{ text: 'one' }, { text: 'zwei €' }, { text: 'tres' }]).map(lineOf));
  expect(firstFault(bytes)).toBeUndefined();
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), (position, bit) => {
      const flipped = Buffer.from(bytes);
      flipped[position]! ^= 1 << bit;
      expect(firstFault(flipped)).toBeDefined();
    }),
    { numRuns: 400 },
  );
});

test('any other order, choice or repetition of the lines is found, but for what begins at the beginning', () => {
  const lines = ledgerOf([{ text: 'a' }, { text: 'b' }, { text: 'c' }, { text: 'd' }]).map(lineOf);
  fc.assert(
    fc.property(fc.array(fc.nat(lines.length - 1), { minLength: 1, maxLength: 7 }), (order) => {
      const prefix = order.every((line, index) => line === index);
      expect(firstFault(Buffer.concat(order.map((line) => lines[line]!))) === undefined).toBe(prefix);
    }),
    { numRuns: 200 },
  );
});
