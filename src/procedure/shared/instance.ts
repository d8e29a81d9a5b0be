import { type ActionContext, AplombError, EXIT, text } from '../../kernel/index.ts';
import { parseAddress } from './address.ts';
import { ec2, failureCode, type Instance, type InstanceTarget, type Reservation, tagValue } from './ec2.ts';
import { pastHolders } from './past-address.ts';

type Reader = Pick<ActionContext, 'read' | 'readAll' | 'facts' | 'progress'>;
interface Seen {
  readonly instance: Instance;
  readonly region: string;
  readonly account: string;
}

const ID = /^i-([0-9a-f]{8}|[0-9a-f]{17})$/;
const ARN = /^arn:aws[a-z-]*:ec2:([a-z0-9-]{3,30}):(\d{12}):instance\/(i-[0-9a-f]+)$/;
const usage = (code: string, message: string, fix: string) => new AplombError(code, message, { exit: EXIT.usage, fix });
const unknown = (message: string, fix: string) => usage('UnknownInstance', message, fix);

/**
 * The instance a person means: by id, ARN, current public, private or IPv6 address, an address it had before, or its Name tag.
 * The form is checked before anything is sent; Name tags and addresses are compared here, never put into a filter.
 * @param regions where to look; an ARN names its own.
 * @returns the frozen target of steps 4 to 10.
 * @throws AplombError UnknownInstance, AmbiguousInstance, OtherAccount, InvalidInstanceName (all exit 2)
 * @example await resolveInstance(ctx, '203.0.113.9', ['eu-west-1'])
 */
export async function resolveInstance(ctx: Reader, name: string, regions: readonly string[]): Promise<InstanceTarget> {
  const wanted = name.trim();
  const arn = ARN.exec(wanted);
  if (arn && ctx.facts.account && arn[2] !== ctx.facts.account)
    throw usage('OtherAccount', `${wanted} belongs to account ${arn[2]}; the case is about ${ctx.facts.account}.`, 'Use credentials of that account.');
  if (wanted.startsWith('arn:') && !(arn && ID.test(arn[3]!)))
    throw usage('InvalidInstanceName', `${JSON.stringify(wanted)} is not the ARN of an EC2 instance.`, 'arn:aws:ec2:<region>:<account>:instance/i-...');
  const id = arn?.[3] ?? (/^i-[0-9a-zA-Z]*$/.test(wanted) ? wanted : undefined);
  if (id !== undefined && !ID.test(id))
    throw usage('InvalidInstanceName', `${JSON.stringify(wanted)} is not an instance id.`, 'An id is "i-" and 8 or 17 hexadecimal digits in lower case.');
  if (!wanted || wanted.length > 256 || /\p{Cc}/u.test(wanted))
    throw usage('InvalidInstanceName', 'The name of the instance is empty, too long or has control characters.', 'Give its id, address, Name tag or ARN.');
  if (id !== undefined) return byId(ctx, id, arn ? [arn[1]!] : regions);

  const { seen, failed } = await listing(ctx, regions);
  const address = parseAddress(wanted)?.address;
  const found = seen.filter(({ instance }) => (address ? addressesOf(instance).has(address) : tagValue(instance.Tags, 'Name') === wanted));
  if (found.length > 0) return one(found, wanted);
  const missed = failed.length > 0 ? ` Not searched: ${failed.join('; ')}.` : '';
  if (!address)
    throw unknown(
      `No instance in ${regions.join(', ')} has the Name tag ${JSON.stringify(wanted)}.${missed}`,
      'Names are case-sensitive. Try its id or address.',
    );

  ctx.progress(text(`${address}: nobody has it now, asking CloudTrail who had it`, `${address}: nadie la tiene ahora; se pregunta a CloudTrail quién la tuvo`));
  const holders = await pastHolders(ctx, address, regions);
  const alive = seen.filter(({ instance }) => holders.some((holder) => holder.instanceId === instance.InstanceId));
  if (alive.length > 0) return one(alive, wanted);
  if (holders.length > 0)
    throw unknown(
      `${address} belonged to ${holders.map((h) => `${h.instanceId} (${h.region}, ${h.how})`).join(', ')}, which EC2 no longer knows.`,
      'It was terminated. Look for its snapshots and its events in CloudTrail.',
    );
  throw unknown(
    `No instance in ${regions.join(', ')} has ${address}, and neither the case nor 90 days of CloudTrail say that one had it.${missed}`,
    'An automatic public address leaves no trace in CloudTrail: look in flow logs, or name the instance by id.',
  );
}

async function byId(ctx: Reader, instanceId: string, regions: readonly string[]): Promise<InstanceTarget> {
  const failed: string[] = [];
  const found = await Promise.all(
    regions.map(async (region): Promise<InstanceTarget[]> => {
      try {
        const { output } = await ctx.read<{ Reservations?: Reservation[] }>(ec2(region, 'DescribeInstances', { InstanceIds: [instanceId] }));
        return (output.Reservations ?? []).flatMap((reservation) =>
          (reservation.Instances ?? []).map((instance) => ({
            instanceId: instance.InstanceId,
            region,
            account: reservation.OwnerId ?? ctx.facts.account ?? '',
          })),
        );
      } catch (error) {
        const code = failureCode(error);
        if (code === undefined) throw error;
        if (!code.startsWith('InvalidInstanceID.')) failed.push(`${region} (${code})`);
        return [];
      }
    }),
  );
  const target = found.flat()[0];
  if (target) return target;
  throw unknown(
    `EC2 knows no instance ${instanceId} in ${regions.join(', ')}.${failed.length > 0 ? ` Not searched: ${failed.join('; ')}.` : ''}`,
    'Check the id and the region. A terminated instance disappears within about an hour.',
  );
}

/** Every instance of the regions; regions that do not answer are named, and it is an error when none does. */
async function listing(ctx: Reader, regions: readonly string[]): Promise<{ seen: Seen[]; failed: string[] }> {
  const failed: string[] = [];
  let cause: unknown;
  const seen = await Promise.all(
    regions.map(async (region): Promise<Seen[]> => {
      try {
        const { output } = await ctx.readAll<{ Reservations?: Reservation[] }>(ec2(region, 'DescribeInstances', { IncludeManagedResources: true }));
        return (output.Reservations ?? []).flatMap(({ OwnerId, Instances }) =>
          (Instances ?? []).map((instance) => ({ instance, region, account: OwnerId ?? ctx.facts.account ?? '' })),
        );
      } catch (error) {
        const code = failureCode(error);
        if (code === undefined) throw error;
        cause = error;
        failed.push(`${region} (${code})`);
        return [];
      }
    }),
  );
  if (regions.length > 0 && failed.length === regions.length) throw cause;
  return { seen: seen.flat(), failed };
}

function addressesOf(instance: Instance): Set<string> {
  const all = [instance.PublicIpAddress, instance.PrivateIpAddress, instance.Ipv6Address];
  for (const { Association, PrivateIpAddresses, Ipv6Addresses } of instance.NetworkInterfaces ?? []) {
    all.push(Association?.PublicIp, ...(Ipv6Addresses ?? []).map((entry) => entry.Ipv6Address));
    for (const entry of PrivateIpAddresses ?? []) all.push(entry.PrivateIpAddress, entry.Association?.PublicIp);
  }
  return new Set(all.flatMap((item) => parseAddress(item ?? '')?.address ?? []));
}

/** The only one; instances that are gone count only when nothing alive matches. */
function one(found: readonly Seen[], wanted: string): InstanceTarget {
  const alive = found.filter(({ instance }) => instance.State?.Name !== 'terminated');
  const candidates = alive.length > 0 ? alive : found;
  const [first, ...others] = candidates;
  if (others.length > 0) {
    const list = candidates.map(({ instance, region }) => `${instance.InstanceId} (${region}, ${instance.State?.Name ?? 'state unknown'})`);
    throw usage('AmbiguousInstance', `${JSON.stringify(wanted)} fits ${candidates.length} instances: ${list.join(', ')}.`, 'Name one of them by its id.');
  }
  return { instanceId: first!.instance.InstanceId, region: first!.region, account: first!.account };
}
