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
/** The same within a regular expression; so many as the store's engine bears, so what it leaves out is looked at in vain. */
export const knownPattern = (background: Background): string => `(${ids(background).slice(0, 500).join('|') || '-'})`;
/** For `Detection.sql`: the request does not begin with a role of a known account, as nearly all do that take one on; to look further into it costs more. */
export const beginsOtherwise = (background: Background): string => {
  const begins = (account: string): string => `{"roleArn":"arn:aws:iam::${account}:`;
  return `substring(requestParameters::VARCHAR, 1, ${begins('111122223333').length}) NOT IN (${[...ids(background), ''].map((id) => `'${begins(id)}'`).join(', ')})`;
};
