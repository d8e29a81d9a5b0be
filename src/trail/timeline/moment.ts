import { AplombError } from '../../kernel/index.ts';

const FORM = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?)?$/i;
const DAY = 86_400_000;

/**
 * A moment that a person wrote, as DuckDB text in UTC: `2026-03-02`, `2026-03-02 10:11`, `2026-03-02T10:11:12.5Z`, `…+01:00`; without a zone it is UTC.
 * `end` makes of a bare date the end of that day.
 * @throws AplombError TrailTime
 */
export function momentOf(written: string, end = false): string {
  const parts = FORM.exec(written.trim());
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = parts ?? [];
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(-2)}` : 'Z';
  const date = `${year}-${month}-${day}`;
  const ms = parts ? Date.parse(`${date}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`) : Number.NaN;
  // Date.parse takes the 30th of February for the 2nd of March.
  if (Number.isNaN(ms) || new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10) !== date)
    throw new AplombError('TrailTime', `“${written.slice(0, 60)}” is not a time.`, {
      fix: 'Write it as 2026-03-02, 2026-03-02T10:11 or 2026-03-02T10:11:12Z (UTC).',
      exit: 2,
    });
  const iso = new Date(ms + (end && parts?.[4] === undefined ? DAY : 0)).toISOString();
  return iso.replace('T', ' ').replace('Z', '');
}
