import type { Found, Hunter } from '../../kernel/index.ts';
import { type Act, arnOf, idsIn, namesOf, sourceOf } from './acts.ts';
import { plainName } from './event.ts';

/**
 * What events say was made and no hunter saw: ended, deleted, or out of sight. `detail.state` says which: "gone" where the hunter
 * looked and it was not there, "not visible" where it could not look.
 * @param looked could things of the type be seen in that account and region?
 */
export function unseen(
  acts: Iterable<Act>,
  hunters: readonly Hunter[],
  seen: Iterable<Found>,
  looked: (hunter: Hunter, account: string, region: string) => boolean,
  ownAccount: string,
): Found[] {
  const known = new Set<string>();
  for (const one of seen) for (const name of [...namesOf(one), one.region]) known.add(`${one.type} ${one.account} ${name}`);
  const makers = new Map<string, Hunter[]>();
  for (const hunter of hunters)
    for (const name of hunter.createdByEvents) {
      const key = `${sourceOf(hunter)} ${name}`;
      makers.set(key, [...(makers.get(key) ?? []), hunter]);
    }
  const made = new Map<string, Found>();
  for (const { event, credential } of acts) {
    if (credential === null || event.error !== null || !event.changes) continue;
    const account = event.account || ownAccount;
    for (const hunter of makers.get(`${event.source} ${plainName(event)}`) ?? [])
      for (const id of hunter.single ? [event.region] : idsIn(event, hunter)) {
        const arn = arnOf(event, hunter, id, account);
        if (known.has(`${hunter.type} ${account} ${id}`) || known.has(`${hunter.type} ${account} ${arn}`)) continue;
        const visible = looked(hunter, account, event.region);
        made.set(`${hunter.type} ${arn}`, {
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
          detail: { knownFrom: 'CloudTrail only', state: visible ? 'gone' : 'not visible' },
        });
      }
  }
  return [...made.values()];
}
