import { describe, expect, it } from 'vitest';
import { createGate } from './gate.ts';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('the gate', () => {
  it('has never more at work than it may, lets all through in turn, and counts a place given back twice once', async () => {
    const gate = createGate(3, 10_000);
    let working = 0;
    let most = 0;
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const leave = await gate.enter(undefined);
        order.push(n);
        most = Math.max(most, ++working);
        await pause(1);
        working -= 1;
        leave();
        leave();
      }),
    );
    expect(most).toBe(3);
    expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('does not wait for those who wait too long themselves', async () => {
    const gate = createGate(1, 30);
    const stuck = await gate.enter(undefined);
    const leave = await gate.enter(undefined);
    // The late one's place was given back already: it frees no second one.
    stuck();
    let third = false;
    const next = gate.enter(undefined).then((give) => {
      third = true;
      give();
    });
    await Promise.resolve();
    expect(third).toBe(false);
    leave();
    await next;
  });

  it('is left by whoever is called off, without a place lost', async () => {
    const gate = createGate(1, 10_000);
    const leave = await gate.enter(undefined);
    const stop = new AbortController();
    const off = gate.enter(stop.signal);
    const next = gate.enter(undefined);
    stop.abort(new Error('Ctrl-C'));
    await expect(off).rejects.toThrow('Ctrl-C');
    await expect(gate.enter(stop.signal)).rejects.toThrow('Ctrl-C');
    leave();
    (await next)();
    (await gate.enter(undefined))();
  });
});
