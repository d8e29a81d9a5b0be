import type { Account, RegionState, Tables, World } from '../contract.ts';
import { fraction } from './random.ts';
import { IAM_TABLES, type IamTables, iamTables } from './rows.ts';
import { accountOf, worldNow } from './state.ts';

/** State as it was just before a write. Kept beside the world, bounded, never saved: after a restart everything is settled. */
interface Before {
  at: number;
  tables: Tables;
}
const LIMIT = 64;
const journals = new WeakMap<World, Map<string, Before[]>>();

function journal(world: World, name: string): Before[] {
  let all = journals.get(world);
  if (!all) journals.set(world, (all = new Map()));
  let list = all.get(name);
  if (!list) all.set(name, (list = []));
  return list;
}

function keep(world: World, name: string, tables: Tables, window: number): void {
  const list = journal(world, name);
  const now = worldNow(world);
  while (list.length > 0 && (list.length >= LIMIT || list[0]!.at + window <= now)) list.shift();
  list.push({ at: now, tables: structuredClone(tables) });
}

/** Call it before a mutating call runs: IAM changes count for authorisation only later, and EC2 reads may lag behind. */
export function beforeWrite(world: World, { account, region, service }: { account: string; region: string; service: string }): void {
  if (service === 'iam' && world.settings.iamDelay > 0) {
    const { tables } = accountOf(world, account);
    keep(world, account, Object.fromEntries(IAM_TABLES.map((table) => [table, tables[table] ?? {}])), world.settings.iamDelay);
  }
  const state = world.accounts[account]?.regions[region];
  if (service === 'ec2' && world.settings.ec2Stale > 0 && state) keep(world, `${account}/${region}`, state.tables, world.settings.ec2Stale);
}

/** The IAM tables that count for authorisation now: those of `iamDelay` ago. */
export function settledIam(world: World, account: Account, now: number): IamTables {
  const since = now - world.settings.iamDelay;
  const pending = journal(world, account.id).find((entry) => entry.at > since && entry.at <= now);
  return iamTables(pending ?? account);
}

/** The region as a Describe call sees it: within `ec2Stale` of a write, every other time on average, as before that write. */
export function readRegion(world: World, account: Account, region: RegionState): RegionState {
  if (world.settings.ec2Stale <= 0) return region;
  const now = worldNow(world);
  const recent = journal(world, `${account.id}/${region.name}`).filter((entry) => entry.at > now - world.settings.ec2Stale && entry.at <= now);
  if (recent.length === 0 || fraction(world) >= 0.5) return region;
  return { ...region, tables: recent[Math.floor(fraction(world) * recent.length)]!.tables };
}
