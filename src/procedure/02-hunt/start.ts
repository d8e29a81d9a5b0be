import type { ActionContext, Hunter } from '../../kernel/index.ts';
import { AplombError, EXIT } from '../../kernel/index.ts';
import { namedKey, parseAccessKeyId } from '../shared/key.ts';
import { isIamName, oneLine } from '../shared/names.ts';
import { textOption } from '../shared/options.ts';
import { partition } from '../shared/partition.ts';
import { inShort, isAwsFailure } from '../shared/reading.ts';
import { sessionsOfRole } from './follow.ts';
import type { Window } from './lookup.ts';
import type { Start } from './tree.ts';

const DAY = 86_400_000;
const REACH_DAYS = 90; // CloudTrail's event history

/** From the option, else the alarm, else as far back as CloudTrail's event history goes. @throws AplombError InvalidTime */
export function sinceOf(ctx: ActionContext): { since: string; window: Window } {
  const reach = ctx.now() - REACH_DAYS * DAY + 60_000;
  const given = ctx.options.since ?? ctx.facts.alarm.since;
  const since = given === undefined || given === null ? reach : Date.parse(String(given));
  if (Number.isNaN(since) || since > ctx.now())
    throw new AplombError('InvalidTime', `"${oneLine(given, 40)}" is not a time in the past`, {
      fix: 'give a UTC time such as 2026-11-22T08:00:00Z',
      exit: EXIT.usage,
    });
  const utc = (time: number) => new Date(time).toISOString();
  return { since: utc(since), window: { from: utc(Math.max(since, reach)), to: utc(ctx.now()) } };
}

/** Only these types, by CloudFormation name or its end: AWS::Lambda::Function, Lambda::Function, function. @throws AplombError UnknownType */
export function wanted(hunters: readonly Hunter[], types: readonly string[]): readonly Hunter[] {
  if (types.length === 0) return hunters;
  const ends = (hunter: Hunter, type: string) => `::${hunter.type}`.toLowerCase().endsWith(`::${type.toLowerCase()}`);
  const unknown = types.find((type) => !hunters.some((hunter) => ends(hunter, type)));
  if (unknown !== undefined)
    throw new AplombError('UnknownType', `no hunter looks for "${oneLine(unknown, 60)}"`, {
      fix: `known: ${hunters.map((hunter) => hunter.type).join(', ')}`,
      exit: EXIT.usage,
    });
  return hunters.filter((hunter) => types.some((type) => ends(hunter, type)));
}

/** What the tree begins with. `principal` is an ARN, when it is not a key. */
export interface Beginning {
  readonly accessKeyId: string | null;
  readonly principal: string | null;
  readonly start: Start | null;
}

/**
 * The key of this action or of the alarm; or, with `principal`, a user or role, by ARN or name.
 * @throws AplombError NotAKey, UnknownPrincipal
 */
export async function beginning(ctx: ActionContext, window: Window): Promise<Beginning> {
  const principal = textOption(ctx, 'principal') ?? (typeof ctx.target.principal === 'string' ? ctx.target.principal : undefined);
  if (principal !== undefined) return ofPrincipal(ctx, principal, window);
  const key = namedKey(ctx);
  if (key === undefined || key === null) return { accessKeyId: null, principal: null, start: null };
  const { accessKeyId } = parseAccessKeyId(key);
  return { accessKeyId, principal: null, start: { accessKeyId } };
}

async function ofPrincipal(ctx: ActionContext, given: string, window: Window): Promise<Beginning> {
  const [, kind = undefined, path] = /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(user|role|assumed-role)\/(.+)$/.exec(given) ?? [];
  const name = path === undefined ? given : kind === 'assumed-role' ? path.split('/')[0] : path.split('/').at(-1);
  if (!isIamName(name)) throw unknownPrincipal(given, 'it is neither an ARN of a user or role nor a name');
  const account = ctx.facts.account ?? '';
  const base = { parent: null, account } as const;
  const arn = await whichOne(ctx, given, kind, name);
  if (arn.includes(':user/'))
    return {
      accessKeyId: null,
      principal: arn,
      start: {
        errand: {
          ...base,
          attribute: 'Username',
          value: name,
          via: 'principal',
          prove: ({ identity }) =>
            identity.type === 'IAMUser' && identity.userName === name && identity.accessKeyId !== null
              ? { credential: identity.accessKeyId, tie: 'named', userName: name }
              : null,
        },
      },
    };
  const sessions = sessionsOfRole(base, arn, window.from, {});
  const prove: typeof sessions.prove = (event) => {
    const claim = sessions.prove(event);
    return claim && { ...claim, tie: 'named' };
  };
  return { accessKeyId: null, principal: arn, start: { errand: { ...sessions, via: 'principal', prove } } };
}

const unknownPrincipal = (given: string, why: string, cause?: unknown): AplombError =>
  new AplombError('UnknownPrincipal', `"${oneLine(given, 120)}" is not known: ${why}`, {
    fix: 'give --principal the ARN of an IAM user or role, or its name',
    exit: EXIT.usage,
    cause,
  });

/** The ARN in full: IAM knows the path that a name or a session's ARN leaves out. A deleted principal is taken by its ARN. */
async function whichOne(ctx: ActionContext, given: string, kind: string | undefined, name: string): Promise<string> {
  if (kind === 'user' || kind === 'role') return given;
  const { name: aws, globalRegion: region } = partition(ctx);
  const ask = async (operation: 'GetUser' | 'GetRole'): Promise<string | Error> => {
    try {
      const { output } = await ctx.read<{ User?: { Arn?: string }; Role?: { Arn?: string } }>({
        service: 'iam',
        operation,
        region,
        input: operation === 'GetUser' ? { UserName: name } : { RoleName: name },
      });
      return output.User?.Arn ?? output.Role?.Arn ?? new Error('no ARN');
    } catch (error) {
      if (!isAwsFailure(error)) throw error;
      return error;
    }
  };
  const role = await ask('GetRole');
  if (typeof role === 'string') return role;
  if (kind === 'assumed-role') return `arn:${aws}:iam::${given.split(':')[4]}:role/${name}`;
  const user = await ask('GetUser');
  if (typeof user === 'string') return user;
  throw unknownPrincipal(given, `no user (${inShort(user)}) and no role (${inShort(role)}) of that name`, user);
}
