import { describe, expect, it } from 'vitest';
import { sampleHunt, sampleKey } from '../testing/sample-hunt.ts';
import { lanesOf } from './lanes.ts';
import { type Branch, huntOf } from './model.ts';
import { MOST_LANES, picture } from './picture.ts';
import { scaleOf } from './scale.ts';

const drawn = (credentials: number, hostile = ''): string => picture(huntOf(sampleHunt(credentials, hostile))!, 'en')!.text;
const numbers = (svg: string, attribute: string): number[] => [...svg.matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g'))].map((match) => Number(match[1]));

describe('the picture of the tree', () => {
  it.each([1, 2, 10, 24, 25, 60, 200])('of %d credentials stays inside its frame and names each it draws', (credentials) => {
    const svg = drawn(credentials);
    const [width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.slice(1).map(Number) as [number, number];
    for (const x of ['x', 'x1', 'x2', 'cx'].flatMap((name) => numbers(svg, name))) expect(x >= 0 && x <= width, String(x)).toBe(true);
    for (const y of ['y', 'y1', 'y2', 'cy'].flatMap((name) => numbers(svg, name))) expect(y >= 0 && y <= height, String(y)).toBe(true);
    expect(svg.match(/class="bar"/g)).toHaveLength(Math.min(credentials, MOST_LANES));
    expect(svg.match(/class="edge"/g)?.length ?? 0).toBe(Math.min(credentials, MOST_LANES) - 1);
    expect(svg).toContain(`>${sampleKey('AKIA', 1)}</text>`);
    // Only presentation attributes: the page's policy allows no style of an element's own.
    expect(svg).not.toMatch(/ style=|NaN|undefined/);
  });
  it('shows hostile names as text', () => {
    const svg = drawn(10, `"><script>alert(1)</script>`);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&quot;&gt;&lt;script&gt;');
  });
  it('draws nothing of a tree without any time, and nothing of none', () => {
    const branch = (credential: string): Branch => ({
      ...huntOf(sampleHunt(1))!.tree[0]!,
      credential,
      issued: null,
      first: null,
      last: null,
    });
    const empty = { ...huntOf(sampleHunt(1))!, found: [] };
    expect(picture({ ...empty, tree: [branch('AKIA')] }, 'en')).toBeNull();
    expect(picture({ ...empty, tree: [] }, 'en')).toBeNull();
  });
  it('loses no credential of a broken ledger in which two issued each other', () => {
    const [one] = huntOf(sampleHunt(1))!.tree;
    const ring = [
      { ...one!, credential: 'a', issuedBy: 'b' },
      { ...one!, credential: 'b', issuedBy: 'a' },
    ];
    expect(lanesOf(ring, [], 10).map((lane) => lane.branch.credential)).toEqual(['a', 'b']);
  });
});

describe('the scale', () => {
  const HOUR = 3_600_000;
  it('keeps the order of time, and shortens long silences without hiding them', () => {
    const times = [0, 10 * 60_000, 30 * 60_000, HOUR, 100 * HOUR, 100 * HOUR + 60_000];
    const scale = scaleOf(times, 100, 1000);
    const places = times.map((time) => scale.x(time));
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(places[0]).toBe(100);
    expect(places.at(-1)).toBeCloseTo(1000);
    expect(scale.breaks.map((one) => one.milliseconds)).toContain(99 * HOUR);
    // The busy hour has more than a tenth of the picture, though it is a hundredth of the time.
    expect(places[3]! - places[0]!).toBeGreaterThan(90);
    for (const [index, tick] of scale.ticks.entries()) if (index > 0) expect(tick.x - scale.ticks[index - 1]!.x).toBeGreaterThanOrEqual(110);
  });
  it('of one moment is its left edge', () => {
    const scale = scaleOf([5], 10, 20);
    expect([scale.x(5), scale.x(99)]).toEqual([10, 10]);
  });
});
