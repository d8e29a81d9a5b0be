import type { Found, Hunter } from '../../kernel/index.ts';
import { plainName, type TrailEvent } from './event.ts';

/** An event of the trail, and the credential of the tree that signed it (null: somebody else's). */
export interface Act {
  readonly event: TrailEvent;
  readonly credential: string | null;
}
export interface ActIndex {
  get(key: string): readonly Act[] | undefined;
}

/** Such a text means one thing wherever it stands and is never given twice; any other is known only under the member that carries it. */
export const isUniqueId = (value: string): boolean => /^([a-z]+-[0-9a-f]{8,17}|A(KIA|SIA)[A-Z2-7]{16}|A(IDA|ROA|GPA|NPA|IPA)[A-Z0-9]{16,124})$/.test(value);
const stands = (value: string): boolean => isUniqueId(value) || value.startsWith('arn:');
const serviceOf = (type: string): string => type.split('::')[1]?.toLowerCase() ?? '';
export const sourceOf = (hunter: Pick<Hunter, 'type' | 'source'>): string => hunter.source ?? `${serviceOf(hunter.type)}.amazonaws.com`;
const nameKey = (member: string, value: string): string => `${member.toLowerCase()}=${value}`;

/** For what an event is about without naming it. No member of a record has a space in its name. */
const eventKey = (name: string): string => `the event ${name}`;

/** Successful changes by the texts in them. Names are kept apart by member, since "admin" may be anything. */
export function indexActs(acts: Iterable<Act>): ActIndex {
  const byValue = new Map<string, Act[]>();
  for (const act of acts) {
    if (!act.event.changes || act.event.error !== null) continue;
    const keys = new Set([eventKey(plainName(act.event)), ...act.event.values.map(([member, value]) => (stands(value) ? value : nameKey(member, value)))]);
    for (const key of keys) {
      const known = byValue.get(key);
      if (known) known.push(act);
      else byValue.set(key, [act]);
    }
  }
  return byValue;
}

export const namesOf = (found: Pick<Found, 'id' | 'arn' | 'aliases'>): string[] =>
  [...new Set([found.id, found.arn, ...(found.aliases ?? [])])].filter((name) => name !== '');

/** Acts that speak of a thing, of its own service, place and account, oldest first. */
export function actsOn(found: Found, hunter: Hunter, index: ActIndex): Act[] {
  const named = namesOf(found).flatMap((name) => (stands(name) ? [name] : hunter.names.map((member) => nameKey(member, name))));
  const keys = hunter.single ? [...hunter.createdByEvents, ...(hunter.changedByEvents ?? [])].map(eventKey) : named;
  const sameAccount = (account: string) => account === '' || found.account === '' || account === found.account;
  return [...new Set(keys.flatMap((key) => index.get(key) ?? []))]
    .filter(({ event }) => event.source === sourceOf(hunter) && sameAccount(event.account) && (hunter.scope === 'global' || found.region === event.region))
    .sort((a, b) => (a.event.time < b.event.time ? -1 : 1));
}

const isNamed = (hunter: Hunter, member: string): boolean => hunter.names.some((name) => name.toLowerCase() === member.toLowerCase());

/** An id must stand in the answer: RunInstances names groups and volumes in its request without making them. */
export function creates(event: TrailEvent, found: Found, hunter: Hunter): boolean {
  if (!hunter.createdByEvents.includes(plainName(event))) return false;
  if (hunter.single) return true;
  const names = namesOf(found);
  return event.values.some(([member, value, answered]) => names.includes(value) && (answered || !stands(value)) && isNamed(hunter, member));
}

const MOST_IDS = 1000;
/** The ids that a creating event names: the first member of `names` that the answer has, else the request. */
export function idsIn(event: TrailEvent, hunter: Hunter): string[] {
  for (const answered of [true, false])
    for (const name of hunter.names) {
      const values = event.values.filter(([member, value, where]) => where === answered && member.toLowerCase() === name.toLowerCase() && value.length <= 512);
      if (values.length > 0) return [...new Set(values.map(([, value]) => value))].slice(0, MOST_IDS);
    }
  return [];
}

export function arnOf(event: TrailEvent, hunter: Hunter, id: string, account: string): string {
  if (id.startsWith('arn:')) return id;
  const answered = event.values.find(([, value, where]) => where && value.startsWith('arn:') && (value.endsWith(`/${id}`) || value.endsWith(`:${id}`)));
  if (answered) return answered[1];
  const partition = /^arn:(aws[a-z-]*):/.exec(event.identity.arn)?.[1] ?? 'aws';
  const region = hunter.scope === 'global' ? '' : event.region;
  if (hunter.arn) return hunter.arn(id, { partition, region, account });
  const noun = (hunter.type.split('::')[2] ?? '').replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  return `arn:${partition}:${serviceOf(hunter.type)}:${region}:${account}:${noun}/${id}`;
}
