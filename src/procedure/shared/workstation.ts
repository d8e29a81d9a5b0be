import { type ActionContext, AplombError } from '../../kernel/index.ts';
import { type Instance, type InstanceTarget, type Reservation, tagText, tagValue } from './ec2.ts';
import { textOption } from './options.ts';
import { ec2At, type Place } from './place.ts';

export interface Workstation {
  readonly instance: Instance;
  readonly zone: string;
  /** The same in every account; empty when EC2 does not say. */
  readonly zoneId: string;
  readonly evidence: readonly string[];
}
/**
 * The forensic workstation: named by the option `workstation` (id or Name tag), else the only instance of the place that
 * carries the tag `ir:workstation` or is named "forensic-workstation"; of several, the one made for this case.
 * @throws AplombError NoWorkstation, AmbiguousWorkstation, SuspectAsWorkstation
 */
export async function findWorkstation(ctx: ActionContext, { region, instanceId }: InstanceTarget, place: Place = { region }): Promise<Workstation> {
  const wanted = textOption(ctx, 'workstation');
  if (wanted === instanceId)
    throw new AplombError('SuspectAsWorkstation', `${instanceId} is the suspect itself: its copied disk is never attached to it.`, {
      fix: 'Name another instance with --workstation, or build one: aplomb workstation.',
    });
  const { output, evidence } = await ctx.readAll<{ Reservations?: Reservation[] }>(ec2At(place, 'DescribeInstances', {}));
  const found = (output.Reservations ?? [])
    .flatMap((reservation) => reservation.Instances ?? [])
    .filter((one) => one.InstanceId !== instanceId && !['terminated', 'shutting-down'].includes(one.State?.Name ?? ''))
    .filter((one) =>
      wanted === undefined
        ? tagValue(one.Tags, 'ir:workstation') !== undefined || tagValue(one.Tags, 'Name') === 'forensic-workstation'
        : one.InstanceId === wanted || tagValue(one.Tags, 'Name') === wanted,
    );
  const own = found.filter((one) => tagValue(one.Tags, 'ir:case') === tagText(ctx.facts.caseId) && tagValue(one.Tags, 'ir:workstation') !== undefined);
  const [first, ...others] = own.length === 1 ? own : found;
  if (!first)
    throw new AplombError(
      'NoWorkstation',
      wanted === undefined ? `No forensic workstation is known in ${place.region}.` : `There is no workstation ${JSON.stringify(wanted)} in ${place.region}.`,
      {
        fix: 'Name one with --workstation (id or Name tag), give an instance of that region the tag ir:workstation, or build one: aplomb workstation. The snapshot can be read without one.',
      },
    );
  if (others.length > 0)
    throw new AplombError('AmbiguousWorkstation', `Several instances could be the workstation: ${found.map((one) => one.InstanceId).join(', ')}.`, {
      fix: 'Name one of them with --workstation.',
    });
  return { instance: first, zone: first.Placement?.AvailabilityZone ?? '', zoneId: first.Placement?.AvailabilityZoneId ?? '', evidence };
}
