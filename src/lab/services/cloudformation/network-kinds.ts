import type { LabContext } from '../../contract.ts';
import type { Interface } from '../ec2/rows.ts';
import { rowsOf, writable } from '../ec2/tables.ts';
import type { Kind, Send } from './provision.ts';

type Tags = { Key: string; Value: string }[] | undefined;
const tagged = (ResourceType: string, tags: Tags) => (tags?.length ? { TagSpecifications: [{ ResourceType, Tags: tags }] } : {});
const given = (properties: Record<string, unknown>) => Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
const document = (policy: unknown): string | undefined => (policy === undefined || typeof policy === 'string' ? policy : JSON.stringify(policy));
/** CloudFormation waits until EC2 has taken interfaces away before it deletes what they stood on. */
const endInterfaces = (ctx: LabContext, mine: (row: Interface) => boolean): void => {
  for (const row of rowsOf<Interface>(ctx, 'interfaces').filter(mine)) writable<Interface>(ctx, 'interfaces')[row.id]!.until = ctx.now();
};

/** A rule as templates write it: one peer, flat. */
interface FlatRule {
  IpProtocol: string;
  FromPort?: number;
  ToPort?: number;
  CidrIp?: string;
  CidrIpv6?: string;
  Description?: string;
  DestinationSecurityGroupId?: string;
  SourceSecurityGroupId?: string;
  DestinationPrefixListId?: string;
  SourcePrefixListId?: string;
}
function permission(rule: FlatRule): object {
  const { IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, Description } = rule;
  const group = rule.DestinationSecurityGroupId ?? rule.SourceSecurityGroupId;
  const list = rule.DestinationPrefixListId ?? rule.SourcePrefixListId;
  const said = Description === undefined ? {} : { Description };
  return given({
    IpProtocol,
    FromPort,
    ToPort,
    IpRanges: CidrIp === undefined ? undefined : [{ CidrIp, ...said }],
    Ipv6Ranges: CidrIpv6 === undefined ? undefined : [{ CidrIpv6, ...said }],
    UserIdGroupPairs: group === undefined ? undefined : [{ GroupId: group, ...said }],
    PrefixListIds: list === undefined ? undefined : [{ PrefixListId: list, ...said }],
  });
}
/** One rule of a group, made by a resource of its own. */
const rule = (egress: boolean): Kind => {
  const way = egress ? 'Egress' : 'Ingress';
  return {
    async make(send, { GroupId, ...flat }) {
      const { SecurityGroupRules } = await send('ec2', `AuthorizeSecurityGroup${way}`, { GroupId, IpPermissions: [permission(flat as FlatRule)] });
      return { id: SecurityGroupRules[0].SecurityGroupRuleId, attributes: { GroupId } };
    },
    remove: (send, { id, attributes }) => send('ec2', `RevokeSecurityGroup${way}`, { GroupId: attributes.GroupId, SecurityGroupRuleIds: [id] }),
  };
};

/** EC2 answers with "pending" for a moment; CloudFormation goes on when the VPC is there. */
const setAttributes = async (send: Send, VpcId: string, wanted: Record<string, unknown>): Promise<void> => {
  for (const [name, Value] of Object.entries(wanted)) if (Value !== undefined) await send('ec2', 'ModifyVpcAttribute', { VpcId, [name]: { Value } });
};

/** Networks and what stands in them. Words: AWS CloudFormation Template Reference, Amazon EC2. */
export const NETWORK_KINDS: Readonly<Record<string, Kind>> = {
  'AWS::EC2::VPC': {
    async make(send, { EnableDnsSupport, EnableDnsHostnames, Tags, ...properties }) {
      const { Vpc } = await send('ec2', 'CreateVpc', { ...properties, ...tagged('vpc', Tags) });
      await setAttributes(send, Vpc.VpcId, { EnableDnsSupport, EnableDnsHostnames });
      return { id: Vpc.VpcId, attributes: { VpcId: Vpc.VpcId, CidrBlock: Vpc.CidrBlock } };
    },
    remove: (send, { id }) => send('ec2', 'DeleteVpc', { VpcId: id }),
  },
  'AWS::EC2::Subnet': {
    async make(send, { MapPublicIpOnLaunch, Tags, ...properties }) {
      const { Subnet } = await send('ec2', 'CreateSubnet', { ...properties, ...tagged('subnet', Tags) });
      if (MapPublicIpOnLaunch) await send('ec2', 'ModifySubnetAttribute', { SubnetId: Subnet.SubnetId, MapPublicIpOnLaunch: { Value: true } });
      return { id: Subnet.SubnetId, attributes: { SubnetId: Subnet.SubnetId, VpcId: Subnet.VpcId, AvailabilityZone: Subnet.AvailabilityZone } };
    },
    remove: (send, { id }) => send('ec2', 'DeleteSubnet', { SubnetId: id }),
  },
  'AWS::EC2::RouteTable': {
    async make(send, { VpcId, Tags }) {
      const { RouteTable } = await send('ec2', 'CreateRouteTable', { VpcId, ...tagged('route-table', Tags) });
      return { id: RouteTable.RouteTableId, attributes: { RouteTableId: RouteTable.RouteTableId } };
    },
    remove: (send, { id }) => send('ec2', 'DeleteRouteTable', { RouteTableId: id }),
  },
  'AWS::EC2::SubnetRouteTableAssociation': {
    async make(send, properties) {
      const { AssociationId } = await send('ec2', 'AssociateRouteTable', properties);
      return { id: AssociationId, attributes: { Id: AssociationId } };
    },
    remove: (send, { id }) => send('ec2', 'DisassociateRouteTable', { AssociationId: id }),
  },
  'AWS::EC2::SecurityGroup': {
    async make(send, { GroupName, GroupDescription, VpcId, SecurityGroupIngress, SecurityGroupEgress, Tags }, name) {
      const { GroupId } = await send('ec2', 'CreateSecurityGroup', {
        GroupName: GroupName ?? name,
        Description: GroupDescription,
        ...given({ VpcId }),
        ...tagged('security-group', Tags),
      });
      if (SecurityGroupEgress?.length) {
        // Rules of one's own take the place of "everything may go out".
        const { SecurityGroupRules } = await send('ec2', 'DescribeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [GroupId] }] });
        const open = SecurityGroupRules.filter((one: any) => one.IsEgress).map((one: any) => one.SecurityGroupRuleId);
        await send('ec2', 'RevokeSecurityGroupEgress', { GroupId, SecurityGroupRuleIds: open });
        await send('ec2', 'AuthorizeSecurityGroupEgress', { GroupId, IpPermissions: SecurityGroupEgress.map(permission) });
      }
      if (SecurityGroupIngress?.length) await send('ec2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: SecurityGroupIngress.map(permission) });
      return { id: GroupId, attributes: { GroupId, ...given({ VpcId }) } };
    },
    remove: (send, { id }) => send('ec2', 'DeleteSecurityGroup', { GroupId: id }),
  },
  'AWS::EC2::SecurityGroupIngress': rule(false),
  'AWS::EC2::SecurityGroupEgress': rule(true),
  'AWS::EC2::VPCEndpoint': {
    async make(send, { PolicyDocument, Tags, ...properties }) {
      const { VpcEndpoint } = await send('ec2', 'CreateVpcEndpoint', {
        ...properties,
        ...given({ PolicyDocument: document(PolicyDocument) }),
        ...tagged('vpc-endpoint', Tags),
      });
      return { id: VpcEndpoint.VpcEndpointId, attributes: { Id: VpcEndpoint.VpcEndpointId } };
    },
    async remove(send, { id }, ctx) {
      const { VpcEndpoints } = await send('ec2', 'DescribeVpcEndpoints', { VpcEndpointIds: [id] });
      const doors: string[] = VpcEndpoints[0]?.NetworkInterfaceIds ?? [];
      await send('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds: [id] });
      endInterfaces(ctx, (row) => doors.includes(row.id));
    },
  },
  'AWS::EC2::LaunchTemplate': {
    async make(send, { LaunchTemplateName, LaunchTemplateData, VersionDescription }, name) {
      const { LaunchTemplate } = await send('ec2', 'CreateLaunchTemplate', {
        LaunchTemplateName: LaunchTemplateName ?? name,
        LaunchTemplateData,
        ...given({ VersionDescription }),
      });
      const version = String(LaunchTemplate.LatestVersionNumber);
      return { id: LaunchTemplate.LaunchTemplateId, attributes: { LatestVersionNumber: version, DefaultVersionNumber: version } };
    },
    remove: (send, { id }) => send('ec2', 'DeleteLaunchTemplate', { LaunchTemplateId: id }),
  },
  'AWS::EC2::Instance': {
    async make(send, { Tags, ...properties }) {
      const { Instances } = await send('ec2', 'RunInstances', { MinCount: 1, MaxCount: 1, ...properties, ...tagged('instance', Tags) });
      return { id: Instances[0].InstanceId, attributes: { PrivateIp: Instances[0].PrivateIpAddress } };
    },
    async remove(send, { id }, ctx) {
      await send('ec2', 'TerminateInstances', { InstanceIds: [id] });
      endInterfaces(ctx, (row) => row.attachment?.instanceId === id && row.attachment.deleteOnTermination);
    },
  },
  'AWS::IAM::InstanceProfile': {
    async make(send, { InstanceProfileName, Roles = [], Path }, name) {
      const { InstanceProfile } = await send('iam', 'CreateInstanceProfile', { InstanceProfileName: InstanceProfileName ?? name, ...given({ Path }) });
      for (const RoleName of Roles) await send('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: InstanceProfile.InstanceProfileName, RoleName });
      return { id: InstanceProfile.InstanceProfileName, attributes: { Arn: InstanceProfile.Arn } };
    },
    async remove(send, { id: InstanceProfileName }) {
      const { InstanceProfile } = await send('iam', 'GetInstanceProfile', { InstanceProfileName });
      for (const { RoleName } of InstanceProfile.Roles) await send('iam', 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName });
      return send('iam', 'DeleteInstanceProfile', { InstanceProfileName });
    },
  },
};
