import type { Found, Hunter } from '../../kernel/index.ts';
import type { TrailEvent } from './event.ts';

/** Id prefixes that EC2 gives; such an id means one thing wherever it stands. */
const PREFIX: Readonly<Record<string, string>> = {
  'AWS::EC2::Instance': 'i',
  'AWS::EC2::KeyPair': 'key',
  'AWS::EC2::SecurityGroup': 'sg',
  'AWS::EC2::LaunchTemplate': 'lt',
  'AWS::EC2::Volume': 'vol',
  'AWS::EC2::Snapshot': 'snap',
};
const UNIQUE_ID = /^([a-z]+-[0-9a-f]{8,17}|A(KIA|SIA)[A-Z2-7]{16}|arn:.+)$/;
const serviceOf = (type: string): string => type.split('::')[1]?.toLowerCase() ?? '';
const nounOf = (type: string): string => type.split('::')[2] ?? type;
/** The word that events changing the type carry in their name: attaching a policy does not change the policy. */
const changeWord = (type: string): string => (nounOf(type) === 'ManagedPolicy' ? 'PolicyVersion' : nounOf(type));
/** IAM's users, roles and policies are known by name: the member that carries it. */
const nameMember = (type: string): string => (nounOf(type) === 'ManagedPolicy' ? 'policyName' : `${nounOf(type).toLowerCase()}Name`);

/** An event of the trail, and the credential of the tree that signed it (null: somebody else's). */
export interface Act {
  readonly event: TrailEvent;
  readonly credential: string | null;
}
export type ActIndex = ReadonlyMap<string, readonly Act[]>;

/** Successful changes by the texts in them. Names are kept apart by member, since "admin" may be anything. */
export function indexActs(acts: readonly Act[]): ActIndex {
  const byValue = new Map<string, Act[]>();
  for (const act of acts) {
    if (!act.event.changes || act.event.error !== null) continue;
    const keys = new Set(act.event.values.flatMap(([member, value]) => (UNIQUE_ID.test(value) ? [value] : [`${member}=${value}`])));
    for (const key of keys) byValue.set(key, [...(byValue.get(key) ?? []), act]);
  }
  return byValue;
}

export interface Joined {
  readonly found: Found;
  readonly how: 'created' | 'changed' | null;
}

/** Who made a found thing, and by which event; or, for what existed before, whether the key changed it. */
export function join(found: Found, hunters: ReadonlyMap<string, Hunter>, index: ActIndex): Joined {
  const keys = [found.id, found.arn].filter((id) => UNIQUE_ID.test(id));
  if (!UNIQUE_ID.test(found.id)) keys.push(`${nameMember(found.type)}=${found.id}`);
  const service = serviceOf(found.type);
  const acts = [...new Set(keys.flatMap((key) => index.get(key) ?? []))]
    .filter(({ event }) => event.source === `${service}.amazonaws.com` && (service === 'iam' || found.region === event.region))
    .sort((a, b) => (a.event.time < b.event.time ? -1 : 1));
  const creating = hunters.get(found.type)?.createdByEvents ?? [];
  const created = acts.filter(({ event }) => creating.includes(event.name) && creates(event, found)).at(-1);
  const changed = acts
    .filter(
      ({ event, credential }) =>
        credential !== null && !creating.includes(event.name) && event.name.includes(changeWord(found.type)) && !event.name.startsWith('AssumeRole'),
    )
    .at(-1);
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

/** An id must stand in the answer: RunInstances names groups and volumes in its request without making them. */
const creates = (event: TrailEvent, found: Found): boolean =>
  event.values.some(
    ([member, value, answered]) =>
      (answered && (value === found.id || value === found.arn)) || (!UNIQUE_ID.test(found.id) && member === nameMember(found.type) && value === found.id),
  );

/** What events say was made and no hunter saw: ended within the hour, deleted, or in a region that could not be inspected. */
export function unseen(acts: readonly Act[], hunters: readonly Hunter[], seen: readonly Found[], inspected: ReadonlySet<string>, account: string): Found[] {
  const known = new Set(seen.flatMap((one) => [one.id, one.arn]));
  const made = new Map<string, Found>();
  for (const { event, credential } of acts) {
    if (credential === null || event.error !== null || !event.changes) continue;
    for (const hunter of hunters) {
      if (!hunter.createdByEvents.includes(event.name) || event.source !== `${serviceOf(hunter.type)}.amazonaws.com`) continue;
      for (const id of idsIn(event, hunter.type)) {
        if (known.has(id)) continue;
        const visible = inspected.has(event.region);
        const arn = arnIn(event, id) ?? arnOf(hunter.type, event.region, account, id, event.identity.arn);
        if (known.has(arn)) continue;
        made.set(arn, {
          type: hunter.type,
          arn,
          id,
          region: event.region,
          account,
          createdAt: event.time,
          alive: !visible,
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

function idsIn(event: TrailEvent, type: string): string[] {
  const answered = event.values.filter(([, , inAnswer]) => inAnswer);
  const prefix = PREFIX[type];
  if (prefix) return [...new Set(answered.map(([, value]) => value).filter((value) => value.startsWith(`${prefix}-`) && UNIQUE_ID.test(value)))];
  if (type === 'AWS::IAM::AccessKey') return event.issued ? [event.issued.accessKeyId] : [];
  if (type === 'AWS::IAM::ManagedPolicy')
    return answered
      .filter(([member, value]) => member === 'arn' && value.startsWith('arn:'))
      .map(([, value]) => value)
      .slice(0, 1);
  return answered
    .filter(([member, value]) => member === nameMember(type) && /^[A-Za-z0-9_+=,.@-]{1,128}$/.test(value))
    .map(([, value]) => value)
    .slice(0, 1);
}
const arnIn = (event: TrailEvent, id: string): string | null =>
  event.values.find(([member, value, answered]) => answered && member === 'arn' && (value === id || value.endsWith(`/${id}`)))?.[1] ?? null;
const RESOURCE: Readonly<Record<string, string>> = {
  KeyPair: 'key-pair',
  SecurityGroup: 'security-group',
  LaunchTemplate: 'launch-template',
  AccessKey: 'access-key',
};
function arnOf(type: string, region: string, account: string, id: string, like: string): string {
  const partition = /^arn:(aws[a-z-]*):/.exec(like)?.[1] ?? 'aws';
  const [, service = '', noun = ''] = type.split('::');
  const global = service === 'IAM';
  const owner = service === 'EC2' && noun === 'Snapshot' ? '' : account;
  return `arn:${partition}:${service.toLowerCase()}:${global ? '' : region}:${owner}:${RESOURCE[noun] ?? noun.toLowerCase()}/${id}`;
}
