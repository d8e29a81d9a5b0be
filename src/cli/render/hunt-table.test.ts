import { expect, test } from 'vitest';
import type { HuntProgress } from '../../procedure/shared/hunt-progress.ts';
import { huntTable } from './hunt-table.ts';

const at = (region: string, rest: Partial<HuntProgress> = {}): { hunt: any } => ({
  hunt: { region, status: 'running', done: 0, of: 4, found: 0, events: 0, finished: 0, regions: 3, ...rest },
});
function screen(live: boolean, rows = 24, lang: 'en' | 'es' = 'en') {
  const lines: string[] = [];
  let shown: readonly string[] = [];
  let clock = 0;
  const io = { lang, live, rows, columns: 80, transient: (drawn: string | readonly string[]) => void (shown = [drawn].flat()) };
  const table = huntTable(
    io,
    (line) => void lines.push(line),
    () => (clock += 1000),
  );
  return { table, lines, shown: () => shown };
}

test('a row a region, redrawn, with what is at work first and a sum below', () => {
  const { table, shown, lines } = screen(true);
  table.take(at('us-east-1', { status: 'inspected', done: 4, found: 12, events: 300, finished: 1 }), '');
  table.take(at('ap-south-1', { status: 'denied', done: 4, finished: 2 }), '');
  expect(table.take(at('eu-west-1', { done: 2, found: 1200, events: 7 }), '')).toBe(true);
  expect(shown().map((line) => line.trim().split(/\s+/).slice(0, 2).join(' '))).toEqual(['… eu-west-1', '✘ ap-south-1', '✔ us-east-1', '2 of']);
  expect(shown()[0]).toMatch(/██████······ {4}2\/4 {4}1,200 seen {7}7 events$/);
  expect(shown().at(-1)).toContain('2 of 3 regions · 1,212 resources seen · 307 events read');
  expect(shown().every((line) => line.length < 80)).toBe(true);
  expect(lines).toEqual([]);
});

test('other progress of the hunt stands below; of anything else it is not taken', () => {
  const { table, shown } = screen(true);
  expect(table.take({ phase: 'hunt' }, 'x')).toBe(false);
  table.take(at('eu-west-1'), '');
  expect(table.take({ phase: 'support-case' }, 'x')).toBe(false);
  expect(table.take({ phase: 'hunt' }, 'CloudTrail: who made it')).toBe(true);
  expect(shown().at(-1)).toContain('CloudTrail: who made it');
});

test('a small terminal shows the rest as a number', () => {
  const { table, shown } = screen(true, 8);
  for (let i = 0; i < 30; i++) table.take(at(`eu-west-${i}`), '');
  expect(shown()).toHaveLength(5);
  expect(shown()[3]).toContain('and 27 more regions');
});

test('without a terminal every region is one line, when it ends', () => {
  const { table, lines, shown } = screen(false);
  table.take(at('eu-west-1', { done: 1 }), '');
  table.take(at('eu-west-1', { status: 'inspected', done: 4, found: 3, finished: 1 }), '');
  table.take(at('eu-west-1', { status: 'inspected', done: 4, found: 3, finished: 1 }), '');
  expect(shown()).toEqual([]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('✔ eu-west-1');
});

test.each(['en', 'es'] as const)('the account beside a region is shown whole in eighty columns (%s)', (lang) => {
  const { table, shown } = screen(true, 24, lang);
  const name = 'ap-southeast-1 111122223333';
  table.take(at('us-east-1', { done: 4 }), '');
  table.take(at(name, { done: 80, of: 120, found: 123_456, events: 12_345 }), '');
  const row = shown().find((line) => line.includes('ap-southeast-1'))!;
  expect(row).toContain(`${name} `);
  expect(row).toMatch(/80\/120.*123.456.*12.345 event/);
  expect(shown().every((line) => line.length < 80)).toBe(true);
});
