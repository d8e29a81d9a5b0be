import { type Change, type Json, type Probe, type Step, type Text, text, type Value } from '../../kernel/index.ts';
import { ec2, filter } from '../shared/ec2.ts';
import { closeAgain, hold, opened } from './cut/two-step.ts';
import { createGroup, groupId } from './group.ts';
import type { Isolation } from './isolate.ts';
import { neighbourTexts } from './neighbours.ts';
import { permission, type Rule, ruleName, ruleTests } from './rules.ts';
import { ssmSteps } from './ssm-plan.ts';

type Group = Isolation['groups'][number];
const ours = text('the group is the case’s own; it goes as a whole', 'el grupo es del propio caso; se retira entero');

/**
 * The group first (made or mended), then every interface into it. Rules are revoked by id, because a revoke by
 * properties that fit nothing answers with success in a default VPC (EC2 API, RevokeSecurityGroupEgress).
 */
export function isolationSteps(seen: Isolation): Step[] {
  return seen.groups.flatMap((group, index) => {
    const members = seen.interfaces.filter((one) => one.vpcId === group.vpcId);
    if (members.length === 0) return [];
    const suffix = index === 0 ? '' : `.${group.vpcId}`;
    const prepared = groupSteps(seen, group, suffix, members[0]!.groups[0]);
    const id = idOf(group, suffix, members[0]!.groups[0]);
    const needs = prepared.filter((step) => !('read' in step)).map((step) => step.id);
    const strangers = members.filter((one) => one.groups.length !== 1 || one.groups[0] !== group.groupId);
    const closed = prepared.filter((step) => /^(no-egress|sg)(\.|$)/.test(step.id)).map((step) => step.id);
    const path = seen.ssm?.vpcId === group.vpcId ? ssmSteps(seen.ssm, { ...seen, name: seen.endpointName, isolation: id, after: closed }) : [];
    return [...prepared, ...strangers.flatMap((one) => (one.open === null ? [swap(seen, one, id, needs)] : shut(seen, one.id, one.open, id, needs))), ...path];
  });
}

const idOf = (group: Group, suffix: string, like: string | undefined): Value => groupId(group.groupId, `sg${suffix}`, like);

function groupSteps(seen: Isolation, group: Group, suffix: string, like: string | undefined): Step[] {
  const { region } = seen;
  const id = idOf(group, suffix, like);
  const rulesOf = ec2(region, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', id)] });
  const fresh = group.groupId === null;
  const steps: Step[] = [];
  if (fresh) {
    const why = text('A group of its own for this instance and this case', 'Un grupo propio para esta instancia y este caso');
    const description = `Incident response: isolation of ${seen.instanceId}`;
    steps.push(createGroup({ ...seen, id: `sg${suffix}`, why, name: group.name, vpcId: group.vpcId, description }), {
      id: `rules${suffix}`,
      why: text(
        'AWS lets a new group send anything anywhere: find those rules',
        'AWS permite que un grupo nuevo envíe todo a cualquier parte: buscar esas reglas',
      ),
      read: rulesOf,
      until: [{ path: 'length(SecurityGroupRules[?IsEgress]) > `0`', is: true }],
      lag: ['InvalidGroup.NotFound'],
      every: 1,
      limit: 30,
    });
  }
  if (fresh || group.egress.surplus.length > 0) {
    const ids: Value = fresh
      ? { $ref: `rules${suffix}#SecurityGroupRules[?IsEgress].SecurityGroupRuleId`, like: ['sgr-00000000000000000'] }
      : [...group.egress.surplus];
    steps.push(closeEgress(region, id, ids, group, suffix));
  }
  if (group.ingress.surplus.length > 0)
    steps.push({
      id: `only-responder${suffix}`,
      why: text('Rules that let somebody else in have appeared: take them out', 'Han aparecido reglas que dejan entrar a otros: quitarlas'),
      call: ec2(region, 'RevokeSecurityGroupIngress', { GroupId: id, SecurityGroupRuleIds: [...group.ingress.surplus] }),
      repeat: 'safe',
      accept: [{ path: 'Return', is: true }],
      already: ['InvalidSecurityGroupRuleId.NotFound'],
      probe: onlyProbe(region, id, group.ingress.kept, false),
      undo: { never: ours },
      danger: [],
    });
  const opened = fresh || group.egress.surplus.length > 0 ? [`no-egress${suffix}`] : [];
  const allow = (rules: readonly Rule[], egress: boolean) =>
    rules.forEach(
      (rule, index) =>
        void steps.push(
          authorise(
            region,
            id,
            rule,
            egress,
            `${egress ? 'allow-egress' : 'responder'}${index === 0 ? '' : `.${index + 1}`}${suffix}`,
            fresh ? `sg${suffix}` : null,
            egress ? opened : group.ingress.surplus.length > 0 ? [`only-responder${suffix}`] : [],
            egress ? exposure(seen, rule) : [],
          ),
        ),
    );
  allow(group.ingress.missing, false);
  allow(group.egress.missing, true);
  return steps;
}

/** Shows that a group has exactly these rules in one direction; that it has none is shown inside the group itself. */
function onlyProbe(region: string, id: Value, kept: readonly string[], egress: boolean): Probe {
  return kept.length > 0
    ? {
        call: ec2(region, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', id)] }),
        done: [{ path: `SecurityGroupRules[?${egress ? '' : '!'}IsEgress].SecurityGroupRuleId`, is: [...kept] }],
        ready: [{ path: `length(SecurityGroupRules[?${egress ? '' : '!'}IsEgress]) > \`${kept.length}\``, is: true }],
      }
    : {
        call: ec2(region, 'DescribeSecurityGroups', { GroupIds: [id] }),
        done: [
          { path: 'SecurityGroups[0].GroupId', is: id },
          { path: `SecurityGroups[0].${egress ? 'IpPermissionsEgress' : 'IpPermissions'}`, is: [] },
        ],
        ready: [{ path: `length(SecurityGroups[0].${egress ? 'IpPermissionsEgress' : 'IpPermissions'}) > \`0\``, is: true }],
      };
}

const closeEgress = (region: string, id: Value, ids: Value, group: Group, suffix: string): Change => ({
  id: `no-egress${suffix}`,
  why: text('Nothing goes out, IPv4 or IPv6', 'No sale nada, ni IPv4 ni IPv6'),
  call: ec2(region, 'RevokeSecurityGroupEgress', { GroupId: id, SecurityGroupRuleIds: ids }),
  repeat: 'safe',
  accept: [{ path: 'Return', is: true }],
  already: ['InvalidSecurityGroupRuleId.NotFound'],
  probe: onlyProbe(region, id, group.egress.kept, true),
  undo: group.groupId === null ? { with: `sg${suffix}` } : { never: ours },
  danger: [],
});

function authorise(
  region: string,
  id: Value,
  rule: Rule,
  egress: boolean,
  step: string,
  withGroup: string | null,
  needs: readonly string[],
  more: readonly Text[],
): Change {
  const input: Json = { GroupId: id, IpPermissions: [permission(rule)] };
  return {
    id: step,
    why: egress
      ? text(`The exception that was asked for: ${ruleName(rule)} may go out`, `La excepción pedida: puede salir ${ruleName(rule)}`)
      : text(`Only the responder comes in: ${ruleName(rule)}`, `Solo entra quien responde: ${ruleName(rule)}`),
    needs,
    call: ec2(region, egress ? 'AuthorizeSecurityGroupEgress' : 'AuthorizeSecurityGroupIngress', input),
    repeat: 'safe',
    already: ['InvalidPermission.Duplicate'],
    probe: {
      call: ec2(region, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', id)] }),
      pick: { from: 'SecurityGroupRules', where: ruleTests(rule, egress) },
      done: [{ path: 'length(@)', is: 1 }],
      ready: [{ path: 'length(@)', is: 0 }],
    },
    undo:
      withGroup === null
        ? { calls: [ec2(region, egress ? 'RevokeSecurityGroupEgress' : 'RevokeSecurityGroupIngress', input)], already: ['InvalidPermission.NotFound'] }
        : { with: withGroup },
    danger: egress
      ? [text(`What runs on the instance can send data to ${ruleName(rule)}.`, `Lo que corre en la instancia puede enviar datos a ${ruleName(rule)}.`), ...more]
      : [],
  };
}

/** What a way out for Systems Manager opens beside it. */
function exposure({ ssm }: Isolation, rule: Rule): Text[] {
  if (ssm === null) return [];
  if (rule.prefixList !== undefined && rule.prefixList === ssm.upload)
    return [
      text(
        'That is every bucket of S3 in the Region, whoever owns it, unless the policy of the gateway endpoint names the allowed ones.',
        'Eso es todo bucket de S3 de la región, sea de quien sea, salvo que la política del punto de conexión nombre los permitidos.',
      ),
    ];
  return ssm.exposed > 0 && ssm.endpoints.some((one) => one.group !== null && one.group === rule.group)
    ? [
        text(
          `The endpoints share their groups with ${ssm.exposed} other interfaces: the instance can reach those on tcp/443 too.`,
          `Los puntos de conexión comparten grupos con otras ${ssm.exposed} interfaces: la instancia también llega a ellas por tcp/443.`,
        ),
      ]
    : [];
}

/**
 * A cut that was broken off while the interface stood open ends here: the closing cuts its connections, if it stood open for its
 * time. It happens whatever became of the rules of the group.
 */
function shut(
  { region }: Isolation,
  eni: string,
  { groupId, hold: holds }: NonNullable<Isolation['interfaces'][number]['open']>,
  id: Value,
  prepared: readonly string[],
): Step[] {
  const first = `hold.${eni}`;
  return [
    ...(holds ? [hold(first, []), opened(region, eni, groupId, [id], [first])] : []),
    closeAgain(region, eni, groupId, [id], { after: [...prepared, ...(holds ? [first, `opened.${eni}`] : [])] }),
  ];
}

/** ModifyNetworkInterfaceAttribute replaces the whole list of groups of one interface. */
const swap = (seen: Isolation, one: Isolation['interfaces'][number], id: Value, needs: readonly string[]): Change => ({
  id: `swap.${one.id}`,
  why: text(
    `${one.trunk === null ? 'Interface' : 'A container’s interface'} ${one.id}: out of ${one.groups.join(', ')}, into the isolation group`,
    `${one.trunk === null ? 'Interfaz' : 'Interfaz de un contenedor'} ${one.id}: fuera de ${one.groups.join(', ')}, al grupo de aislamiento`,
  ),
  needs,
  call: ec2(seen.region, 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: one.id, Groups: [id] }),
  repeat: 'safe',
  probe: {
    call: ec2(seen.region, 'DescribeNetworkInterfaces', { NetworkInterfaceIds: [one.id] }),
    done: [{ path: 'NetworkInterfaces[0].Groups[].GroupId', is: [id] }],
    ready: [{ path: 'NetworkInterfaces[0].Groups[].GroupId', is: [...one.groups] }],
  },
  undo: {
    calls: [ec2(seen.region, 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: one.id, Groups: [...one.before] })],
    done: [{ path: 'NetworkInterfaces[0].Groups[].GroupId', is: [...one.before] }],
    loses: text('The instance can be reached again, and reach out, as before.', 'La instancia vuelve a ser accesible y a tener salida, como antes.'),
  },
  danger: [
    one.trunk === null
      ? text(
          'Whoever uses what this instance serves can no longer reach it. Connections that exist are not cut.',
          'Quien use lo que sirve esta instancia deja de llegar a ella. Las conexiones que ya existen no se cortan.',
        )
      : text(
          'A container of this host speaks through it: it is cut off too, whatever it serves.',
          'Un contenedor de este equipo habla por ella: también queda aislado, sirva lo que sirva.',
        ),
    ...(one.managedBy === null
      ? []
      : [
          text(
            `It belongs to ${one.managedBy}, which may refuse the change or take it back.`,
            `Pertenece a ${one.managedBy}, que puede rechazar el cambio o revertirlo.`,
          ),
        ]),
    ...neighbourTexts(seen.neighbours, one.groups),
  ],
});
