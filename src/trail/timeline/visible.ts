/** Controls, direction marks, zero-width and tag characters, lone surrogates, separators: what a terminal obeys or a reader cannot see. */
const UNSEEN =
  /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]|\u034f|[\u17b4\u17b5]|[\u180b-\u180f]|[\ufe00-\ufe0f]|\p{Surrogate}/gu;
/** Nothing in a value of such characters can be taken for our own words or marks. */
const PLAIN = /^[\p{L}\p{N}_@%+=:,./*$#~?&;|!^-]+$/u;

const shown = (character: string): string => {
  const code = character.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
};

/** Hostile text on one line with everything unseen made visible (`\x1b`), at most `limit` characters, an ellipsis where it was cut. */
export function visible(hostile: string, limit = 120): string {
  const points = Array.from(hostile.slice(0, limit * 2));
  const cut = points.length > limit || hostile.length > limit * 2;
  return `${(cut ? points.slice(0, limit - 1).join('') : points.join('')).replace(UNSEEN, shown)}${cut ? '…' : ''}`;
}

/** The same as a word of a sentence: in quotation marks when it holds spaces, brackets or the like, or nothing at all. */
export function word(hostile: string, limit = 120): string {
  const text = visible(hostile, limit);
  return PLAIN.test(text.replace(/…$/, '')) ? text : `"${text.replace(/"/g, '\\"')}"`;
}
