import { type Change, type Step, text, type Value } from '../../kernel/index.ts';
import { ec2, filter } from '../shared/ec2.ts';
import { caseTags, createGroup, groupId } from './group.ts';
import type { SsmPath } from './ssm-access.ts';

interface Where {
  readonly region: string;
  readonly instanceId: string;
  readonly caseId: string;
  readonly responder: string;
  /** Name of the group for endpoints of this case. */
  readonly name: string;
  /** The isolation group of the VPC: its id, or the step that makes it. */
  readonly isolation: Value;
  /** Steps after which the isolation group has no egress of its own. */
  readonly after: readonly string[];
}

/**
 * What the way in by SSM needs beyond the isolation group: endpoints where they lack, and a door in the groups of those that
 * stand. Nothing of the isolation waits for it: being cut off comes first.
 */
export function ssmSteps(path: SsmPath, where: Where): Step[] {
  const { region } = where;
  const group = groupId(path.ownGroup, 'endpoint-sg');
  const creating = path.missing.length > 0;
  // The case's own group is mended with the rule it was made for.
  const own = path.ownGroup !== null && path.closed.includes(path.ownGroup);
  return [
    ...(creating && path.ownGroup === null
      ? [
          createGroup({
            ...where,
            id: 'endpoint-sg',
            vpcId: path.vpcId,
            description: `Incident response: endpoints to reach ${where.instanceId}`,
            why: text('A group for the endpoints of Systems Manager', 'Un grupo para los puntos de conexión de Systems Manager'),
          }),
        ]
      : []),
    ...(creating || own
      ? [door('endpoint-in', region, group, { IpRanges: path.networks.map((CidrIp) => ({ CidrIp })) }, path.networks, path.ownGroup === null)]
      : []),
    ...(creating && path.ownGroup === null ? [egress(where, group)] : []),
    ...path.missing.map((service) => endpoint(service, path, where, group)),
    ...path.closed
      .filter((id) => id !== path.ownGroup)
      .map((id) => door(`endpoint-door.${id}`, region, id, { UserIdGroupPairs: [{ GroupId: where.isolation }] }, where.isolation, false)),
  ];
}

/** Lets tcp/443 into a group of endpoints: from the networks of the VPC, or from the isolation group. */
function door(id: string, region: string, group: Value, source: object, from: Value | readonly string[], withGroup: boolean): Change {
  const many = Array.isArray(from);
  const input = { GroupId: group, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, ...source }] } as Value;
  return {
    id,
    why: many
      ? text('The endpoints take calls from the VPC, on tcp/443 only', 'Los puntos de conexión aceptan llamadas de la VPC, solo por tcp/443')
      : text(
          'The endpoints of Systems Manager take calls from the isolation group',
          'Los puntos de conexión de Systems Manager aceptan llamadas del grupo de aislamiento',
        ),
    call: ec2(region, 'AuthorizeSecurityGroupIngress', input),
    repeat: 'safe',
    already: ['InvalidPermission.Duplicate'],
    probe: {
      call: ec2(region, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', group)] }),
      pick: {
        from: 'SecurityGroupRules',
        where: [
          { path: 'IsEgress', is: false },
          { path: 'FromPort', is: 443 },
          many ? { path: 'CidrIpv4', in: [...(from as readonly string[])] } : { path: 'ReferencedGroupInfo.GroupId', is: from as Value },
        ],
      },
      done: [{ path: 'length(@)', is: many ? (from as readonly string[]).length : 1 }],
      ready: [{ path: 'length(@)', is: 0 }],
    },
    undo: withGroup
      ? { with: 'endpoint-sg' }
      : { calls: [ec2(region, 'RevokeSecurityGroupIngress', input)], already: ['InvalidPermission.NotFound', 'InvalidGroup.NotFound'] },
    danger: [],
  };
}
function egress({ region, isolation, after }: Where, group: Value): Change {
  const input: Value = { GroupId: isolation, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: group }] }] };
  return {
    id: 'endpoint-egress',
    why: text('From the instance only these endpoints can be reached', 'Desde la instancia solo se llega a estos puntos de conexión'),
    needs: after,
    call: ec2(region, 'AuthorizeSecurityGroupEgress', input),
    repeat: 'safe',
    already: ['InvalidPermission.Duplicate'],
    probe: {
      call: ec2(region, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', isolation)] }),
      pick: {
        from: 'SecurityGroupRules',
        where: [
          { path: 'IsEgress', is: true },
          { path: 'FromPort', is: 443 },
          { path: 'ReferencedGroupInfo.GroupId', is: group },
        ],
      },
      done: [{ path: 'length(@)', is: 1 }],
      ready: [{ path: 'length(@)', is: 0 }],
    },
    undo: { calls: [ec2(region, 'RevokeSecurityGroupEgress', input)], already: ['InvalidPermission.NotFound', 'InvalidGroup.NotFound'] },
    danger: [],
  };
}

function endpoint(service: string, path: SsmPath, where: Where, group: Value): Change {
  const id = `endpoint.${service.split('.').at(-1)}`;
  const alive = "VpcEndpoints[?State=='pending' || State=='available' || State=='Pending' || State=='Available']";
  const listed = ec2(where.region, 'DescribeVpcEndpoints', { Filters: [filter('vpc-id', path.vpcId), filter('service-name', service)] });
  return {
    id,
    why: text(`${path.vpcId} has no endpoint for ${service}: create it`, `${path.vpcId} no tiene punto de conexión para ${service}: crearlo`),
    needs: ['endpoint-in'],
    call: ec2(where.region, 'CreateVpcEndpoint', {
      VpcEndpointType: 'Interface',
      VpcId: path.vpcId,
      ServiceName: service,
      SubnetIds: [path.subnetId],
      SecurityGroupIds: [group],
      PrivateDnsEnabled: true,
      ClientToken: { $token: true },
      TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags: caseTags(where) }],
    }),
    repeat: 'safe',
    probe: {
      call: listed,
      done: [{ path: `length(${alive})`, is: 1 }],
      ready: [{ path: `length(${alive})`, is: 0 }],
      output: `{VpcEndpoint: ${alive} | [0]}`,
    },
    undo: {
      calls: [
        ec2(where.region, 'DeleteVpcEndpoints', { VpcEndpointIds: [{ $ref: `${id}#VpcEndpoint.VpcEndpointId` }] }),
        // Its interface holds on to the group until it is gone.
        { read: listed, until: [{ path: 'length(VpcEndpoints)', is: 0 }], every: 5, limit: 600 },
      ],
      already: ['InvalidVpcEndpointId.NotFound'],
    },
    danger: [
      text(
        'Costs about 0.01 USD an hour until it is taken back. Every host of the VPC then reaches Systems Manager through it, in that one zone.',
        'Cuesta unos 0,01 USD por hora hasta deshacerlo. Todo equipo de la VPC llega entonces a Systems Manager por él, en esa única zona.',
      ),
    ],
  };
}
