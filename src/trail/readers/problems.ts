/** Something about a file or a record that a person must know: nothing is skipped in silence. */
export interface Problem {
  /** Bytes into the unpacked file (into the packed one where it could not be unpacked); null when it is about the whole file. */
  readonly offset: number | null;
  readonly why: string;
  /** The record is not in the store, or a part of the file is not. Else it is there, with what `why` says. */
  readonly lost: boolean;
}
export type Tell = (offset: number | null, why: string, lost: boolean) => void;
/** Ends the reading of a file. */
export class Enough extends Error {}

const MOST_PROBLEMS = 1000;
/** A file of which so much is broken is no trail any more. */
const MOST_LOST = 1_000_000;

/** Problems of one file; those beyond the first thousand are counted. */
export interface Problems {
  readonly tell: Tell;
  /** @param before told of the file otherwise */
  all(before?: readonly Problem[]): readonly Problem[];
}
export function openProblems(): Problems {
  const problems: Problem[] = [];
  let [more, moreLost, lost] = [0, 0, 0];
  return {
    tell(offset, why, gone) {
      if (gone) lost++;
      if (problems.length < MOST_PROBLEMS) problems.push({ offset, why, lost: gone });
      else {
        more++;
        if (gone) moreLost++;
      }
      if (lost === MOST_LOST) throw new Enough(`more than ${MOST_LOST} records are broken: the rest of the file was not read`);
    },
    all(before = []) {
      const listed = [...before, ...problems];
      const beyond = listed.splice(MOST_PROBLEMS);
      const unlisted = more + beyond.length;
      if (unlisted === 0) return listed;
      const gone = moreLost + beyond.filter((one) => one.lost).length;
      const why = `${unlisted} more problems that are not listed${gone > 0 ? `, ${gone} of them records or parts that are lost` : ''}`;
      return [...listed, { offset: null, why, lost: gone > 0 }];
    },
  };
}
