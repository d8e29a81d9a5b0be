import type { Door, Sending } from '../../src/engine/run.ts';
import type { AwsFailure, Call, Json, JsonObject } from '../../src/kernel/index.ts';
import { canonical } from '../../src/kernel/index.ts';

/** An AWS error answer; without a status: no answer at all. @example awsFailure('NoSuchEntity', 404) */
export const awsFailure = (code: string, status?: number): AwsFailure =>
  Object.assign(new Error(`${code} was answered`), { name: 'AwsFailure', code, status, requestId: 'req-failed' });

/** What goes wrong with one call: an error answer, a connection that breaks before or after the effect, a process that dies there. */
export type Trouble =
  | { readonly kind: 'error'; readonly code: string; readonly status: number }
  | { readonly kind: 'lost-before' | 'lost-after' | 'lie' }
  /** No answer ever comes; what ran is as good as dead. */
  | { readonly kind: 'silence-before' | 'silence-after' };

export interface Seen {
  readonly operation: string;
  readonly input: Json;
  readonly purpose: Sending['purpose'];
}

/**
 * A small account: things with an id, a name, a mark, a colour and things they are fixed to. It behaves the way EC2 and IAM do:
 * ids of its own making, reads that may lag, errors by code, creations that are not idempotent. `plan.ts` has the changes.
 */
export function fakeAccount() {
  let things: Record<string, JsonObject> = {};
  let next = 1;
  let stale: { things: Record<string, JsonObject>; reads: number } | undefined;
  const troubles: { operation: string; trouble: Trouble; times: number }[] = [];
  const seen: Seen[] = [];
  const effects: Seen[] = [];
  let alive = true;
  let hook: ((sending: Sending) => void | Promise<void>) | undefined;

  const the = (id: unknown): JsonObject => {
    const thing = things[String(id)];
    if (!thing) throw awsFailure('InvalidThing.NotFound', 400);
    return thing;
  };
  const writes: Record<string, (input: any) => Json> = {
    CreateThing: ({ Name, Mark, Colour }) => {
      if (Object.values(things).some((thing) => thing.Name === Name)) throw awsFailure('InvalidThing.Duplicate', 400);
      const id = `thing-${next++}`;
      things[id] = { ThingId: id, Name, ...(Mark ? { Mark } : {}), Colour: Colour ?? 'white', FixedTo: [], State: 'pending' };
      return { Thing: { ThingId: id } };
    },
    // Two calls make two things: no name to stumble over, only the mark tells them apart.
    AddCopy: ({ Of, Mark }) => {
      const id = `thing-${next++}`;
      things[id] = { ThingId: id, Name: `copy of ${Of}`, Mark, Colour: the(Of).Colour!, FixedTo: [], State: 'pending' };
      return { Thing: { ThingId: id } };
    },
    PaintThing: ({ ThingId, Colour }) => {
      the(ThingId).Colour = Colour;
      return {};
    },
    FixThing: ({ ThingId, To }) => {
      the(To);
      const thing = the(ThingId);
      thing.FixedTo = [...new Set([...(thing.FixedTo as string[]), To])];
      return {};
    },
    LoosenThing: ({ ThingId, From }) => {
      const thing = the(ThingId);
      thing.FixedTo = (thing.FixedTo as string[]).filter((id) => id !== From);
      return {};
    },
    DeleteThing: ({ ThingId }) => {
      the(ThingId);
      if (Object.values(things).some((thing) => (thing.FixedTo as string[]).includes(ThingId))) throw awsFailure('DependencyViolation', 400);
      delete things[ThingId];
      return {};
    },
  };
  const read = (operation: string, input: any): Json => {
    const view = stale && stale.reads > 0 ? stale.things : things;
    if (stale) stale.reads -= 1;
    if (operation === 'DescribeThings') return { Things: Object.values(structuredClone(view)) };
    const one = view[input.ThingId];
    if (!one) throw awsFailure('InvalidThing.NotFound', 400);
    return { Thing: structuredClone(one) };
  };
  const take = (operation: string): Trouble | undefined => {
    const found = troubles.find((one) => one.operation === operation && one.times > 0);
    if (found) found.times -= 1;
    return found?.trouble;
  };

  async function send(sending: Sending): Promise<{ output: Json; requestId: string }> {
    const { call, input, purpose } = sending;
    const { operation } = call;
    if (!alive) return new Promise(() => undefined);
    await hook?.(sending);
    // One turn of the event loop, as the network would take.
    await new Promise((resolve) => setImmediate(resolve));
    if (!alive) return new Promise(() => undefined);
    const note: Seen = { operation, input: structuredClone(input), purpose };
    seen.push(note);
    const trouble = take(operation);
    const silence = (): Promise<never> => {
      alive = false;
      return new Promise(() => undefined);
    };
    if (trouble?.kind === 'error') throw awsFailure(trouble.code, trouble.status);
    if (trouble?.kind === 'lost-before') throw awsFailure('ECONNRESET');
    if (trouble?.kind === 'silence-before') return silence();
    const write = writes[operation];
    const output = write ? (trouble?.kind === 'lie' ? { Thing: { ThingId: 'thing-0' } } : write(input as JsonObject)) : read(operation, input);
    if (write && trouble?.kind !== 'lie') effects.push(note);
    if (trouble?.kind === 'lost-after') throw awsFailure('ECONNRESET');
    if (trouble?.kind === 'silence-after') return silence();
    return { output: structuredClone(output), requestId: `req-${seen.length}` };
  }
  const door: Door = { send, sendAll: send };
  return {
    door,
    /** Every call that arrived, in order. */
    seen,
    /** Every mutating call that changed something. */
    effects,
    mutations: (): Seen[] => seen.filter((one) => one.purpose === 'mutation'),
    /** The next `times` calls of this operation go wrong. */
    trouble(operation: string, trouble: Trouble, times = 1): void {
      troubles.push({ operation, trouble, times });
    },
    /** The next `reads` reads show the account as it is now, whatever is written meanwhile. */
    lag(reads: number): void {
      stale = { things: structuredClone(things), reads };
    },
    /** Somebody else at work: changes the things directly. */
    change(work: (things: Record<string, JsonObject>) => void): void {
      work(things);
    },
    /** Called before each request is looked at; may wait. */
    onSend(work: (sending: Sending) => void | Promise<void>): void {
      hook = work;
    },
    /** After a silence: the account answers the next process. */
    revive(): void {
      alive = true;
    },
    things: (): JsonObject[] => Object.values(things),
    named: (name: string): JsonObject | undefined => Object.values(things).find((thing) => thing.Name === name),
    /** The whole state as text, ids included: for "undone to what it was". */
    picture: (): string => canonical(things),
    reset(state: Record<string, JsonObject>): void {
      things = structuredClone(state);
    },
  };
}
export type FakeAccount = ReturnType<typeof fakeAccount>;

/** A call of the small account. */
export const call = (operation: string, input: Json = {}): Call => ({ service: 'toy', operation, region: 'eu-west-1', input });
