import { describe, expect, it } from 'vitest';
import { momentOf } from './moment.ts';

describe('momentOf', () => {
  it.each([
    ['2026-03-02', '2026-03-02 00:00:00.000'],
    ['2026-03-02 10:11', '2026-03-02 10:11:00.000'],
    ['2026-03-02T10:11:12Z', '2026-03-02 10:11:12.000'],
    ['2026-03-02T10:11:12.5', '2026-03-02 10:11:12.500'],
    ['2026-03-02T01:00:00+02:00', '2026-03-01 23:00:00.000'],
    ['2026-03-02T01:00-0130', '2026-03-02 02:30:00.000'],
  ])('reads %s in UTC', (written, moment) => expect(momentOf(written)).toBe(moment));
  it('takes the whole day of a bare date in at the end, and only then', () => {
    expect(momentOf('2026-03-31', true)).toBe('2026-04-01 00:00:00.000');
    expect(momentOf('2026-03-31T00:00', true)).toBe('2026-03-31 00:00:00.000');
  });
  it.each(['', 'yesterday', '2026-02-30', '2026-13-01', '02/03/2026', '2026-03-02T25:00', "2026-03-02' OR 1=1"])('refuses %j with a way out', (written) => {
    expect(() => momentOf(written)).toThrow(expect.objectContaining({ code: 'TrailTime', exit: 2 }));
  });
});
