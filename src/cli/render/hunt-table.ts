import { count } from '../../i18n/index.ts';
import type { JsonObject } from '../../kernel/index.ts';
import { type HuntProgress, huntProgress } from '../../procedure/shared/hunt-progress.ts';
import type { Io } from '../io.ts';

const INDENT = '       ';
const BAR = 12;
/** Milliseconds between two drawings: a screen that flickers helps nobody. */
const FRAME = 100;
/** Room for what stands above and below. */
const MARGIN = 4;

const bar = ({ done, of }: HuntProgress, width: number): string => {
  const full = of === 0 ? 0 : Math.round((done / of) * width);
  return `${'█'.repeat(full)}${'·'.repeat(width - full)}`;
};
const MARKS: Readonly<Record<HuntProgress['status'], string>> = { running: '…', inspected: '✔', denied: '✘', failed: '✘' };

/**
 * The hunt as it goes, a row a region, redrawn in place. Without a terminal each region is one line when it ends.
 * `take` answers whether the progress was the hunt's.
 */
export function huntTable(
  io: Pick<Io, 'lang' | 'live' | 'rows' | 'columns' | 'transient'>,
  line: (text: string) => void,
  now: () => number = Date.now,
): { take(data: JsonObject, text: string): boolean } {
  const rows = new Map<string, HuntProgress>();
  const es = io.lang === 'es';
  let drawn = 0;
  let footer = '';

  /** With several accounts the number stands beside the region and is never cut: the bar gives way. */
  const row = (one: HuntProgress): string => {
    const name = Math.max(16, ...[...rows.keys()].map((region) => region.length));
    // Everything of a row but the name and the bar.
    const fixed = INDENT.length + (es ? 42 : 39);
    const width = Math.max(0, Math.min(BAR, io.columns - 1 - fixed - name));
    const number = (value: number, width: number): string => count(value, io.lang).padStart(width);
    return `${INDENT}${MARKS[one.status]} ${one.region.padEnd(name)} ${bar(one, width)} ${`${one.done}/${one.of}`.padStart(6)} ${number(one.found, 8)} ${es ? 'vistas' : 'seen'} ${number(one.events, 7)} ${es ? 'eventos' : 'events'}`;
  };
  /** Those at work first, then what could not be inspected, then where most happened; the others in one line. */
  const table = (): string[] => {
    const all = [...rows.values()];
    const rank = (one: HuntProgress): number => (one.status === 'running' ? 0 : one.status === 'inspected' ? 2 : 1);
    const sorted = all.sort((a, b) => rank(a) - rank(b) || b.events - a.events || a.region.localeCompare(b.region));
    const room = Math.max(3, io.rows - MARGIN);
    const shown = sorted.length <= room ? sorted : sorted.slice(0, room - 1);
    const rest = sorted.slice(shown.length);
    const last = all.reduce((most, one) => Math.max(most, one.finished), 0);
    const of = all[0]?.regions ?? 0;
    const sum = (pick: (one: HuntProgress) => number): string =>
      count(
        all.reduce((total, one) => total + pick(one), 0),
        io.lang,
      );
    return [
      ...shown.map(row),
      ...(rest.length > 0 ? [`${INDENT}  ${es ? `y ${rest.length} regiones más` : `and ${rest.length} more regions`}`] : []),
      `${INDENT}${es ? `${last} de ${of} regiones` : `${last} of ${of} regions`} · ${sum((one) => one.found)} ${es ? 'recursos vistos' : 'resources seen'} · ${sum((one) => one.events)} ${es ? 'eventos leídos' : 'events read'}`,
      ...(footer ? [`${INDENT}… ${footer}`] : []),
    ];
  };
  const draw = (at: number): void => {
    drawn = at;
    io.transient(table());
  };

  return {
    take(data, text) {
      const hunt = huntProgress(data);
      // Another piece of progress under way stands below the table.
      if (!hunt) {
        if (rows.size === 0 || !io.live || data.phase !== 'hunt') return false;
        footer = text;
        draw(now());
        return true;
      }
      // A hunt made anew begins anew.
      const known = rows.get(hunt.region);
      if (known && known.status !== 'running' && hunt.status === 'running' && hunt.done < known.done) {
        rows.clear();
        footer = '';
      }
      rows.set(hunt.region, hunt);
      const ended = hunt.status !== 'running';
      if (!io.live) {
        if (ended && known?.status !== hunt.status) line(row(hunt));
      } else if (ended || now() - drawn >= FRAME) draw(now());
      return true;
    },
  };
}
