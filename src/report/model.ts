import { evidenceItems, foldFacts, takenBack } from '../evidence/index.ts';
import {
  type Check,
  type EvidenceItem,
  type Facts,
  type Found,
  type JsonObject,
  type LedgerEntry,
  ofKind,
  type Result,
  type StepNumber,
  type Verdict,
} from '../kernel/index.ts';

import { type Hunt, huntOf } from './hunt/model.ts';

export interface Act {
  readonly seq: number;
  readonly time: string;
  readonly kind: string;
  readonly action: string;
  readonly what: string;
  readonly state: Result['state'] | null;
  readonly requestId: string | null;
  readonly by: string;
}
export interface Row {
  readonly action: string;
  readonly step: StepNumber;
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  readonly time: string;
  /** When the changes were undone, after this verdict. */
  readonly takenBack?: string;
}
/** What the report shows: a fold over the ledger and nothing else. */
export interface Model {
  readonly facts: Facts;
  readonly entries: number;
  readonly last: { readonly seq: number; readonly time: string; readonly hash: string };
  readonly fingerprint: string;
  readonly tool: string;
  /** Set when any command of the case spoke to another endpoint than AWS. */
  readonly customEndpoint: string | null;
  readonly callers: readonly string[];
  readonly rows: readonly Row[];
  readonly acts: readonly Act[];
  readonly waivers: readonly { readonly gate: string; readonly reason: string; readonly time: string }[];
  readonly notes: readonly { readonly time: string; readonly by: string; readonly text: string }[];
  readonly hunt: Hunt | null;
  readonly found: readonly Found[];
  readonly evidence: readonly (EvidenceItem & { readonly time: string })[];
  readonly kept: { readonly files: number; readonly bytes: number; readonly calls: number };
  readonly score: JsonObject | null;
}

const describe = (entry: LedgerEntry): Act | null => {
  const base = { seq: entry.seq, time: entry.time, kind: entry.kind, by: entry.actor.responder, state: null, requestId: null };
  if (ofKind('approve')(entry)) return { ...base, action: entry.body.action, what: `approved (${entry.body.by}), plan ${entry.body.plan.slice(0, 12)}` };
  if (ofKind('decline')(entry)) return { ...base, action: entry.body.action, what: 'declined' };
  if (ofKind('intent')(entry))
    return {
      ...base,
      action: entry.body.action,
      what: `sends ${entry.body.call.service}:${entry.body.call.operation} in ${entry.body.call.region} (${entry.body.step})`,
    };
  if (ofKind('receipt')(entry))
    return { ...base, action: entry.body.action, what: entry.body.step, state: entry.body.result.state, requestId: entry.body.requestId ?? null };
  if (ofKind('waiver')(entry)) return { ...base, action: entry.body.gate, what: `gate waived: ${entry.body.reason}` };
  if (ofKind('playbook')(entry)) return { ...base, action: entry.body.playbook, what: `playbook ${entry.body.state}` };
  if (ofKind('session')(entry))
    return { ...base, action: 'session', what: `${entry.body.command}${entry.body.callerArn ? ` as ${entry.body.callerArn}` : ''}` };
  if (ofKind('note')(entry)) return { ...base, action: 'note', what: entry.body.text };
  return null;
};

export function modelOf(entries: readonly LedgerEntry[]): Model {
  const facts = foldFacts(entries);
  const last = entries.at(-1)!;
  const opening = entries.find(ofKind('case'))!.body;
  const rows = new Map<string, Row>();
  for (const entry of entries.filter(ofKind('verdict'))) rows.set(entry.body.action, { ...entry.body, step: entry.body.step as StepNumber, time: entry.time });
  for (const [action, time] of takenBack(entries)) {
    const row = rows.get(action);
    if (row) rows.set(action, { ...row, takenBack: time });
  }
  const sessions = entries.filter(ofKind('session'));
  const named = new Map(evidenceItems(entries).map((item) => [item.sha256, item.bytes]));
  return {
    facts,
    entries: entries.length,
    last: { seq: last.seq, time: last.time, hash: last.hash },
    fingerprint: opening.fingerprint,
    tool: opening.tool,
    customEndpoint: sessions.find((entry) => entry.body.customEndpoint)?.body.endpoint ?? null,
    callers: [...new Set(sessions.flatMap((entry) => (entry.body.callerArn ? [entry.body.callerArn] : [])))],
    rows: [...rows.values()].sort((a, b) => a.step - b.step),
    acts: entries.flatMap((entry) => describe(entry) ?? []),
    waivers: entries.filter(ofKind('waiver')).map((entry) => ({ ...entry.body, time: entry.time })),
    notes: entries.filter(ofKind('note')).map((entry) => ({ time: entry.time, by: entry.actor.responder, text: entry.body.text })),
    hunt: huntOf(facts.observed.hunt),
    found: facts.found,
    evidence: entries.filter(ofKind('evidence')).flatMap((entry) => entry.body.items.map((item) => ({ ...item, time: entry.time }))),
    kept: {
      files: named.size,
      bytes: [...named.values()].reduce((sum, bytes) => sum + bytes, 0),
      calls: entries.filter(ofKind('reads')).reduce((sum, entry) => sum + entry.body.calls, 0),
    },
    score: entries.findLast(ofKind('score'))?.body.score ?? null,
  };
}
