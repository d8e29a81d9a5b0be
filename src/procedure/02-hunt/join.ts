import type { Found, Hunter } from '../../kernel/index.ts';
import { type Act, type ActIndex, actsOn, creates, isUniqueId, namesOf } from './acts.ts';
import { plainName } from './event.ts';

export interface Joined {
  readonly found: Found;
  readonly how: 'created' | 'changed' | null;
  /**
   * The tree made a thing of this name, and this one is younger than that: either AWS tells of a later moment (its last change), or
   * somebody else made it anew. Who else made one of that name decides.
   */
  readonly contested: boolean;
}
const MINUTE = 60_000;
/** What AWS calls the time of creation may be told before the event is, or after, when the making takes long. */
const SLACK = 15 * MINUTE;

/** Who made a found thing, and by which event; or, for what existed before, whether the key changed it. */
export function join(found: Found, hunters: ReadonlyMap<string, Hunter>, index: ActIndex): Joined {
  const hunter = hunters.get(found.type);
  if (!hunter) return { found: { ...found, byKey: false }, how: null, contested: false };
  const acts = actsOn(found, hunter, index);
  const making = acts.filter(({ event }) => creates(event, found, hunter));
  const unique = namesOf(found).some(isUniqueId);
  const born = found.createdAt === null || unique ? null : Date.parse(found.createdAt);
  const moment = (act: Act): number => Date.parse(act.event.time);
  // A name may be given again: what made this very thing is the latest making before it was there.
  const created = (born === null ? making : making.filter((act) => moment(act) <= born + SLACK)).at(-1);
  // Making what is there already (PutRule, PutBucketPolicy) changes it.
  const remade = born === null ? [] : making.filter((act) => act.credential !== null && moment(act) > born + SLACK);
  const changed = [...remade, ...acts.filter(({ event, credential }) => credential !== null && hunter.changedByEvents?.includes(plainName(event)))]
    // What was done to an earlier thing of this name was not done to this one.
    .filter((act) => act !== created && (!created || moment(act) >= moment(created)))
    .sort((a, b) => moment(a) - moment(b))
    .at(-1);
  // What a colleague made and the key changed is the key's work.
  const act = created && (created.credential !== null || !changed) ? created : changed;
  if (!act) return { found: { ...found, byKey: false }, how: null, contested: false };
  const how = act === created ? 'created' : 'changed';
  return { how, found: marked(found, act, how), contested: how === 'created' && act.credential !== null && born !== null && born > moment(act) + SLACK };
}

function marked(found: Found, { event, credential }: Act, how: 'created' | 'changed'): Found {
  const who = event.identity.arn || event.identity.type || event.address;
  return {
    ...found,
    ...(how === 'created' ? { createdBy: who } : { detail: { ...found.detail, changedBy: who, changedAt: event.time, changedByKey: true } }),
    // The credential of the tree, be it one that leaves no key in its events.
    ...((credential ?? event.identity.accessKeyId) === null ? {} : { session: (credential ?? event.identity.accessKeyId)! }),
    event: event.name,
    // The key made it; what it only changed says so in its detail.
    byKey: how === 'created' && credential !== null,
    createdAt: found.createdAt ?? (how === 'created' ? event.time : null),
  };
}
