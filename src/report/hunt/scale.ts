/** Where a moment stands on the picture; long silences are drawn short and marked. */
export interface Scale {
  x(time: number): number;
  /** Marks on the axis: a moment and where it stands. */
  readonly ticks: readonly { readonly x: number; readonly time: number }[];
  /** Silences that were shortened. */
  readonly breaks: readonly { readonly x: number; readonly milliseconds: number }[];
}

const MINUTE = 60_000;

/**
 * A scale over these moments between two edges. Gaps longer than a part of what is busy grow with their logarithm only: an hour's
 * attack and its echo of next week stay readable in one picture.
 * @param times milliseconds since the epoch; at least one
 */
export function scaleOf(times: readonly number[], left: number, right: number): Scale {
  const moments = [...new Set(times)].sort((a, b) => a - b);
  const gaps = moments.slice(1).map((time, index) => time - moments[index]!);
  const busy = [...gaps].sort((a, b) => a - b).slice(0, Math.max(1, Math.floor(gaps.length * 0.9)));
  const unit = Math.max(5 * MINUTE, busy.reduce((sum, gap) => sum + gap, 0) / Math.max(1, busy.length) / 0.3);
  const length = (gap: number): number => (gap <= unit ? gap : unit * (1 + Math.log2(gap / unit) / 3));
  const at: number[] = [0];
  for (const gap of gaps) at.push(at.at(-1)! + length(gap));
  const total = at.at(-1)! || 1;
  const place = (position: number): number => left + ((right - left) * position) / total;

  const x = (time: number): number => {
    if (moments.length === 1 || time <= moments[0]!) return left;
    const after = moments.findIndex((moment) => moment >= time);
    if (after < 0) return right;
    const [before, next] = [moments[after - 1]!, moments[after]!];
    return place(at[after - 1]! + (at[after]! - at[after - 1]!) * ((time - before) / (next - before)));
  };
  const breaks = gaps.flatMap((gap, index) => (gap > unit * 2 ? [{ x: (place(at[index]!) + place(at[index + 1]!)) / 2, milliseconds: gap }] : []));
  const wanted = 110;
  const ticks: { x: number; time: number }[] = [];
  for (const [index, time] of moments.entries()) {
    const here = place(at[index]!);
    if (ticks.length === 0 || here - ticks.at(-1)!.x >= wanted) ticks.push({ x: here, time });
  }
  return { x, ticks, breaks };
}
