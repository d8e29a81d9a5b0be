import { describe, expect, it } from 'vitest';
import type { Call, Json } from '../../kernel/index.ts';
import { failure, fakeContext } from '../testing/fake-context.ts';
import { lookup, lookupEach, lookupPages } from './lookup.ts';

const WINDOW = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-22T12:00:00.000Z' };
const KEY = 'AKIAQYLPMN5HHHFPZAM2';
/** Newest first, three to a second, as LookupEvents gives them. */
const HISTORY = Array.from({ length: 40 }, (_, n) => {
  const time = new Date(Date.parse(WINDOW.to) - Math.floor(n / 3) * 1000).toISOString();
  return { id: `e-${n}`, time };
});
const raw = ({ id, time }: (typeof HISTORY)[number]): Json => ({
  EventId: id,
  EventTime: time,
  CloudTrailEvent: JSON.stringify({ eventID: id, eventName: 'RunInstances', eventSource: 'ec2.amazonaws.com', eventTime: time, userIdentity: {} }),
});
/** A trail with pages of seven. `dies(n)`: is the token of the n-th question dead? */
const trail = (dies: (question: number) => boolean = () => false) => {
  let asked = 0;
  return (call: Call): Json | ReturnType<typeof failure> => {
    const { EndTime, NextToken } = call.input as { EndTime: string; NextToken?: string };
    asked += 1;
    if (NextToken !== undefined && dies(asked)) return failure('InvalidNextToken');
    const [end, from] = NextToken === undefined ? [EndTime, 0] : (JSON.parse(NextToken) as [string, number]);
    // A token goes with the parameters it was given for.
    if (end !== EndTime) return failure('InvalidNextToken');
    const all = HISTORY.filter((one) => one.time <= end);
    const next = from + 7 < all.length ? JSON.stringify([end, from + 7]) : undefined;
    return { Events: all.slice(from, from + 7).map(raw), ...(next === undefined ? {} : { NextToken: next }) };
  };
};
const ids = async (pages: ReturnType<typeof lookupPages>): Promise<string[]> => {
  const all: string[] = [];
  for await (const page of pages) all.push(...page.events.map((event) => event.id));
  return all;
};
const everything = HISTORY.map((one) => one.id);

describe('a long list of events', () => {
  it('comes page by page, whole and in order', async () => {
    const ctx = fakeContext({ answers: { 'cloudtrail:LookupEvents': trail() } });
    const sizes: number[] = [];
    for await (const page of lookupPages(ctx, 'eu-west-1', 'AccessKeyId', KEY, WINDOW)) sizes.push(page.events.length);
    expect(sizes).toEqual([7, 7, 7, 7, 7, 5]);
  });

  it.each([
    ['once', (n: number) => n === 3],
    ['every second time', (n: number) => n % 2 === 0],
    ['whenever it may', (n: number) => n > 1 && n % 3 !== 0],
  ])('is whole, each event once, when tokens die %s', async (_name, dies) => {
    const ctx = fakeContext({ answers: { 'cloudtrail:LookupEvents': trail(dies) } });
    expect(await ids(lookupPages(ctx, 'eu-west-1', 'AccessKeyId', KEY, WINDOW))).toEqual(everything);
  });

  it('goes on inside the list after an interruption, with the token or without it', async () => {
    for (const dead of [false, true]) {
      let cut = true;
      let before = 0;
      const answer = trail((n) => dead && n === before + 1);
      const ctx = fakeContext({
        answers: {
          'cloudtrail:LookupEvents': (call) => {
            if (cut && ctx.calls.length === 4) return failure('NetworkError');
            return answer(call);
          },
        },
      });
      await expect(ids(lookupPages(ctx, 'eu-west-1', 'AccessKeyId', KEY, WINDOW))).rejects.toMatchObject({ code: 'NetworkError' });
      cut = false;
      before = 3;
      const asked = ctx.calls.length;
      expect(await ids(lookupPages(ctx, 'eu-west-1', 'AccessKeyId', KEY, WINDOW))).toEqual(everything);
      // Three pages of six are not asked for again; a dead token costs one question more.
      expect(ctx.calls.length - asked).toBe(dead ? 4 + 1 : 3);
    }
  });

  it('says so instead of turning in circles when there is no way on', async () => {
    const ctx = fakeContext({ answers: { 'cloudtrail:LookupEvents': trail((n) => n > 1) } });
    const looked = await lookup(ctx, ['eu-west-1'], 'AccessKeyId', KEY, { ...WINDOW });
    expect(looked.unread).toEqual([]);
    const stuck = fakeContext({
      answers: {
        'cloudtrail:LookupEvents': (call) => {
          const { NextToken } = call.input as { NextToken?: string };
          return NextToken === undefined ? { Events: HISTORY.slice(0, 2).map(raw), NextToken: 'x' } : failure('InvalidNextToken');
        },
      },
    });
    const circled = await lookup(stuck, ['eu-west-1'], 'AccessKeyId', KEY, WINDOW);
    expect(circled.events.map((event) => event.id)).toEqual(['e-0', 'e-1']);
    expect(circled.unread).toMatchObject([{ region: 'eu-west-1', why: expect.stringContaining('InvalidNextToken') }]);
    expect(stuck.calls.length).toBeLessThan(6);
  });

  it('keeps what came before an error, names the region and the broken records', async () => {
    const ctx = fakeContext({
      answers: {
        'cloudtrail:LookupEvents@eu-west-1': { Events: [raw(HISTORY[0]!), { EventId: 'bad', CloudTrailEvent: '{' }] },
        'cloudtrail:LookupEvents@us-east-1': failure('AccessDenied'),
      },
    });
    const taken: string[] = [];
    const unread = await lookupEach(ctx, ['eu-west-1', 'us-east-1'], 'AccessKeyId', KEY, WINDOW, (page, region) => {
      taken.push(...page.events.map((event) => `${region} ${event.id}`));
    });
    expect(taken).toEqual(['eu-west-1 e-0']);
    expect(unread).toEqual([
      { of: KEY, region: 'eu-west-1', why: '1 of 2 records could not be parsed' },
      { of: KEY, region: 'us-east-1', why: 'cloudtrail:LookupEvents: AccessDenied' },
    ]);
  });

  it('had no answer in the middle: asked again, gently, it goes on there, each event once', async () => {
    const answer = trail();
    let silent = 0;
    const ctx = fakeContext({
      answers: {
        'cloudtrail:LookupEvents': (call) => {
          if (ctx.calls.filter((one) => one.region === call.region).length === 3 && ++silent > 0)
            return Object.assign(failure('TimeoutError'), { status: undefined });
          return answer(call);
        },
      },
    });
    const seen = new Map<string, string[]>();
    const regions = ['eu-west-1', 'us-east-1', 'ap-south-1'];
    const unread = await lookupEach(ctx, regions, 'AccessKeyId', KEY, WINDOW, async (page, region) => {
      seen.set(region, [...(seen.get(region) ?? []), ...page.events.map((event) => event.id)]);
    });
    expect([silent, unread]).toEqual([3, []]);
    for (const region of regions) expect(seen.get(region)).toEqual(everything);
  });

  it('is unread where there is no answer twice, and a region that stays dark is not asked twice for every credential', async () => {
    const ctx = fakeContext({
      answers: {
        'cloudtrail:LookupEvents@eu-west-1': { Events: [] },
        'cloudtrail:LookupEvents@ap-south-1': Object.assign(failure('TimeoutError'), { status: undefined }),
      },
    });
    const asked = () => ctx.calls.filter((one) => one.region === 'ap-south-1').length;
    const ask = (value: string) => lookupEach(ctx, ['eu-west-1', 'ap-south-1'], 'AccessKeyId', value, WINDOW, () => undefined);
    expect(await ask(KEY)).toEqual([{ of: KEY, region: 'ap-south-1', why: 'cloudtrail:LookupEvents: TimeoutError' }]);
    expect(asked()).toBe(2);
    expect(await ask('ASIAQ2SESSIQN2345672')).toHaveLength(1);
    expect(asked()).toBe(3);
  });
});
