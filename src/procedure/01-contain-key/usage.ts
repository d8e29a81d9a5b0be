import type { ActionContext, Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { type Act, hear } from '../shared/trail.ts';

/** An address or a user agent of the key, and whether it is the company's own as far as can be seen. */
export interface Seen {
  readonly what: string;
  readonly own: boolean;
  readonly why: Text;
  readonly calls: number;
  /** UTC. */
  readonly first: string;
  readonly last: string;
}
/** What a key is used for, from a page or two of CloudTrail per region: enough to know whom it hurts, not a history. */
export interface Usage {
  readonly from: string;
  readonly calls: number;
  readonly services: readonly string[];
  readonly regions: readonly string[];
  readonly last: string | null;
  readonly addresses: readonly Seen[];
  readonly agents: readonly Seen[];
  /** Regions that did not answer, with the reason; regions with more events than were read. */
  readonly unread: readonly { readonly region: string; readonly why: string }[];
  readonly cut: readonly string[];
  readonly evidence: readonly string[];
}

const DAY = 86_400_000;
/** CloudTrail's event history. */
const DAYS = 90;
const MOST = 20;

const who = (act: Act): string => act.by.roleArn ?? act.by.arn;

/** Own: used by others of the account too, or by this key days before the alarm. Everything else is unknown, which is not the same as hostile. */
function judge(kind: (act: Act) => string, mine: readonly Act[], others: readonly Act[], since: number | null): Seen[] {
  const values = [...new Set(mine.map(kind))].filter((value) => value !== '');
  return values
    .map((what): Seen => {
      const uses = mine.filter((act) => kind(act) === what);
      const [first, last] = [uses[0]!.time, uses.at(-1)!.time];
      const other = others.find((act) => kind(act) === what);
      const days = since === null ? 0 : Math.floor((since - Date.parse(first)) / DAY);
      const why = other
        ? text(`also used by ${who(other)}`, `también lo usa ${who(other)}`)
        : days >= 1
          ? text(`used with this key since ${first}, ${days} days before the alarm`, `usado con esta clave desde ${first}, ${days} días antes de la alarma`)
          : text('seen with nobody else, and not before the alarm', 'no visto con nadie más ni antes de la alarma');
      return { what, own: other !== undefined || days >= 1, why, calls: uses.length, first, last };
    })
    .sort((a, b) => Number(a.own) - Number(b.own) || b.calls - a.calls)
    .slice(0, MOST);
}

/**
 * What this key does, read before it is switched off: its latest events, its events before the alarm, and a sample of what others
 * do, one page each in every region at once. LookupEvents allows two requests a second and region, so this takes about two seconds.
 */
export async function usageOf(ctx: ActionContext, regions: readonly string[], accessKeyId: string): Promise<Usage> {
  const alarm = Date.parse(String(ctx.facts.alarm.since ?? ''));
  const since = Number.isNaN(alarm) ? null : alarm;
  const from = new Date(ctx.now() - DAYS * DAY + 60_000).toISOString();
  const mine = { attribute: 'AccessKeyId', value: accessKeyId, from, pages: 1 } as const;
  const before = since !== null && since - DAY > Date.parse(from) ? new Date(since - DAY).toISOString() : null;
  const [late, early, sample] = await Promise.all([
    hear(ctx, regions, mine),
    before === null ? null : hear(ctx, regions, { ...mine, to: before }),
    hear(ctx, regions, { attribute: 'ReadOnly', value: 'false', from, pages: 1 }),
  ]);
  const heard = [late, ...(early ? [early] : [])];
  const acts = [...new Map(heard.flatMap((one) => one.acts).map((act) => [act.id, act])).values()]
    .filter((act) => act.by.accessKeyId === accessKeyId)
    .sort((a, b) => (a.time < b.time ? -1 : 1));
  const user = acts.find((act) => act.by.userName)?.by.userName ?? null;
  // Whoever acts as the same user, or with a session of it, may be the attacker: only strangers to the key speak for an address.
  const others = sample.acts.filter((act) => act.by.accessKeyId !== accessKeyId && act.by.arn !== '' && (user === null || act.by.userName !== user));
  const settled = since === null ? others : others.filter((act) => Date.parse(act.time) < since);
  const count = (values: readonly string[]) => [...new Set(values)].sort((a, b) => values.filter((v) => v === b).length - values.filter((v) => v === a).length);
  const unread = new Map([...late.unread, ...(early?.unread ?? [])].map((one) => [one.region, one]));
  return {
    from,
    calls: acts.length,
    services: count(acts.map((act) => act.source.replace(/\.amazonaws\.com$/, ''))).slice(0, MOST),
    regions: count(acts.map((act) => act.region)).slice(0, MOST),
    last: acts.at(-1)?.time ?? null,
    addresses: judge((act) => act.address, acts, settled, since),
    agents: judge((act) => act.agent, acts, settled, since),
    unread: [...unread.values()],
    cut: late.cut,
    evidence: [...late.evidence, ...(early?.evidence ?? []), ...sample.evidence],
  };
}
