export { grantOf } from './grant.ts';
export type { Grant, Known } from './grant-words.ts';
export { type Power, type PowerKind, powersOf } from './powers.ts';
export { type Policy, type Read, readPolicy } from './read.ts';
export { type Trust, trustOf } from './trust.ts';
