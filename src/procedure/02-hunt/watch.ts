import type { ActionContext, Found, Hunter } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import type { HuntProgress } from '../shared/hunt-progress.ts';
import type { World } from './accounts.ts';

/** What is going on in each region, told as it changes. */
export interface Watch {
  /** The same hunter, counted. */
  over(hunters: readonly Hunter[], world: World, region: string): readonly Hunter[];
  heard(region: string, events: number): void;
  done(world: World, region: string, status: HuntProgress['status']): void;
}
interface Row {
  done: number;
  of: number;
  found: number;
  events: number;
  status: HuntProgress['status'];
}

export function watch(ctx: ActionContext, worlds: readonly World[]): Watch {
  const rows = new Map<string, Row>();
  const all = worlds.flatMap((world) => world.regions).length;
  let finished = 0;
  const row = (region: string): Row => {
    const known = rows.get(region) ?? { done: 0, of: 0, found: 0, events: 0, status: 'running' as const };
    rows.set(region, known);
    return known;
  };
  const tell = (region: string): void => {
    const hunt: HuntProgress = { region, ...row(region), finished, regions: all };
    ctx.progress(
      text(
        `${region}: ${hunt.done} of ${hunt.of} kinds looked at, ${hunt.found} seen, ${hunt.events} events (${finished} of ${all} regions)`,
        `${region}: ${hunt.done} de ${hunt.of} clases revisadas, ${hunt.found} vistas, ${hunt.events} eventos (${finished} de ${all} regiones)`,
      ),
      { hunt: { ...hunt } },
    );
  };
  const counted = (hunter: Hunter, region: string): Hunter => ({
    ...hunter,
    async *scan(inner, where, since): AsyncIterable<Found> {
      const mine = row(region);
      try {
        for await (const one of hunter.scan(inner, where, since)) {
          mine.found++;
          yield one;
        }
      } finally {
        mine.done++;
        tell(region);
      }
    },
  });
  return {
    over(hunters, _world, region) {
      row(region).of += hunters.length;
      return hunters.map((hunter) => counted(hunter, region));
    },
    heard(region, events) {
      if (!rows.has(region)) return;
      row(region).events += events;
      tell(region);
    },
    done(_world, region, status) {
      finished++;
      row(region).status = status;
      tell(region);
    },
  };
}
