import { outcomeOf, principalOf, text } from '../event.ts';
import { sentenceOf } from '../timeline/index.ts';
import type { Exported } from './exported.ts';

/** What Timesketch's own parsers call entries of this log. */
const DATA_TYPE = 'aws:cloudtrail:entry';

/**
 * JSONL as Timesketch imports it: `message`, `datetime` (ISO 8601 with offset), `timestamp` (whole microseconds since 1970), `timestamp_desc`; `tag` holds our
 * marks, all else is flat text, since nested members of a hostile record would become fields of the index. An event without a date stands at 1970 with the
 * description `Not a time`, as Timesketch has it.
 * Source: Timesketch's user guide, “Import from JSON/JSONL or CSV”.
 */
export async function* timesketch(events: AsyncIterable<Exported>): AsyncGenerator<string> {
  for await (const { n, record, raw, entry, file, sha256, index } of events) {
    const ms = entry.time ?? 0;
    const fields: Readonly<Record<string, string | number | readonly string[] | undefined>> = {
      message: sentenceOf(entry),
      datetime: new Date(ms).toISOString().replace('Z', '000+00:00'),
      timestamp: ms * 1_000,
      timestamp_desc: entry.time === undefined ? 'Not a time' : 'Event Time',
      data_type: DATA_TYPE,
      tag: entry.marks,
      outcome: outcomeOf(record),
      event_time: text(record, 'eventTime'),
      event_source: text(record, 'eventSource'),
      event_name: text(record, 'eventName'),
      event_id: text(record, 'eventID'),
      request_id: text(record, 'requestID'),
      aws_region: entry.region,
      account_id: entry.account,
      principal: principalOf(record),
      user_arn: text(record, 'userIdentity.arn'),
      session_name: entry.actor.session,
      access_key: entry.key,
      source_ip: entry.address,
      user_agent: entry.agent,
      error_code: entry.errorCode,
      error_message: text(record, 'errorMessage'),
      cloud_trail_event: raw,
      source_file: file,
      source_sha256: sha256,
      source_record: index,
      event_number: n,
    };
    yield `${JSON.stringify(fields)}\n`;
  }
}
