/** Plain JSON: what a plan, a ledger entry and an AWS answer are made of. Dates are ISO 8601 strings, blobs base64 strings. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/**
 * Canonical JSON (RFC 8785 restricted to strings, booleans, null, safe integers, arrays and objects): keys sorted by
 * UTF-16 code units, no white space. `undefined` members are left out, as in `JSON.stringify`.
 * @throws TypeError on a number that is not a safe integer, or a value JSON cannot hold.
 * @example canonical({ b: 1, a: 'x' }) // '{"a":"x","b":1}'
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`canonical JSON holds safe integers only, not ${value}`);
    return String(Object.is(value, -0) ? 0 : value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(',')}]`;
  if (typeof value === 'object') {
    const object = value as Record<string, unknown>;
    const keys = Object.keys(object)
      .filter((key) => object[key] !== undefined)
      .sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(object[key])}`).join(',')}}`;
  }
  throw new TypeError(`canonical JSON cannot hold a ${typeof value}`);
}
