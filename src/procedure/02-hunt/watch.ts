import type { ActionContext, Found, Hunter } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import type { HuntProgress } from '../shared/hunt-progress.ts';
import type { World } from './accounts.ts';

/** What is going on in each region, told as it changes. */
export interface Watch {
  /** The same hunters, counted. */
  over(hunters: readonly Hunter[], world: World, region: string): readonly Hunter[];
  heard(world: World, region: string, events: number): void;
  done(world: World, region: string, status: HuntProgress['status']): void;
}
interface Row {
  done: number;
  of: number;
  found: number;
  events: number;
  status: HuntProgress['status'];
  told: number;
}
/** Between two tellings of one region, unless it ends. */
const PAUSE = 200;

export function watch(ctx: ActionContext, worlds: readonly World[]): Watch {
  const rows = new Map<string, Row>();
  const all = worlds.flatMap((world) => world.regions).length;
  let finished = 0;
  const label = (world: World, region: string): string => (worlds.length > 1 ? `${region} ${world.account}` : region);
  const row = (name: string): Row => {
    const known = rows.get(name) ?? { done: 0, of: 0, found: 0, events: 0, status: 'running' as const, told: Number.NEGATIVE_INFINITY };
    rows.set(name, known);
    return known;
  };
  const tell = (name: string, ended = false): void => {
    const mine = row(name);
    if (!ended && ctx.now() - mine.told < PAUSE) return;
    mine.told = ctx.now();
    const { told: _, ...counts } = mine;
    const hunt: HuntProgress = { region: name, ...counts, finished, regions: all };
    ctx.progress(
      text(
        `${name}: ${hunt.done} of ${hunt.of} kinds looked at, ${hunt.found} seen, ${hunt.events} events (${finished} of ${all} regions)`,
        `${name}: ${hunt.done} de ${hunt.of} clases revisadas, ${hunt.found} vistas, ${hunt.events} eventos (${finished} de ${all} regiones)`,
      ),
      { hunt: { ...hunt } },
    );
  };
  const counted = (hunter: Hunter, name: string): Hunter => ({
    ...hunter,
    async *scan(inner, where, since): AsyncIterable<Found> {
      const mine = row(name);
      try {
        for await (const one of hunter.scan(inner, where, since)) {
          mine.found++;
          yield one;
        }
      } finally {
        mine.done++;
        tell(name);
      }
    },
  });
  return {
    over(hunters, world, region) {
      const name = label(world, region);
      row(name).of += hunters.length;
      tell(name);
      return hunters.map((hunter) => counted(hunter, name));
    },
    heard(world, region, events) {
      const name = label(world, region);
      if (!rows.has(name)) return;
      row(name).events += events;
      tell(name);
    },
    done(world, region, status) {
      finished++;
      const name = label(world, region);
      // What was scanned before an interruption is not scanned again.
      row(name).done = row(name).of;
      row(name).status = status;
      tell(name, true);
    },
  };
}
