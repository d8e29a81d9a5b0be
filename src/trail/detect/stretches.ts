import type { Burst } from '../detection.ts';

export interface Stretches {
  /** Events of one actor after the other, each actor's in order of time (milliseconds). Without `answer` events are counted, else different answers. */
  add(actor: number, time: number, n: number, answer: number | undefined): void;
  /** Numbers of the events of each stretch without a pause longer than the window, when so many as a burst needs lie within one window of it. */
  done(): ReadonlySet<number>;
}

/** Finds where bursts may be, by numbers alone. Holds one stretch at a time. */
export function stretchesOf({ within, atLeast }: Pick<Burst, 'within' | 'atLeast'>): Stretches {
  const window = within * 1000;
  const found = new Set<number>();
  let [who, times, numbers, answers]: [number, number[], number[], number[]] = [Number.NaN, [], [], []];
  /** How often each answer lies in the window that ends with the latest event. */
  let inside = new Map<number, number>();
  let [oldest, enough] = [0, false];
  const close = () => {
    if (enough) for (const n of numbers) found.add(n);
    if (times.length > 0) [times, numbers, answers, inside] = [[], [], [], new Map()];
    [oldest, enough] = [0, false];
  };
  return {
    add(actor, time, n, answer) {
      if (actor !== who || time - times.at(-1)! > window) close();
      who = actor;
      times.push(time);
      numbers.push(n);
      if (enough) return;
      if (answer !== undefined) {
        answers.push(answer);
        inside.set(answer, (inside.get(answer) ?? 0) + 1);
      }
      for (; time - times[oldest]! > window; oldest++) {
        if (answer === undefined) continue;
        const left = inside.get(answers[oldest]!)! - 1;
        if (left > 0) inside.set(answers[oldest]!, left);
        else inside.delete(answers[oldest]!);
      }
      enough = (answer === undefined ? times.length - oldest : inside.size) >= atLeast;
    },
    done() {
      close();
      return found;
    },
  };
}
