import type { ActionContext, Json, Standing } from '../../../kernel/index.ts';

/** Steps of the isolation after which connections may exist again: not its `close`, which leads out of the open group alone. */
const ISOLATING = /^(swap|move|no-egress|only-responder)([.:]|$)/;

/** Does this answer show an interface in that group and in no other? */
export function seenIn(answer: Json | undefined, groupId: string | undefined): boolean {
  const seen = answer as { NetworkInterfaces?: { Groups?: { GroupId?: string }[] }[] } | undefined;
  const groups = seen?.NetworkInterfaces?.[0]?.Groups?.map((group) => group.GroupId) ?? [];
  return groupId !== undefined && groups.length === 1 && groups[0] === groupId;
}

/**
 * Were the connections of an interface cut by opening and closing it, since it was last isolated? EC2 shows no tracked connections, so this rests on
 * what the case saw: the interface inside the very open group that was sent, and the closing after it. Where the cut was broken off, the isolation,
 * which comes first when the command is started again, has seen and closed it. Anything older than the latest isolation of the interface does not count.
 */
export function twoStepDone(ctx: Pick<ActionContext, 'facts'>, eni: string, standing: readonly Standing[]): boolean {
  const by = ['cut-connections', 'isolate'];
  const open = standing.find((one) => one.action === 'cut-connections' && one.step === `open.${eni}`);
  if (!open) return false;
  const sent = (open.input as { Groups?: string[] } | undefined)?.Groups?.[0];
  const seen = by.some((action) => seenIn(ctx.facts.outputs[action]?.[`opened.${eni}`], sent));
  const closed = standing.some((one) => by.includes(one.action) && one.step === `close.${eni}` && one.since >= open.since);
  const isolated = standing.filter((one) => one.action === 'isolate' && ISOLATING.test(one.step) && (!one.step.includes('eni-') || one.step.includes(eni)));
  return seen && closed && isolated.every((one) => one.since <= open.since);
}
