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
export function openProblems(): { tell: Tell; all(): Problem[] } {
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
    all: () =>
      more === 0
        ? problems
        : [
            ...problems,
            {
              offset: null,
              why: `${more} more problems that are not listed${moreLost > 0 ? `, ${moreLost} of them records or parts that are lost` : ''}`,
              lost: moreLost > 0,
            },
          ],
  };
}
