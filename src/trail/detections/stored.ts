import type { Background, Detection } from '../detection.ts';

/** What holds for every hit of this detection, as SQL: each of these. */
export function conditionsOf({ sql }: Pick<Detection, 'sql'>, background: Background): readonly string[] {
  const asked = typeof sql === 'function' ? sql(background) : sql;
  return asked === undefined ? [] : typeof asked === 'string' ? [asked] : asked;
}

/** For `Detection.sql`: the request has one of these words, in any case. Words are ours: letters, digits and what means itself in a regular expression. */
export const says = (...words: readonly string[]): string => `regexp_matches(requestParameters::VARCHAR, '(${words.join('|')})', 'i')`;

const ids = ({ accounts }: Background): readonly string[] => [...accounts].filter((account) => /^\d{12}$/.test(account));
/** For `Detection.sql`: the accounts whose trails were read, as a list of texts. */
export const known = (background: Background): string => [...ids(background), ''].map((account) => `'${account}'`).join(', ');
/** The same as one regular expression; so many as the store's engine bears, so what it leaves out is looked at in vain. */
export const knownPattern = (background: Background): string => `(${ids(background).slice(0, 500).join('|') || '-'})`;
/** For `Detection.sql`: a role is asked for, and it is of no account whose trail was read. Nearly all requests begin with theirs, so few are taken apart. */
export const asksForeignRole = (background: Background): string =>
  `NOT regexp_matches(requestParameters::VARCHAR, '^[{]"roleArn":"arn:aws:iam::${knownPattern(background)}:')
   AND NOT regexp_full_match(split_part(requestParameters->>'roleArn', ':', 5), '${knownPattern(background)}?')`;
