import type { Change, Json, Pause, Read, Value } from '../../src/kernel/index.ts';
import { text } from '../../src/kernel/index.ts';
import { call } from './account.ts';

const said = text('because', 'porque');
const byName = (name: Value) => ({ from: 'Things', where: [{ path: 'Name', is: name }] });

/** Makes a thing with a name; AWS refuses a second one of that name. */
export const create = (id: string, more: Partial<Change> = {}): Change => ({
  id,
  why: text(`make ${id}`, `crear ${id}`),
  call: call('CreateThing', { Name: id }),
  repeat: 'safe',
  already: ['InvalidThing.Duplicate'],
  probe: {
    call: call('DescribeThings'),
    pick: byName(id),
    done: [{ path: 'length(@)', is: 1 }],
    ready: [{ path: 'length(@)', is: 0 }],
    output: '{Thing: {ThingId: [0].ThingId}}',
  },
  undo: {
    calls: [call('DeleteThing', { ThingId: { $ref: `${id}#Thing.ThingId` } })],
    done: [{ path: 'length(@)', is: 0 }],
    already: ['InvalidThing.NotFound'],
  },
  danger: [],
  ...more,
});

/** Adds a copy of a thing: nothing but its mark keeps it from being made twice. */
export const copy = (id: string, of: Value, more: Partial<Change> = {}): Change => ({
  id,
  why: text(`copy into ${id}`, `copiar en ${id}`),
  call: call('AddCopy', { Of: of, Mark: { $token: true } }),
  repeat: 'look',
  probe: {
    call: call('DescribeThings'),
    pick: { from: 'Things', where: [{ path: 'Mark', is: { $token: true } }] },
    done: [{ path: 'length(@)', is: 1 }],
    ready: [{ path: 'length(@)', is: 0 }],
    output: '{Thing: {ThingId: [0].ThingId}}',
  },
  undo: { kept: text('a copy is evidence', 'una copia es evidencia') },
  danger: [],
  ...more,
});

/** Paints a thing that is white. */
export const paint = (id: string, thing: Value, colour: string, more: Partial<Change> = {}): Change => ({
  id,
  why: text(`paint it ${colour}`, `pintarlo de ${colour}`),
  call: call('PaintThing', { ThingId: thing, Colour: colour }),
  repeat: 'safe',
  probe: { call: call('GetThing', { ThingId: thing }), done: [{ path: 'Thing.Colour', is: colour }], ready: [{ path: 'Thing.Colour', is: 'white' }] },
  undo: { calls: [call('PaintThing', { ThingId: { $ref: 'self#ThingId' }, Colour: 'white' })] },
  danger: [],
  ...more,
});

/** Fixes one thing to another. */
export const fix = (id: string, thing: Value, to: Value, more: Partial<Change> = {}): Change => ({
  id,
  why: text('fix it', 'fijarlo'),
  call: call('FixThing', { ThingId: thing, To: to }),
  repeat: 'safe',
  probe: { call: call('GetThing', { ThingId: thing }), done: [{ path: 'Thing.FixedTo', is: [to] }], ready: [{ path: 'Thing.FixedTo', is: [] }] },
  undo: { calls: [call('LoosenThing', { ThingId: { $ref: 'self#ThingId' }, From: { $ref: 'self#To' } })] },
  danger: [],
  ...more,
});

export const read = (id: string, thing: Value, more: Partial<Read> = {}): Read => ({
  id,
  why: said,
  read: call('GetThing', { ThingId: thing }),
  every: 5,
  limit: 60,
  ...more,
});
export const pause = (id: string, seconds: number, more: Partial<Pause> = {}): Pause => ({ id, why: said, pause: seconds, ...more });
export const idOf = (step: string): Json => ({ $ref: `${step}#Thing.ThingId` });
