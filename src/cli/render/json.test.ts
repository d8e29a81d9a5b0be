import { expect, test } from 'vitest';
import { jsonLine, safeJson } from './json.ts';

const hostile = { 'k\u202e': 'a\u009b31m\u001b[2J\u2028b\u200b', n: [1, null, 'é 漢 😀'] };

test('a line of JSON says the same and holds nothing a terminal obeys', () => {
  const line = jsonLine(hostile);
  expect(JSON.parse(line)).toEqual(hostile);
  expect(line).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u200b\u2028\u202e]+\n$/);
  expect(line).toContain('é 漢 😀');
});

test('so does indented JSON', () => {
  expect(JSON.parse(safeJson(hostile, 2))).toEqual(hostile);
  expect(safeJson({ a: 1 }, 2)).toBe('{\n  "a": 1\n}');
});
