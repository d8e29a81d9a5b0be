/** ESC-introduced strings (OSC, DCS, SOS, PM, APC) up to their terminator or the next escape; ECMA-48 section 5.6, and their 8-bit forms. */
const STRINGS = /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?/g;
/** Control sequences: CSI, parameter bytes, intermediate bytes, final byte. */
const SEQUENCES = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?/g;
/** Every other escape: ESC, intermediate bytes, final byte. */
const ESCAPES = /\x1b[ -/]*[0-~]?/g;
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
const CONTROLS = /[\x00-\x1f\x7f-\x9f]/g;
/** Direction marks, embeddings, overrides, isolates; zero-width and tag characters: they change what a reader believes to read. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * Hostile text as one harmless line for a terminal or a log: no escape sequences, control or invisible characters, line
 * breaks as spaces, at most `limit` code points (an ellipsis ends a cut text). HTML needs its own escaping on top.
 */
export function plainText(hostile: string, limit = 300): string {
  // A bound before the replacing keeps the work small whatever the size of the input.
  const clean = hostile
    .slice(0, limit * 16)
    .replace(STRINGS, '')
    .replace(SEQUENCES, '')
    .replace(ESCAPES, '')
    .replace(BREAKS, ' ')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .replace(LONE_SURROGATES, '\ufffd');
  const points = Array.from(clean);
  const cut = points.length > limit || hostile.length > limit * 16;
  return cut ? `${points.slice(0, Math.max(0, limit - 1)).join('')}…` : clean;
}
