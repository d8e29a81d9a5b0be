import pLimit from 'p-limit';
import { foldFacts, takenBack } from '../evidence/index.ts';
import type { Check, GateNeed, JsonObject, LedgerEntry, Playbook, PlaybookItem, Target, Text } from '../kernel/index.ts';
import { AplombError, canonical, EXIT, isAplombError, ofKind, text } from '../kernel/index.ts';
import { runAction } from './action.ts';
import { openApply } from './approval.ts';
import { runCollector } from './collect.ts';
import { checkAction, type Outcome, type Request } from './judge.ts';
import { codeOf, credentialsGone } from './outcome.ts';
import { event, type Session } from './session.ts';
import { together } from './together.ts';

/** Dozens of small answers are gathered and written down at the same time; more would only make the ledger wait. */
export const COLLECTORS_AT_ONCE = 8;

export interface PlaybookOutcome {
  readonly rows: readonly Outcome[];
  /** The gate that stayed closed, if one did; what follows it was not done. */
  readonly closed: { readonly gate: string; readonly why: string } | null;
  readonly skipped: readonly { readonly id: string; readonly step: number }[];
}
export interface PlaybookRequest {
  readonly target: Target;
  readonly options: JsonObject;
  /** Gate id -> reason: the responder goes on regardless, and the ledger says so. */
  readonly waive: Readonly<Record<string, string>>;
  /** One of the playbook's orders; default the usual one. */
  readonly order?: string;
}

/**
 * The items in the order asked for.
 * @throws AplombError UnknownOrder (exit 2)
 */
export function itemsOf(playbook: Playbook, order?: string): readonly PlaybookItem[] {
  if (order === undefined || order === playbook.order?.id) return playbook.items;
  const other = playbook.others?.find(({ id }) => id === order);
  if (other) return other.items;
  const known = [...(playbook.order ? [playbook.order] : []), ...(playbook.others ?? [])];
  throw new AplombError('UnknownOrder', `"${playbook.id}" has no order "${order.slice(0, 60)}"`, {
    exit: EXIT.usage,
    fix: known.length > 0 ? `Its orders: ${known.map(({ id, trade }) => `${id} (${trade.en})`).join('; ')}` : 'It has one order only: leave the option out.',
  });
}

/** Where this run of the playbook began: an unfinished start on the same target is resumed. */
function beginning(session: Session, playbook: Playbook, request: PlaybookRequest): number {
  const mine = session.case.entries
    .filter(ofKind('playbook'))
    .filter((entry) => entry.body.playbook === playbook.id && canonical(entry.body.target) === canonical(request.target));
  const last = mine.at(-1);
  if (last?.body.state === 'started') return last.seq;
  return session.case.append('playbook', {
    playbook: playbook.id,
    state: 'started',
    target: request.target,
    ...(request.order ? { order: request.order } : {}),
  }).seq;
}

/** The verdict as it stands; one whose changes were taken back since stands no more. */
const verdictSince = (session: Session, action: string, since: number): Outcome | null => {
  if (takenBack(session.case.entries).has(action)) return null;
  const entry = session.case.entries.filter(ofKind('verdict')).findLast((e) => e.seq >= since && e.body.action === action);
  return entry ? { action, step: entry.body.step, plan: null, changes: [], verdict: entry.body.verdict, checks: entry.body.checks, open: [] } : null;
};

/** What an action that failed since the playbook began wants done anew, and has not been done anew since. */
function doneAnew(session: Session, items: readonly PlaybookItem[], since: number): ReadonlySet<string> {
  const judged = session.case.entries.filter(ofKind('verdict')).filter((entry) => entry.seq >= since);
  const last = (id: string) => judged.findLast((entry) => entry.body.action === id && entry.body.final !== true);
  return new Set(
    items.flatMap(function of(one: PlaybookItem): string[] {
      if ('together' in one) return one.together.flatMap(of);
      if (!('action' in one) || !one.action || !one.again) return [];
      const failed = judged.findLast((entry) => entry.body.action === one.action);
      if (failed?.body.verdict !== 'fails') return [];
      return one.again.filter((id) => (last(id)?.seq ?? -1) < failed.seq);
    }),
  );
}

/** Is the gate open? Each need is a verdict (or one check of it), or an item of evidence, as it stands on the ledger now. */
export function gateState(entries: readonly LedgerEntry[], needs: readonly GateNeed[]): { open: boolean; why: string } {
  const facts = foldFacts(entries);
  const wrong = needs.flatMap((need) => {
    if ('kept' in need) {
      const items = entries.filter(ofKind('evidence')).flatMap(({ body }) => body.items);
      return items.some(({ name, source }) => name === need.kept && source.unavailable === undefined) ? [] : [`no evidence "${need.kept}" was kept`];
    }
    const seen = facts.verdicts[need.action];
    const verdict = need.check ? seen?.checks.find((check) => check.name === need.check)?.verdict : seen?.verdict;
    return verdict === need.verdict ? [] : [`${need.action}${need.check ? `/${need.check}` : ''} is not "${need.verdict}"`];
  });
  return { open: wrong.length === 0, why: wrong.join('; ') };
}

/**
 * Runs a playbook item by item. Started again after a stop it skips what has its verdict, and resumes what was begun.
 * An item that breaks gets the verdict unknown and the rest goes on: an error never reads as success and never undoes
 * containment. At the end every check is taken once more; the last reading counts.
 */
export async function runPlaybook(session: Session, playbook: Playbook, request: PlaybookRequest): Promise<PlaybookOutcome> {
  const items = itemsOf(playbook, request.order);
  const since = beginning(session, playbook, request);
  session.emit(
    event(session, 'playbook', { playbook: playbook.id, state: 'started', ...(request.order ? { order: request.order } : {}) }, { text: playbook.title }),
  );
  const rows = new Map<string, Outcome>();
  const skipped: { id: string; step: number }[] = [];
  let closed: PlaybookOutcome['closed'] = null;
  const base: Request = { target: request.target, options: request.options, since };
  const anew = doneAnew(session, items, since);
  const at = pLimit(COLLECTORS_AT_ONCE);

  /** Nothing is done where nothing was undone: the plan is empty then. */
  async function reaffirmed(id: string): Promise<void> {
    rows.set(id, await guarded(session, id, { action: id }, base));
  }
  async function item(one: PlaybookItem): Promise<void> {
    if ('together' in one) {
      await together(one.together.map(item));
      return;
    }
    if ('reaffirm' in one) {
      if (!closed) await together(one.reaffirm.filter((id) => rows.has(id)).map(reaffirmed));
      return;
    }
    const ids = idsOf(one);
    if (closed) {
      for (const id of ids) skipped.push({ id, step: await stepOf(session, one, id) });
      return;
    }
    if ('gate' in one) {
      closed = await gate(session, one, request.waive);
      return;
    }
    const each = async (id: string): Promise<void> => {
      const before = verdictSince(session, id, since);
      // What holds is not done again; what was running, in doubt or failing goes on.
      const stands = before?.verdict === 'holds' && !anew.has(id) && !openApply(session.case.entries, id, request.target, since);
      rows.set(id, stands ? before : await guarded(session, id, one, base));
    };
    // Collectors change nothing: they need not wait for one another.
    await together(ids.map((id) => at(() => each(id))));
  }
  for (const one of items) await item(one);

  await Promise.all(
    items
      .flatMap(actionsOf)
      .filter((id) => rows.has(id))
      .map(async (id) => {
        const row = rows.get(id)!;
        rows.set(id, { ...row, ...(await checkAction(session, await session.registry.action(id), base, true)) });
      }),
  );
  // What fails is not finished: the same command goes on with it, and leaves alone what holds.
  const open = [...rows.values()].some((row) => row.open.length > 0 || row.verdict === 'fails');
  if (!closed && !open) session.case.append('playbook', { playbook: playbook.id, state: 'finished', target: request.target });
  session.emit(event(session, 'playbook', { playbook: playbook.id, state: closed ? 'stopped' : 'finished' }, { text: playbook.title }));
  return { rows: [...rows.values()], closed, skipped };
}

async function guarded(session: Session, id: string, one: PlaybookItem, base: Request): Promise<Outcome> {
  const request = 'action' in one && one.action && one.options ? { ...base, options: { ...base.options, ...one.options } } : base;
  const collects = 'collect' in one;
  try {
    return collects
      ? await runCollector(session, await session.registry.collector(id), request)
      : await runAction(session, await session.registry.action(id), request);
  } catch (error) {
    const ends =
      session.signal?.aborted ||
      credentialsGone(error) ||
      (isAplombError(error) && [EXIT.declined, EXIT.stale, EXIT.integrity, EXIT.usage, EXIT.interrupted].includes(error.exit as never));
    if (ends) throw error;
    const why: Text = text(`${codeOf(error)}: ${(error as Error).message}`, `${codeOf(error)}: ${(error as Error).message}`);
    const step = await stepOf(session, one, id);
    const checks: Check[] = [{ name: 'carried-out', verdict: 'unknown', why, evidence: [] }];
    await session.aws.flush(id);
    session.case.append('verdict', { action: id, step, verdict: 'unknown', checks });
    session.emit(
      event(
        session,
        'verdict',
        { action: id, step, verdict: 'unknown', checks: [{ name: 'carried-out', verdict: 'unknown', why: { ...why } }] },
        { level: 'error' },
      ),
    );
    return { action: id, step, plan: null, changes: [], verdict: 'unknown', checks, open: [] };
  }
}

async function gate(
  session: Session,
  one: Extract<PlaybookItem, { gate: string }>,
  waive: Readonly<Record<string, string>>,
): Promise<PlaybookOutcome['closed']> {
  const { open, why } = gateState(session.case.entries, one.needs);
  session.case.append('gate', { gate: one.gate, open, why });
  const reason = open
    ? undefined
    : (waive[one.gate] ?? waivedBefore(session, one.gate) ?? (one.asks ? await session.approver.reason?.(one.asks) : null) ?? undefined);
  session.emit(
    event(session, 'gate', { gate: one.gate, open, why, ...(reason ? { waived: reason } : {}) }, { text: one.title, level: open ? 'info' : 'warn' }),
  );
  if (open) return null;
  if (reason === undefined) return { gate: one.gate, why };
  if (reason.trim() === '')
    throw new AplombError('NoReason', `waiving the gate "${one.gate}" needs a reason`, {
      exit: EXIT.usage,
      fix: `Give it: --waive ${one.gate}='why you go on regardless'`,
    });
  session.case.append('waiver', { gate: one.gate, reason });
  return null;
}
/** A reason given once is not asked for again. */
const waivedBefore = (session: Session, gate: string): string | undefined =>
  session.case.entries.filter(ofKind('waiver')).findLast((entry) => entry.body.gate === gate)?.body.reason;

const stepOf = async (session: Session, one: PlaybookItem, id: string): Promise<number> =>
  ('collect' in one ? await session.registry.collector(id) : await session.registry.action(id)).step;
const idsOf = (one: PlaybookItem): string[] => ('action' in one && one.action ? [one.action] : 'collect' in one ? [...one.collect] : []);
const actionsOf = (one: PlaybookItem): string[] => ('together' in one ? one.together.flatMap(actionsOf) : 'action' in one && one.action ? [one.action] : []);
/** Actions and collectors of a playbook, in order. */
export const playbookIds = (playbook: Pick<Playbook, 'items'>): string[] =>
  playbook.items.flatMap(function ids(one: PlaybookItem): string[] {
    return 'together' in one ? one.together.flatMap(ids) : idsOf(one);
  });
