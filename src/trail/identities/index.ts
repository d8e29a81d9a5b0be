import { AplombError, text as say } from '../../kernel/index.ts';
import { accountOf, groupBy, num, type Row, str, strings } from '../sessions/rows.ts';
import { stolenOf } from '../sessions/stolen.ts';
import type { Queryable, Stolen } from '../sessions/words.ts';
import { aggregatesOf } from './aggregates.ts';
import { actReasons, apiName, burstReasons, flipReasons, round } from './judge-acts.ts';
import { grantReasons } from './judge-grants.ts';
import { noveltyReasons } from './judge-novelty.ts';
import type { Identity, IdentityKind, Reason, Window } from './words.ts';

export type { Identity, IdentityKind, Reason, ReasonKind, Window } from './words.ts';

const KINDS: Record<string, IdentityKind> = {
  IAMUser: 'user',
  Root: 'root',
  AssumedRole: 'role',
  Role: 'role',
  FederatedUser: 'federated',
  SAMLUser: 'federated',
  WebIdentityUser: 'federated',
  IdentityCenterUser: 'federated',
  AWSAccount: 'outside',
};
const kindOf = (type: string | undefined): IdentityKind => (type !== undefined && Object.hasOwn(KINDS, type) ? KINDS[type]! : 'other');

function stolenReasons(stolen: readonly Stolen[]): Reason[] {
  return [...groupBy(stolen, ({ kind }) => kind).values()].map((of) => ({
    kind: 'stolen',
    what: say(`${of[0]!.why.en} (${of[0]!.key})`, `${of[0]!.why.es} (${of[0]!.key})`),
    weight: round(Math.min(6, of[0]!.score)),
    events: of.flatMap(({ events }) => events).slice(0, 8),
    count: of.reduce((sum, { uses }) => sum + uses, 0),
  }));
}

function checked(window: Window): Window {
  for (const [name, value] of Object.entries(window))
    if (value !== undefined && !(/^\d{4}-/.test(value) && Number.isFinite(Date.parse(value))))
      throw new AplombError('TrailTime', `${name} is no time: ${value.slice(0, 100)}`, { fix: 'Write it as 2026-03-04T09:00:00Z.', exit: 2 });
  return window;
}

/**
 * People, roles and users of the trail, the most suspicious first, each with reasons that a person can check; AWS's own services are left out.
 * The score is the sum of the reasons' weights. Being busy, being root and doing what one does every day add nothing or little.
 * @throws AplombError TrailTime
 */
export async function identitiesOf(store: Queryable, window: Window = {}): Promise<readonly Identity[]> {
  const { accounts, habits, acts, bursts, keys } = await aggregatesOf(store, checked(window));
  const grants = await grantReasons(store, acts, accounts);
  const inside = (one: Stolen): boolean =>
    (window.since === undefined || (one.last ?? '') >= new Date(window.since).toISOString()) &&
    (window.until === undefined || (one.first ?? '') < new Date(window.until).toISOString());
  const stolen = groupBy((await stolenOf(store)).filter(inside), ({ principal }) => principal);
  const by = (rows: readonly Row[], kind?: string) =>
    groupBy(
      rows.filter((row) => kind === undefined || row.kind === kind),
      (row) => row.principal as string,
    );
  const [profiles, tops, news, flips] = [by(habits, 'profile'), by(habits, 'top'), by(habits, 'new'), by(habits, 'flip')];
  const [actsBy, burstsBy] = [by(acts), by(bursts)];
  const identities = [...profiles].map(([arn, [profile]]): Identity => {
    const reasons = [
      ...actReasons(actsBy.get(arn) ?? []),
      ...(grants.get(arn) ?? []),
      ...burstReasons(burstsBy.get(arn) ?? []),
      ...flipReasons(flips.get(arn) ?? []),
      ...noveltyReasons(news.get(arn) ?? []),
      ...stolenReasons(stolen.get(arn) ?? []),
    ]
      .filter(({ weight }) => weight !== 0)
      .sort((a, b) => b.weight - a.weight || (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : a.what.en < b.what.en ? -1 : 1));
    const top = (dim: string) => (tops.get(arn) ?? []).find((row) => row.dim === dim);
    const key = keys.get(arn);
    return {
      arn,
      kind: kindOf(str(profile!.dim)),
      account: accountOf(arn),
      keys: strings(key?.list),
      keyCount: num(key?.count),
      score: round(reasons.reduce((sum, { weight }) => sum + weight, 0)),
      reasons,
      first: str(profile!.first),
      last: str(profile!.last),
      events: num(profile!.uses),
      denied: num(profile!.count),
      addresses: strings(top('address')?.value),
      addressCount: num(top('address')?.count),
      regions: strings(top('region')?.value),
      apis: strings(top('api')?.value).map(apiName),
      apiCount: num(top('api')?.count),
      agents: strings(top('agent')?.value),
    };
  });
  return identities.sort((a, b) => b.score - a.score || (a.arn < b.arn ? -1 : 1));
}
