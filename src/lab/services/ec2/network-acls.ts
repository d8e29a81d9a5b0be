import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { cidr } from './cidr.ts';
import { bornEntries, entriesOf, hasIpv6, LAST_IPV6_RULE, LAST_RULE } from './network-acl-model.ts';
import type { AclEntry, NetworkAcl } from './network-rows.ts';
import { filtered, paged } from './query.ts';
import type { Vpc } from './rows.ts';
import { arn, arns, chosen, edit, need, rowsOf, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

/** Quotas (Amazon VPC User Guide, "Amazon VPC quotas"): each way and family, and the last rule counts. */
const MAX_RULES = 20;
const MAX_ACLS = 200;
const PROTOCOLS: Record<string, string> = { all: '-1', icmp: '1', tcp: '6', udp: '17', icmpv6: '58' };

const entryView = (entry: AclEntry) => ({
  RuleNumber: entry.number,
  Egress: entry.egress,
  Protocol: entry.protocol,
  RuleAction: entry.allow ? 'allow' : 'deny',
  CidrBlock: entry.cidr4,
  Ipv6CidrBlock: entry.cidr6,
  PortRange: entry.ports && { From: entry.ports.from, To: entry.ports.to },
  IcmpTypeCode: entry.icmp && { Type: entry.icmp.type, Code: entry.icmp.code },
});
function shownEntries(ctx: LabContext, row: NetworkAcl) {
  const ipv6 = hasIpv6(ctx, row.vpcId);
  const last = (egress: boolean): AclEntry[] => [
    { number: LAST_RULE, egress, protocol: '-1', allow: false, cidr4: '0.0.0.0/0' },
    ...(ipv6 ? [{ number: LAST_IPV6_RULE, egress, protocol: '-1', allow: false, cidr6: '::/0' }] : []),
  ];
  const own = entriesOf(row, ipv6);
  return [true, false]
    .flatMap((egress) => [...own.filter((entry) => entry.egress === egress).sort((a, b) => a.number - b.number), ...last(egress)])
    .map(entryView);
}
const view = (ctx: LabContext, row: NetworkAcl) => ({
  NetworkAclId: row.id,
  VpcId: row.vpcId,
  OwnerId: ctx.account.id,
  IsDefault: row.isDefault,
  Entries: shownEntries(ctx, row),
  Associations: Object.entries(row.associations).map(([SubnetId, NetworkAclAssociationId]) => ({ NetworkAclAssociationId, NetworkAclId: row.id, SubnetId })),
  Tags: tagsOf(ctx, row.id),
});

/** The rule a call describes, as EC2 stores it. */
function entry(input: any): AclEntry {
  const number: number = input.RuleNumber;
  if (number < 1 || number > 32766)
    throw new LabError('InvalidParameterValue', `Value (${number}) for parameter ruleNumber is invalid. Must be between 1 and 32766.`);
  if ((input.CidrBlock === undefined) === (input.Ipv6CidrBlock === undefined))
    throw new LabError('InvalidParameterCombination', 'Exactly one of CidrBlock and Ipv6CidrBlock must be given.');
  const protocol = PROTOCOLS[String(input.Protocol).toLowerCase()] ?? String(input.Protocol);
  if (protocol !== '-1' && !(/^\d{1,3}$/.test(protocol) && Number(protocol) <= 255))
    throw new LabError('InvalidParameterValue', `Invalid value '${input.Protocol}' for IP protocol. Unknown protocol.`);
  const { From: from, To: to } = input.PortRange ?? {};
  const { Type: type, Code: code } = input.IcmpTypeCode ?? {};
  if (/^(6|17)$/.test(protocol) && (from === undefined || to === undefined || from < 0 || to > 65535 || from > to))
    throw new LabError('InvalidParameterValue', `Invalid TCP/UDP port range (${from}:${to})`);
  if (/^(1|58)$/.test(protocol) && (type === undefined || code === undefined))
    throw new LabError('MissingParameter', 'The request must contain the parameter icmpTypeCode');
  return {
    number,
    egress: input.Egress,
    protocol,
    allow: input.RuleAction === 'allow',
    ...(input.CidrBlock === undefined ? { cidr6: cidr(input.Ipv6CidrBlock, 6).text } : { cidr4: cidr(input.CidrBlock, 4).text }),
    ...(/^(6|17)$/.test(protocol) ? { ports: { from, to } } : {}),
    ...(/^(1|58)$/.test(protocol) ? { icmp: { type, code } } : {}),
  };
}
/** The ACL to be changed, its rules written down. */
function editable(ctx: LabContext, id: string): NetworkAcl & { entries: AclEntry[] } {
  const row = edit<NetworkAcl>(ctx, 'networkAcls', id);
  row.entries ??= entriesOf(row, hasIpv6(ctx, row.vpcId));
  return row as NetworkAcl & { entries: AclEntry[] };
}
/** As it was born: kept as nothing, so that what was changed and put back is what it was. */
function settled(ctx: LabContext, row: NetworkAcl): void {
  const ordered = (entries: readonly AclEntry[]): string =>
    JSON.stringify(entries.map((one) => [one.egress, one.number, one.protocol, one.allow, one.cidr4, one.cidr6, one.ports, one.icmp]).sort());
  if (row.isDefault && ordered(row.entries ?? []) === ordered(bornEntries(row, hasIpv6(ctx, row.vpcId)))) delete row.entries;
}
const place = (row: { entries: AclEntry[] }, input: { RuleNumber: number; Egress: boolean }): number =>
  row.entries.findIndex((one) => one.number === input.RuleNumber && one.egress === input.Egress);
const noEntry = (input: any): LabError =>
  new LabError(
    'InvalidNetworkAclEntry.NotFound',
    `The specified network acl entry '${input.RuleNumber}' does not exist in network acl '${input.NetworkAclId}'`,
  );
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'network-acl', input.NetworkAclId);
const ACTIONS = { RuleAction: { enum: ['allow', 'deny'] } };

export const operations: LabOperations = {
  /** A new one denies everything. */
  CreateNetworkAcl: {
    run(input, ctx) {
      const home = need<Vpc>(ctx, 'vpcs', input.VpcId);
      if (rowsOf<NetworkAcl>(ctx, 'networkAcls').filter((row) => row.vpcId === home.id).length >= MAX_ACLS)
        throw new LabError('NetworkAclLimitExceeded', 'The maximum number of network ACLs has been reached.');
      const row: NetworkAcl = { id: ctx.id('acl'), vpcId: home.id, isDefault: false, associations: {}, entries: [] };
      tagNew(ctx, row.id, input.TagSpecifications, 'network-acl');
      writable<NetworkAcl>(ctx, 'networkAcls')[row.id] = row;
      return { NetworkAcl: view(ctx, row), ClientToken: input.ClientToken };
    },
    resources: (input, ctx) => [...arns(ctx, 'network-acl', undefined), arn(ctx, 'vpc', input.VpcId)],
  },
  DeleteNetworkAcl: {
    run(input, ctx) {
      const row = edit<NetworkAcl>(ctx, 'networkAcls', input.NetworkAclId);
      if (row.isDefault) throw new LabError('InvalidParameterValue', `Cannot delete default network ACL ${row.id}`);
      if (Object.keys(row.associations).length) throw new LabError('DependencyViolation', `The networkAcl '${row.id}' has dependencies and cannot be deleted.`);
      delete writable(ctx, 'networkAcls')[row.id];
      delete writable(ctx, 'tags')[row.id];
      return {};
    },
    resources,
  },
  CreateNetworkAclEntry: {
    run(input, ctx) {
      const row = editable(ctx, input.NetworkAclId);
      const made = entry(input);
      if (place(row, input) >= 0) throw new LabError('NetworkAclEntryAlreadyExists', `The network acl entry identified by ${made.number} already exists.`);
      const family = row.entries.filter((one) => one.egress === made.egress && (one.cidr4 === undefined) === (made.cidr4 === undefined));
      if (family.length + 1 >= MAX_RULES)
        throw new LabError('NetworkAclEntryLimitExceeded', `The maximum number of network acl entries per network acl has been reached: ${row.id}`);
      row.entries.push(made);
      settled(ctx, row);
      return {};
    },
    resources,
    constraints: ACTIONS,
  },
  ReplaceNetworkAclEntry: {
    run(input, ctx) {
      const row = editable(ctx, input.NetworkAclId);
      const made = entry(input);
      const at = place(row, input);
      if (at < 0) throw noEntry(input);
      row.entries[at] = made;
      settled(ctx, row);
      return {};
    },
    resources,
    constraints: ACTIONS,
  },
  DeleteNetworkAclEntry: {
    run(input, ctx) {
      const row = editable(ctx, input.NetworkAclId);
      const at = place(row, input);
      if (at < 0) throw noEntry(input);
      row.entries.splice(at, 1);
      settled(ctx, row);
      return {};
    },
    resources,
  },
  /** A subnet always has exactly one ACL: it goes over to another, under a new association id. */
  ReplaceNetworkAclAssociation: {
    run(input, ctx) {
      const target = edit<NetworkAcl>(ctx, 'networkAcls', input.NetworkAclId);
      const source = Object.values(writable<NetworkAcl>(ctx, 'networkAcls')).find((row) => Object.values(row.associations).includes(input.AssociationId));
      if (!source) throw new LabError('InvalidAssociationID.NotFound', `The association ID '${input.AssociationId}' does not exist`);
      if (source.vpcId !== target.vpcId)
        throw new LabError('InvalidParameterValue', `Network ACL ${target.id} and association ${input.AssociationId} belong to different networks.`);
      const [subnet] = Object.entries(source.associations).find(([, id]) => id === input.AssociationId)!;
      delete source.associations[subnet];
      target.associations[subnet] = ctx.id('aclassoc');
      return { NewAssociationId: target.associations[subnet] };
    },
    resources,
  },
  DescribeNetworkAcls: {
    run(input, ctx) {
      const entries = (field: (one: ReturnType<typeof entryView>) => string | number | boolean | undefined) => (row: NetworkAcl) =>
        shownEntries(ctx, row).map(field);
      const rows = filtered(ctx, chosen<NetworkAcl>(ctx, 'networkAcls', input.NetworkAclIds), input.Filters, {
        'network-acl-id': (row) => row.id,
        'vpc-id': (row) => row.vpcId,
        'owner-id': () => ctx.account.id,
        default: (row) => row.isDefault,
        'association.subnet-id': (row) => Object.keys(row.associations),
        'association.association-id': (row) => Object.values(row.associations),
        'association.network-acl-id': (row) => row.id,
        'entry.cidr': entries((one) => one.CidrBlock),
        'entry.ipv6-cidr': entries((one) => one.Ipv6CidrBlock),
        'entry.egress': entries((one) => one.Egress),
        'entry.protocol': entries((one) => one.Protocol),
        'entry.rule-action': entries((one) => one.RuleAction),
        'entry.rule-number': entries((one) => one.RuleNumber),
        'entry.port-range.from': entries((one) => one.PortRange?.From),
        'entry.port-range.to': entries((one) => one.PortRange?.To),
        'entry.icmp.code': entries((one) => one.IcmpTypeCode?.Code),
        'entry.icmp.type': entries((one) => one.IcmpTypeCode?.Type),
      });
      return paged(ctx, input, rows, 'NetworkAcls', (row) => view(ctx, row), { given: input.NetworkAclIds, name: 'networkAclIds' });
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
};
