import type { ActionContext } from '../../kernel/index.ts';
import { type Act, hear } from '../shared/trail.ts';
import { type Basis, basisOf, judge, type Seen, vouchers } from './own.ts';

/** What a key is used for, from a page or two of CloudTrail per region: enough to know whom it hurts, not a history. */
export interface Usage {
  readonly from: string;
  readonly calls: number;
  readonly services: readonly string[];
  readonly regions: readonly string[];
  readonly last: string | null;
  readonly addresses: readonly Seen[];
  readonly agents: readonly Seen[];
  /** What their being own rests on. */
  readonly basis: Basis;
  /** Regions that did not answer, with the reason; regions with more events than were read. */
  readonly unread: readonly { readonly region: string; readonly why: string }[];
  readonly cut: readonly string[];
  readonly evidence: readonly string[];
}

const DAY = 86_400_000;
/** CloudTrail's event history. */
const DAYS = 90;
const MOST = 20;
/** A page of CloudTrail counts an instant as its own end. */
const justBefore = (time: string): string => new Date(Date.parse(time) - 1000).toISOString();

/**
 * What this key does, read before it is switched off: its latest events, its events before the attack, and a sample of what others
 * did before it, one page each in every region at once. LookupEvents allows two requests a second and region, so this takes about two seconds.
 */
export async function usageOf(ctx: ActionContext, regions: readonly string[], accessKeyId: string): Promise<Usage> {
  const from = new Date(ctx.now() - DAYS * DAY + 60_000).toISOString();
  const basis = basisOf(ctx);
  const mine = { attribute: 'AccessKeyId', value: accessKeyId, from, pages: 1 } as const;
  // CloudTrail may not go back that far: then nothing speaks for an address.
  const settled = justBefore(basis.before) > from ? { from, to: justBefore(basis.before), pages: 1 } : null;
  const [late, early, sample] = await Promise.all([
    hear(ctx, regions, mine),
    settled && hear(ctx, regions, { ...mine, ...settled }),
    settled && hear(ctx, regions, { attribute: 'ReadOnly', value: 'false', ...settled }),
  ]);
  const heard = [late, ...(early ? [early] : [])];
  const byTime = (acts: readonly Act[]): Act[] => [...new Map(acts.map((act) => [act.id, act])).values()].sort((a, b) => (a.time < b.time ? -1 : 1));
  const acts = byTime(heard.flatMap((one) => one.acts)).filter((act) => act.by.accessKeyId === accessKeyId);
  const user = acts.find((act) => act.by.userName)?.by.userName ?? null;
  const others = vouchers(ctx, byTime([...heard.flatMap((one) => one.acts), ...(sample?.acts ?? [])]), accessKeyId, user, basis);
  const count = (values: readonly string[]) => [...new Set(values)].sort((a, b) => values.filter((v) => v === b).length - values.filter((v) => v === a).length);
  const unread = new Map([...late.unread, ...(early?.unread ?? [])].map((one) => [one.region, one]));
  return {
    from,
    calls: acts.length,
    services: count(acts.map((act) => act.source.replace(/\.amazonaws\.com$/, ''))).slice(0, MOST),
    regions: count(acts.map((act) => act.region)).slice(0, MOST),
    last: acts.at(-1)?.time ?? null,
    addresses: judge((act) => act.address, acts, others, basis),
    // The attacker's tools are everybody's: that a colleague uses the same says nothing.
    agents: judge((act) => act.agent, acts, [], basis),
    basis,
    unread: [...unread.values()],
    cut: late.cut,
    evidence: [...late.evidence, ...(early?.evidence ?? []), ...(sample?.evidence ?? [])],
  };
}
