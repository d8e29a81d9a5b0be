/** What the name of a delivered file says. Names are hostile: nothing here becomes a path. */
export interface LogName {
  readonly account: string;
  readonly region: string;
  /** UTC milliseconds of delivery, exact to the minute. */
  readonly delivered: number;
}
export interface DigestName {
  readonly account: string;
  readonly region: string;
  /** Name of the trail and its home region. */
  readonly trail: string;
  readonly home: string;
  /** UTC milliseconds of `digestEndTime`. */
  readonly end: number;
  readonly backfill: boolean;
}
const MOST = 1100;
const REGION = '[a-z]{2}(?:-[a-z]{1,12}){1,3}-\\d{1,2}';
const LOG = new RegExp(`(?:^|[/\\\\])(\\d{12})_CloudTrail(?:-(?:Insight|NetworkActivity))?_(${REGION})_(\\d{8}T\\d{4})Z_[^/\\\\]{1,64}$`);
const DIGEST = new RegExp(`(?:^|/)(\\d{12})_CloudTrail-Digest_(${REGION})_([A-Za-z0-9._-]{1,128})_(${REGION})_(\\d{8}T\\d{6})Z(_backfill)?\\.json(?:\\.gz)?$`);

const time = (compact: string): number => {
  const [, y, mo, d, h, mi, s = '00'] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?$/.exec(compact) ?? [];
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
};
/** @example logName('.../111122223333_CloudTrail_eu-west-1_20260302T1005Z_AbCdEf.json.gz') */
export function logName(file: string): LogName | undefined {
  const found = LOG.exec(file.slice(-MOST));
  const delivered = found ? time(found[3]!) : Number.NaN;
  return found && !Number.isNaN(delivered) ? { account: found[1]!, region: found[2]!, delivered } : undefined;
}
export function digestName(file: string): DigestName | undefined {
  const found = DIGEST.exec(file.slice(-MOST).replaceAll('\\', '/'));
  const end = found ? time(found[5]!) : Number.NaN;
  return found && !Number.isNaN(end)
    ? { account: found[1]!, region: found[2]!, trail: found[3]!, home: found[4]!, end, backfill: found[6] !== undefined }
    : undefined;
}
/** Name without folders and without the `.gz` that a copy may have lost: the same for an object and each of its copies. */
export const stemOf = (file: string): string =>
  file
    .slice(file.search(/[^/\\]*$/))
    .replace(/(?:\.gz){1,2}$/, '')
    .slice(0, MOST);
/** The part of a path from `AWSLogs/` on, where copies keep it. */
export const placeIn = (file: string): string | undefined => {
  const path = file.replaceAll('\\', '/');
  const at = path.lastIndexOf('AWSLogs/');
  return at < 0 ? undefined : path.slice(at);
};
