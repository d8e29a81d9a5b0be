import type { CredentialKind, Holder, IamPicture, Item } from './iam-read.ts';

/** One difference between two pictures of IAM. */
export interface Difference {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly what: 'user' | 'role' | 'group' | 'policy' | 'trust-policy' | 'attached-policy' | 'inline-policy' | 'boundary' | 'membership' | CredentialKind;
  /** The user, role or group it belongs to, or its own name. */
  readonly of: string;
  readonly holder: 'user' | 'role' | 'group' | 'policy';
  /** Key id, policy name or ARN, group name; the own name of a user, role or policy. */
  readonly id: string;
  /** UTC, when IAM says. */
  readonly at: string | null;
  readonly before: string | null;
  readonly after: string | null;
}
type Kind = Difference['holder'];

const names = (...tables: readonly Readonly<Record<string, unknown>>[]): string[] => [...new Set(tables.flatMap((table) => Object.keys(table)))].sort();
const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined => (Object.hasOwn(table, name) ? table[name] : undefined);

/** Members of two tables, told apart by their text. */
function* members(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Generator<{ id: string; kind: Difference['kind']; before: string | null; after: string | null }> {
  for (const id of names(before, after)) {
    const [was, is] = [own(before, id) ?? null, own(after, id) ?? null];
    if (was !== is) yield { id, kind: was === null ? 'added' : is === null ? 'removed' : 'changed', before: was, after: is };
  }
}
const setOf = (list: readonly string[]): Record<string, string> => Object.fromEntries(list.map((one) => [one, one]));
const textOf = (item: Item): string => item.status ?? 'there';
const texts = (table: Readonly<Record<string, Item>>): Record<string, string> =>
  Object.fromEntries(Object.entries(table).map(([id, item]) => [id, textOf(item)]));

function* ofHolder(holder: Kind, of: string, before: Holder | undefined, after: Holder | undefined): Generator<Difference> {
  if (!before || !after) {
    const one = (before ?? after)!;
    yield {
      kind: before ? 'removed' : 'added',
      what: holder,
      of,
      holder,
      id: of,
      at: after ? after.created : null,
      before: before ? one.id : null,
      after: after ? one.id : null,
    };
  }
  // The same name with another id was deleted and made again: whatever had been denied to the first is not denied to the second.
  else if (before.id !== after.id) yield { kind: 'changed', what: holder, of, holder, id: of, at: after.created, before: before.id, after: after.id };
  const none: Holder = { id: '', created: null, attached: [], inline: {} };
  const [was, is] = [before ?? none, after ?? none];
  for (const one of members(setOf(was.attached), setOf(is.attached))) yield { ...one, what: 'attached-policy', of, holder, at: null };
  for (const one of members(was.inline, is.inline)) yield { ...one, what: 'inline-policy', of, holder, at: null };
  for (const one of members(was.boundary ? { boundary: was.boundary } : {}, is.boundary ? { boundary: is.boundary } : {}))
    yield { ...one, what: 'boundary', of, holder, at: null };
}

/** What became different between two pictures of IAM, in the order of their names. Credentials that were not listed both times are left out. */
export function diffIam(before: IamPicture, after: IamPicture): Difference[] {
  const found: Difference[] = [];
  for (const of of names(before.users, after.users)) {
    const [was, is] = [own(before.users, of), own(after.users, of)];
    found.push(...ofHolder('user', of, was, is));
    for (const one of members(setOf(was?.groups ?? []), setOf(is?.groups ?? []))) found.push({ ...one, what: 'membership', of, holder: 'user', at: null });
    const [had, has] = [was ? was.credentials : {}, is ? is.credentials : {}] as readonly (Record<string, Record<string, Item>> | null)[];
    if (!had || !has) continue;
    for (const what of names(had, has) as CredentialKind[])
      for (const one of members(texts(had[what] ?? {}), texts(has[what] ?? {})))
        found.push({ ...one, what, of, holder: 'user', at: has[what]?.[one.id]?.created ?? null });
  }
  for (const of of names(before.roles, after.roles)) {
    const [was, is] = [own(before.roles, of), own(after.roles, of)];
    found.push(...ofHolder('role', of, was, is));
    if (was && is && was.trust !== is.trust)
      found.push({ kind: 'changed', what: 'trust-policy', of, holder: 'role', id: of, at: null, before: was.trust, after: is.trust });
  }
  for (const of of names(before.groups, after.groups)) found.push(...ofHolder('group', of, own(before.groups, of), own(after.groups, of)));
  for (const of of names(before.policies, after.policies)) {
    const [was, is] = [own(before.policies, of), own(after.policies, of)];
    for (const one of members(was ? { [of]: was.document } : {}, is ? { [of]: is.document } : {}))
      found.push({ ...one, what: 'policy', of, holder: 'policy', at: one.kind === 'added' ? (is?.created ?? null) : null });
  }
  return found;
}

/** Credentials that came to be at or after a time, known by their own dates: needs no picture of before. */
export function since(after: IamPicture, time: string): Difference[] {
  const found: Difference[] = [];
  const young = (created: string | null): boolean => created !== null && Date.parse(created) >= Math.floor(Date.parse(time) / 1000) * 1000;
  for (const [of, user] of Object.entries(after.users)) {
    if (young(user.created)) found.push({ kind: 'added', what: 'user', of, holder: 'user', id: of, at: user.created, before: null, after: user.id });
    for (const [what, table] of Object.entries(user.credentials ?? {}) as [CredentialKind, Readonly<Record<string, Item>>][])
      for (const [id, item] of Object.entries(table))
        if (young(item.created)) found.push({ kind: 'added', what, of, holder: 'user', id, at: item.created, before: null, after: textOf(item) });
  }
  for (const [of, role] of Object.entries(after.roles))
    if (young(role.created)) found.push({ kind: 'added', what: 'role', of, holder: 'role', id: of, at: role.created, before: null, after: role.id });
  return found;
}

const SIGN = { added: '+', removed: '-', changed: '~' } as const;
const shown = (value: string | null): string => (value === null ? '' : value.length > 4000 ? `${value.slice(0, 4000)}…` : value);
/** The differences for a reader, one to a paragraph: `+ access-key AKIA... of user deploy`. */
export const diffText = (before: IamPicture, after: IamPicture, found: readonly Difference[]): string =>
  [
    `IAM from ${before.at} to ${after.at}: ${found.length} differences`,
    ...found.map((one) =>
      [
        `${SIGN[one.kind]} ${one.what} ${JSON.stringify(one.id)}${one.id === one.of ? '' : ` of ${one.holder} ${JSON.stringify(one.of)}`}${one.at ? `, ${one.at}` : ''}`,
        ...(one.kind === 'added' ? [] : [`    before: ${shown(one.before)}`]),
        ...(one.kind === 'removed' ? [] : [`    after:  ${shown(one.after)}`]),
      ].join('\n'),
    ),
    ...[...new Set([...before.unread, ...after.unread])].map((why) => `? ${why}`),
    '',
  ].join('\n');
