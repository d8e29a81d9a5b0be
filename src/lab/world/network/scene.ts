import type { Account, Tables, World } from '../../contract.ts';
import { type Range, cidr as readCidr } from '../../services/ec2/cidr.ts';
import { defaultNetwork } from '../../services/ec2/default-network.ts';
import { entriesOf } from '../../services/ec2/network-acl-model.ts';
import type { AclEntry, NetworkAcl, Route, RouteTable } from '../../services/ec2/network-rows.ts';
import { awsPrefixLists, type PrefixList } from '../../services/ec2/prefix-list-model.ts';
import type { Address, Instance, Interface, Rule, Subnet, Vpc } from '../../services/ec2/rows.ts';
import { gone, phase } from '../../services/ec2/tables.ts';

/** A Region's network at one moment, for reading. */
export interface Scene {
  readonly now: number;
  /** How much faster than naturally AWS's own work goes. */
  readonly speed: number;
  row<T extends object>(table: string, id: string | undefined): T | undefined;
  rows<T extends object>(table: string): T[];
  interfaceAt(vpcId: string, address: string): Interface | undefined;
  rulesOf(item: Interface): Rule[];
  aclOf(subnetId: string): AclEntry[];
  routesOf(subnet: Subnet): Route[];
  publicIpOf(item: Interface): string | undefined;
  /** State of the instance an interface belongs to (a branch interface: its trunk's); undefined when it hangs on none. */
  instanceOf(item: Interface): { instance: Instance; state: string; since: number } | undefined;
  blocksOf(prefixListId: string): string[];
}

const ranges = new Map<string, Range>();
/** Blocks are read over and over; their number is small. */
export function range(text: string): Range {
  let known = ranges.get(text);
  if (!known) ranges.set(text, (known = readCidr(text, text.includes(':') ? 6 : 4)));
  return known;
}
export const within = (block: string, address: string): boolean => {
  const family = address.includes(':') ? 6 : 4;
  const outer = range(block);
  if (outer.version !== family) return false;
  const width = BigInt((family === 4 ? 32 : 128) - outer.bits);
  return range(`${address}/${family === 4 ? 32 : 128}`).first >> width === outer.first >> width;
};

export function sceneOf(world: World, account: Account, region: string, now: number): Scene {
  const own: Tables = account.regions[region]!.tables;
  const base: Tables = own.vpcs ? {} : defaultNetwork(world.seed, account.id, region);
  const table = (name: string): Record<string, any> => ({ ...base[name], ...own[name] });
  const row = <T extends object>(name: string, id: string | undefined): T | undefined => {
    const found = id === undefined ? undefined : (own[name]?.[id] ?? base[name]?.[id]);
    return found && !gone(found, now) ? (found as T) : undefined;
  };
  const rows = <T extends object>(name: string): T[] => Object.values(table(name)).filter((item) => !gone(item, now)) as T[];
  const subnetOf = (item: Interface) => row<Subnet>('subnets', item.subnetId);
  function instanceOf(item: Interface): ReturnType<Scene['instanceOf']> {
    const trunk = rows<{ branchId: string; trunkId: string }>('trunkAssociations').find((one) => one.branchId === item.id);
    const holder = trunk ? row<Interface>('interfaces', trunk.trunkId) : item;
    const { attachment } = holder ?? {};
    if (!attachment || gone(attachment, now)) return undefined;
    const instance = row<Instance>('instances', attachment.instanceId);
    if (!instance) return undefined;
    return { instance, state: phase(instance.timeline, now), since: instance.timeline.findLast((one) => one.at <= now)?.at ?? now };
  }
  return {
    now,
    speed: world.settings.speed,
    row,
    rows,
    instanceOf,
    interfaceAt: (vpcId, address) => rows<Interface>('interfaces').find((item) => item.vpcId === vpcId && [...item.privateIps, ...item.ipv6].includes(address)),
    rulesOf: (item) => rows<Rule>('securityGroupRules').filter((rule) => item.groups.includes(rule.groupId)),
    aclOf(subnetId) {
      const acl = rows<NetworkAcl>('networkAcls').find((one) => one.associations[subnetId] !== undefined);
      return acl ? entriesOf(acl, row<Vpc>('vpcs', acl.vpcId)?.ipv6 !== undefined) : [];
    },
    routesOf(subnet) {
      const tables = rows<RouteTable>('routeTables').filter((one) => one.vpcId === subnet.vpcId);
      return (tables.find((one) => one.associations?.[subnet.id] !== undefined) ?? tables.find((one) => one.main))?.routes ?? [];
    },
    publicIpOf(item) {
      const elastic = rows<Address>('addresses').find((one) => one.interfaceId === item.id);
      if (elastic) return elastic.ip;
      return item.publicIp && !gone(item.publicIp, now) && subnetOf(item) ? item.publicIp.ip : undefined;
    },
    blocksOf(id) {
      const list = awsPrefixLists(region).find((one) => one.id === id) ?? row<PrefixList>('prefixLists', id);
      return (list?.entries ?? []).map((one) => one.cidr);
    },
  };
}
