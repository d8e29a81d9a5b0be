import { apiOf, at, isObject, type TrailRecord, text } from '../event.ts';
import { DEEDS } from './deeds.ts';
import { type Part, pick, short } from './parts.ts';

/** What one call did to what. Values are hostile: `partsLine` makes them visible. */
export interface Deed {
  readonly parts: readonly Part[];
  /** The first thing it was done to, '' when none is named. */
  readonly target: string;
}

/** Members whose values name things, best first. What only carries a call through, or is secret, is none. */
const NAMING = [
  /name$/i,
  /identifier$/i,
  /(?:id|ids)$/i,
  /arns?$/i,
  /^(?:bucket|key|alias|path|resource|cluster|table|topic|queue|domain|email|user|role|group|url|uri|secretId)s?$/i,
];
const NOT = /token|password|secret(?!id)|request_?id|idempot|^host$|clientrequest|maxresults/i;
/** What is asked for, or hung on it, is not what it is done to. */
const ASIDE = /^(?:filter(?:set|s)?|tag(?:set|s)?|tagspecification\w*)$/i;
const rankOf = (member: string): number => (NOT.test(member) ? -1 : NAMING.findIndex((form) => form.test(member)));
/** Deeper, or more of them, is not looked at. */
const DEPTH = 5;
const NODES = 400;

/** Values of naming members of an object, best first. `value`, `items`, `member` and the like are the wrappings of EC2's and IAM's XML. */
function names(root: unknown): string[] {
  const found: { rank: number; depth: number; value: string }[] = [];
  const todo: { value: unknown; member: string; depth: number }[] = [{ value: root, member: '', depth: 0 }];
  for (let at = 0; at < todo.length && at < NODES; at++) {
    const { value, member, depth } = todo[at]!;
    if (typeof value === 'string') {
      const rank = rankOf(member);
      if (rank >= 0 && value !== '' && value.length <= 2_048) found.push({ rank, depth, value });
    } else if (depth < DEPTH && Array.isArray(value)) {
      for (const item of value.slice(0, 20)) todo.push({ value: item, member, depth: depth + 1 });
    } else if (depth < DEPTH && isObject(value)) {
      for (const name of Object.keys(value).slice(0, 60)) if (!ASIDE.test(name)) todo.push({ value: value[name], member: name, depth: depth + 1 });
    }
  }
  return [...new Set(found.sort((a, b) => a.rank - b.rank || a.depth - b.depth).map(({ value }) => value))];
}
const MAKES = /^(?:Create|Run|Start|Register|Put|Copy|Import|Allocate|Issue|Generate|Send|Restore|Request|Invite|Publish)/;

function generic(record: TrailRecord): Part[] {
  const asked = names(at(record, 'requestParameters'));
  const resources = asked.length > 0 ? [] : pick(record, '.resources.ARN');
  const named = (asked.length > 0 ? asked : resources).slice(0, 2);
  const made = MAKES.test(text(record, 'eventName') ?? '')
    ? names(at(record, 'responseElements'))
        .filter((value) => !asked.includes(value))
        .slice(0, 1)
    : [];
  return [...(named.length > 0 ? [{ word: 'bare' as const, values: named }] : []), ...(made.length > 0 ? [{ word: 'gives' as const, values: made }] : [])];
}

/** What a call did to what: by its API where we know it, else by the members that name things. */
export function deedOf(record: TrailRecord): Deed {
  const api = apiOf(record);
  const told = Object.hasOwn(DEEDS, api) ? DEEDS[api] : undefined;
  const known = (told ?? [])
    .map(([word, from]) => ({ word, values: typeof from === 'string' ? pick(record, from) : from(record) }))
    .filter(({ values }) => values.length > 0);
  const parts = known.length > 0 ? known : told?.length === 0 ? [] : generic(record);
  const home = text(record, 'recipientAccountId');
  const shortened = parts.map(({ word, values }) => ({ word, values: values.map((value) => short(value, home)) }));
  return { parts: shortened, target: shortened.find(({ word }) => word !== 'gives')?.values[0] ?? '' };
}

/** Digits and ids do not tell names apart. */
const shape = (name: string): string =>
  name
    .slice(0, 200)
    .replace(/^(secret:.+)-\w{6}$/, '$1')
    .replace(/[0-9a-f]{8,}|\d+/gi, '#');

/**
 * Deeds with the same family are alike: what was only read; writes whose targets differ by digits or ids and that say the same besides (a port opened is not
 * another port opened); objects of one bucket.
 */
export function familyOf(record: TrailRecord, { parts, target }: Deed): string {
  const api = apiOf(record);
  if (api.startsWith('sts:Assume')) return target;
  if (text(record, 'readOnly') === 'true' || /^(?:Get|List|Describe|Head|Lookup|BatchGet|Search|Decrypt)/.test(text(record, 'eventName') ?? '')) return '';
  const bucket = /^s3:(?:Put|Delete|Copy)Object/.test(api) ? text(record, 'requestParameters.bucketName') : undefined;
  if (bucket !== undefined) return bucket;
  const besides = parts
    .filter(({ word }) => word !== 'gives')
    .flatMap(({ word, values }, at) => [word, ...(at === 0 ? values.slice(1).map(shape) : values.map((value) => value.slice(0, 500)))]);
  return [shape(target), ...besides].join('\n');
}
