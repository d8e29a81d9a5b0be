import type { ActionContext } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { isIamName } from '../shared/names.ts';
import type { TrailEvent } from './event.ts';
import { lookup, type Unread, type Window } from './lookup.ts';

/** A credential as the tree grows: how it came to be, and the events it signed. */
export interface Node {
  readonly credential: string;
  readonly issuedBy: string | null;
  readonly via: string;
  readonly issued: string | null;
  role: string | undefined;
  userName: string | undefined;
  readonly events: TrailEvent[];
}
export interface Tree {
  readonly nodes: readonly Node[];
  /** False when the tree was cut off because it outgrew the bound. */
  readonly whole: boolean;
  readonly unread: readonly Unread[];
  readonly evidence: readonly string[];
}
/** An account under attack may issue credentials by the thousand; beyond this the tree says that it is not closed. */
const MOST_CREDENTIALS = 500;

type Errand =
  | { readonly attribute: 'AccessKeyId'; readonly value: string }
  | { readonly attribute: 'Username'; readonly value: string; readonly parent: string; readonly via: 'user' | 'instance' };

/** Users it made and instances it gave a role to: their sessions come from no event of the tree, only from their name. */
function errandsOf(event: TrailEvent, parent: string): Errand[] {
  if (event.error !== null) return [];
  const named = (member: string, answered: boolean) =>
    event.values.filter(([name, , inAnswer]) => name === member && inAnswer === answered).map(([, value]) => value);
  if (event.source === 'iam.amazonaws.com' && event.name === 'CreateUser')
    return named('userName', false)
      .filter(isIamName)
      .slice(0, 1)
      .map((value) => ({ attribute: 'Username', value, parent, via: 'user' }) as const);
  const hasProfile = event.values.some(([member]) => member === 'iamInstanceProfile');
  if (event.source === 'ec2.amazonaws.com' && /^(RunInstances|AssociateIamInstanceProfile)$/.test(event.name) && hasProfile)
    return [...new Set(named('instanceId', true))]
      .filter((id) => /^i-[0-9a-f]{8,17}$/.test(id))
      .map((value) => ({ attribute: 'Username', value, parent, via: 'instance' }) as const);
  return [];
}

/**
 * Everything a credential did, and every credential that was issued with it, with those, and so on until nothing new
 * appears. All regions are asked for every credential: a session may be used anywhere.
 */
export async function growTree(ctx: ActionContext, regions: readonly string[], accessKeyId: string, window: Window): Promise<Tree> {
  const nodes = new Map<string, Node>([
    [accessKeyId, { credential: accessKeyId, issuedBy: null, via: 'leaked', issued: null, role: undefined, userName: undefined, events: [] }],
  ]);
  const ran = new Set<string>();
  const seen = new Set<string>();
  const unread: Unread[] = [];
  const evidence: string[] = [];
  let whole = true;

  const grow = (fresh: Omit<Node, 'events'>): boolean => {
    if (nodes.has(fresh.credential)) return false;
    if (nodes.size >= MOST_CREDENTIALS) {
      whole = false;
      return false;
    }
    nodes.set(fresh.credential, { ...fresh, events: [] });
    return true;
  };
  const run = async (errand: Errand): Promise<void> => {
    const name = `${errand.attribute} ${errand.value}`;
    if (ran.has(name)) return;
    ran.add(name);
    ctx.progress(
      text(`CloudTrail: what ${errand.value} did, in ${regions.length} regions`, `CloudTrail: qué hizo ${errand.value}, en ${regions.length} regiones`),
      { credential: errand.value },
    );
    const looked = await lookup(ctx, regions, errand.attribute, errand.value, window);
    unread.push(...looked.unread);
    evidence.push(...looked.evidence);
    const next: Errand[] = [];
    for (const event of looked.events) {
      const key = event.identity.accessKeyId;
      if (errand.attribute === 'Username') {
        // A session of a colleague may bear any name: only the user itself, or the instance's own role session, counts.
        const itself =
          errand.via === 'user'
            ? event.identity.type === 'IAMUser' && event.identity.userName === errand.value
            : event.identity.arn.endsWith(`/${errand.value}`);
        if (!itself || key === null) continue;
        if (
          grow({
            credential: key,
            issuedBy: errand.parent,
            via: errand.via,
            issued: null,
            role: event.identity.roleArn ?? undefined,
            userName: errand.via === 'user' ? errand.value : undefined,
          })
        )
          next.push({ attribute: 'AccessKeyId', value: key });
        continue;
      }
      // The same event can come twice (a page read again); another credential's event never counts here.
      if (key !== errand.value || seen.has(event.id)) continue;
      seen.add(event.id);
      const node = nodes.get(errand.value)!;
      node.events.push(event);
      node.role ??= event.identity.roleArn ?? undefined;
      if (event.identity.userName !== null && node.role === undefined) node.userName ??= event.identity.userName;
      if (event.issued) {
        const { accessKeyId: credential, role, userName } = event.issued;
        const asUser = userName ?? (event.name.startsWith('Get') ? node.userName : undefined);
        if (grow({ credential, issuedBy: errand.value, via: event.name, issued: event.time, role, userName: asUser }))
          next.push({ attribute: 'AccessKeyId', value: credential });
      }
      next.push(...errandsOf(event, errand.value));
    }
    await Promise.all(next.map(run));
  };
  await run({ attribute: 'AccessKeyId', value: accessKeyId });
  return { nodes: [...nodes.values()], whole, unread, evidence: [...new Set(evidence)] };
}
