import { many } from '../../i18n/index.ts';
import type { Action, ActionContext, Call, Change, Check, Json, JsonObject, Step, Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { inAccounts, type Within } from '../shared/accounts.ts';
import { isCaller } from '../shared/caller.ts';
import { check, readable } from '../shared/checks.ts';
import { beginningOf, type HuntResult, huntOf, isByKey, madeByKey } from '../shared/hunt-result.ts';
import { resolveKey } from '../shared/key.ts';
import { isIamName, oneLine } from '../shared/names.ts';
import { partition } from '../shared/partition.ts';
import { consistentReading, readOrAbsent } from '../shared/reading.ts';
import { iam } from '../shared/user-state.ts';
import { inAccount } from './changes.ts';
import type { Skipped } from './found-users.ts';

/** One credential of a user beside its access keys. */
export interface UserCredential {
  readonly userName: string;
  readonly id: string;
  /** UTC; null when IAM does not say. */
  readonly created: string | null;
  /** Can it be used as it is? */
  readonly active: boolean;
  /** Words about it for people: the service it is for, its fingerprint. */
  readonly about?: string;
}
/** A kind of credential: how IAM lists it, and how it is ended. */
export interface CredentialKind {
  readonly id: string;
  readonly title: Text;
  /** "SSH key", in both languages, plural. */
  readonly noun: Text;
  /** What one of them is called, where its id is not its own name. */
  readonly called?: (credential: UserCredential) => Text;
  /** Type under which the hunt finds it. */
  readonly type: string;
  readonly permissions: readonly string[];
  readonly list: { readonly operation: string; readonly members: string };
  read(row: JsonObject): Omit<UserCredential, 'userName'> | null;
  end(region: string, credential: UserCredential, danger: readonly Text[]): Change;
}
export interface Observed {
  /** Null: without a hunt nobody knows when the attacker came. */
  readonly credentials: readonly (UserCredential & { readonly where: Within })[] | null;
  readonly since: string | null;
  readonly users: number;
  readonly skipped: readonly Skipped[];
  readonly region: string;
  readonly evidence: readonly string[];
}

/** Which users are looked at, and from when on what they got is the attacker's. */
interface Suspicion {
  readonly account: string;
  readonly userName: string;
  /** The attacker made the user: everything it has is his. */
  readonly made: boolean;
  /** Everything added since then is taken for his; null: only what the hunt lays at his door. */
  readonly since: string | null;
}

/** An entry for each name in each account. */
async function suspected(ctx: ActionContext, hunt: HuntResult, type: string): Promise<Suspicion[]> {
  const users = new Map<string, Suspicion>();
  const add = (account: string, userName: unknown, suspicion: Pick<Suspicion, 'made' | 'since'>) => {
    if (!isIamName(userName)) return;
    const known = users.get(`${account} ${userName}`);
    users.set(`${account} ${userName}`, {
      account,
      userName,
      made: suspicion.made || known?.made === true,
      since: suspicion.since ?? known?.since ?? null,
    });
  };
  const home = hunt.account ?? ctx.facts.account ?? '';
  const owner = hunt.accessKeyId === null ? null : (await resolveKey(ctx)).owner;
  if (owner?.type === 'user') add(home, owner.userName, { made: false, since: beginningOf(hunt) });
  for (const user of madeByKey(hunt, 'AWS::IAM::User')) if (user.alive) add(user.account, user.id, { made: true, since: null });
  // Where IAM could not be read in time only CloudTrail tells, and not whose it is: but the user was changed by it. A password has its user's name.
  for (const one of hunt.found) {
    if (!isByKey(one)) continue;
    if (one.type === type) add(one.account, one.detail?.userName ?? (type === 'AWS::IAM::LoginProfile' ? one.id : null), { made: false, since: null });
    if (one.type === 'AWS::IAM::User' && one.alive) add(one.account, one.id, { made: false, since: null });
  }
  return [...users.values()];
}

/** What of a user's credentials of one kind is the attacker's. */
async function look(ctx: ActionContext, kind: CredentialKind): Promise<Observed> {
  const hunt = huntOf(ctx.facts);
  const common = { region: partition(ctx).globalRegion };
  if (!hunt) return { ...common, credentials: null, since: null, users: 0, skipped: [], evidence: [] };
  const users = await suspected(ctx, hunt, kind.type);
  const found = new Set(
    hunt.found.filter((one) => one.type === kind.type && isByKey(one)).flatMap((one) => [one.id, ...(one.aliases ?? [])].map((id) => `${one.account} ${id}`)),
  );
  const nameOf = ({ userName, account }: Suspicion): string => (account === ctx.facts.account ? userName : `${userName} (${account})`);
  const reached = await inAccounts(
    ctx,
    users.map((user) => user.account),
    async (inside, where) => {
      const mine = users.filter((user) => user.account === where.account);
      const own = mine.filter((user) => isCaller(inside, 'user', user.userName));
      const read = mine
        .filter((user) => !own.includes(user))
        .map(async ({ account, userName, made, since }) => {
          const answer = await readOrAbsent<JsonObject>(inside, iam(inside, kind.list.operation, { UserName: userName }), true);
          // A list, or the one thing that a user has of the kind.
          const rows = [answer?.output[kind.list.members] ?? []].flat() as Json[];
          const his = rows
            .flatMap((row) => kind.read(row as JsonObject) ?? [])
            .filter(
              (one) => made || found.has(`${account} ${one.id}`) || (since !== null && one.created !== null && Date.parse(one.created) >= Date.parse(since)),
            );
          return { his: his.map((one) => ({ userName, ...one, where })), evidence: answer?.evidence ?? [] };
        });
      return { read: await Promise.all(read), own };
    },
  );
  const self = text('you are working as this user; use another identity', 'usted trabaja como este usuario; use otra identidad');
  const read = reached.done.flatMap((one) => one.read);
  return {
    ...common,
    credentials: read.flatMap((one) => one.his),
    since: beginningOf(hunt),
    users: users.length,
    skipped: [
      ...reached.done.flatMap(({ own }) => own.map((user): Skipped => ({ what: nameOf(user), why: self }))),
      ...users.flatMap((user): Skipped[] => {
        const why = reached.closed.get(user.account);
        return why ? [{ what: nameOf(user), why }] : [];
      }),
    ],
    evidence: read.flatMap((one) => one.evidence),
  };
}

/**
 * The action for one kind of credential: on the leaked key's user everything added since the attacker's first act, on his
 * own users everything, on others what the hunt lays at his door.
 */
export function credentialAction(kind: CredentialKind): Action<Observed> {
  const name = `${kind.id.replace(/^(deactivate|delete)-/, '')}-ended`;
  return {
    id: kind.id,
    step: 1,
    title: kind.title,
    permissions: ['sts:GetCallerIdentity', 'sts:GetAccessKeyInfo', 'iam:GetAccessKeyLastUsed', ...kind.permissions],
    observe: (ctx) => look(ctx, kind),
    plan: ({ credentials, region }): Step[] =>
      (credentials ?? []).filter((one) => one.active).map((one) => inAccount(kind.end(region, one, [appeared(kind, one)]), one.where)),
    check: (ctx) =>
      readable([name], async (): Promise<Check[]> => {
        if (!huntOf(ctx.facts))
          return [
            check(
              name,
              'unknown',
              text('there was no hunt yet, so what the attacker added is not known', 'aún no hubo búsqueda: no se sabe qué añadió el atacante'),
              [],
            ),
          ];
        const seen = await consistentReading(
          ctx,
          () => look(ctx, kind),
          (one) => !(one.credentials ?? []).some((each) => each.active),
        );
        const open = (seen.credentials ?? [])
          .filter((one) => one.active)
          .map((one) => `${oneLine(one.id, 100)} (${one.userName}${one.where.as === undefined ? '' : `, ${one.where.account}`})`);
        const skipped = (lang: 'en' | 'es') => seen.skipped.map((one) => `${one.what}: ${one.why[lang]}`).join('; ');
        return [
          check(
            name,
            open.length > 0 ? 'fails' : seen.skipped.length > 0 ? 'unknown' : 'holds',
            open.length > 0
              ? text(`still of use: ${open.join(', ')}`, `siguen sirviendo: ${open.join(', ')}`)
              : seen.skipped.length > 0
                ? text(`not looked at: ${skipped('en')}`, `sin revisar: ${skipped('es')}`)
                : text(
                    `${kind.noun.en}: none of the attacker's is of use any more (${many(seen.users, 'user', 'users', 'en')} looked at, what appeared since ${seen.since})`,
                    `${kind.noun.es}: ya no sirve ninguna del atacante (${many(seen.users, 'usuario revisado', 'usuarios revisados', 'es')}, lo aparecido desde ${seen.since})`,
                  ),
            seen.evidence,
          ),
        ];
      }),
  };
}

/** What a person must know before it is ended. */
function appeared(kind: CredentialKind, one: UserCredential): Text {
  const about = one.about ? ` (${oneLine(one.about, 100)})` : '';
  const name = kind.called?.(one) ?? text(`${oneLine(one.id, 100)} of ${one.userName}`, `${oneLine(one.id, 100)} de ${one.userName}`);
  return text(
    `${name.en}${about} appeared ${one.created ?? 'at an unknown time'}; if a colleague added it, it stops working`,
    `${name.es}${about} apareció ${one.created ?? 'en un momento desconocido'}; si un compañero hizo el cambio, dejará de funcionar`,
  );
}

/** Switching off by status, and on again: what IAM's Update... operations for credentials have in common. */
export function switchOff(
  region: string,
  of: {
    readonly step: string;
    readonly credential: UserCredential;
    readonly update: string;
    readonly idMember: string;
    readonly list: CredentialKind['list'];
    readonly why: Text;
  },
  danger: readonly Text[],
): Change {
  const { userName, id } = of.credential;
  const set = (status: string): Call => ({
    service: 'iam',
    operation: of.update,
    region,
    input: { UserName: userName, [of.idMember]: id, Status: status },
  });
  return {
    id: `${of.step}.${id}`,
    why: of.why,
    call: set('Inactive'),
    repeat: 'safe',
    probe: {
      call: { service: 'iam', operation: of.list.operation, region, input: { UserName: userName } },
      pick: { from: of.list.members, where: [{ path: of.idMember, is: id }] },
      done: [{ path: '[0].Status', is: 'Inactive' }],
      ready: [{ path: '[0].Status', is: 'Active' }],
    },
    undo: {
      calls: [set('Active')],
      ask: text(`this lets whoever holds ${id} use it again`, `esto permite que quien tenga ${id} vuelva a usarlo`),
    },
    danger,
  };
}
