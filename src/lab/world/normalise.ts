import type { Json } from '../../kernel/index.ts';
import type { Effect, Tables, World } from '../contract.ts';
import { nameIds, type Row, render, type Shape } from './colours.ts';
import { cut, isTime, type Part } from './marks.ts';

export interface NormaliseOptions {
  /** Texts that differ between runs by intent (a case's reference) and what to read them as. */
  aliases?: Readonly<Record<string, string>>;
  /** Tables that are not compared: nothing is named by what stands in them. */
  without?: readonly string[];
}

/** Members that differ from run to run and mean nothing: secrets, counters of use, numbers drawn for people. */
const LEFT_OUT = new Set(['secret', 'token', 'password', 'lastUsed', 'displayId', 'requestId']);
/** A file in base64 (the summary for AWS Support) tells times and verdicts of its run. */
const BYTES = /^[A-Za-z0-9+/]+={0,2}$/;
/** Temporary credentials come and go with every command; sets of attachments that nobody used end within the hour,
 * requests to provision are only a way to ask how far AWS is, a scaling group's activities are its history, and open
 * connections are no part of the account. */
const LEFT_OUT_TABLES = new Set(['sessions', 'supportAttachmentSets', 'ssoRequests', 'autoScalingActivities', 'flows']);
/** A report is a copy of what the other rows say, with times. */
const LEFT_OUT_ROWS = new Set(['credentialReport']);

/**
 * The accounts' state without times, tokens and random ids: ids get names by their meaning, lists are sorted. Two runs of
 * the same procedure give equal JSON, however their calls were interleaved; journals, dice, trail and effects are not part.
 */
export function normalise(world: World, options: NormaliseOptions = {}): Json {
  const kinds = new Map<string, string>();
  const rows = [...rowsOf(world, kinds, options)];
  const names = nameIds(rows, kinds);
  const name = (id: string): string => names.get(id)!;
  const result: Record<string, Json[]> = {};
  for (const row of rows) (result[row.place] ??= []).push(JSON.parse(render(row.shape, name)));
  for (const list of Object.values(result)) list.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return Object.fromEntries(Object.entries(result).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The mutating calls that took effect as a sorted list, ids replaced by their kind, times left out. */
export function normaliseEffects(effects: readonly Effect[], options: NormaliseOptions = {}): Json {
  return effects
    .map(({ account, region, service, operation, caller, input }) => {
      const shape = shapeOf({ account, region, service, operation, caller, input: JSON.parse(JSON.stringify(input ?? null)) }, new Map(), new Set(), options);
      const kindOf = new Map<string, string>();
      collect(shape, (part) => kindOf.set(part.id, part.kind));
      return render(shape, (id) => `${kindOf.get(id)}#`);
    })
    .sort()
    .map((text) => JSON.parse(text) as Json);
}

function* rowsOf(world: World, kinds: Map<string, string>, options: NormaliseOptions): Generator<Row> {
  const row = (place: string, value: unknown): Row => {
    const ids = new Set<string>();
    return { place, shape: shapeOf(value, kinds, ids, options), ids: [...ids] };
  };
  function* tables(place: string, all: Tables): Generator<Row> {
    for (const [table, entries] of Object.entries(all)) {
      if (LEFT_OUT_TABLES.has(table) || options.without?.includes(table)) continue;
      for (const [key, value] of Object.entries(entries)) if (!LEFT_OUT_ROWS.has(key)) yield row(`${place}/${table}`, { key, value });
    }
  }
  for (const account of Object.values(world.accounts)) {
    yield* tables(account.id, account.tables);
    for (const region of Object.values(account.regions)) {
      yield row(`${account.id}/${region.name}`, { optIn: region.optIn });
      yield* tables(`${account.id}/${region.name}`, region.tables);
    }
  }
}

function shapeOf(value: unknown, kinds: Map<string, string>, ids: Set<string>, options: NormaliseOptions): Shape {
  const text = (plain: string): Part[] => {
    if (plain.length > 400 && BYTES.test(plain)) return ['<bytes>'];
    let read = plain;
    for (const [from, to] of Object.entries(options.aliases ?? {})) read = read.replaceAll(from, to);
    const parts = cut(read);
    for (const part of parts) {
      if (typeof part === 'string') continue;
      kinds.set(part.id, part.kind);
      ids.add(part.id);
    }
    return parts;
  };
  if (value === null || value === undefined || typeof value === 'boolean') return value ?? null;
  if (typeof value === 'number') return isTime(value) ? { text: ['<time>'] } : value;
  if (typeof value === 'string') return { text: text(value) };
  if (Array.isArray(value)) return { list: value.map((item) => shapeOf(item, kinds, ids, options)) };
  return {
    object: Object.entries(value as object)
      .filter(([key, member]) => member !== undefined && !LEFT_OUT.has(key))
      .map(([key, member]) => [text(key), shapeOf(member, kinds, ids, options)]),
  };
}

function collect(shape: Shape, visit: (part: Exclude<Part, string>) => void): void {
  if (shape === null || typeof shape !== 'object') return;
  const parts = (all: Part[]): void => {
    for (const part of all) if (typeof part !== 'string') visit(part);
  };
  if ('text' in shape) parts(shape.text);
  else if ('list' in shape) for (const item of shape.list) collect(item, visit);
  else
    for (const [key, value] of shape.object) {
      parts(key);
      collect(value, visit);
    }
}
