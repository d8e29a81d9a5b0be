import type { ActionContext, Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { huntOf, madeByKey } from '../shared/hunt-result.ts';
import type { Act } from '../shared/trail.ts';

/** Until when what CloudTrail shows is taken for the company's own, and why until then. */
export interface Basis {
  /** UTC. */
  readonly before: string;
  /** `since`: a person said when it may have begun. `first-seen`: the alarm says when it was seen. `opened`: nobody said anything. */
  readonly from: 'since' | 'first-seen' | 'opened';
  /** That time, UTC. */
  readonly at: string;
}
/** An address or a user agent of the key, and whether it is the company's own as far as can be seen. */
export interface Seen {
  readonly what: string;
  readonly own: boolean;
  readonly why: Text;
  readonly calls: number;
  /** UTC. */
  readonly first: string;
  readonly last: string;
}

const DAY = 86_400_000;
/** Whoever says when it was seen, or may have begun, may be late. */
const MARGIN_DAYS = 1;
/** A key may have been misused for days before anybody opens a case. */
const UNKNOWN_DAYS = 7;
const MOST = 20;

/** The attacker may be in everything from then on: only what came before speaks for an address or a program. */
export function basisOf(ctx: ActionContext): Basis {
  const { alarm, opened } = ctx.facts;
  const latest = Date.parse(opened);
  const basis = (from: Basis['from'], at: number, days: number): Basis => ({
    from,
    at: new Date(at).toISOString(),
    before: new Date(at - days * DAY).toISOString(),
  });
  for (const [from, said] of [
    ['since', ctx.options.since ?? alarm.since],
    ['first-seen', alarm.firstSeen],
  ] as const) {
    const at = Date.parse(String(said ?? ''));
    // A letter may name a time that is yet to come; the case was opened because it had begun.
    if (!Number.isNaN(at)) return basis(from, Math.min(at, latest), MARGIN_DAYS);
  }
  return basis('opened', latest, UNKNOWN_DAYS);
}

/** What "yours" rests on, for people. */
export function restsOn({ from, at, before }: Basis): Text {
  const [en, es] = {
    since: [`a day before ${at}, when it may have begun`, `un día antes de ${at}, cuando pudo empezar`],
    'first-seen': [
      `a day before ${at}, when it was first seen; give --since when it began earlier`,
      `un día antes de ${at}, cuando se vio por primera vez; use --since si empezó antes`,
    ],
    opened: [
      `${UNKNOWN_DAYS} days before the case was opened, since nobody said when it began; --since says it`,
      `${UNKNOWN_DAYS} días antes de abrir el caso, pues nadie dijo cuándo empezó; --since lo dice`,
    ],
  }[from] as [string, string];
  return text(
    `"yours" rests on what CloudTrail shows before ${before} (${en}): an address seen with this key or in a sample of what others did, a program seen with this key. An attacker who came earlier would be taken for you`,
    `«suyo» se basa en lo que CloudTrail muestra antes de ${before} (${es}): una dirección vista con esta clave o en una muestra de lo que otros hicieron, un programa visto con esta clave. Un atacante anterior se tomaría por usted`,
  );
}

/** People and programs of the account. A federated session is anybody whom a key let in, and so are users who sign in elsewhere. */
const VOUCHERS = new Set(['IAMUser', 'AssumedRole', 'IdentityCenterUser', 'Root']);
const roleName = (arn: string | null): string | null => arn?.split('/').at(-1) ?? null;

/**
 * Who may vouch for an address: identities of the account that acted before, and have nothing to do with the key. Not its user, nor
 * what it handed out or made, as far as these acts and the hunt tell, and on from there.
 * @param acts of the key and of others, oldest first
 */
export function vouchers(ctx: ActionContext, acts: readonly Act[], accessKeyId: string, userName: string | null, basis: Basis): Act[] {
  const hunt = huntOf(ctx.facts);
  const credentials = new Set([accessKeyId, ...(hunt?.tree ?? []).map((node) => node.credential)]);
  const users = new Set([...(userName === null ? [] : [userName]), ...(hunt ? madeByKey(hunt, 'AWS::IAM::User').map((one) => one.id) : [])]);
  const roles = new Set(hunt ? madeByKey(hunt, 'AWS::IAM::Role').map((one) => one.id) : []);
  const tainted = ({ by }: Act): boolean =>
    (by.accessKeyId !== null && credentials.has(by.accessKeyId)) ||
    (by.userName !== null && users.has(by.userName)) ||
    (by.roleArn !== null && roles.has(roleName(by.roleArn)!));
  for (const act of acts) {
    if (act.error !== null) continue;
    const late = act.time >= basis.before;
    // Whoever came to be in the window may be the attacker's, whoever made him.
    if (act.name === 'CreateUser' && act.names.userName && (late || tainted(act))) users.add(act.names.userName);
    if (act.name === 'CreateRole' && act.names.roleName && (late || tainted(act))) roles.add(act.names.roleName);
    if (act.gave && tainted(act)) credentials.add(act.gave.accessKeyId);
  }
  return acts.filter((act) => act.time < basis.before && act.by.arn !== '' && VOUCHERS.has(act.by.type) && !tainted(act));
}

const who = (act: Act): string => act.by.roleArn ?? act.by.arn;

/** Own: used before the window by this key, or by somebody who can vouch. Everything else is unknown, which is not the same as hostile. */
export function judge(kind: (act: Act) => string, mine: readonly Act[], others: readonly Act[], basis: Basis): Seen[] {
  const values = [...new Set(mine.map(kind))].filter((value) => value !== '');
  return values
    .map((what): Seen => {
      const uses = mine.filter((act) => kind(act) === what);
      const [first, last] = [uses[0]!.time, uses.at(-1)!.time];
      const other = others.find((act) => kind(act) === what);
      const early = first < basis.before;
      const why = early
        ? text(`used with this key since ${first}`, `usado con esta clave desde ${first}`)
        : other
          ? text(`used by ${who(other)} on ${other.time}`, `usado por ${who(other)} el ${other.time}`)
          : text(`not known whether yours: not seen before ${basis.before}`, `no se sabe si es suyo: no visto antes de ${basis.before}`);
      return { what, own: early || other !== undefined, why, calls: uses.length, first, last };
    })
    .sort((a, b) => Number(a.own) - Number(b.own) || b.calls - a.calls)
    .slice(0, MOST);
}
