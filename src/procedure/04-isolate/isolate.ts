import { type Action, type ActionContext, type Text, text } from '../../kernel/index.ts';
import { readable, settled } from '../shared/checks.ts';
import { describeInstance, ec2, filter, type Tag, tagText, tagValue, targetOf, volumesOf } from '../shared/ec2.ts';
import { listOption } from '../shared/options.ts';
import { seenIn } from './cut/record.ts';
import { openName } from './cut/two-step.ts';
import { CASE_TAG } from './group.ts';
import { readInterfaces, type SeenInterface } from './interfaces.ts';
import { verdicts } from './isolate-checks.ts';
import { type Neighbours, readNeighbours } from './neighbours.ts';
import { isolationSteps } from './plan.ts';
import { type Difference, difference, type GroupRule, saysRules, type WantedRules, wantedRules } from './rules.ts';
import { accessOption, readSsmPath, type SsmPath, ssmRules } from './ssm-access.ts';

export interface Interface extends Pick<SeenInterface, 'id' | 'vpcId' | 'groups' | 'trunk' | 'managedBy'> {
  /** Its groups before this case first moved it: what undo puts back, also after somebody moved it in between. */
  readonly before: readonly string[];
  /** It stands in the open group of a cut that was broken off. `hold`: opened as asked, and not seen open for its time yet. */
  readonly open: { readonly groupId: string; readonly hold: boolean } | null;
}
interface Group {
  readonly vpcId: string;
  /** null until it is made. */
  readonly groupId: string | null;
  /** Its name, or the one it will get: one that nobody else has taken in the VPC. */
  readonly name: string;
  readonly ingress: Difference;
  readonly egress: Difference;
}
export interface Isolation {
  readonly caseId: string;
  readonly responder: string;
  readonly instanceId: string;
  readonly region: string;
  readonly state: string;
  /** The group for endpoints, should some have to be created. */
  readonly endpointName: string;
  readonly access: 'ssh' | 'ssm';
  readonly ssm: SsmPath | null;
  /** Whom it concerns that interfaces leave their groups. */
  readonly neighbours: Neighbours;
  readonly wanted: WantedRules;
  /** One for each VPC the instance has an interface in: a security group belongs to one VPC. */
  readonly groups: readonly Group[];
  readonly interfaces: readonly Interface[];
  /** Addresses as they were, for the record: the automatic public one is lost later. */
  readonly addresses: readonly string[];
  readonly volumes: readonly string[];
}
export interface Reading extends Isolation {
  /** Why there may be interfaces that were not seen. */
  readonly unread: Text | null;
  readonly rules: ReadonlyMap<string, readonly GroupRule[]>;
  readonly evidence: readonly string[];
}
/** Group names take a-zA-Z0-9 and some signs, 255 at most, and may not begin with sg- (EC2 API, CreateSecurityGroup). */
const groupName = (caseId: string, instanceId: string): string => `ir-${caseId.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 200)}-${instanceId}`;

const NAMES = 5;
/** The first is the case's own; the others serve where somebody has taken it. */
const namesOf = (name: string): string[] => [name, ...Array.from({ length: NAMES - 1 }, (_, at) => `${name}-${at + 2}`)];
interface NamedGroup {
  readonly GroupId: string;
  readonly GroupName?: string;
  readonly VpcId?: string;
  readonly Tags?: readonly Tag[];
}

/** @param planning also reads what only a plan tells of, and refuses a way in that is not there */
async function read(ctx: ActionContext, planning: boolean): Promise<Reading> {
  const target = targetOf(ctx);
  const { region, instanceId } = target;
  const name = groupName(ctx.facts.caseId, instanceId);
  const endpointName = `${name}-endpoints`;
  const { instance, evidence: described } = await describeInstance(ctx, target);
  const [attached, named] = await Promise.all([
    readInterfaces(ctx, target, instance.VpcId ?? ''),
    ctx.readAll<{ SecurityGroups?: NamedGroup[] }>(
      ec2(region, 'DescribeSecurityGroups', { Filters: [filter('group-name', ...namesOf(name), endpointName, openName(ctx.facts.caseId, instanceId))] }),
    ),
  ]);
  const evidence = [...described, ...attached.evidence, ...named.evidence];
  const answer = attached.interfaces;
  const groups = named.output.SecurityGroups ?? [];
  // A name anybody can take; the tag says whose the group is. Its rules are judged whoever wrote them.
  const ours = groups.filter((group) => tagValue(group.Tags, CASE_TAG) === tagText(ctx.facts.caseId));
  const isolation = ours.filter((group) => namesOf(name).includes(group.GroupName ?? ''));
  const opened = ours.filter((group) => group.GroupName === openName(ctx.facts.caseId, instanceId)).map((group) => group.GroupId);
  const earlier = earlierIsolation(ctx, instanceId)?.interfaces ?? [];
  const interfaces = answer.map(({ id, vpcId, groups: has, trunk, managedBy }): Interface => {
    const moved = has.some((group) => isolation.some((one) => one.GroupId === group) || opened.includes(group));
    const before = (moved && earlier.find((other) => other.id === id)?.before) || has;
    const open = has.length === 1 && opened.includes(has[0]!) ? { groupId: has[0]!, hold: holdsOpen(ctx, id, has[0]!) } : null;
    return { id, vpcId, groups: has, trunk, managedBy, before, open };
  });
  const vpcs = [...new Set([...(instance.VpcId ? [instance.VpcId] : []), ...interfaces.map((one) => one.vpcId)])];
  const homes = vpcs.map((vpcId) => {
    const existing = isolation.find((group) => group.VpcId === vpcId);
    const free = namesOf(name).find((one) => !groups.some((group) => group.GroupName === one && group.VpcId === vpcId));
    return { vpcId, groupId: existing?.GroupId ?? null, name: existing?.GroupName ?? free ?? name };
  });
  const rules = new Map<string, readonly GroupRule[]>();
  await Promise.all(
    homes.map(async ({ groupId }) => {
      if (groupId === null) return;
      const found = await ctx.readAll<{ SecurityGroupRules?: GroupRule[] }>(
        ec2(region, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', groupId)] }),
      );
      rules.set(groupId, found.output.SecurityGroupRules ?? []);
      evidence.push(...found.evidence);
    }),
  );
  const access = accessOf(ctx, instanceId);
  const vpcId = instance.VpcId ?? '';
  const ssm =
    access === 'ssm'
      ? await readSsmPath(
          ctx,
          {
            region,
            vpcId,
            subnetId: instance.SubnetId ?? '',
            privateAddress: instance.PrivateIpAddress ?? null,
            isolationGroup: homes.find((home) => home.vpcId === vpcId)?.groupId ?? null,
            ownGroup: ours.find((group) => group.GroupName === endpointName && group.VpcId === vpcId)?.GroupId ?? null,
          },
          planning,
        )
      : null;
  evidence.push(...(ssm?.evidence ?? []));
  const wanted = rulesFor(ctx, instanceId, instance.Platform?.toLowerCase() === 'windows' ? 3389 : 22, ssm?.path ?? null);
  const left = planning
    ? [...new Set(interfaces.flatMap((one) => one.groups))].filter((id) => !isolation.some((group) => group.GroupId === id) && !opened.includes(id))
    : [];
  return {
    caseId: ctx.facts.caseId,
    responder: ctx.facts.responder,
    instanceId,
    region,
    state: instance.State?.Name ?? 'unknown',
    endpointName,
    access,
    ssm: ssm?.path ?? null,
    neighbours: await readNeighbours(
      ctx,
      region,
      interfaces.map((one) => one.id),
      left,
    ),
    wanted,
    groups: homes.map((home) => {
      const seen = home.groupId === null ? [] : rules.get(home.groupId)!;
      // A group belongs to one VPC, and so do the endpoints.
      const egress = home.vpcId === vpcId ? wanted.egress : wanted.egress.filter((rule) => !ssm || !ssmRules(ssm.path).some((one) => one.group === rule.group));
      return { ...home, ingress: difference(seen, wanted.ingress, false), egress: difference(seen, egress, true) };
    }),
    interfaces,
    addresses: answer.flatMap((one) => one.addresses),
    volumes: volumesOf(instance).map((volume) => volume.volumeId),
    unread: attached.unread,
    rules,
    evidence,
  };
}

/**
 * An opening that was answered and whose time was not seen to its end: a plan that goes on does not open it again, so its time is
 * given here, if the cut is still asked for. One without an answer is opened again by that plan, and one that was seen needs nothing more.
 */
function holdsOpen(ctx: ActionContext, eni: string, groupId: string): boolean {
  const done = ctx.facts.outputs['cut-connections'] ?? {};
  return listOption(ctx, 'cut').includes('two-step') && done[`open.${eni}`] !== undefined && !seenIn(done[`opened.${eni}`], groupId);
}

/** The way in that was asked for, or that of this instance's earlier isolation when no option speaks of one. */
const accessOf = (ctx: ActionContext, instanceId: string): 'ssh' | 'ssm' =>
  accessOption(ctx) ?? ((!saysRules(ctx) && earlierIsolation(ctx, instanceId)?.access) || 'ssh');

/** The options' rules, or those of this instance's earlier isolation when no option speaks of them. */
function rulesFor(ctx: ActionContext, instanceId: string, port: number, ssm: SsmPath | null): WantedRules {
  const before = earlierIsolation(ctx, instanceId);
  // By SSM nobody comes in: the agent calls out.
  if (ssm !== null) return { ingress: [], egress: [...wantedRules(ctx, port).egress, ...ssmRules(ssm)] };
  return !saysRules(ctx) && before?.wanted ? before.wanted : wantedRules(ctx, port);
}
/** What this case last saw of the same instance. */
function earlierIsolation(ctx: ActionContext, instanceId: string): Partial<Isolation> | undefined {
  const seen = ctx.facts.observed.isolate as Partial<Isolation> | undefined;
  return seen?.instanceId === instanceId ? seen : undefined;
}

/** Which connections live on is for `verify-isolation` to say. */
const CHECKS = ['every-interface', 'no-egress', 'ingress-responder-only'] as const;

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
    'ec2:DescribeTrunkInterfaceAssociations',
    'ec2:DescribeVpcEndpoints',
    'ec2:DescribeVpcEndpointServices',
    'ec2:DescribeVpcs',
    'ec2:DescribePrefixLists',
    'ec2:CreateVpcEndpoint',
    'ec2:DeleteVpcEndpoints',
  ],
  async observe(ctx) {
    const { rules: _rules, unread: _unread, evidence: _evidence, ...observed } = await read(ctx, true);
    return observed;
  },
  plan: isolationSteps,
  check: (ctx) =>
    readable(CHECKS, async () =>
      verdicts(
        await settled(
          ctx,
          () => read(ctx, false),
          // A reading that still shows an instance running which this case has seen stopped is late.
          (seen) => verdicts(seen).every((c) => c.verdict !== 'fails'),
        ),
      ),
    ),
};
