import type { AttackerCredential, Truth } from './scenario.ts';
import type { MadeResource } from './scoring.ts';

/** What a story did, as it did it: the answer key in the making. */
export interface Loot {
  resources: MadeResource[];
  attendant: Truth['attendant'];
  changed: Truth['changed'];
  credentials: AttackerCredential[];
  lookAlikes: Truth['lookAlikes'];
}
export const emptyLoot = (): Loot => ({ resources: [], attendant: [], changed: [], credentials: [], lookAlikes: [] });
