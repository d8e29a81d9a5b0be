import { issuedKeyOf, outcomeOf, principalOf } from '../event.ts';
import { partsLine } from '../timeline/index.ts';
import type { Exported } from './exported.ts';

/**
 * One JSON object per line: our fields, `source` (`file`, `sha256`, `record` from 0), and under `event` the record's own text untouched, every digit of it; only
 * line breaks between its members, which JSON does not count, are spaces.
 */
export async function* jsonl(events: AsyncIterable<Exported>): AsyncGenerator<string> {
  for await (const { n, record, raw, entry, file, sha256, index } of events) {
    const ours = JSON.stringify({
      n,
      time: entry.time === undefined ? null : new Date(entry.time).toISOString(),
      principal: principalOf(record),
      session: entry.actor.session ?? null,
      outcome: outcomeOf(record),
      summary: partsLine(entry.parts, 'en'),
      marks: entry.marks,
      issuedKey: issuedKeyOf(record) ?? null,
      source: { file, sha256, record: index },
    });
    yield `${ours.slice(0, -1)},"event":${raw.trim().replace(/[\r\n]+/g, ' ')}}\n`;
  }
}
