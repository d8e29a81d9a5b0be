import { plainText } from '../../i18n/index.ts';

/**
 * One cell of a CSV file (RFC 4180) that no spreadsheet takes for a formula: such a text begins with an apostrophe, and nothing
 * in it steers whatever shows it.
 */
function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '';
  const text = plainText(String(value), 2000);
  const harmless = /^\s*[=+\-@|%\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r;']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
export type Cells = readonly (string | number | boolean | null | undefined)[];

/** Lines end with CR LF; the first is the header. */
export const csv = (header: readonly string[], rows: Iterable<Cells>): string => {
  const lines = [header.map(cell).join(',')];
  for (const row of rows) lines.push(row.map(cell).join(','));
  return `${lines.join('\r\n')}\r\n`;
};
