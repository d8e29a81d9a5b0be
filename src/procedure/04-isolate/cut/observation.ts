import { type ActionContext, AplombError, EXIT, type Standing } from '../../../kernel/index.ts';
import { targetOf } from '../../shared/ec2.ts';
import { listOption } from '../../shared/options.ts';
import { throughAcl } from '../network/acl.ts';
import { type Admitted, admitted } from '../network/expected.ts';
import { type GroupName, type NetworkReading, readNetwork } from '../network/read.ts';
import { rangeOf } from '../network/space.ts';
import { type Acl, aclOf, type NetworkState } from '../network/state.ts';
import { type Flow, surviving, tracking } from '../network/tracking.ts';
import { twoStepDone } from './record.ts';
import { openName } from './two-step.ts';

export const METHODS = ['none', 'two-step', 'acl', 'acl-subnet'] as const;
export type Method = (typeof METHODS)[number];

/** All that the plan of `cut-connections` is made from. Plain JSON. */
export interface Cutting {
  readonly caseId: string;
  readonly instanceId: string;
  readonly region: string;
  readonly state: string;
  readonly methods: readonly Method[];
  readonly interfaces: readonly {
    readonly id: string;
    readonly vpcId: string;
    readonly subnetId: string;
    /** The case's closed group it belongs into; empty when it is not isolated. */
    readonly closed: readonly string[];
    readonly formerly: readonly string[];
    /** Stands in the open group now. */
    readonly open: boolean;
    /** In a group that is not the case's: it is not isolated. */
    readonly stranger: boolean;
    /** The two steps were made and seen since it was last isolated. */
    readonly cut: boolean;
    readonly publicAddresses: readonly string[];
    readonly hasIpv6: boolean;
  }[];
  /** One for each VPC. */
  readonly openGroups: readonly { readonly vpcId: string; readonly name: string; readonly groupId: string | null }[];
  /** ACLs of other subnets with what they must deny. */
  readonly denials: readonly Denial[];
  /** The instance's own subnets that must be denied whole. */
  readonly subnets: readonly SubnetDenial[];
  readonly admitted: readonly Admitted[];
  /** Kinds of connections that may live on now. */
  readonly flows: readonly Flow[];
  /** What could not be read. */
  readonly missing: readonly string[];
}
export interface Denial {
  readonly aclId: string;
  readonly isDefault: boolean;
  /** Subnets it stands before: the entries meet only the instance there. */
  readonly subnets: readonly string[];
  readonly entries: readonly { readonly number: number; readonly egress: boolean; readonly cidr: string }[];
  /** Custom entries it has, by direction: EC2 allows 20 unless the quota was raised (40 at most). */
  readonly inbound: number;
  readonly outbound: number;
  /** Addresses for which no number is free below the lowest entry. */
  readonly noRoom: readonly string[];
}
export interface SubnetDenial {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly aclId: string;
  readonly associationId: string;
  /** Is it already denied by an ACL of the case? */
  readonly done: boolean;
  /** An ACL of the case that another subnet of the VPC has. */
  readonly ours: string | null;
  /** Others in the subnet: instance or interface ids. They lose their network too. */
  readonly neighbours: readonly string[];
}

/** @throws AplombError UnknownCutMethod (exit 2) */
export function methodsOf(ctx: Pick<ActionContext, 'options'>): Method[] {
  const given = listOption(ctx, 'cut');
  const bad = given.find((one) => !METHODS.includes(one as Method));
  if (bad !== undefined)
    throw new AplombError('UnknownCutMethod', `${JSON.stringify(bad)} is no way to cut connections.`, {
      exit: EXIT.usage,
      fix: 'Use --cut two-step, acl or acl-subnet, or several with commas (acl,two-step); none leaves them.',
    });
  return METHODS.filter((one) => one !== 'none' && given.includes(one));
}

/** Did the isolation of this case move the interface? Where it is in none of the case's groups then, EC2 shows it late, or somebody moved it back. */
const wasMoved = ({ facts }: Pick<ActionContext, 'facts'>, eni: string): boolean =>
  ['swap', 'close'].some((step) => Object.hasOwn(facts.outputs.isolate ?? {}, `${step}.${eni}`));
/** Does it show every interface that was isolated as isolated? */
export const isCurrent = (ctx: Pick<ActionContext, 'facts'>, { interfaces }: Cutting): boolean =>
  !interfaces.some((one) => one.stranger && wasMoved(ctx, one.id));

export interface CuttingReading extends NetworkReading {
  readonly cutting: Cutting;
}
export async function readCutting(ctx: ActionContext): Promise<CuttingReading> {
  const methods = methodsOf(ctx);
  const [reading, standing] = await Promise.all([
    readNetwork(ctx, targetOf(ctx)),
    methods.includes('two-step') ? ctx.standing(4, ['isolate', 'cut-connections']) : [],
  ]);
  const { state, groups } = reading;
  const name = openName(ctx.facts.caseId, state.instanceId);
  // A group that was left open outlives the interfaces that stood in it.
  const left = Object.values(groups).flatMap((group) => (group.ours && group.name === name ? [group.vpcId] : []));
  const vpcs = [...new Set([...state.interfaces.map((one) => one.vpcId), ...left])].sort();
  const allowed = admitted(ctx, state);
  return {
    ...reading,
    cutting: {
      caseId: ctx.facts.caseId,
      instanceId: state.instanceId,
      region: state.region,
      state: state.state,
      methods,
      interfaces: state.interfaces.map((one) => interfaceOf(ctx, one, groups, name, standing)),
      openGroups: vpcs.map((vpcId) => ({ vpcId, name, groupId: findGroup(groups, vpcId, name) })),
      denials: methods.includes('acl') ? denialsOf(state) : [],
      subnets: methods.includes('acl-subnet') ? subnetsOf(state) : [],
      admitted: allowed,
      flows: surviving(tracking(state)),
      missing: state.missing,
    },
  };
}

type Groups = Readonly<Record<string, GroupName>>;
const findGroup = (groups: Groups, vpcId: string, name: string): string | null =>
  Object.entries(groups).find(([, group]) => group.name === name && group.vpcId === vpcId && group.ours)?.[0] ?? null;

function interfaceOf(
  ctx: ActionContext,
  one: NetworkState['interfaces'][number],
  groups: Groups,
  name: string,
  standing: readonly Standing[],
): Cutting['interfaces'][number] {
  const isOpen = (id: string): boolean => groups[id]?.ours === true && groups[id].name === name;
  const isolated = isolationName(ctx, one.vpcId);
  const home = Object.entries(groups).find(([, group]) => group.ours && group.vpcId === one.vpcId && group.name === isolated)?.[0];
  const open = one.groups.some(isOpen);
  const closed = open ? (home === undefined ? [] : [home]) : one.groups.every((id) => groups[id]?.ours) ? [...one.groups] : [];
  return {
    id: one.id,
    vpcId: one.vpcId,
    subnetId: one.subnetId,
    closed,
    formerly: one.formerly.filter((id) => id !== 'unknown'),
    open,
    stranger: closed.length === 0,
    cut: !open && closed.length > 0 && twoStepDone(ctx, one.id, standing),
    publicAddresses: one.publicAddresses,
    hasIpv6: one.addresses.some((address) => address.includes(':')),
  };
}

/** Name of the closed group in a VPC, as the isolation last planned it. */
function isolationName(ctx: ActionContext, vpcId: string): string {
  const seen = ctx.facts.observed.isolate as { instanceId?: string; name?: string; groups?: { vpcId?: string; name?: string }[] } | undefined;
  const known = seen?.instanceId === ctx.target.instanceId ? (seen?.groups?.find((group) => group.vpcId === vpcId)?.name ?? seen?.name) : undefined;
  return known ?? openName(ctx.facts.caseId, String(ctx.target.instanceId)).replace(/-open$/, '');
}

/** /32 and /128 of the host, its delegated prefixes as they are. */
const cidrOf = (address: string): string => (address.includes('/') ? address : `${address}/${address.includes(':') ? 128 : 32}`);
const lowest = (acl: Acl, egress: boolean): number => Math.min(...acl.entries.filter((entry) => entry.egress === egress).map((entry) => entry.number), 32_767);
const custom = (acl: Acl, egress: boolean): number => acl.entries.filter((entry) => entry.egress === egress && entry.number < 32_767).length;

/** Does an ACL let anything pass between the addresses and whoever is behind it, in this direction? */
export const denies = (acl: Acl, egress: boolean, cidr: string): boolean => {
  const peer = rangeOf(cidr);
  return peer !== undefined && throughAcl(acl, egress, { proto: [0, 255], port: [0, 65_535], peer }).allowed.length === 0;
};

/** The subnets beyond each interface: only there an ACL sees the host as the peer, so that an entry can be about it alone. */
export function denialsOf(state: NetworkState): Denial[] {
  return state.acls.flatMap((acl): Denial[] => {
    const hosts = state.interfaces.filter((one) => one.vpcId === acl.vpcId && acl.subnets.some(({ subnetId }) => subnetId !== one.subnetId));
    const cidrs = [...new Set(hosts.flatMap((one) => one.addresses.map(cidrOf)))].sort();
    if (cidrs.length === 0 || acl.ours) return [];
    const numbered = ([false, true] as const).map((egress) => {
      const open = cidrs.filter((cidr) => !denies(acl, egress, cidr));
      const top = lowest(acl, egress);
      const fits = open.slice(0, Math.max(0, top - 1));
      return { entries: fits.map((cidr, index) => ({ number: top - fits.length + index, egress, cidr })), noRoom: open.slice(fits.length) };
    });
    return [
      {
        aclId: acl.id,
        isDefault: acl.isDefault,
        subnets: acl.subnets.map((one) => one.subnetId),
        entries: numbered.flatMap((one) => one.entries),
        inbound: custom(acl, false),
        outbound: custom(acl, true),
        noRoom: [...new Set(numbered.flatMap((one) => one.noRoom))],
      },
    ];
  });
}

export function subnetsOf(state: NetworkState): SubnetDenial[] {
  return [...new Set(state.interfaces.map((one) => one.subnetId))].sort().flatMap((subnetId) => {
    const acl = aclOf(state, subnetId);
    const vpcId = state.interfaces.find((one) => one.subnetId === subnetId)!.vpcId;
    if (!acl) return [];
    return [
      {
        subnetId,
        vpcId,
        aclId: acl.id,
        associationId: acl.subnets.find((one) => one.subnetId === subnetId)!.associationId,
        done: acl.ours,
        ours: state.acls.find((one) => one.ours && one.vpcId === vpcId)?.id ?? null,
        neighbours: [...new Set(state.neighbours.filter((one) => one.subnetId === subnetId).map((one) => one.instanceId ?? one.id))].sort(),
      },
    ];
  });
}
