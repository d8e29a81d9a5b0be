import type { End } from './course.ts';

/** Elements of `a` that `b` lacks, counted. */
function lacking(a: readonly string[], b: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const one of b) left.set(one, (left.get(one) ?? 0) + 1);
  return a.filter((one) => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count <= 0;
  });
}
const compared = (what: string, got: readonly string[], wanted: readonly string[]): string[] => [
  ...lacking(wanted, got).map((one) => `${what} missing: ${one.slice(0, 500)}`),
  ...lacking(got, wanted).map((one) => `${what} too much: ${one.slice(0, 500)}`),
];
const texts = (list: readonly unknown[]): string[] => list.map((one) => JSON.stringify(one));
/** Names of ids depend on everything else: for showing a difference they are left out. */
const plain = (list: readonly string[]): string[] => list.map((one) => one.replace(/#\d+/g, '#'));

/**
 * What two ends do not have in common: exit code, verdicts, the calls that took effect, the account's state. Letters to AWS
 * tell of what was done and seen until then, which a disturbance may change; that one was written stands among the effects.
 * Empty only when they are equal.
 * @param redone an operation that may have been sent more often than in the other
 */
export function differences(got: End, wanted: End, redone?: string): string[] {
  const again = (one: string): boolean => redone !== undefined && one.startsWith('effect too much') && one.includes(`"operation":"${redone}"`);
  const found = [
    ...(got.exit === wanted.exit ? [] : [`exit ${got.exit}, not ${wanted.exit}`]),
    ...compared('verdict', texts(got.rows), texts(wanted.rows)),
    ...compared('effect', texts(got.effects), texts(wanted.effects)).filter((one) => !again(one)),
  ];
  if (JSON.stringify(got.state) === JSON.stringify(wanted.state)) return found;
  const [mine, theirs] = [got.state, wanted.state] as Record<string, unknown[]>[];
  const rows = [...new Set([...Object.keys(mine!), ...Object.keys(theirs!)])].flatMap((place) =>
    compared(place, plain(texts(mine![place] ?? [])), plain(texts(theirs![place] ?? []))),
  );
  return [...found, ...(rows.length > 0 ? rows : ['the rows are alike, but not what refers to what'])];
}
