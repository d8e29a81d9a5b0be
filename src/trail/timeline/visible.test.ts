import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible, word } from './visible.ts';

describe('visible', () => {
  it('shows what a terminal would obey and what nobody would see', () => {
    expect(visible('a\x1b[31mred\r\nb\u202egpj\u200b\u{e0041}\ud800')).toBe('a\\x1b[31mred\\x0d\\x0ab\\u202egpj\\u200b\\u{e0041}\\ud800');
  });
  it('quotes what could pass for our own words', () => {
    expect(word('support-temp')).toBe('support-temp');
    expect(word('x  [denied] by "root"')).toBe('"x  [denied] by \\"root\\""');
    expect(word('')).toBe('""');
  });
  it('is one line, bounded, and holds no control character whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (hostile) => {
        const text = visible(hostile, 40);
        expect(text).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e\u2028]/);
        expect(text.length).toBeLessThanOrEqual(40 * 9);
      }),
    );
  });
});
