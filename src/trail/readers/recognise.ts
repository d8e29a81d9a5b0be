/** What a file is, by its first bytes: names are not believed. */
export type Kind =
  /** {"Records":[...]} */
  | 'records'
  | 'array'
  /** One record, or one a line. */
  | 'lines'
  /** LookupEvents: {"Events":[{"CloudTrailEvent":"..."}]} */
  | 'lookup'
  /** The events of LookupEvents, one a line. */
  | 'answers'
  | 'digest'
  | 'csv'
  | 'empty'
  | 'unknown';

const HEAD = 4096;
/** By far the most common. */
const LOG_FILE = Buffer.from('{"Records":[{"eventVersion":"');

export function recognise(bytes: Buffer): Kind {
  if (bytes.subarray(0, LOG_FILE.length).equals(LOG_FILE)) return 'records';
  const head = bytes.toString('latin1', 0, HEAD).trimStart();
  if (head === '') return bytes.length <= HEAD || bytes.toString('latin1').trim() === '' ? 'empty' : 'unknown';
  if (head[0] === '[') return 'array';
  if (head[0] === '{') {
    const first = /^\{\s*"((?:[^"\\]|\\.){0,200})"\s*:/.exec(head)?.[1];
    if (first === undefined) return /^\{\s*\}/.test(head) ? 'lines' : 'unknown';
    if (/^\{\s*"(Records|Events)"\s*:\s*\[/.test(head))
      return first === 'Records' ? 'records' : /"CloudTrailEvent"\s*:/.test(head) || /\[\s*\]/.test(head) ? 'lookup' : 'records';
    if (first.startsWith('digest') || /^\{\s*"awsAccountId"/.test(head)) return /"digest(StartTime|EndTime|S3Bucket)"/.test(head) ? 'digest' : 'lines';
    // Members may stand before the list: {"NextToken": ..., "Events": [...]}.
    if (/"CloudTrailEvent"\s*:\s*"/.test(head)) return /"Events"\s*:\s*\[/.test(head) ? 'lookup' : 'answers';
    if (/^\{[^{}[\]]*"Records"\s*:\s*\[/.test(head)) return 'records';
    return 'lines';
  }
  const line = head.split(/\r?\n/, 1)[0]!;
  return /,/.test(line) && !/[{}]/.test(line) && /event_?(name|time|source|id)/i.test(line) ? 'csv' : 'unknown';
}
