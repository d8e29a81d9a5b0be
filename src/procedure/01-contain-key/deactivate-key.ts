import type { Action, ActionContext, Check, Step, Text } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { refuseCaller } from '../shared/caller.ts';
import { check, readable } from '../shared/checks.ts';
import { type LeakedKey, resolveKey, whyNotAUser } from '../shared/key.ts';
import { flagOption } from '../shared/options.ts';
import { partition } from '../shared/partition.ts';
import { consistentReading } from '../shared/reading.ts';
import { iam, type KeyState } from '../shared/user-state.ts';
import { deactivateKey } from './changes.ts';
import { impactOf } from './impact.ts';

interface Observed extends LeakedKey {
  readonly userName: string | null;
  readonly region: string;
  /** Both keys of the user, or the named one only. */
  readonly allKeys: boolean;
  readonly keys: readonly KeyState[];
  /** Whom it hurts, in sentences. */
  readonly impact: readonly Text[];
  readonly evidence: readonly string[];
}

/** Both keys by default: an attacker with a key may have made the second one. */
const wantsAllKeys = (ctx: ActionContext): boolean => ctx.options.allKeys !== false && ctx.options.allKeys !== 'false' && !flagOption(ctx, 'onlyThisKey');

async function look(ctx: ActionContext): Promise<Observed> {
  const key = await resolveKey(ctx);
  const common = { ...key, region: partition(ctx).globalRegion, allKeys: wantsAllKeys(ctx), impact: impactOf(ctx, key.accessKeyId) };
  if (key.owner.type !== 'user') return { ...common, userName: null, keys: [], evidence: [] };
  const { userName } = key.owner;
  refuseCaller(ctx, 'user', userName);
  const listed = await ctx.readAll<{ AccessKeyMetadata?: { AccessKeyId: string; Status: string; CreateDate?: string }[] }>(
    iam(ctx, 'ListAccessKeys', { UserName: userName }),
  );
  const keys = (listed.output.AccessKeyMetadata ?? []).map((one) => ({ id: one.AccessKeyId, status: one.Status, created: one.CreateDate ?? null }));
  return { ...common, userName, keys, evidence: listed.evidence };
}

// Status is Active, Inactive or Expired; only an active key can be used.
const statusOf = (observed: Observed): string | undefined => observed.keys.find((key) => key.id === observed.accessKeyId)?.status;
const otherActive = (observed: Observed): string[] =>
  observed.keys.filter((key) => key.id !== observed.accessKeyId && key.status === 'Active').map((key) => key.id);

const LAST_USED = (observed: Observed): string =>
  observed.lastUsed ? `${observed.lastUsed.at}, ${observed.lastUsed.service}, ${observed.lastUsed.region}` : 'N/A';

async function rootCheck(ctx: ActionContext, observed: Observed): Promise<Check[]> {
  const summary = await ctx.read<{ SummaryMap?: Record<string, number> }>(iam(ctx, 'GetAccountSummary', {}));
  const gone = summary.output.SummaryMap?.AccountAccessKeysPresent === 0;
  return [
    gone
      ? check(
          'key-inactive',
          'holds',
          text('the account root has no access key any more', 'el usuario raíz ya no tiene ninguna clave de acceso'),
          summary.evidence,
        )
      : check('key-inactive', 'fails', whyNotAUser(observed), summary.evidence),
  ];
}

export const action: Action<Observed> = {
  id: 'deactivate-key',
  step: 1,
  title: text('Switch the leaked key off', 'Desactivar la clave filtrada'),
  permissions: ['sts:GetAccessKeyInfo', 'iam:GetAccessKeyLastUsed', 'iam:ListAccessKeys', 'iam:GetAccountSummary', 'iam:UpdateAccessKey'],
  observe: look,
  plan(observed): Step[] {
    const { userName, region } = observed;
    if (userName === null) return [];
    const danger = text(
      `whatever legitimately uses this key of ${userName} stops working at once`,
      `todo lo que use legítimamente esta clave de ${userName} deja de funcionar de inmediato`,
    );
    return observed.keys
      .filter((key) => key.status === 'Active' && (observed.allKeys || key.id === observed.accessKeyId))
      .map((key) => deactivateKey(region, userName, key.id, key.id === observed.accessKeyId ? [danger, ...observed.impact] : [danger]));
  },
  check: (ctx) =>
    readable(['key-inactive', 'other-keys-inactive'], async () => {
      const observed = await consistentReading(
        ctx,
        () => look(ctx),
        (one) => one.userName === null || (statusOf(one) !== 'Active' && (!one.allKeys || otherActive(one).length === 0)),
      );
      const { evidence } = observed;
      if (observed.owner.type === 'root') return rootCheck(ctx, observed);
      if (observed.owner.type === 'session') return [check('key-inactive', 'unknown', whyNotAUser(observed), evidence)];
      if (observed.owner.type === 'gone') return [check('key-inactive', 'holds', whyNotAUser(observed), evidence)];
      const status = statusOf(observed);
      const others = otherActive(observed);
      return [
        check(
          'key-inactive',
          status === 'Active' ? 'fails' : 'holds',
          status === undefined
            ? text('IAM lists no such key for the user any more', 'IAM ya no muestra esta clave en el usuario')
            : text(
                // What cannot be read from outside is said, not claimed: CloudTrail records no call made with a dead key.
                `IAM says the key is ${status}. That the next call is refused shows only when somebody makes one. Last use known to IAM: ${LAST_USED(observed)}`,
                `IAM indica que la clave está ${status}. Que la próxima llamada se rechace solo se ve cuando alguien la haga. Último uso conocido por IAM: ${LAST_USED(observed)}`,
              ),
          evidence,
        ),
        check(
          'other-keys-inactive',
          others.length === 0 ? 'holds' : observed.allKeys ? 'fails' : 'unknown',
          others.length === 0
            ? text('the user has no other active key', 'el usuario no tiene otra clave activa')
            : observed.allKeys
              ? text(`still active: ${others.join(', ')}`, `siguen activas: ${others.join(', ')}`)
              : text(
                  `left active as asked: ${others.join(', ')}; whose they are was not judged`,
                  `se dejaron activas como se pidió: ${others.join(', ')}; no se juzgó de quién son`,
                ),
          evidence,
        ),
      ];
    }),
};
