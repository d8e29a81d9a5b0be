/** Between texts; where one of them holds it, they are packed as JSON. */
const SEPARATOR = '\u001f';

/** SQL for one text made of the texts of these columns: to take over one costs as much as to take over any other, however long. */
export const packed = (columns: readonly string[]): string =>
  `CASE WHEN contains(concat(${columns.join(', ')}), chr(31)) THEN to_json([${columns.join(', ')}])::VARCHAR
    ELSE concat_ws(chr(31), ${columns.map((column) => `coalesce('=' || ${column}, '')`).join(', ')}) END`;

/** The texts again, in their order. */
export const unpacked = (text: string): readonly (string | null)[] =>
  text.startsWith('[') ? (JSON.parse(text) as (string | null)[]) : text.split(SEPARATOR).map((one) => (one === '' ? null : one.slice(1)));
