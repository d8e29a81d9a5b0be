import type { ActionContext, Standing } from '../../../kernel/index.ts';

/** Steps of the isolation after which connections may exist again. */
const ISOLATING = /^(swap|move|no-egress|only-responder)([.:]|$)/;

/**
 * Were the connections of an interface cut by opening and closing it, since it was last isolated? EC2 shows no tracked connections, so this rests on
 * what the case saw: the interface inside the very open group that was sent, and the closing after it. Anything older than the latest isolation
 * of the interface does not count.
 */
export function twoStepDone(ctx: Pick<ActionContext, 'facts'>, eni: string, standing: readonly Standing[]): boolean {
  const of = (step: string): Standing | undefined => standing.find((one) => one.action === 'cut-connections' && one.step === step);
  const [open, close] = [of(`open.${eni}`), of(`close.${eni}`)];
  const seen = ctx.facts.outputs['cut-connections']?.[`opened.${eni}`] as { NetworkInterfaces?: { Groups?: { GroupId?: string }[] }[] } | undefined;
  const stood = seen?.NetworkInterfaces?.[0]?.Groups?.map((group) => group.GroupId);
  const sent = (open?.input as { Groups?: string[] } | undefined)?.Groups;
  if (!open || !close || stood?.length !== 1 || sent?.[0] !== stood[0] || close.since < open.since) return false;
  const isolated = standing.filter((one) => one.action === 'isolate' && ISOLATING.test(one.step) && (!one.step.includes('eni-') || one.step.includes(eni)));
  return isolated.every((one) => one.since <= open.since);
}
