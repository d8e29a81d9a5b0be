import type { Found, Hunter } from '../../kernel/index.ts';
import type { TrailEvent } from './event.ts';

/** Such a text means one thing wherever it stands; any other is known only under the member that carries it. */
const UNIQUE_ID = /^([a-z]+-[0-9a-f]{8,17}|A(KIA|SIA)[A-Z2-7]{16}|arn:.+)$/;
const serviceOf = (type: string): string => type.split('::')[1]?.toLowerCase() ?? '';
const sourceOf = (hunter: Pick<Hunter, 'type' | 'source'>): string => hunter.source ?? `${serviceOf(hunter.type)}.amazonaws.com`;
/** Lambda's events carry the version of the API: CreateFunction20150331, AddPermission20150331v2. */
const plainName = (event: TrailEvent): string => event.name.replace(/\d{8}(v\d+)?$/, '');

/** An event of the trail, and the credential of the tree that signed it (null: somebody else's). */
export interface Act {
  readonly event: TrailEvent;
  readonly credential: string | null;
}
export type ActIndex = ReadonlyMap<string, readonly Act[]>;

const nameKey = (member: string, value: string): string => `${member.toLowerCase()}=${value}`;

/** Successful changes by the texts in them. Names are kept apart by member, since "admin" may be anything. */
export function indexActs(acts: readonly Act[]): ActIndex {
  const byValue = new Map<string, Act[]>();
  for (const act of acts) {
    if (!act.event.changes || act.event.error !== null) continue;
    const keys = new Set(act.event.values.flatMap(([member, value]) => (UNIQUE_ID.test(value) ? [value] : [nameKey(member, value)])));
    for (const key of keys) byValue.set(key, [...(byValue.get(key) ?? []), act]);
  }
  return byValue;
}

export interface Joined {
  readonly found: Found;
  readonly how: 'created' | 'changed' | null;
}

const namesOf = (found: Found): string[] => [...new Set([found.id, found.arn, ...(found.aliases ?? [])])].filter((name) => name !== '');

/** Who made a found thing, and by which event; or, for what existed before, whether the key changed it. */
export function join(found: Found, hunters: ReadonlyMap<string, Hunter>, index: ActIndex): Joined {
  const hunter = hunters.get(found.type);
  if (!hunter) return { found: { ...found, byKey: false }, how: null };
  const keys = namesOf(found).flatMap((name) => (UNIQUE_ID.test(name) ? [name] : hunter.names.map((member) => nameKey(member, name))));
  const acts = [...new Set(keys.flatMap((key) => index.get(key) ?? []))]
    .filter(({ event }) => event.source === sourceOf(hunter) && (hunter.scope === 'global' || found.region === event.region))
    .sort((a, b) => (a.event.time < b.event.time ? -1 : 1));
  const created = acts.filter(({ event }) => hunter.createdByEvents.includes(plainName(event)) && creates(event, found, hunter)).at(-1);
  const changed = acts.filter(({ event, credential }) => credential !== null && hunter.changedByEvents?.includes(plainName(event))).at(-1);
  // What a colleague made and the key changed is the key's work.
  const act = created && (created.credential !== null || !changed) ? created : changed;
  if (!act) return { found: { ...found, byKey: false }, how: null };
  const { event, credential } = act;
  const who = event.identity.arn || event.identity.type;
  const how = act === created ? 'created' : 'changed';
  return {
    how,
    found: {
      ...found,
      ...(how === 'created' ? { createdBy: who } : { detail: { ...found.detail, changedBy: who, changedAt: event.time, changedByKey: true } }),
      ...(event.identity.accessKeyId ? { session: event.identity.accessKeyId } : {}),
      event: event.name,
      // The key made it; what it only changed says so in its detail.
      byKey: how === 'created' && credential !== null,
      createdAt: found.createdAt ?? (how === 'created' ? event.time : null),
    },
  };
}

const isNamed = (hunter: Hunter, member: string): boolean => hunter.names.some((name) => name.toLowerCase() === member.toLowerCase());

/** An id must stand in the answer: RunInstances names groups and volumes in its request without making them. */
const creates = (event: TrailEvent, found: Found, hunter: Hunter): boolean => {
  const names = namesOf(found);
  return event.values.some(([member, value, answered]) => names.includes(value) && (answered || !UNIQUE_ID.test(value)) && isNamed(hunter, member));
};

/** What events say was made and no hunter saw: ended within the hour, deleted, or in a region that could not be inspected. */
export function unseen(acts: readonly Act[], hunters: readonly Hunter[], seen: readonly Found[], inspected: ReadonlySet<string>, account: string): Found[] {
  const known = new Set(seen.flatMap((one) => namesOf(one).map((name) => `${one.type} ${name}`)));
  const made = new Map<string, Found>();
  for (const { event, credential } of acts) {
    if (credential === null || event.error !== null || !event.changes) continue;
    for (const hunter of hunters) {
      if (!hunter.createdByEvents.includes(plainName(event)) || event.source !== sourceOf(hunter)) continue;
      for (const id of idsIn(event, hunter)) {
        if (known.has(`${hunter.type} ${id}`)) continue;
        const arn = arnOf(event, hunter, id, account);
        if (known.has(`${hunter.type} ${arn}`)) continue;
        made.set(`${hunter.type} ${arn}`, {
          type: hunter.type,
          arn,
          id,
          region: event.region,
          account,
          createdAt: event.time,
          alive: !inspected.has(event.region),
          createdBy: event.identity.arn || event.identity.type,
          session: credential,
          event: event.name,
          byKey: true,
          detail: { knownFrom: 'CloudTrail only' },
        });
      }
    }
  }
  return [...made.values()];
}

const MOST_IDS = 1000;
/** The ids that a creating event names: the first member of `names` that the answer has, else the request. */
function idsIn(event: TrailEvent, hunter: Hunter): string[] {
  for (const answered of [true, false])
    for (const name of hunter.names) {
      const values = event.values.filter(([member, value, where]) => where === answered && member.toLowerCase() === name.toLowerCase() && value.length <= 512);
      if (values.length > 0) return [...new Set(values.map(([, value]) => value))].slice(0, MOST_IDS);
    }
  return [];
}

function arnOf(event: TrailEvent, hunter: Hunter, id: string, account: string): string {
  if (id.startsWith('arn:')) return id;
  const answered = event.values.find(([, value, where]) => where && value.startsWith('arn:') && (value.endsWith(`/${id}`) || value.endsWith(`:${id}`)));
  if (answered) return answered[1];
  const partition = /^arn:(aws[a-z-]*):/.exec(event.identity.arn)?.[1] ?? 'aws';
  const region = hunter.scope === 'global' ? '' : event.region;
  if (hunter.arn) return hunter.arn(id, { partition, region, account });
  const noun = (hunter.type.split('::')[2] ?? '').replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  return `arn:${partition}:${serviceOf(hunter.type)}:${region}:${account}:${noun}/${id}`;
}
