import { type Action, type ActionContext, type Check, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { describeInstance, ec2, filter, targetOf, volumesOf } from '../shared/ec2.ts';
import { isolationSteps } from './plan.ts';
import { type Difference, difference, type GroupRule, isRule, type Rule, ruleName, saysRules, type WantedRules, wantedRules } from './rules.ts';

interface Interface {
  readonly id: string;
  readonly vpcId: string;
  readonly groups: readonly string[];
  /** Its groups before this case first moved it: what undo puts back, also after somebody moved it in between. */
  readonly before: readonly string[];
}
interface Group {
  readonly vpcId: string;
  /** null until it is made. */
  readonly groupId: string | null;
  readonly ingress: Difference;
  readonly egress: Difference;
}
export interface Isolation {
  readonly caseId: string;
  readonly responder: string;
  readonly instanceId: string;
  readonly region: string;
  readonly state: string;
  /** Name of the isolation group, unique in its VPC. */
  readonly name: string;
  readonly wanted: WantedRules;
  /** One for each VPC the instance has an interface in: a security group belongs to one VPC. */
  readonly groups: readonly Group[];
  readonly interfaces: readonly Interface[];
  /** Addresses as they were, for the record: the automatic public one is lost later. */
  readonly addresses: readonly string[];
  readonly volumes: readonly string[];
}
interface Reading extends Isolation {
  readonly rules: ReadonlyMap<string, readonly GroupRule[]>;
  readonly evidence: readonly string[];
}
interface InterfaceAnswer {
  NetworkInterfaces?: {
    NetworkInterfaceId: string;
    VpcId?: string;
    Groups?: { GroupId?: string }[];
    PrivateIpAddresses?: { PrivateIpAddress?: string; Association?: { PublicIp?: string } }[];
    Ipv6Addresses?: { Ipv6Address?: string }[];
  }[];
}

/** Group names take a-zA-Z0-9 and some signs, 255 at most, and may not begin with sg- (EC2 API, CreateSecurityGroup). */
const groupName = (caseId: string, instanceId: string): string => `ir-${caseId.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 200)}-${instanceId}`;

async function read(ctx: ActionContext): Promise<Reading> {
  const target = targetOf(ctx);
  const { region, instanceId } = target;
  const name = groupName(ctx.facts.caseId, instanceId);
  const [described, attached, named] = await Promise.all([
    describeInstance(ctx, target),
    ctx.readAll<InterfaceAnswer>(
      ec2(region, 'DescribeNetworkInterfaces', { Filters: [filter('attachment.instance-id', instanceId)], IncludeManagedResources: true }),
    ),
    ctx.readAll<{ SecurityGroups?: { GroupId: string; GroupName?: string; VpcId?: string }[] }>(
      ec2(region, 'DescribeSecurityGroups', { Filters: [filter('group-name', name)] }),
    ),
  ]);
  const { instance } = described;
  const evidence = [...described.evidence, ...attached.evidence, ...named.evidence];
  const answer = attached.output.NetworkInterfaces ?? [];
  const isolation = new Set((named.output.SecurityGroups ?? []).flatMap((group) => (group.GroupName === name ? group.GroupId : [])));
  const earlier = earlierIsolation(ctx, instanceId)?.interfaces ?? [];
  const interfaces = answer.map((one) => {
    const groups = (one.Groups ?? []).flatMap((group) => group.GroupId ?? []);
    const moved = groups.some((id) => isolation.has(id));
    const before = (moved && earlier.find((other) => other.id === one.NetworkInterfaceId)?.before) || groups;
    return { id: one.NetworkInterfaceId, vpcId: one.VpcId ?? instance.VpcId ?? '', groups, before };
  });
  const vpcs = [...new Set([...(instance.VpcId ? [instance.VpcId] : []), ...interfaces.map((one) => one.vpcId)])];
  const existing = (named.output.SecurityGroups ?? []).filter((group) => group.GroupName === name && vpcs.includes(group.VpcId ?? ''));
  const rules = new Map<string, readonly GroupRule[]>();
  await Promise.all(
    existing.map(async ({ GroupId }) => {
      const found = await ctx.readAll<{ SecurityGroupRules?: GroupRule[] }>(
        ec2(region, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', GroupId)] }),
      );
      rules.set(GroupId, found.output.SecurityGroupRules ?? []);
      evidence.push(...found.evidence);
    }),
  );
  const wanted = rulesFor(ctx, instanceId, instance.Platform?.toLowerCase() === 'windows' ? 3389 : 22);
  return {
    caseId: ctx.facts.caseId,
    responder: ctx.facts.responder,
    instanceId,
    region,
    state: instance.State?.Name ?? 'unknown',
    name,
    wanted,
    groups: vpcs.map((vpcId) => {
      const groupId = existing.find((group) => group.VpcId === vpcId)?.GroupId ?? null;
      const seen = groupId === null ? [] : rules.get(groupId)!;
      return { vpcId, groupId, ingress: difference(seen, wanted.ingress, false), egress: difference(seen, wanted.egress, true) };
    }),
    interfaces,
    addresses: answer.flatMap((one) => [
      ...(one.PrivateIpAddresses ?? []).flatMap((a) => [a.PrivateIpAddress ?? [], a.Association?.PublicIp ?? []].flat()),
      ...(one.Ipv6Addresses ?? []).flatMap((a) => a.Ipv6Address ?? []),
    ]),
    volumes: volumesOf(instance).map((volume) => volume.volumeId),
    rules,
    evidence,
  };
}

/** The options' rules, or those of this instance's earlier isolation when no option speaks of them. */
function rulesFor(ctx: ActionContext, instanceId: string, port: number): WantedRules {
  const before = earlierIsolation(ctx, instanceId);
  return !saysRules(ctx) && before?.wanted ? before.wanted : wantedRules(ctx, port);
}
/** What this case last saw of the same instance. */
function earlierIsolation(ctx: ActionContext, instanceId: string): Partial<Isolation> | undefined {
  const seen = ctx.facts.observed.isolate as Partial<Isolation> | undefined;
  return seen?.instanceId === instanceId ? seen : undefined;
}

const CHECKS = ['every-interface', 'no-egress', 'ingress-responder-only', 'existing-connections'] as const;

export const action: Action<Isolation> = {
  id: 'isolate',
  step: 4,
  title: text('Cut the instance off from the network', 'Aislar la instancia de la red'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSecurityGroupRules',
    'ec2:CreateSecurityGroup',
    'ec2:DeleteSecurityGroup',
    'ec2:CreateTags',
    'ec2:RevokeSecurityGroupEgress',
    'ec2:RevokeSecurityGroupIngress',
    'ec2:AuthorizeSecurityGroupIngress',
    'ec2:AuthorizeSecurityGroupEgress',
    'ec2:ModifyNetworkInterfaceAttribute',
  ],
  async observe(ctx) {
    const { rules: _rules, evidence: _evidence, ...observed } = await read(ctx);
    return observed;
  },
  plan: isolationSteps,
  check: (ctx) =>
    readable(CHECKS, async () =>
      verdicts(
        await settled(
          ctx,
          () => read(ctx),
          // A reading that still shows an instance running which this case has seen stopped is late.
          (seen) => verdicts(seen).every((c) => c.verdict !== 'fails') && (ctx.facts.verdicts.stop?.verdict !== 'holds' || isDown(seen)),
        ),
      ),
    ),
};

function verdicts(seen: Reading): Check[] {
  const gone = seen.state === 'terminated';
  const home = (one: Interface): string | null => seen.groups.find((group) => group.vpcId === one.vpcId)?.groupId ?? null;
  const outside = seen.interfaces.filter((one) => one.groups.length !== 1 || one.groups[0] !== home(one));
  // Only the groups that stand before an interface say what traffic passes; without any, nothing is known to be isolated.
  const rules = seen.groups.flatMap((group) => (group.groupId === null ? [] : [...(seen.rules.get(group.groupId) ?? [])]));
  const made = seen.groups.length > 0 && seen.groups.every((group) => group.groupId !== null);
  const direction = (name: 'no-egress' | 'ingress-responder-only', wanted: readonly Rule[], egress: boolean): Check => {
    const mine = rules.filter((rule) => rule.IsEgress === egress);
    const surplus = mine.filter((rule) => !wanted.some((one) => isRule(rule, one))).map((rule) => rule.SecurityGroupRuleId ?? '?');
    const missing = seen.groups.flatMap((group) => (egress ? group.egress : group.ingress).missing.map(ruleName));
    const list = wanted.map(ruleName).join(', ');
    if (!made) return check(name, 'fails', text('The isolation group does not exist.', 'El grupo de aislamiento no existe.'), seen.evidence);
    if (surplus.length > 0)
      return check(name, 'fails', text(`Rules that must not be there: ${surplus.join(', ')}.`, `Hay reglas que sobran: ${surplus.join(', ')}.`), seen.evidence);
    if (missing.length > 0)
      return check(name, 'fails', text(`Rules that are missing: ${missing.join(', ')}.`, `Faltan reglas: ${missing.join(', ')}.`), seen.evidence);
    const nothing = egress
      ? text('The group lets nothing out, IPv4 or IPv6.', 'El grupo no deja salir nada, ni IPv4 ni IPv6.')
      : text('The group lets nobody in.', 'El grupo no deja entrar a nadie.');
    const only = egress
      ? text(`Only this may go out: ${list}.`, `Solo puede salir esto: ${list}.`)
      : text(`Only these come in: ${list}.`, `Solo entra: ${list}.`);
    return check(name, 'holds', wanted.length === 0 ? nothing : only, seen.evidence);
  };
  const every =
    outside.length > 0
      ? check(
          'every-interface',
          'fails',
          text(
            `Not (only) in the isolation group: ${outside.map((one) => one.id).join(', ')}.`,
            `Fuera del grupo de aislamiento (o no solo en él): ${outside.map((one) => one.id).join(', ')}.`,
          ),
          seen.evidence,
        )
      : seen.interfaces.length === 0 && !gone
        ? check(
            'every-interface',
            'unknown',
            text('EC2 lists no network interface of the instance.', 'EC2 no enumera interfaces de red de la instancia.'),
            seen.evidence,
          )
        : check(
            'every-interface',
            'holds',
            text(
              `All ${seen.interfaces.length} network interfaces are in the isolation group and in no other.`,
              `Las ${seen.interfaces.length} interfaces de red están en el grupo de aislamiento y en ningún otro.`,
            ),
            seen.evidence,
          );
  return [every, direction('no-egress', seen.wanted.egress, true), direction('ingress-responder-only', seen.wanted.ingress, false), connections(seen)];
}

const isDown = ({ state }: Reading): boolean => state === 'stopped' || state === 'terminated';

/** A security group does not end tracked connections (EC2 user guide, security group connection tracking). */
function connections(seen: Reading): Check {
  const { state, evidence } = seen;
  return isDown(seen)
    ? check(
        'existing-connections',
        'holds',
        text(`The instance is ${state}: no connection lives.`, `La instancia está en estado ${state}: no queda ninguna conexión.`),
        evidence,
      )
    : check(
        'existing-connections',
        'unknown',
        text(
          'A new group blocks new connections only. One that the attacker already has is tracked and may live on until it closes or idles out: up to 5 days for TCP. Stopping the instance ends it.',
          'Un grupo nuevo solo impide conexiones nuevas. La que el atacante ya tenga sigue registrada y puede durar hasta que se cierre o caduque: hasta 5 días en TCP. Al detener la instancia termina.',
        ),
        evidence,
      );
}
