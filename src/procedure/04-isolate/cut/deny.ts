import { type Change, type Step, text, type Value } from '../../../kernel/index.ts';
import { ec2, filter, tagText } from '../../shared/ec2.ts';
import type { Admitted } from '../network/expected.ts';
import type { Cutting, Denial, SubnetDenial } from './observation.ts';

/** Entries of one direction that EC2 takes unless the quota was raised. */
const QUOTA = 20;
const family = (cidr: string): Record<string, string> => (cidr.includes(':') ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr });

interface Entry {
  readonly number: number;
  readonly egress: boolean;
  readonly cidr: string;
  /** TCP ports that are allowed; null denies everything. */
  readonly allow: readonly [number, number] | null;
}
function entryStep(region: string, id: string, acl: Value, entry: Entry, more: Pick<Change, 'why' | 'danger' | 'undo'>): Change {
  const { number, egress, cidr, allow } = entry;
  return {
    id,
    call: ec2(region, 'CreateNetworkAclEntry', {
      NetworkAclId: acl,
      RuleNumber: number,
      Protocol: allow ? '6' : '-1',
      RuleAction: allow ? 'allow' : 'deny',
      Egress: egress,
      ...family(cidr),
      ...(allow ? { PortRange: { From: allow[0], To: allow[1] } } : {}),
    }),
    repeat: 'safe',
    already: ['NetworkAclEntryAlreadyExists'],
    probe: {
      call: ec2(region, 'DescribeNetworkAcls', { NetworkAclIds: [acl] }),
      pick: {
        from: 'NetworkAcls[0].Entries',
        where: [
          { path: 'RuleNumber', is: number },
          { path: 'Egress', is: egress },
        ],
      },
      done: [
        { path: '[0].RuleAction', is: allow ? 'allow' : 'deny' },
        { path: `[0].${cidr.includes(':') ? 'Ipv6CidrBlock' : 'CidrBlock'}`, is: cidr },
        { path: '[0].Protocol', is: allow ? '6' : '-1' },
      ],
      ready: [{ path: 'length(@)', is: 0 }],
    },
    ...more,
  };
}

/** The host's addresses denied in the ACLs of the subnets beyond its own: NAT gateways, endpoints, load balancers and neighbours there lose it alone. */
export function denySteps(seen: Cutting): Change[] {
  return seen.denials.flatMap((denial) =>
    denial.entries.map((entry, index) =>
      entryStep(
        seen.region,
        `deny.${denial.aclId}.${entry.egress ? 'out' : 'in'}.${entry.number}`,
        denial.aclId,
        { ...entry, allow: null },
        {
          why: text(
            `${denial.aclId}: nothing ${entry.egress ? 'to' : 'from'} ${entry.cidr} (entry ${entry.number})`,
            `${denial.aclId}: nada ${entry.egress ? 'hacia' : 'desde'} ${entry.cidr} (entrada ${entry.number})`,
          ),
          undo: {
            calls: [ec2(seen.region, 'DeleteNetworkAclEntry', { NetworkAclId: denial.aclId, RuleNumber: entry.number, Egress: entry.egress })],
            already: ['InvalidNetworkAclEntry.NotFound'],
          },
          danger: index === 0 ? [about(seen, denial)] : [],
        },
      ),
    ),
  );
}
function about(seen: Cutting, { aclId, isDefault, subnets, entries, inbound, outbound }: Denial) {
  const most = Math.max(inbound + entries.filter((one) => !one.egress).length, outbound + entries.filter((one) => one.egress).length);
  const full = most > QUOTA;
  const admits = seen.admitted.length > 0;
  return text(
    `${aclId}${isDefault ? ', the default ACL,' : ''} stands before ${subnets.length} subnets (${subnets.join(', ')}); the entries meet ${seen.instanceId} alone. They do not count inside its own subnet, nor on a direct way to the internet.${admits ? ' A bastion or an endpoint in another subnet cannot reach it either.' : ''}${full ? ` It would have ${most} entries in one direction; EC2 allows ${QUOTA} unless the quota was raised.` : ''}`,
    `${aclId}${isDefault ? ', la ACL predeterminada,' : ''} está ante ${subnets.length} subredes (${subnets.join(', ')}); las entradas solo afectan a ${seen.instanceId}. No cuentan dentro de su propia subred ni en un camino directo a Internet.${admits ? ' Un bastión o un punto de enlace de otra subred tampoco llegará a ella.' : ''}${full ? ` Tendría ${most} entradas en un sentido; EC2 permite ${QUOTA} si no se amplió la cuota.` : ''}`,
  );
}

/** An ACL that denies everything, but for the responder, before every subnet the instance has an interface in. */
export function subnetSteps(seen: Cutting): Step[] {
  const todo = seen.subnets.filter((one) => !one.done);
  return [...new Set(todo.map((one) => one.vpcId))].flatMap((vpcId) => {
    const mine = todo.filter((one) => one.vpcId === vpcId);
    const known = mine[0]!.ours;
    const id: Value = known ?? { $ref: `deny-acl.${vpcId}#NetworkAcl.NetworkAclId`, like: mine[0]!.aclId };
    const made = known === null ? [createAcl(seen, vpcId), ...admitSteps(seen, vpcId, id)] : [];
    return [
      ...made,
      ...mine.map((one) =>
        replace(
          seen,
          one,
          id,
          made.map((step) => step.id),
        ),
      ),
    ];
  });
}
function createAcl(seen: Cutting, vpcId: string): Change {
  return {
    id: `deny-acl.${vpcId}`,
    why: text('A network ACL of its own, which denies everything', 'Una ACL de red propia, que deniega todo'),
    call: ec2(seen.region, 'CreateNetworkAcl', {
      VpcId: vpcId,
      TagSpecifications: [
        {
          ResourceType: 'network-acl',
          Tags: [
            { Key: 'ir:case', Value: tagText(seen.caseId) },
            { Key: 'ir:change', Value: { $token: true } },
          ],
        },
      ],
    }),
    repeat: 'look',
    probe: {
      call: ec2(seen.region, 'DescribeNetworkAcls', { Filters: [filter('tag:ir:change', { $token: true }), filter('vpc-id', vpcId)] }),
      done: [{ path: "NetworkAcls[0].Tags[?Key=='ir:change'].Value | [0]", is: { $token: true } }],
      ready: [{ path: 'length(NetworkAcls)', is: 0 }],
      output: 'NetworkAcls[0].{NetworkAcl: {NetworkAclId: NetworkAclId}}',
    },
    undo: {
      calls: [ec2(seen.region, 'DeleteNetworkAcl', { NetworkAclId: { $ref: `deny-acl.${vpcId}#NetworkAcl.NetworkAclId` } })],
      already: ['InvalidNetworkAclID.NotFound'],
      lag: ['DependencyViolation'],
    },
    danger: [],
  };
}

/** Both halves of what the responder needs: an ACL keeps no state. As many as fit; the check says who is left out. */
export const admittedFits = (admitted: readonly Admitted[]): readonly Admitted[] => admitted.slice(0, QUOTA - 1);
const admitSteps = (seen: Cutting, vpcId: string, id: Value): Change[] =>
  admittedFits(seen.admitted).flatMap((one, index) =>
    ([one.egress, !one.egress] as const).map((egress) => {
      const there = egress === one.egress;
      return entryStep(
        seen.region,
        `admit.${vpcId}.${index + 1}.${egress ? 'out' : 'in'}`,
        id,
        {
          number: 10 + index,
          egress,
          cidr: one.cidr.includes('/') ? one.cidr : `${one.cidr}/${one.cidr.includes(':') ? 128 : 32}`,
          allow: there ? [one.port, one.port] : [1024, 65_535],
        },
        {
          why: text(
            `The responder’s way: ${one.cidr} port ${one.port}${there ? '' : ', the answers'}`,
            `El camino de quien responde: ${one.cidr} puerto ${one.port}${there ? '' : ', las respuestas'}`,
          ),
          undo: { with: `deny-acl.${vpcId}` },
          danger: [],
        },
      );
    }),
  );

const NEIGHBOURS = 20;
function replace(seen: Cutting, one: SubnetDenial, id: Value, needs: readonly string[]): Change {
  const others = one.neighbours.length > NEIGHBOURS ? [...one.neighbours.slice(0, NEIGHBOURS), `+${one.neighbours.length - NEIGHBOURS}`] : one.neighbours;
  const ofSubnet = ec2(seen.region, 'DescribeNetworkAcls', { Filters: [filter('association.subnet-id', one.subnetId)] });
  return {
    id: `deny-subnet.${one.subnetId}`,
    why: text(`Subnet ${one.subnetId}: nothing in, nothing out`, `Subred ${one.subnetId}: nada entra y nada sale`),
    needs,
    call: ec2(seen.region, 'ReplaceNetworkAclAssociation', { AssociationId: one.associationId, NetworkAclId: id }),
    repeat: 'safe',
    probe: {
      call: ofSubnet,
      done: [{ path: 'NetworkAcls[0].NetworkAclId', is: id }],
      ready: [{ path: 'NetworkAcls[0].NetworkAclId', is: one.aclId }],
      // The association has a new id each time; only one of an answer's associations is about the subnet.
      ...(/^subnet-[0-9a-zA-Z]+$/.test(one.subnetId)
        ? { output: `NetworkAcls[0].{NewAssociationId: Associations[?SubnetId=='${one.subnetId}'].NetworkAclAssociationId | [0]}` }
        : {}),
    },
    undo: {
      calls: [
        ec2(seen.region, 'ReplaceNetworkAclAssociation', { AssociationId: { $ref: `deny-subnet.${one.subnetId}#NewAssociationId` }, NetworkAclId: one.aclId }),
      ],
      done: [{ path: 'NetworkAcls[0].NetworkAclId', is: one.aclId }],
      loses: text('The whole subnet has its network again.', 'Toda la subred recupera su red.'),
    },
    danger: [
      others.length === 0
        ? text('Nobody else is in the subnet.', 'No hay nadie más en la subred.')
        : text(
            `EVERYBODY in ${one.subnetId} loses the network beyond it: ${others.join(', ')}. Between them nothing changes: no ACL counts inside a subnet.`,
            `TODOS los de ${one.subnetId} pierden la red fuera de ella: ${others.join(', ')}. Entre ellos nada cambia: dentro de una subred no cuenta ninguna ACL.`,
          ),
    ],
  };
}
