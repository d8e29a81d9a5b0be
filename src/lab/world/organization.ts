import type { Account, World } from '../contract.ts';
import { letters } from './ids.ts';
import { addRole } from './principals.ts';
import { infoOf } from './rows.ts';
import { accountOf, worldNow } from './state.ts';

/** An organisation lives in its management account; every member points there. Times are epoch milliseconds. */
export interface OrganizationRow {
  id: string;
  management: string;
  root: string;
  created: number;
  /** Policy types enabled on the root. */
  policyTypes: string[];
  members: Record<string, { id: string; parent: string; joined: number; method: 'INVITED' | 'CREATED' }>;
  units: Record<string, { id: string; name: string; parent: string }>;
  policies: Record<string, OrganizationPolicy>;
  /** Target id -> ids of the policies attached to it. */
  attached: Record<string, string[]>;
  handshakes: Record<string, HandshakeRow>;
  creations: Record<string, { id: string; name: string; account: string; requested: number; done: number }>;
  /** Service principal -> when trusted access was enabled. */
  services: Record<string, number>;
  /** Account id -> service principal -> since when. */
  delegated: Record<string, Record<string, number>>;
  rootFeatures: ('RootCredentialsManagement' | 'RootSessions')[];
}
export interface OrganizationPolicy {
  id: string;
  name: string;
  description: string;
  type: string;
  content: string;
  awsManaged: boolean;
}
export interface HandshakeRow {
  id: string;
  target: string;
  targetType: 'ACCOUNT' | 'EMAIL';
  state: 'REQUESTED' | 'OPEN' | 'CANCELED' | 'ACCEPTED' | 'DECLINED' | 'EXPIRED';
  requested: number;
  expires: number;
  notes?: string;
}
export const SCP = 'SERVICE_CONTROL_POLICY';
export const FULL_ACCESS = 'p-FullAWSAccess';
const EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

const low = (world: World, n: number): string => letters(world, n).toLowerCase();

export function organizationOf(world: World, account: Account): OrganizationRow | undefined {
  const management = account.tables.organization?.management as string | undefined;
  return management === undefined ? undefined : (world.accounts[management]?.tables.organization?.row as OrganizationRow | undefined);
}

/** Makes the account the management account of a new organisation with all features. `scp`: service control policies are switched on. */
export function addOrganization(world: World, management: Account, options: { members?: readonly Account[]; scp?: boolean } = {}): OrganizationRow {
  const row: OrganizationRow = {
    id: `o-${low(world, 10)}`,
    management: management.id,
    root: `r-${low(world, 4)}`,
    created: worldNow(world),
    policyTypes: [],
    members: {},
    units: {},
    policies: {
      [FULL_ACCESS]: {
        id: FULL_ACCESS,
        name: 'FullAWSAccess',
        description: 'Allows access to every operation',
        type: SCP,
        content: EVERYTHING,
        awsManaged: true,
      },
    },
    attached: {},
    handshakes: {},
    creations: {},
    services: {},
    delegated: {},
    rootFeatures: [],
  };
  management.tables.organization = { management: management.id, row };
  joinOrganization(world, row, management, 'INVITED');
  for (const member of options.members ?? []) joinOrganization(world, row, member, 'CREATED');
  if (options.scp) enableScp(row);
  return row;
}
/** AWS attaches FullAWSAccess to every root, unit and account once service control policies are on. */
export function enableScp(row: OrganizationRow): void {
  row.policyTypes.push(SCP);
  for (const target of [row.root, ...Object.keys(row.units), ...Object.keys(row.members)]) attachFullAccess(row, target);
}
export function attachFullAccess(row: OrganizationRow, target: string): void {
  const attached = (row.attached[target] ??= []);
  if (row.policyTypes.includes(SCP) && !attached.includes(FULL_ACCESS)) attached.push(FULL_ACCESS);
}

export function joinOrganization(world: World, row: OrganizationRow, member: Account, method: 'INVITED' | 'CREATED'): void {
  row.members[member.id] = { id: member.id, parent: row.root, joined: worldNow(world), method };
  attachFullAccess(row, member.id);
  if (member.id !== row.management) member.tables.organization = { management: row.management };
  if (method === 'CREATED') addAccessRole(world, row, member, 'OrganizationAccountAccessRole');
}
export function addAccessRole(world: World, row: OrganizationRow, member: Account, name: string): void {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${row.management}:root` }, Action: 'sts:AssumeRole' }],
  };
  addRole(world, member, { name, trust, inline: { AdministratorAccess: EVERYTHING } });
}
export function leaveOrganization(world: World, row: OrganizationRow, id: string): void {
  delete row.members[id];
  delete row.attached[id];
  delete row.delegated[id];
  delete accountOf(world, id).tables.organization;
}

/**
 * Service control policies that bind the account, one list of documents per level (root, units, account): each level must allow.
 * Null where they do not apply: outside an organisation, switched off, and in the management account.
 * AWS Organizations User Guide, "SCP evaluation".
 */
export function controlPolicies(world: World, account: Account): string[][] | null {
  const row = organizationOf(world, account);
  if (!row || row.management === account.id || !row.policyTypes.includes(SCP)) return null;
  const levels: string[][] = [];
  for (let target: string | undefined = account.id; target !== undefined; target = row.members[target]?.parent ?? row.units[target]?.parent) {
    levels.push((row.attached[target] ?? []).flatMap((id) => (row.policies[id]?.type === SCP ? [row.policies[id].content] : [])));
  }
  return levels;
}

/** May the account speak for the organisation in this matter? */
export const speaksFor = (row: OrganizationRow, account: string, service: string): boolean =>
  row.management === account || row.delegated[account]?.[service] !== undefined;

export const accountEmail = (account: Account): string => infoOf(account).email;
