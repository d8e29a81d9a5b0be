import type { Background } from '../detection.ts';

/** For `Detection.sql`: the request has one of these words, in any case. Words are ours: letters, digits and what means itself in a regular expression. */
export const says = (...words: readonly string[]): string => `regexp_matches(requestParameters::VARCHAR, '(${words.join('|')})', 'i')`;

const ids = ({ accounts }: Background): readonly string[] => [...accounts].filter((account) => /^\d{12}$/.test(account));
/** For `Detection.sql`: the accounts whose trails were read, as a list of texts. */
export const known = (background: Background): string => [...ids(background), ''].map((account) => `'${account}'`).join(', ');
/** The same within a regular expression; so many as the store's engine bears, so what it leaves out is looked at in vain. */
export const knownPattern = (background: Background): string => `(${ids(background).slice(0, 500).join('|') || '-'})`;
