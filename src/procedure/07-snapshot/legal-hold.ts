import { type Action, type ActionContext, type Check, type Step, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { ec2, type InstanceTarget, targetOf } from '../shared/ec2.ts';
import { bucketChecks } from './bucket.ts';
import { caseLocks } from './lock-snapshots.ts';
import { type Lock, type LockWish, lockChanges, lockCheck } from './locks.ts';
import { readSuppression, SUPPRESSION_PERMISSIONS, type Suppression, suppressionChecks, suppressionPlan } from './suppression.ts';

interface Hold {
  readonly instanceId: string;
  readonly region: string;
  readonly terminable: boolean;
  readonly wish: LockWish;
  readonly locks: readonly Lock[];
  readonly suppression: Suppression;
}
type Reading = Hold & { readonly checks: readonly Check[] };

async function terminable(ctx: ActionContext, { region, instanceId }: InstanceTarget): Promise<{ value: boolean; evidence: readonly string[] }> {
  const { output, evidence } = await ctx.read<{ DisableApiTermination?: { Value?: boolean } }>(
    ec2(region, 'DescribeInstanceAttribute', { InstanceId: instanceId, Attribute: 'disableApiTermination' }),
  );
  return { value: output.DisableApiTermination?.Value !== true, evidence };
}

async function read(ctx: ActionContext): Promise<Reading> {
  const target = targetOf(ctx);
  const [api, locks, { evidence, ...suppression }, bucket] = await Promise.all([
    terminable(ctx, target),
    caseLocks(ctx),
    readSuppression(ctx, target),
    bucketChecks(ctx, target.region),
  ]);
  const termination = check(
    'termination-protection',
    api.value ? 'fails' : 'holds',
    api.value
      ? text('The instance can be terminated by an API call.', 'La instancia se puede terminar con una llamada a la API.')
      : text(
          'Termination protection is on. It stops API calls, not a shutdown from inside where that means termination: the action "protect" sees to that.',
          'La protección contra la terminación está activa. Detiene llamadas a la API, no un apagado desde dentro que signifique terminar: de eso se ocupa la acción "protect".',
        ),
    api.evidence,
  );
  return {
    instanceId: target.instanceId,
    region: target.region,
    terminable: api.value,
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

function plan({ instanceId, region, terminable: open, wish, locks, suppression }: Hold): Step[] {
  const attribute = 'DisableApiTermination.Value';
  const protect: Step = {
    id: 'termination-protection',
    why: text('Refuse TerminateInstances on the instance', 'Rechazar TerminateInstances sobre la instancia'),
    call: ec2(region, 'ModifyInstanceAttribute', { InstanceId: instanceId, DisableApiTermination: { Value: true } }),
    repeat: 'safe',
    probe: {
      call: ec2(region, 'DescribeInstanceAttribute', { InstanceId: instanceId, Attribute: 'disableApiTermination' }),
      done: [{ path: attribute, is: true }],
      ready: [{ path: attribute, is: false }],
    },
    undo: {
      calls: [ec2(region, 'ModifyInstanceAttribute', { InstanceId: instanceId, DisableApiTermination: { Value: false } })],
      ask: text('The instance and its disks can be deleted by one call again.', 'La instancia y sus discos se podrán borrar otra vez con una sola llamada.'),
    },
    danger: [],
  };
  return [...(open ? [protect] : []), ...lockChanges(region, locks, wish), ...suppressionPlan(suppression)];
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
