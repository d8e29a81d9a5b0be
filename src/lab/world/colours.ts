import { createHash } from 'node:crypto';
import type { Part } from './marks.ts';

/** A row of the world as a tree whose texts are cut at ids. Lists are multisets. */
export type Shape = null | boolean | number | { text: Part[] } | { list: Shape[] } | { object: [key: Part[], value: Shape][] };
export interface Row {
  /** Where it lies; holds no ids. */
  place: string;
  shape: Shape;
  ids: string[];
}
type Colours = Map<string, string>;

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** Canonical text of a shape, ids replaced by what `name` says. */
export function render(shape: Shape, name: (id: string) => string): string {
  if (shape === null || typeof shape !== 'object') return String(shape);
  if ('text' in shape) return JSON.stringify(join(shape.text, name));
  if ('list' in shape)
    return `[${shape.list
      .map((item) => render(item, name))
      .sort()
      .join(',')}]`;
  return `{${shape.object
    .map(([key, value]) => `${JSON.stringify(join(key, name))}:${render(value, name)}`)
    .sort()
    .join(',')}}`;
}
const join = (parts: Part[], name: (id: string) => string): string => parts.map((part) => (typeof part === 'string' ? part : name(part.id))).join('');

const text = (row: Row, colours: Colours, self?: string): string =>
  `${row.place}|${render(row.shape, (id) => (id === self ? '\u0001self' : `\u0001${colours.get(id)}`))}`;

/** Colour refinement: an id's new colour is its old one and the rows it stands in, seen from itself, until no class splits. */
function refine(rows: Row[], ids: string[], colours: Colours): Colours {
  let current = colours;
  let classes = new Set(ids.map((id) => current.get(id))).size;
  for (;;) {
    const seen = new Map<string, string[]>(ids.map((id) => [id, []]));
    for (const row of rows) for (const id of row.ids) seen.get(id)?.push(digest(text(row, current, id)));
    const next = new Map(current);
    for (const id of ids) next.set(id, digest(`${current.get(id)}|${seen.get(id)!.sort().join(',')}`));
    const count = new Set(ids.map((id) => next.get(id))).size;
    current = next;
    if (count === classes) return current;
    classes = count;
  }
}

/** The smallest colour that several ids share, and those ids. */
function firstTie(ids: string[], colours: Colours): string[] {
  const classes = new Map<string, string[]>();
  for (const id of ids) classes.set(colours.get(id)!, [...(classes.get(colours.get(id)!) ?? []), id]);
  const tied = [...classes].filter(([, members]) => members.length > 1).sort(([a], [b]) => (a < b ? -1 : 1));
  return tied[0]?.[1] ?? [];
}

/** Ids that share rows belong together: what is tied in one such group is independent of every other. */
function groups(rows: Row[], tied: Set<string>): { rows: Row[]; ids: string[] }[] {
  const parent = new Map([...tied].map((id) => [id, id]));
  const find = (id: string): string => {
    let root = id;
    while (parent.get(root) !== root) root = parent.get(root)!;
    parent.set(id, root);
    return root;
  };
  const touched = rows.map((row) => ({ row, ids: row.ids.filter((id) => tied.has(id)) })).filter(({ ids }) => ids.length > 0);
  for (const { ids } of touched) for (const id of ids) parent.set(find(id), find(ids[0]!));
  const found = new Map<string, { rows: Row[]; ids: string[] }>();
  for (const id of tied) found.set(find(id), { rows: [], ids: [...(found.get(find(id))?.ids ?? []), id] });
  for (const { row, ids } of touched) found.get(find(ids[0]!))!.rows.push(row);
  return [...found.values()];
}

/** Of one group: its canonical form and discrete colours. Tries every member of the first tied class that looks different once singled out. */
function settle(rows: Row[], ids: string[], colours: Colours): { form: string; colours: Colours } {
  const tie = firstTie(ids, colours);
  if (tie.length === 0)
    return {
      form: digest(
        rows
          .map((row) => text(row, colours))
          .sort()
          .join('\n'),
      ),
      colours,
    };
  let best: { form: string; colours: Colours } | undefined;
  const tried = new Set<string>();
  for (const id of tie) {
    const single = refine(rows, ids, new Map(colours).set(id, digest(`${colours.get(id)}!`)));
    const partition = ids
      .map((member) => single.get(member)!)
      .sort()
      .join();
    if (tried.has(partition)) continue;
    tried.add(partition);
    const result = splitTies(rows, ids, single);
    if (!best || result.form < best.form) best = result;
  }
  return best!;
}

function splitTies(rows: Row[], ids: string[], refined: Colours): { form: string; colours: Colours } {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(refined.get(id)!, (counts.get(refined.get(id)!) ?? 0) + 1);
  const tied = new Set(ids.filter((id) => counts.get(refined.get(id)!)! > 1));
  const colours = new Map(refined);
  const settled = groups(rows, tied).map((group) => ({ ids: group.ids, ...settle(group.rows, group.ids, refined) }));
  settled.sort((a, b) => (a.form < b.form ? -1 : a.form > b.form ? 1 : 0));
  // Groups with equal forms are copies of each other: any order among them gives the same world.
  settled.forEach((group, rank) => {
    for (const id of group.ids) colours.set(id, digest(`${group.form}|${rank}|${group.colours.get(id)}`));
  });
  return {
    form: digest(
      rows
        .map((row) => text(row, colours))
        .sort()
        .join('\n'),
    ),
    colours,
  };
}

/** A name for every id that depends on what the id means in the rows, never on the id itself: `sg#1`, `vol#2`, ... */
export function nameIds(rows: Row[], kinds: ReadonlyMap<string, string>): Map<string, string> {
  const ids = [...kinds.keys()];
  const { colours } = splitTies(rows, ids, refine(rows, ids, new Map(ids.map((id) => [id, kinds.get(id)!]))));
  const names = new Map<string, string>();
  const counters = new Map<string, number>();
  for (const id of ids.sort((a, b) => (colours.get(a)! < colours.get(b)! ? -1 : 1))) {
    const kind = kinds.get(id)!;
    counters.set(kind, (counters.get(kind) ?? 0) + 1);
    names.set(id, `${kind}#${counters.get(kind)}`);
  }
  return names;
}
