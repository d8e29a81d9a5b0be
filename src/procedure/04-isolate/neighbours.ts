import { type ActionContext, type Text, text } from '../../kernel/index.ts';
import { ec2, filter, type Tag, tagText, tagValue } from '../shared/ec2.ts';
import { oneLine } from '../shared/names.ts';
import { isAwsFailure } from '../shared/reading.ts';
import { CASE_TAG } from './group.ts';

/** Who has to do with the groups an interface leaves. */
export interface Neighbours {
  /** Group id -> how many interfaces of others have it too. */
  readonly shared: Readonly<Record<string, number>>;
  /** Groups whose rules let members of these groups in: "sg-... (name)". */
  readonly admits: Readonly<Record<string, readonly string[]>>;
  /** Isolation groups of other cases: group id -> what the group says its case is. */
  readonly held: Readonly<Record<string, string>>;
}
const MOST = 8;

/** Reads what leaving these groups means for others. What cannot be read is not told: it decides nothing. */
export async function readNeighbours(ctx: ActionContext, region: string, own: readonly string[], groups: readonly string[]): Promise<Neighbours> {
  if (groups.length === 0) return { shared: {}, admits: {}, held: {} };
  const lenient = async <T>(read: Promise<T[]>): Promise<T[]> =>
    read.catch((error) => {
      if (!isAwsFailure(error)) throw error;
      return [];
    });
  const members = async () => {
    const { output } = await ctx.readAll<{ NetworkInterfaces?: { NetworkInterfaceId?: string; Groups?: { GroupId?: string }[] }[] }>(
      ec2(region, 'DescribeNetworkInterfaces', { Filters: [filter('group-id', ...groups)], IncludeManagedResources: true }),
    );
    return (output.NetworkInterfaces ?? []).filter((one) => !own.includes(one.NetworkInterfaceId ?? ''));
  };
  const referring = async () => {
    const { output } = await ctx.readAll<{
      SecurityGroups?: { GroupId?: string; GroupName?: string; IpPermissions?: { UserIdGroupPairs?: { GroupId?: string }[] }[] }[];
    }>(ec2(region, 'DescribeSecurityGroups', { Filters: [filter('ip-permission.group-id', ...groups)] }));
    return output.SecurityGroups ?? [];
  };
  const left = async () => {
    const { output } = await ctx.readAll<{ SecurityGroups?: { GroupId?: string; Tags?: Tag[] }[] }>(
      ec2(region, 'DescribeSecurityGroups', { Filters: [filter('group-id', ...groups), filter('tag-key', CASE_TAG)] }),
    );
    return output.SecurityGroups ?? [];
  };
  const [others, admitting, marked] = await Promise.all([lenient(members()), lenient(referring()), lenient(left())]);
  const shared: Record<string, number> = {};
  const admits: Record<string, string[]> = {};
  for (const id of groups) {
    const count = others.filter((one) => one.Groups?.some((group) => group.GroupId === id)).length;
    if (count > 0) shared[id] = count;
    const doors = admitting.filter((one) => one.IpPermissions?.some((rule) => rule.UserIdGroupPairs?.some((pair) => pair.GroupId === id)));
    if (doors.length > 0) admits[id] = doors.flatMap((one) => (one.GroupId ? `${one.GroupId} (${oneLine(one.GroupName, 60)})` : [])).sort();
  }
  const held: Record<string, string> = {};
  for (const { GroupId, Tags } of marked) {
    const of = tagValue(Tags, CASE_TAG);
    if (GroupId && groups.includes(GroupId) && of !== undefined && of !== tagText(ctx.facts.caseId)) held[GroupId] = oneLine(of, 60);
  }
  return { shared, admits, held };
}

const some = (names: readonly string[], and: string): string =>
  `${names.slice(0, MOST).join(', ')}${names.length > MOST ? ` ${and} ${names.length - MOST}` : ''}`;
/** Only what is true of the groups this interface leaves. */
export function neighbourTexts({ shared, admits, held }: Neighbours, groups: readonly string[]): Text[] {
  const kept = groups.filter((id) => shared[id] !== undefined).map((id) => ({ id, count: shared[id]! }));
  const doors = [...new Set(groups.flatMap((id) => admits[id] ?? []))];
  return [
    ...groups.flatMap((id) =>
      held[id] === undefined
        ? []
        : text(
            `${id} says it isolates for another case, ${held[id]}: somebody else is at work on this instance. Talk to them first: what you do here, their release will find moved, and stop.`,
            `${id} dice aislar para otro caso, ${held[id]}: alguien más trabaja en esta instancia. Hable antes con ellos: lo que haga aquí, su liberación lo encontrará movido y se detendrá.`,
          ),
    ),
    ...kept.map(({ id, count }) =>
      text(
        `${id} stays with others (interfaces: ${count}): they are reached as before, and are not isolated.`,
        `${id} lo conservan otros (interfaces: ${count}): se llega a ellos como antes, y no quedan aislados.`,
      ),
    ),
    ...(doors.length === 0
      ? []
      : [
          text(
            `What is behind ${some(doors, 'and')} let this interface in by its group, and does so no more.`,
            `Lo que hay tras ${some(doors, 'y')} dejaba entrar a esta interfaz por su grupo, y ya no.`,
          ),
        ]),
  ];
}
