import type { Check, Facts, Found, Verdict } from '../kernel/action.ts';
import { AplombError } from '../kernel/error.ts';
import { type LedgerBodies, type LedgerEntry, ofKind } from '../kernel/evidence.ts';
import { canonical, type Json, type JsonObject } from '../kernel/json.ts';

/**
 * What actions may know of the case, as a fold of its ledger. An action that turns to another target begins anew: what
 * was observed, put out and judged about the earlier one is not taken for knowledge about this one.
 */
export function foldFacts(entries: readonly LedgerEntry[]): Facts {
  const opening = entries.find(ofKind('case'));
  if (!opening) throw new AplombError('NotACase', 'A ledger without entry 0 has no facts.');
  let account: string | undefined;
  let callerArn: string | undefined;
  const alarm: JsonObject = {};
  const outputs: Record<string, Record<string, Json>> = {};
  const observed: Record<string, Json> = {};
  const verdicts: Record<string, { verdict: Verdict; checks: readonly Check[] }> = {};
  const targets = new Map<string, string>();
  const hunts = huntsSoFar();

  for (const entry of entries) {
    switch (entry.kind) {
      case 'session': {
        const body = entry.body as LedgerBodies['session'];
        account = body.account ?? account;
        callerArn = body.callerArn ?? callerArn;
        break;
      }
      case 'facts':
        Object.assign(alarm, (entry.body as LedgerBodies['facts']).alarm);
        break;
      case 'observe': {
        const body = entry.body as LedgerBodies['observe'];
        const target = canonical(body.target);
        if (targets.get(body.action) !== target) {
          delete outputs[body.action];
          delete verdicts[body.action];
          targets.set(body.action, target);
        }
        observed[body.action] = body.observed;
        if (body.action === 'hunt') Object.assign(observed, hunts(body.observed));
        break;
      }
      case 'receipt': {
        const { action, step, result } = entry.body as LedgerBodies['receipt'];
        if (result.output !== undefined && (result.state === 'done' || result.state === 'already')) {
          outputs[action] ??= {};
          outputs[action][step] = result.output;
        }
        break;
      }
      case 'verdict': {
        const { action, verdict, checks } = entry.body as LedgerBodies['verdict'];
        verdicts[action] = { verdict, checks };
        break;
      }
    }
  }
  const { id, title, responder } = opening.body;
  return { caseId: id, title, responder, opened: opening.time, account, callerArn, alarm, outputs, observed, verdicts, found: foundBy(observed.hunt) };
}

/** Where the latest hunt stands when it was narrowed and a whole one stands beside it; else null. */
export const NARROWED_HUNT = 'hunt:narrowed';

/**
 * A hunt that was asked for some regions or types only (`narrowed`) does not stand in for a whole one of the same key or
 * principal: that one stays what later actions know, with what the narrow one saw beyond it.
 */
function huntsSoFar(): (observed: Json) => JsonObject {
  const whole = new Map<string, JsonObject>();
  return (observed): JsonObject => {
    if (observed === null || typeof observed !== 'object' || Array.isArray(observed)) return { [NARROWED_HUNT]: null };
    const about = canonical([observed.accessKeyId ?? null, observed.principal ?? null]);
    const known = whole.get(about);
    const isNarrowed = observed.narrowed !== undefined && observed.narrowed !== null;
    if (isNarrowed && !known) return { [NARROWED_HUNT]: null };
    const standing = isNarrowed ? withMore(known!, observed) : observed;
    whole.set(about, standing);
    return { hunt: standing, [NARROWED_HUNT]: isNarrowed ? observed : null };
  };
}

/** What the narrow hunt names and the whole one does not: things by type, place and name; credentials by id. */
function withMore(whole: JsonObject, narrow: JsonObject): JsonObject {
  const more = (member: string, names: readonly string[]): Json[] => {
    const name = (one: Json): string => canonical(names.map((each) => (one as JsonObject | null)?.[each] ?? null));
    const [known, fresh] = [whole[member], narrow[member]].map((list): Json[] => (Array.isArray(list) ? list : []));
    const seen = new Set(known!.map(name));
    return [...known!, ...fresh!.filter((one) => !seen.has(name(one)))];
  };
  return { ...whole, found: more('found', ['type', 'account', 'region', 'arn', 'id']), tree: more('tree', ['credential']) };
}

/** The hunt's list inside its observation `{regions, found, tree}`. */
function foundBy(hunt: Json | undefined): readonly Found[] {
  if (hunt === null || typeof hunt !== 'object' || Array.isArray(hunt)) return [];
  return Array.isArray(hunt.found) ? (hunt.found as unknown as Found[]) : [];
}
