import type { Call, Json, JsonObject, Standing } from '../../../../kernel/index.ts';
import { type Canned, type FakeContext, failure, fakeContext } from '../../../testing/fake-context.ts';

/** What EC2 would answer about a host behind a NAT gateway. Tests change it between plan and check; mutations change it through `apply`. */
export const SUSPECT = 'i-0123456789abcdef0';
export const ENI = 'eni-0c0c0c0c0c0c0c0c1';
export const SECOND = 'eni-0c0c0c0c0c0c0c0c2';
export const VPC = 'vpc-0b0b0b0b0b0b0b0b0';
export const OWN = 'subnet-0a0a0a0a0a0a0a0a1';
export const PUBLIC = 'subnet-0a0a0a0a0a0a0a0a2';
export const WEB = 'sg-0d0d0d0d0d0d0d0d1';
export const ISOLATION = 'sg-0ffffffffffffffff';
export const CASE = 'IR-2026-7';
const entries = (...extra: JsonObject[]): JsonObject[] => [
  ...extra,
  ...[false, true].flatMap((Egress) => [
    { RuleNumber: 100, Egress, Protocol: '-1', RuleAction: 'allow', CidrBlock: '0.0.0.0/0' },
    { RuleNumber: 32767, Egress, Protocol: '-1', RuleAction: 'deny', CidrBlock: '0.0.0.0/0' },
  ]),
];
const tags = (value: string): JsonObject[] => [{ Key: 'ir:case', Value: value }];

export interface Around {
  instance: JsonObject & { State: { Name: string } };
  interfaces: (JsonObject & { NetworkInterfaceId: string; Groups: { GroupId: string }[] })[];
  neighbours: JsonObject[];
  groups: (JsonObject & { GroupId: string; GroupName: string; VpcId: string })[];
  rules: (JsonObject & { GroupId: string })[];
  acls: (JsonObject & { NetworkAclId: string; Entries: JsonObject[]; Associations: { NetworkAclAssociationId: string; SubnetId: string }[] })[];
  routes: JsonObject[];
  standing: Standing[];
  outputs: Record<string, Json>;
  flowLogs: JsonObject[];
  events: JsonObject[];
}

export const around = (): Around => ({
  instance: { InstanceId: SUSPECT, InstanceType: 'm5.large', State: { Name: 'running' }, VpcId: VPC, MetadataOptions: { HttpEndpoint: 'enabled' } },
  interfaces: [
    {
      NetworkInterfaceId: ENI,
      VpcId: VPC,
      SubnetId: OWN,
      InterfaceType: 'interface',
      Groups: [{ GroupId: ISOLATION }],
      PrivateIpAddresses: [{ PrivateIpAddress: '10.0.1.10' }],
    },
    {
      NetworkInterfaceId: SECOND,
      VpcId: VPC,
      SubnetId: OWN,
      InterfaceType: 'interface',
      Groups: [{ GroupId: ISOLATION }],
      PrivateIpAddresses: [{ PrivateIpAddress: '10.0.1.11' }],
    },
  ],
  neighbours: [
    {
      NetworkInterfaceId: 'eni-0c0c0c0c0c0c0c0c9',
      VpcId: VPC,
      SubnetId: OWN,
      Attachment: { InstanceId: 'i-0fedcba9876543210' },
      Groups: [],
      PrivateIpAddresses: [{ PrivateIpAddress: '10.0.1.99' }],
    },
  ],
  groups: [
    { GroupId: ISOLATION, GroupName: `ir-${CASE}-${SUSPECT}`, VpcId: VPC, Tags: tags(CASE) },
    { GroupId: WEB, GroupName: 'web', VpcId: VPC },
  ],
  rules: [
    { GroupId: WEB, SecurityGroupRuleId: 'sgr-1', IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' },
    { GroupId: WEB, SecurityGroupRuleId: 'sgr-2', IsEgress: false, IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIpv4: '0.0.0.0/0' },
  ],
  acls: [
    {
      NetworkAclId: 'acl-0a0a0a0a0a0a0a0a1',
      VpcId: VPC,
      IsDefault: true,
      Entries: entries(),
      Associations: [
        { NetworkAclAssociationId: 'aclassoc-1', SubnetId: OWN },
        { NetworkAclAssociationId: 'aclassoc-2', SubnetId: PUBLIC },
      ],
    },
  ],
  routes: [
    { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' },
    { DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-0a0a0a0a0a0a0a0a1', State: 'active' },
  ],
  standing: [],
  outputs: {},
  flowLogs: [],
  events: [],
});

const filters = (call: Call): Record<string, string[]> =>
  Object.fromEntries((((call.input as JsonObject).Filters ?? []) as { Name: string; Values: string[] }[]).map((one) => [one.Name, one.Values]));

export function fakeAround(world: Around, more: { options?: JsonObject; answers?: Record<string, Canned>; wanted?: JsonObject } = {}): FakeContext {
  const json = (value: unknown): Json => JSON.parse(JSON.stringify(value));
  const isolate = {
    instanceId: SUSPECT,
    interfaces: world.interfaces.map((one) => ({ id: one.NetworkInterfaceId, before: [WEB] })),
    wanted: more.wanted ?? { ingress: [], egress: [] },
  };
  const ctx = fakeContext({
    target: { instanceId: SUSPECT, region: 'eu-west-1', account: '111122223333' },
    options: more.options ?? {},
    facts: { observed: { isolate }, outputs: { 'cut-connections': world.outputs } } as never,
    answers: {
      'ec2:DescribeInstances': () => json({ Reservations: [{ Instances: [world.instance] }] }),
      'ec2:DescribeInstanceTypes': json({ InstanceTypes: [{ NetworkInfo: {} }] }),
      'ec2:DescribeNetworkInterfaces': (call) => {
        const where = filters(call);
        return json({ NetworkInterfaces: where['vpc-id'] ? [...world.interfaces, ...world.neighbours] : world.interfaces });
      },
      'ec2:DescribeSecurityGroups': (call) => {
        const where = filters(call);
        const marked = (one: JsonObject): boolean => JSON.stringify(one.Tags ?? []).includes(CASE);
        return json({ SecurityGroups: world.groups.filter((one) => (where['tag:ir:case'] ? marked(one) : (where['group-id'] ?? []).includes(one.GroupId))) });
      },
      'ec2:DescribeSecurityGroupRules': (call) => json({ SecurityGroupRules: world.rules.filter((one) => filters(call)['group-id']?.includes(one.GroupId)) }),
      'ec2:DescribeSubnets': json({
        Subnets: [
          { SubnetId: OWN, VpcId: VPC, CidrBlock: '10.0.1.0/24' },
          { SubnetId: PUBLIC, VpcId: VPC, CidrBlock: '10.0.0.0/24' },
        ],
      }),
      'ec2:DescribeNetworkAcls': () => json({ NetworkAcls: world.acls }),
      'ec2:DescribeRouteTables': () => json({ RouteTables: [{ RouteTableId: 'rtb-1', VpcId: VPC, Associations: [{ Main: true }], Routes: world.routes }] }),
      'ec2:DescribeVpcEndpoints': json({ VpcEndpoints: [] }),
      'ec2:DescribeNatGateways': json({ NatGateways: [{ NatGatewayId: 'nat-0a0a0a0a0a0a0a0a1', SubnetId: PUBLIC }] }),
      'ec2:DescribeTransitGatewayVpcAttachments': failure('UnauthorizedOperation', 403),
      'ec2:DescribeFlowLogs': () => json({ FlowLogs: world.flowLogs }),
      'cloudwatch-logs:FilterLogEvents': () => json({ events: world.events }),
      ...more.answers,
    },
  });
  return { ...ctx, standing: async () => world.standing };
}

/** The world and the record after the two steps: what the case saw and what stands. */
export function openedAndClosed(world: Around, open = '2026-11-22T12:05:00.000Z', close = '2026-11-22T12:05:12.000Z'): void {
  const one = (step: string, since: string, groups: string[]): Standing =>
    ({ action: 'cut-connections', step, since, input: { Groups: groups }, state: 'stands', seen: null, evidence: [] }) as unknown as Standing;
  for (const { NetworkInterfaceId: id } of world.interfaces) {
    world.standing.push(one(`open.${id}`, open, ['sg-0eeeeeeeeeeeeeeee']), one(`close.${id}`, close, [ISOLATION]));
    world.outputs[`opened.${id}`] = { NetworkInterfaces: [{ Groups: [{ GroupId: 'sg-0eeeeeeeeeeeeeeee' }] }] };
  }
}
export const isolatedAt = (world: Around, since: string): void => {
  for (const { NetworkInterfaceId: id } of world.interfaces)
    world.standing.push({ action: 'isolate', step: `swap.${id}`, since, state: 'stands', seen: null, evidence: [] } as unknown as Standing);
};
