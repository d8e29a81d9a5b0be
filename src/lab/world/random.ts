import { createHash } from 'node:crypto';
import type { World } from '../contract.ts';

const rotl = (x: number, k: number): number => ((x << k) | (x >>> (32 - k))) >>> 0;

/** Four 32-bit words of state from a seed text. */
export function seedState(seed: string): number[] {
  const digest = createHash('sha256').update(`aplomb-lab|${seed}`).digest();
  return [0, 4, 8, 12].map((at) => digest.readUInt32LE(at));
}

/**
 * Next 32 bits of xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators").
 * The state lives in the world, so a saved world goes on with the same numbers.
 */
export function next32(world: Pick<World, 'random'>): number {
  const s = world.random as [number, number, number, number];
  const result = Math.imul(rotl(Math.imul(s[1], 5) >>> 0, 7), 9) >>> 0;
  const t = (s[1] << 9) >>> 0;
  s[2] = (s[2] ^ s[0]) >>> 0;
  s[3] = (s[3] ^ s[1]) >>> 0;
  s[1] = (s[1] ^ s[2]) >>> 0;
  s[0] = (s[0] ^ s[3]) >>> 0;
  s[2] = (s[2] ^ t) >>> 0;
  s[3] = rotl(s[3], 11);
  return result;
}

/** Evenly drawn from [0, 1). */
export const fraction = (world: Pick<World, 'random'>): number => next32(world) / 2 ** 32;

/** Evenly drawn whole number, both ends included. */
export const between = (world: Pick<World, 'random'>, min: number, max: number): number => min + Math.floor(fraction(world) * (max - min + 1));

export function randomBytes(world: Pick<World, 'random'>, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = next32(world) & 0xff;
  return bytes;
}
