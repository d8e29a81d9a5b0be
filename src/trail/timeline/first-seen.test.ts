import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ordinary } from '../testing/ordinary.ts';
import { type MemoryStore, storeOf } from '../testing/store.ts';
import { EVERYTHING } from './condition.ts';
import { firstSeen, firstSeenOf, NEW } from './first-seen.ts';
import { select } from './select.ts';

const COUNT = 240;
describe('firstSeen', () => {
  let store: MemoryStore;
  beforeAll(async () => {
    // Each event comes from an address of its own, later ones first.
    store = await storeOf(
      Array.from({ length: COUNT }, (_, i) =>
        ordinary({ eventID: `e${i}`, eventTime: new Date(Date.UTC(2026, 2, 2) - i * 1_000).toISOString(), sourceIPAddress: `10.0.${i >> 8}.${i & 255}` }),
      ),
    );
  });
  afterAll(() => store.close());
  const all = (firsts: { get(n: number): number | undefined }) => Array.from({ length: COUNT + 2 }, (_, n) => firsts.get(n));
  const expected = [...Array.from({ length: COUNT - 1 }, () => NEW.address), NEW.principal, undefined, undefined];

  it.each([1, 7, COUNT - 1, COUNT, COUNT + 1, 500_000])('has every mark, asked for %i at a time', async (page) => {
    const firsts = await firstSeen(store, EVERYTHING, page);
    expect(firsts.size).toBe(COUNT);
    expect(all(firsts)).toEqual(expected);
  });
  it('is the same for principals as for their events', async () => {
    const arn = 'arn:aws:iam::111122223333:user/alice';
    const [{ principal = '' } = {}] = await store.query('SELECT DISTINCT principal FROM events');
    expect(principal).toBe(arn);
    expect(all(await firstSeenOf(store, [arn]))).toEqual(expected);
    expect(all(await firstSeenOf(store, [arn, ...Array.from({ length: 300 }, (_, i) => `nobody ${i} "\\\u0000`)]))).toEqual(expected);
    expect((await firstSeenOf(store, ['nobody'])).size).toBe(0);
    expect((await firstSeenOf(store, [])).size).toBe(0);
    expect(all(await firstSeen(store, select({ key: 'AKIANOBODY' })))).toEqual(all(await firstSeenOf(store, [])));
  });
});
