import { type ActionContext, AplombError } from '../../kernel/index.ts';
import { ec2, type Instance, type InstanceTarget, type Reservation, tagValue } from './ec2.ts';
import { textOption } from './options.ts';

/**
 * The forensic workstation: named by the option `workstation` (id or Name tag), else the only instance of the region that
 * carries the tag `ir:workstation` or is named "forensic-workstation".
 * @throws AplombError NoWorkstation, AmbiguousWorkstation
 */
export async function findWorkstation(
  ctx: ActionContext,
  { region, instanceId }: InstanceTarget,
): Promise<{ instance: Instance; zone: string; evidence: readonly string[] }> {
  const wanted = textOption(ctx, 'workstation');
  const { output, evidence } = await ctx.readAll<{ Reservations?: Reservation[] }>(ec2(region, 'DescribeInstances', {}));
  const found = (output.Reservations ?? [])
    .flatMap((reservation) => reservation.Instances ?? [])
    .filter((one) => one.InstanceId !== instanceId && !['terminated', 'shutting-down'].includes(one.State?.Name ?? ''))
    .filter((one) =>
      wanted === undefined
        ? tagValue(one.Tags, 'ir:workstation') !== undefined || tagValue(one.Tags, 'Name') === 'forensic-workstation'
        : one.InstanceId === wanted || tagValue(one.Tags, 'Name') === wanted,
    );
  const [first, ...others] = found;
  if (!first)
    throw new AplombError(
      'NoWorkstation',
      wanted === undefined ? `No forensic workstation is known in ${region}.` : `There is no workstation ${JSON.stringify(wanted)} in ${region}.`,
      { fix: 'Name one with --workstation (id or Name tag), or give an instance of that region the tag ir:workstation. The snapshot can be read without one.' },
    );
  if (others.length > 0)
    throw new AplombError('AmbiguousWorkstation', `Several instances could be the workstation: ${found.map((one) => one.InstanceId).join(', ')}.`, {
      fix: 'Name one of them with --workstation.',
    });
  return { instance: first, zone: first.Placement?.AvailabilityZone ?? '', evidence };
}
