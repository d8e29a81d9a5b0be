import jmespath from 'jmespath';
import { canonical, type Json, type Probe, type Test, type Value } from '../kernel/index.ts';

export interface Ref {
  readonly id: string;
  readonly path: string;
  readonly like?: Json;
}
/** Where values come from while a step runs. `output('self')` is the step's own frozen input. */
export interface Scope {
  output(id: string): unknown;
  /** Trusted time, milliseconds. */
  now(): number;
  readonly token: string;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Every `$ref` inside a value (or a whole call, probe, undo), in order of appearance. */
export function refsOf(value: unknown, found: Ref[] = []): Ref[] {
  if (!isObject(value)) return found;
  if (typeof value.$ref === 'string') {
    const cut = value.$ref.indexOf('#');
    found.push({ id: value.$ref.slice(0, cut), path: value.$ref.slice(cut + 1), like: value.like as Json });
    return found;
  }
  for (const inner of Object.values(value)) refsOf(inner, found);
  return found;
}

/** A ref that found nothing: null, an empty string or an empty list never goes to AWS. */
export class EmptyRef extends Error {
  readonly code = 'EmptyRef';
}

/** JMESPath; an error in the expression or the data means "nothing there", never a crash. */
export function search(data: unknown, path: string): unknown {
  try {
    return jmespath.search(data as never, path);
  } catch {
    return null;
  }
}

/** Replaces `$ref`, `$now`, `$token`, `$json`, `$join` by what they stand for. @throws EmptyRef */
export function resolve(value: Value, scope: Scope): Json {
  if (!isObject(value)) return value;
  const object = value as Record<string, Json>;
  if (typeof object.$ref === 'string') {
    const ref = refsOf(object)[0]!;
    const found = search(scope.output(ref.id), ref.path) as Json;
    if (found === null || found === undefined || found === '' || (Array.isArray(found) && found.length === 0)) throw new EmptyRef(`${object.$ref} is empty`);
    return found;
  }
  if (object.$now === true) return new Date(scope.now()).toISOString();
  if (object.$token === true) return scope.token;
  if (Array.isArray(object.$join)) return object.$join.map((part) => resolve(part, scope)).join('');
  if (object.$json !== undefined) return JSON.stringify(resolve(object.$json, scope));
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope));
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, resolve(inner, scope)]));
}

/** Lists compare as sets. */
function comparable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(comparable).sort().join(',')}]`;
  if (isObject(value))
    return `{${Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${comparable(value[key])}`)
      .join(',')}}`;
  return JSON.stringify(value ?? null);
}

export const holds = (tests: readonly Test[], data: unknown, scope: Scope): boolean =>
  tests.every((test) => {
    const found = comparable(search(data, test.path));
    return test.in ? test.in.some((one) => comparable(resolve(one, scope)) === found) : comparable(resolve(test.is ?? null, scope)) === found;
  });

/** What a probe's tests look at: the answer, or the elements of a list that `pick` leaves. */
export function picked(probe: Pick<Probe, 'pick'>, answer: unknown, scope: Scope): unknown {
  if (!probe.pick) return answer;
  const { from, where } = probe.pick;
  const list = search(answer, from);
  return Array.isArray(list) ? list.filter((item) => holds(where, item, scope)) : [];
}

/** Same call, same value: for telling whether a follow-up plan asks for anything new. */
export const sameValue = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/** Hostile text may hold lone surrogates, which the ledger cannot: replaced before anything is planned or hashed from it. */
export function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd');
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, wellFormed(inner as Json)]));
  return value;
}
