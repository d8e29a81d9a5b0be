import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { text } from '../kernel/text.ts';
import { chooseLang, count, duration, many, plainText, say, size, time } from './index.ts';

describe('plainText', () => {
  test.each([
    ['plain', 'plain'],
    ['two\r\nlines\tand more', 'two lines and more'],
    ['\x1b[31mred\x1b[0m', 'red'],
    ['\x9b1;31mred', 'red'],
    ['\x1b[2J\x1b[Hgone', 'gone'],
    ['\x1b]0;title\x07after', 'after'],
    ['\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\', 'click'],
    ['\x1b]52;c;cm0gLXJm\x07', ''],
    ['\x9d0;title\x9cafter', 'after'],
    ['\x1bPq#0\x1b\\sixel', 'sixel'],
    ['\x1b]0;never ended', ''],
    ['\x1b(0qqq', 'qqq'],
    ['\x1bcreset', 'reset'],
    ['\x1b', ''],
    ['a\x00b\x07c\x08d\x7fe\x85f', 'abcde f'],
    ['user\u202etxt.exe', 'usertxt.exe'],
    ['\u2066a\u2069\u200b\ufeff\u{e0041}b', 'ab'],
    ['\ud800x', '\ufffdx'],
    ['naïve 🔑 ключ', 'naïve 🔑 ключ'],
  ])('%j', (hostile, harmless) => expect(plainText(hostile)).toBe(harmless));

  test('is bounded, in code points, whatever comes in', () => {
    expect(plainText('x'.repeat(1000), 10)).toBe('xxxxxxxxx…');
    expect(plainText('🔑'.repeat(5), 4)).toBe('🔑🔑🔑…');
    expect(plainText('🔑🔑', 2)).toBe('🔑🔑');
    expect(plainText('\x1b]'.repeat(1_000_000), 100)).toBe('…');
  });

  test('nothing that steers a terminal or a reader comes through, and a second cleaning changes nothing', () => {
    const character = fc
      .oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0x1b, 0x5b, 0x5d, 0x9b, 0x9d, 0x07, 0x202e, 0x6d, 0x3b))
      .map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 60 }), (hostile) => {
        const clean = plainText(hostile);
        expect(clean).not.toMatch(/[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
        expect(plainText(clean)).toBe(clean);
      }),
      { numRuns: 2000 },
    );
  });
});

test('languages', () => {
  expect(say(text('Stop', 'Detener'), 'es')).toBe('Detener');
  expect(chooseLang('es')).toBe('es');
  expect(chooseLang('en', { LANG: 'es_ES.UTF-8' })).toBe('en');
  expect(chooseLang(undefined, { LANG: 'es_ES.UTF-8' })).toBe('es');
  expect(chooseLang(undefined, { LC_ALL: '', LC_MESSAGES: 'en_GB', LANG: 'es_ES' })).toBe('en');
  expect(chooseLang(undefined, { LANG: 'estonian' })).toBe('en');
  expect(chooseLang(undefined)).toBe('en');
});

test.each([
  [0, '0 ms', '0 ms'],
  [999.7, '1.0 s', '1,0 s'],
  [1500, '1.5 s', '1,5 s'],
  [9_960, '10 s', '10 s'],
  [59_600, '1 min', '1 min'],
  [125_000, '2 min 5 s', '2 min 5 s'],
  [3_600_000, '1 h', '1 h'],
  [3_660_000, '1 h 1 min', '1 h 1 min'],
  [90_000_000, '1 d 1 h', '1 d 1 h'],
  [-5, '0 ms', '0 ms'],
])('duration of %d ms', (milliseconds, en, es) => expect([duration(milliseconds, 'en'), duration(milliseconds, 'es')]).toEqual([en, es]));

test.each([
  [0, '0 B', '0 B'],
  [1023, '1023 B', '1023 B'],
  [1536, '1.5 KiB', '1,5 KiB'],
  [1024 * 1024 - 1, '1.0 MiB', '1,0 MiB'],
  [8 * 2 ** 30, '8.0 GiB', '8,0 GiB'],
])('size of %d bytes', (bytes, en, es) => expect([size(bytes, 'en'), size(bytes, 'es')]).toEqual([en, es]));

test('times are UTC and numbers are grouped', () => {
  expect(time('2026-03-01T09:05:07.123Z', 'en')).toBe('1 Mar 2026 09:05:07 UTC');
  expect(time(Date.UTC(2026, 0, 31), 'es')).toBe('31 ene 2026 00:00:00 UTC');
  expect([time('soon', 'en'), time('soon', 'es')]).toEqual(['unknown time', 'fecha desconocida']);
  expect([count(999, 'en'), count(1234567, 'en'), count(1234567, 'es')]).toEqual(['999', '1,234,567', '1.234.567']);
  expect([many(0, 'user', 'users', 'en'), many(1, 'usuario', 'usuarios', 'es'), many(1200, 'usuario', 'usuarios', 'es')]).toEqual([
    '0 users',
    '1 usuario',
    '1.200 usuarios',
  ]);
});
