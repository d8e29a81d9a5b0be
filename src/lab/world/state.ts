import type { Account, Settings, World } from '../contract.ts';
import { seedState } from './random.ts';
import { newRegions } from './regions.ts';
import { type AccountInfo, IAM_TABLES } from './rows.ts';

/** A calm world: no faults, no delays, natural page sizes, things happen in their natural time. */
const calm = (): Settings => ({ faults: [], iamDelay: 0, ec2Stale: 0, trailDelay: [0, 0], pageSize: 0, speed: 1, lookupRate: 0 });

/** An empty world without accounts. `disks` is the folder of disk images; it is not part of the saved world. */
export function newWorld({ seed, disks }: { seed: string; disks?: string }): World {
  return {
    version: 1,
    seed,
    random: seedState(seed),
    offset: 0,
    settings: calm(),
    accounts: {},
    keyIndex: {},
    effects: [],
    truth: null,
    briefing: null,
    ...(disks === undefined ? {} : { disks }),
  };
}

/** @throws Error when the text is not a saved world of this version. */
export function loadWorld(json: string): World {
  const world = JSON.parse(json) as World;
  if (world?.version !== 1 || !Array.isArray(world.random) || typeof world.accounts !== 'object') throw new Error('not a saved lab world of version 1');
  return world;
}
export function saveWorld(world: World): string {
  const { disks: _, ...rest } = world;
  return JSON.stringify(rest);
}

/** Lab time, epoch milliseconds. */
export const worldNow = (world: World): number => Date.now() + world.offset;

export function accountOf(world: World, id: string): Account {
  const account = world.accounts[id];
  if (!account) throw new Error(`the world has no account ${id}`);
  return account;
}
export const regionEnabled = (account: Account, region: string): boolean => {
  const state = account.regions[region];
  return state !== undefined && state.optIn !== 'not-opted-in';
};

/**
 * Adds an account with all regions and the root user. Without `supportPlan` it has the Basic plan.
 * @throws Error on a number that is not 12 digits or is taken.
 */
export function createAccount(world: World, options: { id: string; name: string; alias?: string; supportPlan?: AccountInfo['supportPlan'] }): Account {
  const { id, name, alias, supportPlan } = options;
  if (!/^\d{12}$/.test(id)) throw new Error(`an account number has 12 digits, not "${id}"`);
  if (world.accounts[id]) throw new Error(`account ${id} exists`);
  const info: AccountInfo = {
    name,
    alias: alias ?? null,
    email: `root@${alias ?? id}.example`,
    created: worldNow(world) - 900 * 86_400_000,
    supportPlan: supportPlan ?? 'basic',
    rootMfa: true,
  };
  const tables = Object.fromEntries([...IAM_TABLES, 'sessions', 'supportCases', 'trails'].map((table) => [table, {}]));
  const account: Account = { id, tables: { ...tables, settings: { account: info } }, regions: newRegions(), trail: [] };
  world.accounts[id] = account;
  return account;
}
