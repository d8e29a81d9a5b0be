import type { Action, ActionContext, Step } from '../../kernel/index.ts';
import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { refuseCaller } from '../shared/caller.ts';
import { check, readable } from '../shared/checks.ts';
import { huntOf } from '../shared/hunt-result.ts';
import { type LeakedKey, resolveKey, whyNotAUser } from '../shared/key.ts';
import { oneLine } from '../shared/names.ts';
import { textOption } from '../shared/options.ts';
import { partition } from '../shared/partition.ts';
import { consistentReading, readOrAbsent } from '../shared/reading.ts';
import { iam } from '../shared/user-state.ts';

interface Observed {
  readonly accessKeyId: string;
  readonly owner: LeakedKey['owner'];
  readonly userName: string | null;
  readonly region: string;
  /** Active, Inactive, Expired; null when IAM lists the key no more. */
  readonly status: string | null;
  /** Why it may go: what the case holds of its past, or a person's reason. */
  readonly grounds?: string;
  readonly evidence: readonly string[];
}

async function look(ctx: ActionContext): Promise<Observed> {
  const { accessKeyId, owner } = await resolveKey(ctx);
  const common = { accessKeyId, owner, region: partition(ctx).globalRegion };
  if (owner.type !== 'user') return { ...common, userName: null, status: null, evidence: [] };
  refuseCaller(ctx, 'user', owner.userName);
  const listed = await readOrAbsent<{ AccessKeyMetadata?: { AccessKeyId: string; Status: string }[] }>(
    ctx,
    iam(ctx, 'ListAccessKeys', { UserName: owner.userName }),
    true,
  );
  const status = listed?.output.AccessKeyMetadata?.find((key) => key.AccessKeyId === accessKeyId)?.Status ?? null;
  return { ...common, userName: owner.userName, status, evidence: listed?.evidence ?? [] };
}

/** With the key goes the way to ask IAM whose it was: first the case must hold what it did, or somebody says why not. @throws AplombError NoEvidence */
function grounds(ctx: ActionContext, accessKeyId: string): string {
  const hunt = huntOf(ctx.facts);
  if (hunt?.tree.some((node) => node.credential === accessKeyId)) return `hunt until ${hunt.until}`;
  const reason = textOption(ctx, 'reason');
  if (reason) return oneLine(`reason: ${reason}`, 500);
  throw new AplombError('NoEvidence', `nobody has looked yet at what ${accessKeyId} did, and a deleted key answers no questions`, {
    fix: 'run aplomb hunt first; or say why it must go without: --reason "..." (it is written down)',
    exit: EXIT.usage,
  });
}

/** Only when asked for: a deactivated key is as harmless as a deleted one, and can still be looked at and given back. */
export const action: Action<Observed> = {
  id: 'delete-key',
  step: 1,
  title: text('Delete the leaked key for ever', 'Eliminar la clave filtrada para siempre'),
  permissions: ['sts:GetAccessKeyInfo', 'iam:GetAccessKeyLastUsed', 'iam:ListAccessKeys', 'iam:DeleteAccessKey'],
  async observe(ctx) {
    const observed = await look(ctx);
    if (observed.status === 'Active')
      throw new AplombError('KeyStillActive', `${observed.accessKeyId} is still active, and deleting it cannot be taken back`, {
        fix: 'deactivate it first (aplomb contain-key), see what stops working, then delete it',
        exit: EXIT.usage,
      });
    return observed.status === null ? observed : { ...observed, grounds: grounds(ctx, observed.accessKeyId) };
  },
  plan({ accessKeyId, userName, status, region }): Step[] {
    if (userName === null || status === null) return [];
    const never = text(
      'a deleted key cannot be brought back; AWS does not keep its secret',
      'una clave eliminada no se puede recuperar; AWS no conserva su secreto',
    );
    return [
      {
        id: `delete.${accessKeyId}`,
        why: text(`delete access key ${accessKeyId} of ${userName}`, `eliminar la clave de acceso ${accessKeyId} de ${userName}`),
        call: { service: 'iam', operation: 'DeleteAccessKey', region, input: { UserName: userName, AccessKeyId: accessKeyId } },
        repeat: 'safe',
        already: ['NoSuchEntity'],
        probe: {
          call: { service: 'iam', operation: 'ListAccessKeys', region, input: { UserName: userName } },
          // Absence counts only inside a complete list. The id holds letters and digits only.
          done: [
            { path: 'IsTruncated', is: false },
            { path: `contains(AccessKeyMetadata[].AccessKeyId, '${accessKeyId}')`, is: false },
          ],
          ready: [{ path: `contains(AccessKeyMetadata[].AccessKeyId, '${accessKeyId}')`, is: true }],
        },
        undo: { never },
        danger: [never],
        typed: 'delete',
      },
    ];
  },
  check: (ctx) =>
    readable(['key-deleted'], async () => {
      const { owner, status, evidence, accessKeyId } = await consistentReading(
        ctx,
        () => look(ctx),
        (one) => one.status === null,
      );
      if (owner.type === 'root' || owner.type === 'session') return [check('key-deleted', 'unknown', whyNotAUser({ accessKeyId, owner }), evidence)];
      return [
        status === null
          ? check('key-deleted', 'holds', text('IAM lists no such key any more', 'IAM ya no muestra esta clave'), evidence)
          : check('key-deleted', 'fails', text(`IAM still lists the key as ${status}`, `IAM aún muestra la clave como ${status}`), evidence),
      ];
    }),
};
