import { codeOf, saysAbsent } from '../../engine/outcome.ts';
import type { ActionContext, Call, JsonObject, Text } from '../../kernel/index.ts';
import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { bearerKey, derivedAccount, isAccessKeyId, parseAccessKeyId } from './key-id.ts';
import { isIamName } from './names.ts';
import { partition } from './partition.ts';
import { isAwsFailure, saysDenied } from './reading.ts';

/** Who holds a key: an IAM user, the account root, a temporary session, or nobody any more. */
export type Owner = { readonly type: 'user'; readonly userName: string } | { readonly type: 'root' | 'session' | 'gone' };
/** What an access key id alone tells, and what AWS adds. Plain JSON. */
export interface LeakedKey {
  readonly accessKeyId: string;
  /** AKIA: until somebody ends it. ASIA: a session, ends by itself. */
  readonly kind: 'long-term' | 'temporary';
  readonly account: string | null;
  /** GetAccessKeyInfo is AWS's word; "derived" is decoded from the id itself and no proof. */
  readonly accountFrom: 'sts:GetAccessKeyInfo' | 'derived' | null;
  readonly owner: Owner;
  /** Last use that IAM knows of; hours may pass before IAM knows. */
  readonly lastUsed: { readonly at: string; readonly region: string; readonly service: string } | null;
}

export { bearerKey, derivedAccount, isAccessKeyId, parseAccessKeyId };

/** The key in question: named for this action, or by the alarm. */
export const namedKey = (ctx: ActionContext): unknown => ctx.target.accessKeyId ?? ctx.facts.alarm.accessKeyId;

const hintedUser = (ctx: ActionContext): string | null => {
  const seen = Object.values(ctx.facts.observed).filter((one): one is JsonObject => typeof one === 'object' && one !== null && !Array.isArray(one));
  const same = seen.find((one) => one.accessKeyId === namedKey(ctx) && isIamName(one.userName));
  return [ctx.target.userName, ctx.options.user, same?.userName, ctx.facts.alarm.userName].find(isIamName) ?? null;
};

/**
 * Finds out from an access key id alone what it is and whose. Two reads side by side.
 * @throws AplombError NotAKey, KeyOfAnotherAccount, KeyOwnerUnknown
 */
export async function resolveKey(ctx: ActionContext): Promise<LeakedKey> {
  const { accessKeyId, kind } = parseAccessKeyId(namedKey(ctx));
  const region = partition(ctx).globalRegion;
  const call = (service: string, operation: string): Call => ({ service, operation, region, input: { AccessKeyId: accessKeyId } });
  const [info, used] = await Promise.allSettled([
    ctx.read<{ Account?: string }>(call('sts', 'GetAccessKeyInfo')),
    kind === 'temporary'
      ? Promise.resolve(null)
      : ctx.read<{ UserName?: string; AccessKeyLastUsed?: { LastUsedDate?: string; Region?: string; ServiceName?: string } }>(
          call('iam', 'GetAccessKeyLastUsed'),
        ),
  ]);
  for (const one of [info, used]) if (one.status === 'rejected' && !isAwsFailure(one.reason)) throw one.reason;

  const told = info.status === 'fulfilled' && /^\d{12}$/.test(info.value.output.Account ?? '') ? info.value.output.Account! : null;
  const account = told ?? derivedAccount(accessKeyId);
  const accountFrom = told ? 'sts:GetAccessKeyInfo' : account ? 'derived' : null;
  const ownerFound = used.status === 'fulfilled' && used.value !== null && isIamName(used.value.output.UserName);
  // AWS's word always counts; the derived account only when IAM here does not know the key either.
  if (account && ctx.facts.account && account !== ctx.facts.account && (told || (used.status === 'rejected' && kind === 'long-term'))) {
    throw new AplombError('KeyOfAnotherAccount', `${accessKeyId} belongs to account ${account} (${accountFrom}), you are working in ${ctx.facts.account}`, {
      fix: `only account ${account} can contain it: work with its credentials (--profile) in a case of its own, or tell its owners now; an account nobody here knows is reached through AWS (trustandsafety@support.aws.com)`,
      exit: EXIT.usage,
    });
  }
  const common = { accessKeyId, kind, account, accountFrom } as const;
  if (kind === 'temporary') return { ...common, owner: { type: 'session' }, lastUsed: null };
  if (used.status === 'rejected') {
    const hint = hintedUser(ctx);
    if (hint) return { ...common, owner: { type: 'user', userName: hint }, lastUsed: null };
    if (saysAbsent(codeOf(used.reason))) return { ...common, owner: { type: 'gone' }, lastUsed: null };
    if (!saysDenied(codeOf(used.reason))) throw used.reason;
    throw new AplombError(
      'KeyOwnerUnknown',
      `AWS does not say whose key ${accessKeyId} is (${codeOf(used.reason)}): it was deleted, or you may not call iam:GetAccessKeyLastUsed`,
      {
        fix: 'name the user with --user, or work with a role that may call iam:GetAccessKeyLastUsed',
        cause: used.reason,
      },
    );
  }
  const last = used.value?.output.AccessKeyLastUsed;
  const lastUsed = last?.LastUsedDate ? { at: last.LastUsedDate, region: last.Region ?? '', service: last.ServiceName ?? '' } : null;
  return { ...common, owner: ownerFound ? { type: 'user', userName: used.value!.output.UserName! } : { type: 'root' }, lastUsed };
}

/** Why nothing can be changed for a key that no IAM user holds, and what to do instead. */
export function whyNotAUser(key: Pick<LeakedKey, 'accessKeyId' | 'owner'>): Text {
  switch (key.owner.type) {
    case 'root':
      return text(
        'this is a key of the account root: no policy restricts it and nobody but root can switch it off. Sign in as root, deactivate and delete the key, change the password, check MFA devices, e-mail address and contacts',
        'esta es una clave del usuario raíz: ninguna política la limita y solo el propio raíz puede desactivarla. Inicie sesión como raíz, desactive y elimine la clave, cambie la contraseña y revise dispositivos MFA, correo y contactos',
      );
    case 'session':
      return text(
        'ASIA marks a temporary credential: it cannot be switched off by itself. It ends when the sessions of its role or user are revoked: aplomb contain-key with this id does that',
        'ASIA indica una credencial temporal: no se puede desactivar por sí sola. Termina cuando se revocan las sesiones de su rol o usuario: aplomb contain-key con este id lo hace',
      );
    case 'gone':
      return text('IAM does not know this key any more: it was deleted', 'IAM ya no conoce esta clave: fue eliminada');
    case 'user':
      return text('the key belongs to an IAM user', 'la clave pertenece a un usuario de IAM');
  }
}
