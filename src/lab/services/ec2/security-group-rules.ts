import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { filtered, paged } from './query.ts';
import type { Rule, SecurityGroup, Vpc } from './rows.ts';
import { expand, grouped, type IpPermission, type NewRule, peerText, rulesOf, sameRule } from './rules.ts';
import { groupOf } from './security-groups.ts';
import { arn, arns, chosen, rowOf, wellFormed, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

/** Rules each way and IP family (Amazon VPC quotas). */
const MAX_RULES = 60;

/** IpPermissions, or the flat form of one ingress rule. */
function permissions(input: any, group: SecurityGroup, egress: boolean): IpPermission[] {
  if (input.IpPermissions?.length) return input.IpPermissions;
  if (input.CidrIp === undefined && input.SourceSecurityGroupName === undefined && input.IpProtocol === undefined) return [];
  if (egress) throw new LabError('InvalidParameterCombination', 'Egress rules are given as IpPermissions.');
  return [
    {
      IpProtocol: input.IpProtocol ?? '-1',
      FromPort: input.FromPort,
      ToPort: input.ToPort,
      IpRanges: input.CidrIp === undefined ? [] : [{ CidrIp: input.CidrIp }],
      UserIdGroupPairs:
        input.SourceSecurityGroupName === undefined
          ? []
          : [{ GroupName: input.SourceSecurityGroupName, UserId: input.SourceSecurityGroupOwnerId ?? group.ownerId }],
    },
  ];
}
const told = (rule: Rule): string =>
  `peer: ${peerText(rule)}, ${rule.protocol === '-1' ? 'ALL' : rule.protocol.toUpperCase()}${rule.from < 0 ? '' : `, from port: ${rule.from}, to port: ${rule.to}`}, ALLOW`;
const family = (rule: NewRule): string => (rule.cidr6 !== undefined ? '6' : '4');

const view = (ctx: LabContext, rule: Rule) => ({
  SecurityGroupRuleId: rule.id,
  SecurityGroupRuleArn: arn(ctx, 'security-group-rule', rule.id),
  GroupId: rule.groupId,
  GroupOwnerId: rowOf<SecurityGroup>(ctx, 'securityGroups', rule.groupId)?.ownerId ?? ctx.account.id,
  IsEgress: rule.egress,
  IpProtocol: rule.protocol,
  FromPort: rule.from,
  ToPort: rule.to,
  CidrIpv4: rule.cidr4,
  CidrIpv6: rule.cidr6,
  PrefixListId: rule.prefixListId,
  ReferencedGroupInfo: rule.peer && { GroupId: rule.peer.groupId, UserId: rule.peer.userId, VpcId: rule.peer.vpcId },
  Description: rule.description,
  Tags: tagsOf(ctx, rule.id),
});

function authorize(egress: boolean) {
  return (input: any, ctx: LabContext) => {
    const group = groupOf(ctx, input);
    const fresh = permissions(input, group, egress).flatMap((permission) => expand(ctx, group, permission));
    if (fresh.length === 0) throw new LabError('MissingParameter', 'The request must contain at least one rule with a source or destination');
    const present = rulesOf(ctx, group.id).filter((rule) => rule.egress === egress);
    const added: Rule[] = fresh.map((rule) => ({ id: ctx.id('sgr'), groupId: group.id, egress, ...rule }));
    added.forEach((rule, index) => {
      if ([...present, ...added.slice(0, index)].some((other) => sameRule(other, rule)))
        throw new LabError('InvalidPermission.Duplicate', `the specified rule "${told(rule)}" already exists`);
    });
    for (const kind of ['4', '6'])
      if ([...present, ...added].filter((rule) => family(rule) === kind).length > MAX_RULES)
        throw new LabError('RulesPerSecurityGroupLimitExceeded', 'The maximum number of rules per security group has been reached.');
    const table = writable<Rule>(ctx, 'securityGroupRules');
    for (const rule of added) {
      tagNew(ctx, rule.id, input.TagSpecifications, 'security-group-rule');
      table[rule.id] = rule;
    }
    return { Return: true, SecurityGroupRules: added.map((rule) => view(ctx, rule)) };
  };
}

function revoke(egress: boolean) {
  return (input: any, ctx: LabContext) => {
    const group = groupOf(ctx, input);
    const present = rulesOf(ctx, group.id).filter((rule) => rule.egress === egress);
    const doomed = new Set<Rule>();
    const unknown: IpPermission[] = [];
    const ids: string[] = input.SecurityGroupRuleIds ?? [];
    const asked = permissions(input, group, egress);
    if (ids.length && asked.length) throw new LabError('InvalidParameterCombination', 'Rule ids and IpPermissions may not be given together.');
    if (!ids.length && !asked.length) throw new LabError('MissingParameter', 'Either ipPermissions or securityGroupRuleIds must be given.');
    wellFormed('securityGroupRules', ids);
    for (const id of ids) {
      const rule = present.find((row) => row.id === id);
      if (!rule) throw new LabError('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`);
      doomed.add(rule);
    }
    for (const permission of asked) {
      const wanted = expand(ctx, group, permission);
      for (const rule of wanted) {
        const match = present.find((row) => sameRule(row, rule));
        if (match) doomed.add(match);
        else unknown.push(...grouped([rule]));
      }
      // A permission without any range matches nothing (the classic "revoke egress" line sends just that).
      if (wanted.length === 0) unknown.push(permission);
    }
    // In a default VPC EC2 answers success and lists what it did not find (RevokeSecurityGroupEgress).
    if (unknown.length && !rowOf<Vpc>(ctx, 'vpcs', group.vpcId)?.isDefault)
      throw new LabError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
    const table = writable<Rule>(ctx, 'securityGroupRules');
    for (const rule of doomed) {
      delete table[rule.id];
      delete writable(ctx, 'tags')[rule.id];
    }
    return {
      Return: true,
      UnknownIpPermissions: unknown,
      RevokedSecurityGroupRules: [...doomed].map((rule) => ({
        SecurityGroupRuleId: rule.id,
        GroupId: rule.groupId,
        IsEgress: rule.egress,
        IpProtocol: rule.protocol,
        FromPort: rule.from,
        ToPort: rule.to,
        CidrIpv4: rule.cidr4,
        CidrIpv6: rule.cidr6,
        PrefixListId: rule.prefixListId,
        ReferencedGroupId: rule.peer?.groupId,
        Description: rule.description,
      })),
    };
  };
}
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'security-group', input.GroupId);

export const operations: LabOperations = {
  AuthorizeSecurityGroupIngress: { run: authorize(false), resources },
  AuthorizeSecurityGroupEgress: { run: authorize(true), resources },
  RevokeSecurityGroupIngress: { run: revoke(false), resources },
  RevokeSecurityGroupEgress: { run: revoke(true), resources },
  DescribeSecurityGroupRules: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<Rule>(ctx, 'securityGroupRules', input.SecurityGroupRuleIds), input.Filters, {
        'group-id': (rule) => rule.groupId,
        'security-group-rule-id': (rule) => rule.id,
      });
      return paged(ctx, input, rows, 'SecurityGroupRules', (rule) => view(ctx, rule), { given: input.SecurityGroupRuleIds, name: 'securityGroupRuleIds' });
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
  /** Every property of a rule is given anew; its direction and id stay. */
  ModifySecurityGroupRules: {
    run(input, ctx) {
      const group = groupOf(ctx, input);
      const table = writable<Rule>(ctx, 'securityGroupRules');
      const changed = (input.SecurityGroupRules as any[]).map(({ SecurityGroupRuleId: id, SecurityGroupRule: wanted = {} }) => {
        const rule = rulesOf(ctx, group.id).find((row) => row.id === id);
        if (!rule) throw new LabError('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`);
        const fresh = expand(ctx, group, {
          IpProtocol: wanted.IpProtocol,
          FromPort: wanted.FromPort,
          ToPort: wanted.ToPort,
          IpRanges: wanted.CidrIpv4 === undefined ? [] : [{ CidrIp: wanted.CidrIpv4, Description: wanted.Description }],
          Ipv6Ranges: wanted.CidrIpv6 === undefined ? [] : [{ CidrIpv6: wanted.CidrIpv6, Description: wanted.Description }],
          PrefixListIds: wanted.PrefixListId === undefined ? [] : [{ PrefixListId: wanted.PrefixListId, Description: wanted.Description }],
          UserIdGroupPairs: wanted.ReferencedGroupId === undefined ? [] : [{ GroupId: wanted.ReferencedGroupId, Description: wanted.Description }],
        });
        if (fresh.length !== 1) throw new LabError('InvalidParameterCombination', 'Exactly one source or destination must be given for a rule.');
        return { id, groupId: group.id, egress: rule.egress, ...fresh[0]! } satisfies Rule;
      });
      for (const rule of changed) {
        if (rulesOf(ctx, group.id).some((other) => other.id !== rule.id && other.egress === rule.egress && sameRule(other, rule)))
          throw new LabError('InvalidPermission.Duplicate', `the specified rule "${told(rule)}" already exists`);
        table[rule.id] = rule;
      }
      return { Return: true };
    },
    resources,
  },
};
