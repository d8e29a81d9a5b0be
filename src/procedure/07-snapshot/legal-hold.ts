import { type Action, type ActionContext, type Change, type Check, type Step, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { targetOf } from '../shared/ec2.ts';
import { protectTermination, readProtection, stopOnShutdown } from '../shared/protection.ts';
import { bucketChecks } from './bucket.ts';
import { caseLocks } from './lock-snapshots.ts';
import { type Lock, type LockWish, lockChanges, lockCheck } from './locks.ts';
import { readSuppression, SUPPRESSION_PERMISSIONS, type Suppression, suppressionChecks, suppressionPlan } from './suppression.ts';

interface Hold {
  readonly instanceId: string;
  readonly region: string;
  readonly terminable: boolean;
  /** A shutdown from inside ends the instance, and its disks with it. */
  readonly ends: boolean;
  readonly wish: LockWish;
  readonly locks: readonly Lock[];
  readonly suppression: Suppression;
}
type Reading = Hold & { readonly checks: readonly Check[] };

async function read(ctx: ActionContext): Promise<Reading> {
  const target = targetOf(ctx);
  const [protection, locks, { evidence, ...suppression }, bucket] = await Promise.all([
    readProtection(ctx, target),
    caseLocks(ctx),
    readSuppression(ctx, target),
    bucketChecks(ctx, target.region),
  ]);
  const [terminable, ends] = [protection.termination !== true, protection.shutdown === 'terminate'];
  const termination = check(
    'termination-protection',
    terminable || ends ? 'fails' : 'holds',
    terminable || ends
      ? text(
          `${terminable ? 'The instance can be terminated by an API call.' : ''} ${ends ? 'A shutdown from inside ends it.' : ''}`.trim(),
          `${terminable ? 'La instancia se puede terminar con una llamada a la API.' : ''} ${ends ? 'Un apagado desde dentro la termina.' : ''}`.trim(),
        )
      : text(
          'Neither an API call nor a shutdown from inside ends the instance. Auto Scaling and Spot are not bound by that: the action "protect" names them.',
          'Ni una llamada a la API ni un apagado desde dentro terminan la instancia. Auto Scaling y Spot no se atienen a ello: la acción "protect" los nombra.',
        ),
    protection.evidence,
  );
  return {
    instanceId: target.instanceId,
    region: target.region,
    terminable,
    ends,
    wish: locks.wish,
    locks: locks.locks,
    suppression,
    checks: [
      lockCheck('locked', locks.locks, locks.wish, ctx.now(), locks.evidence),
      termination,
      ...suppressionChecks({ ...suppression, evidence }),
      ...bucket,
    ],
  };
}

/** What keeps evidence is taken back only by name. */
function held(change: Change): Change {
  if (!('calls' in change.undo)) return change;
  const ask = text('The instance and its disks can be deleted by one call again.', 'La instancia y sus discos se podrán borrar otra vez con una sola llamada.');
  return { ...change, undo: { ...change.undo, ask } };
}
function plan({ instanceId, region, terminable, ends, wish, locks, suppression }: Hold): Step[] {
  const place = { instanceId, region };
  return [
    ...(terminable ? [held(protectTermination(place))] : []),
    ...(ends ? [held(stopOnShutdown(place))] : []),
    ...lockChanges(region, locks, wish),
    ...suppressionPlan(suppression),
  ];
}

/** What a lawyer asks for, in one plan: nothing of the case can be deleted by accident, by a schedule or by one call. */
export const action: Action<Hold> = {
  id: 'legal-hold',
  step: 7,
  title: text('Legal hold: nothing of the case can be deleted', 'Retención legal: nada del caso se puede borrar'),
  permissions: [
    ...SUPPRESSION_PERMISSIONS,
    'ec2:DescribeInstanceAttribute',
    'ec2:ModifyInstanceAttribute',
    's3:GetBucketVersioning',
    's3:GetBucketObjectLockConfiguration',
  ],
  async observe(ctx) {
    const { checks: _checks, ...observed } = await read(ctx);
    return observed;
  },
  plan,
  check: (ctx) =>
    readable(['locked', 'termination-protection', 'recycle-bin', 'lifecycle'], async () => [
      ...(
        await settled(
          ctx,
          () => read(ctx),
          (seen) => seen.checks.every((one) => one.verdict !== 'fails'),
        )
      ).checks,
    ]),
};
