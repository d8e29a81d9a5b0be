import type { Check, Collected, Collector, EvidenceItem } from '../kernel/index.ts';
import { TOOL, text, utc } from '../kernel/index.ts';
import { contextFor } from './context.ts';
import type { Outcome, Request } from './judge.ts';
import { codeOf, credentialsGone } from './outcome.ts';
import { event, type Session } from './session.ts';

/** Runs one collector: what it gives becomes evidence with provenance; what it cannot get is recorded as unavailable. */
export async function runCollector(session: Session, collector: Collector, request: Request): Promise<Outcome> {
  session.emit(
    event(session, 'action', { action: collector.id, step: collector.step, title: { ...collector.title }, target: request.target }, { text: collector.title }),
  );
  const ctx = contextFor(session, collector.id, request.target, request.options);
  const items: EvidenceItem[] = [];
  const missing: string[] = [];
  let failure: string | undefined;
  try {
    for await (const collected of collector.collect(ctx)) {
      const item = await keep(session, collected);
      if (collected.unavailable) missing.push(`${collected.name}: ${collected.unavailable}`);
      items.push(item);
      session.emit(
        event(session, 'evidence', {
          name: item.name,
          sha256: item.sha256,
          bytes: item.bytes,
          ...(collected.unavailable ? { unavailable: collected.unavailable } : {}),
        }),
      );
    }
  } catch (error) {
    if (session.signal?.aborted || credentialsGone(error)) throw error;
    failure = `${codeOf(error)}: ${(error as Error).message}`;
  }
  await session.aws.flush(collector.id);
  if (items.length > 0) session.case.append('evidence', { items });
  const had = items.filter((item) => !item.source.unavailable);
  const check: Check = {
    name: 'collected',
    verdict: failure !== undefined || had.length === 0 ? 'unknown' : 'holds',
    why: failure
      ? text(`stopped early: ${failure}`, `se detuvo antes de tiempo: ${failure}`)
      : missing.length > 0
        ? text(`items kept: ${had.length}; not available: ${missing.join('; ')}`, `elementos guardados: ${had.length}; no disponibles: ${missing.join('; ')}`)
        : text(`items kept: ${had.length}`, `elementos guardados: ${had.length}`),
    evidence: had.map((item) => item.sha256),
  };
  session.case.append('verdict', { action: collector.id, step: collector.step, verdict: check.verdict, checks: [check] });
  session.emit(
    event(
      session,
      'verdict',
      { action: collector.id, step: collector.step, verdict: check.verdict, checks: [{ name: check.name, verdict: check.verdict, why: { ...check.why } }] },
      { text: collector.title },
    ),
  );
  return { action: collector.id, step: collector.step, plan: null, changes: [], verdict: check.verdict, checks: [check], open: [] };
}

async function keep(session: Session, collected: Collected): Promise<EvidenceItem> {
  // Without bytes of its own an item is a name for kept answers: the list of their hashes is what is stored.
  const data =
    collected.data ?? Buffer.from(collected.unavailable ? `not available: ${collected.unavailable}\n` : collected.reading.map((hash) => `${hash}\n`).join(''));
  const stored = await session.case.store(data);
  const identity = await session.aws.identity();
  return {
    ...stored,
    name: collected.name,
    mediaType: collected.mediaType,
    source: {
      tool: TOOL,
      time: utc(session.clock.now()),
      account: identity.account,
      ...(collected.call ? { region: collected.call.region, call: { service: collected.call.service, operation: collected.call.operation } } : {}),
      ...(collected.reading.length > 0 ? { from: collected.reading } : {}),
      ...(collected.unavailable ? { unavailable: collected.unavailable } : {}),
    },
  };
}
