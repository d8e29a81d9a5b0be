/** What a terminal may obey or hide, and JSON lets pass: DEL, 8-bit controls, line and direction marks, invisible characters. */
const UNSAFE = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** JSON of the same value with every hostile character escaped, so that it may also be looked at. */
export const safeJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** One line of --json output. */
export const jsonLine = (value: unknown): string => `${safeJson(value)}\n`;
