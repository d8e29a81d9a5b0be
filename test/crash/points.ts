import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A moment in the ledger of a run: an entry of this kind, action and step is about to be written, half written or on disk. */
export interface Point {
  readonly kind: 'intent' | 'receipt' | 'approve' | 'finish' | 'verdict';
  /** Regular expression over the whole action id. */
  readonly action: string;
  /** The same over the step id: ids that AWS draws anew in each run match any other. */
  readonly step: string;
  readonly nth: number;
  readonly moment: 'before' | 'torn' | 'after' | 'interrupt';
  readonly name: string;
  /** Actions and steps, with a space between them, whose entries do not count. */
  readonly besides?: readonly string[];
}

export const entriesOf = (dir: string): any[] =>
  readFileSync(join(dir, 'ledger.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** The first receipt that a process writes, whatever it is for. */
export const NEXT_RECEIPT: Point = { kind: 'receipt', action: '.*', step: '.*', nth: 1, moment: 'after', name: 'the next receipt' };
const stepOf = ({ action, step }: { action: string; step: string }): string => `${action} ${step}`;
/** The first intent for a step that has none in the ledger yet: one that was not sent is written again by whoever goes on. */
export const nextIntent = (entries: readonly any[]): Point => ({
  ...NEXT_RECEIPT,
  kind: 'intent',
  name: 'the next intent',
  besides: stepsOf(entries),
});
/** Each step for which there is an intent. */
export const stepsOf = (entries: readonly any[]): string[] => [...new Set(entries.filter(({ kind }) => kind === 'intent').map(({ body }) => stepOf(body)))];

/**
 * Every entry of `kind` that a run added to the ledger, as a point that another run from the same start will reach.
 * `known` is the text in which an id must occur to be the same in every run.
 */
export function pointsOf(entries: readonly any[], kind: Point['kind'], moment: Point['moment'], known: string): Point[] {
  const counts = new Map<string, number>();
  return entries
    .filter((entry) => entry.kind === kind)
    .map(({ body }) => {
      const { action } = body;
      const plain = (body.step ?? '') as string;
      const step = plain
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replace(/-[0-9a-f]{17}/g, (id) => (known.includes(id) ? id : '-[0-9a-f]{17}'))
        .replace(/[0-9a-f]{64}/g, '[0-9a-f]{64}');
      const nth = (counts.get(`${action} ${step}`) ?? 0) + 1;
      counts.set(`${action} ${step}`, nth);
      const shown = plain.replace(/-[0-9a-f]{17}/g, (id) => (known.includes(id) ? id : '-*')).replace(/[0-9a-f]{64}/g, '*');
      return { kind, action, step, nth, moment, name: `${moment} ${kind} of ${action}${shown && ` ${shown}`}${nth > 1 ? ` (${nth})` : ''}` };
    });
}
