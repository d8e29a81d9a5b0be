import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { type Fields, filtered, paged } from './query.ts';
import type { Interface, Rule, SecurityGroup, Vpc } from './rows.ts';
import { grouped, rulesOf } from './rules.ts';
import { arn, arns, chosen, edit, need, notFound, rowsOf, wellFormed, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';
import { peeringWith } from './vpc-peering.ts';

/** "a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*", up to 255 (CreateSecurityGroup). */
const TEXT = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]*$/;
const MAX_GROUPS = 2500;

/** The group a call names by id, or by name in the default VPC. */
export function groupOf(ctx: LabContext, input: { GroupId?: string; GroupName?: string }): SecurityGroup {
  if (input.GroupId) return edit<SecurityGroup>(ctx, 'securityGroups', input.GroupId);
  if (!input.GroupName) throw new LabError('MissingParameter', 'The request must contain the parameter groupName or groupId');
  writable(ctx, 'securityGroups');
  const home = rowsOf<Vpc>(ctx, 'vpcs').find((vpc) => vpc.isDefault);
  const group = rowsOf<SecurityGroup>(ctx, 'securityGroups').find((row) => row.name === input.GroupName && row.vpcId === home?.id);
  if (!group) throw new LabError('InvalidGroup.NotFound', `The security group '${input.GroupName}' does not exist in default VPC '${home?.id ?? 'none'}'`);
  return group;
}

const FIELDS: (ctx: LabContext) => Fields<SecurityGroup> = (ctx) => {
  const rules = (group: SecurityGroup, egress: boolean) => rulesOf(ctx, group.id).filter((rule) => rule.egress === egress);
  const permission = (egress: boolean): Fields<SecurityGroup> => ({
    cidr: (group) => rules(group, egress).map((rule) => rule.cidr4),
    'ipv6-cidr': (group) => rules(group, egress).map((rule) => rule.cidr6),
    'from-port': (group) => rules(group, egress).map((rule) => rule.from),
    'to-port': (group) => rules(group, egress).map((rule) => rule.to),
    protocol: (group) => rules(group, egress).map((rule) => rule.protocol),
    'group-id': (group) => rules(group, egress).map((rule) => rule.peer?.groupId),
    'prefix-list-id': (group) => rules(group, egress).map((rule) => rule.prefixListId),
    'user-id': (group) => rules(group, egress).map((rule) => rule.peer?.userId),
  });
  const prefixed = (prefix: string, fields: Fields<SecurityGroup>) =>
    Object.fromEntries(Object.entries(fields).map(([key, field]) => [`${prefix}.${key}`, field]));
  return {
    'group-id': (group) => group.id,
    'group-name': (group) => group.name,
    'vpc-id': (group) => group.vpcId,
    'owner-id': (group) => group.ownerId,
    description: (group) => group.description,
    ...prefixed('ip-permission', permission(false)),
    ...prefixed('egress.ip-permission', permission(true)),
  };
};

export const operations: LabOperations = {
  CreateSecurityGroup: {
    run(input, ctx) {
      const { GroupName: name, Description: description } = input;
      if (!TEXT.test(name) || name.length > 255 || name.trim() === '')
        throw new LabError('InvalidParameterValue', `Value (${name}) for parameter GroupName is invalid. Character sets beyond ASCII are not supported.`);
      if (!TEXT.test(description) || description.length > 255)
        throw new LabError(
          'InvalidParameterValue',
          `Value (${description}) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.`,
        );
      if (/^sg-/i.test(name))
        throw new LabError('InvalidParameterValue', `Value (${name}) for parameter groupName is invalid. Security group names must not start with 'sg-'.`);
      const home = input.VpcId ? need<Vpc>(ctx, 'vpcs', input.VpcId) : rowsOf<Vpc>(ctx, 'vpcs').find((row) => row.isDefault);
      if (!home) throw new LabError('VPCIdNotSpecified', 'No default VPC for this user');
      const groups = rowsOf<SecurityGroup>(ctx, 'securityGroups');
      if (groups.some((row) => row.name === name && row.vpcId === home.id) || name === 'default')
        throw new LabError('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${home.id}'`);
      if (groups.length >= MAX_GROUPS) throw new LabError('SecurityGroupLimitExceeded', 'The maximum number of security groups has been reached.');
      const group: SecurityGroup = { id: ctx.id('sg'), name, description, vpcId: home.id, ownerId: ctx.account.id };
      tagNew(ctx, group.id, input.TagSpecifications, 'security-group');
      writable<SecurityGroup>(ctx, 'securityGroups')[group.id] = group;
      const rules = writable<Rule>(ctx, 'securityGroupRules');
      for (const range of [{ cidr4: '0.0.0.0/0' }, ...(home.ipv6 ? [{ cidr6: '::/0' }] : [])]) {
        const id = ctx.id('sgr');
        rules[id] = { id, groupId: group.id, egress: true, protocol: '-1', from: -1, to: -1, ...range };
      }
      return { GroupId: group.id, Tags: tagsOf(ctx, group.id), SecurityGroupArn: arn(ctx, 'security-group', group.id) };
    },
    resources: (input, ctx) => [arn(ctx, 'security-group', '*'), ...(input.VpcId ? [arn(ctx, 'vpc', input.VpcId)] : [])],
  },
  DescribeSecurityGroups: {
    run(input, ctx) {
      let rows = chosen<SecurityGroup>(ctx, 'securityGroups', input.GroupIds);
      if (input.GroupNames?.length) {
        const home = rowsOf<Vpc>(ctx, 'vpcs').find((vpc) => vpc.isDefault)?.id;
        for (const name of input.GroupNames) if (!rows.some((row) => row.name === name && row.vpcId === home)) throw notFound('securityGroups', [name]);
        rows = rows.filter((row) => input.GroupNames.includes(row.name) && row.vpcId === home);
      }
      return paged(
        ctx,
        input,
        filtered(ctx, rows, input.Filters, FIELDS(ctx)),
        'SecurityGroups',
        (group) => ({
          GroupId: group.id,
          GroupName: group.name,
          Description: group.description,
          OwnerId: group.ownerId,
          VpcId: group.vpcId,
          SecurityGroupArn: arn(ctx, 'security-group', group.id, group.ownerId),
          IpPermissions: grouped(rulesOf(ctx, group.id).filter((rule) => !rule.egress)),
          IpPermissionsEgress: grouped(rulesOf(ctx, group.id).filter((rule) => rule.egress)),
          Tags: tagsOf(ctx, group.id),
        }),
        { given: input.GroupIds, name: 'groupIds' },
      );
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
  DeleteSecurityGroup: {
    run(input, ctx) {
      const group = groupOf(ctx, input);
      if (group.name === 'default') throw new LabError('CannotDelete', `the specified group: "${group.id}" name: "default" cannot be deleted by a user`);
      const attached = rowsOf<Interface>(ctx, 'interfaces').some((row) => row.groups.includes(group.id));
      const referred = rowsOf<Rule>(ctx, 'securityGroupRules').some((rule) => rule.groupId !== group.id && rule.peer?.groupId === group.id);
      if (attached || referred) throw new LabError('DependencyViolation', `resource ${group.id} has a dependent object`);
      const rules = writable<Rule>(ctx, 'securityGroupRules');
      for (const rule of rulesOf(ctx, group.id)) delete rules[rule.id];
      delete writable<SecurityGroup>(ctx, 'securityGroups')[group.id];
      delete writable(ctx, 'tags')[group.id];
      return { Return: true, GroupId: group.id };
    },
    resources: (input, ctx) => arns(ctx, 'security-group', input.GroupId),
  },
  /** VPCs on the other side of a peering or transit gateway whose groups refer to these. */
  DescribeSecurityGroupReferences: {
    run(input, ctx) {
      wellFormed('securityGroups', input.GroupId ?? []);
      const elsewhere = Object.values(ctx.world.accounts).flatMap((account) => {
        const { securityGroups = {}, securityGroupRules = {} } = account.regions[ctx.region.name]?.tables ?? {};
        return (Object.values(securityGroupRules) as Rule[]).map((rule) => ({ to: rule.peer?.groupId, vpcId: securityGroups[rule.groupId]?.vpcId as string }));
      });
      const references = (input.GroupId as string[]).flatMap((id) => {
        const own = need<SecurityGroup>(ctx, 'securityGroups', id);
        const vpcs = new Set(elsewhere.filter(({ to, vpcId }) => to === id && vpcId !== undefined && vpcId !== own.vpcId).map(({ vpcId }) => vpcId));
        return [...vpcs].map((ReferencingVpcId) => ({
          GroupId: id,
          ReferencingVpcId,
          VpcPeeringConnectionId: peeringWith(ctx, (row) => row.vpcs.includes(own.vpcId) && row.vpcs.includes(ReferencingVpcId) && row.state === 'active'),
        }));
      });
      return { SecurityGroupReferenceSet: references };
    },
  },
};
