/** A world and everything that was done to it, without what differs from run to run. */
export interface End {
  readonly state: Readonly<Record<string, readonly unknown[]>>;
  readonly effects: readonly unknown[];
}

/** Rows of one end that the other has not, read without the numbers of ids: one that differs gives many others new numbers. */
export function strangers(one: End, other: End): string[] {
  const rows = ({ state, effects }: End): string[] =>
    [
      ...Object.entries(state).flatMap(([place, list]) => list.map((row) => `${place} ${JSON.stringify(row)}`)),
      ...effects.map((row) => JSON.stringify(row)),
    ].map((row) => row.replace(/#\d+/g, '#'));
  const left = rows(other);
  return rows(one).filter((row) => {
    const at = left.indexOf(row);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
