import type { Effect, Fault, World } from '../contract.ts';
import { between, fraction } from './random.ts';

/** A fault that acts on this call. `delay`: the drawn latency in milliseconds. */
export type ActingFault = Fault & { delay?: number };

/**
 * The faults that act on a call: of the matching entries the first latency and the first of any other kind, in order.
 * Counts them down; an entry whose dice say no lets the next one have its chance. `onlyLatency` leaves other kinds untouched.
 */
export function takeFaults(
  world: World,
  call: { service: string; operation: string; region: string; accessKeyId?: string; input?: unknown },
  onlyLatency = false,
): ActingFault[] {
  const acting: ActingFault[] = [];
  let delayed = false;
  let troubled = false;
  for (const fault of [...world.settings.faults]) {
    const matches =
      (fault.service ?? call.service) === call.service &&
      (fault.operation ?? call.operation) === call.operation &&
      (fault.region ?? call.region) === call.region &&
      (fault.accessKeyId === undefined || fault.accessKeyId === call.accessKeyId) &&
      (fault.about ?? []).every((text) => JSON.stringify(call.input ?? null).includes(text));
    if (!matches || (fault.kind === 'latency' ? delayed : troubled || onlyLatency)) continue;
    if (fault.after !== undefined && fault.after > 0) {
      fault.after--;
      continue;
    }
    if (fault.chance !== undefined && fraction(world) >= fault.chance) continue;
    if (fault.times !== undefined && --fault.times <= 0) world.settings.faults.splice(world.settings.faults.indexOf(fault), 1);
    if (fault.kind === 'latency') {
      delayed = true;
      const [min, max] = fault.milliseconds ?? [0, 0];
      acting.push({ ...fault, delay: between(world, min, max) });
    } else {
      troubled = true;
      acting.push({ ...fault });
    }
  }
  return acting;
}

/** Notes a mutating call that took effect. */
export function recordEffect(world: World, effect: Effect): void {
  world.effects.push({ ...effect, input: plain(effect.input) });
}
/** A copy that stays what it is when the world is saved: bytes as base64. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date) return structuredClone(value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
