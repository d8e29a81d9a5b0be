/** What lies in a folder that CloudTrail writes. */
export type TrailKind = 'log' | 'digest' | 'insight' | 'network' | 'other';

/** What the name of an object tells. Nothing of it is proof: whoever may write to a bucket chooses names. */
export interface Place {
  readonly kind: TrailKind;
  readonly organization?: string;
  readonly account?: string;
  readonly region?: string;
  /** `2024/03/01`, the day it was delivered. */
  readonly day?: string;
  /** When it was delivered (logs) or what hour it ends (digests), epoch milliseconds. */
  readonly time?: number;
}

const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;
const ACCOUNT = /^\d{12}$/;
const KIND = /^CloudTrail(?:-[A-Za-z]{1,30})?$/;
const REGION = /^[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/;
const YEAR = /^(?:19|20)\d\d$/;
const MONTH = /^(?:0[1-9]|1[0-2])$/;
const DAY = /^(?:0[1-9]|[12]\d|3[01])$/;
const STAMP = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?Z/;

export type Word = 'AWSLogs' | 'organization' | 'account' | 'kind' | 'region' | 'year';
/** What a folder's name is in CloudTrail's layout; undefined for any other name. */
export const wordOf = (name: string): Word | undefined =>
  name === 'AWSLogs'
    ? 'AWSLogs'
    : ORGANIZATION.test(name)
      ? 'organization'
      : ACCOUNT.test(name)
        ? 'account'
        : KIND.test(name)
          ? 'kind'
          : REGION.test(name)
            ? 'region'
            : YEAR.test(name)
              ? 'year'
              : undefined;
export const isMonth = (name: string): boolean => MONTH.test(name);

/** `CloudTrail-Digest` and its siblings. What AWS may add later is `other`, and read. */
export const kindOf = (folder: string): TrailKind =>
  folder === 'CloudTrail'
    ? 'log'
    : folder === 'CloudTrail-Digest'
      ? 'digest'
      : /^CloudTrail-Insights?$/.test(folder)
        ? 'insight'
        : /^CloudTrail-Network/.test(folder)
          ? 'network'
          : 'other';

/** Where a path stands: of every kind of word the last one counts, so that custom prefixes may hold anything. */
export interface Standing {
  readonly awsLogs: boolean;
  readonly organization?: string;
  readonly account?: string;
  readonly kind?: TrailKind;
  readonly region?: string;
  /** Path that the folders of years are in, when the path goes below them. */
  readonly dated?: string;
}
export function standingOf(path: string): Standing {
  let at: { -readonly [K in keyof Standing]: Standing[K] } = { awsLogs: false };
  const names = path.split('/').slice(0, -1);
  for (const [index, name] of names.entries()) {
    const word = wordOf(name);
    if (word === 'AWSLogs') at = { awsLogs: true };
    else if (word === 'organization') at.organization = name;
    else if (word === 'account') at.account = name;
    else if (word === 'kind') at.kind = kindOf(name);
    else if (word === 'region') at.region = name;
    else if (word === 'year' && (at.region !== undefined || at.kind !== undefined)) {
      at.dated = `${names.slice(0, index).join('/')}/`;
      break;
    }
  }
  return at;
}

/** From the whole key of an object; its own name counts more than the folders. */
export const placeOf = (key: string): Place => placeIn(key, standingOf(key));
/** The same for many keys in order, which mostly lie in the folder of the one before. */
export function placer(): (key: string) => Place {
  let folder = '';
  let standing = standingOf(folder);
  return (key) => {
    const end = key.lastIndexOf('/') + 1;
    if (end !== folder.length || !key.startsWith(folder)) {
      folder = key.slice(0, end);
      standing = standingOf(folder);
    }
    return placeIn(key, standing);
  };
}
function placeIn(key: string, { awsLogs: _, dated, kind: folderKind, ...standing }: Standing): Place {
  const parts = key.slice(key.lastIndexOf('/') + 1).split('_');
  const named = parts.length >= 4 && ACCOUNT.test(parts[0]!) && KIND.test(parts[1]!) && REGION.test(parts[2]!);
  const stamp = named ? STAMP.exec(parts.slice(3).findLast((part) => STAMP.test(part)) ?? '') : null;
  const [, year, month, date, hour, minute, second] = stamp ?? [];
  const time = stamp ? Date.parse(`${year}-${month}-${date}T${hour}:${minute}:${second ?? '00'}Z`) : Number.NaN;
  const day = dated === undefined ? undefined : dayIn(key, dated);
  return {
    ...standing,
    kind: named ? kindOf(parts[1]!) : (folderKind ?? 'other'),
    ...(named ? { account: parts[0]!, region: parts[2]! } : {}),
    ...(day === undefined ? {} : { day }),
    ...(Number.isNaN(time) ? {} : { time }),
  };
}
/** The day of a key below the folder `dated`: `2024/03/01`, or undefined. */
export function dayIn(key: string, dated: string): string | undefined {
  const [year = '', month = '', date = ''] = key.slice(dated.length, dated.length + 11).split('/');
  return YEAR.test(year) && MONTH.test(month) && DAY.test(date) ? `${year}/${month}/${date}` : undefined;
}
/** @example dayOf(Date.parse('2024-03-01T12:00:00Z')) // '2024/03/01' */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10).replaceAll('-', '/');
