import type { ActionContext, Json } from '../../kernel/index.ts';
import { parseAddress } from './address.ts';
import { failureCode } from './ec2.ts';

export interface Holder {
  readonly instanceId: string;
  readonly region: string;
  /** How it is known: 'case', 'AssociateAddress', 'RunInstances'. */
  readonly how: string;
}
type Reader = Pick<ActionContext, 'readAll' | 'facts'>;
const isObject = (value: unknown): value is { [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Instances that once had the address: from what the case saw, and from CloudTrail's event history (90 days, management
 * events): AssociateAddress for Elastic IP addresses, RunInstances for the addresses given at launch.
 */
export async function pastHolders(ctx: Reader, address: string, regions: readonly string[]): Promise<Holder[]> {
  const holders = fromCase(ctx, address);
  if (holders.length === 0) holders.push(...(await Promise.all(regions.map((region) => fromTrail(ctx, address, region)))).flat());
  return [...new Map(holders.map((holder) => [holder.instanceId, holder])).values()];
}

function fromCase({ facts }: Reader, address: string): Holder[] {
  const found = facts.found
    .filter((item) => item.type === 'AWS::EC2::Instance' && mentions(item.detail ?? {}, address))
    .map((item) => ({ instanceId: item.id, region: item.region, how: 'case' }));
  const observed = Object.values(facts.observed).flatMap((value) =>
    isObject(value) && typeof value.instanceId === 'string' && typeof value.region === 'string' && mentions(value, address)
      ? [{ instanceId: value.instanceId, region: value.region, how: 'case' }]
      : [],
  );
  return [...found, ...observed];
}
/** Whether the address stands anywhere inside, as a whole string. */
const mentions = (value: Json, address: string): boolean =>
  typeof value === 'string'
    ? parseAddress(value)?.address === address
    : Array.isArray(value)
      ? value.some((item) => mentions(item, address))
      : isObject(value) && Object.values(value).some((item) => mentions(item, address));

async function fromTrail(ctx: Reader, address: string, region: string): Promise<Holder[]> {
  const events = async (name: string): Promise<{ [key: string]: Json }[]> => {
    try {
      const { output } = await ctx.readAll<{ Events?: { CloudTrailEvent?: string }[] }>({
        service: 'cloudtrail',
        operation: 'LookupEvents',
        region,
        input: { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }] },
      });
      return (output.Events ?? []).flatMap(({ CloudTrailEvent }): { [key: string]: Json }[] => {
        const event = record(CloudTrailEvent);
        return event ? [event] : [];
      });
    } catch (error) {
      if (failureCode(error) === undefined) throw error;
      return [];
    }
  };
  const [associated, launched, allocated] = await Promise.all([events('AssociateAddress'), events('RunInstances'), events('AllocateAddress')]);
  const allocations = new Set(
    allocated.flatMap(({ responseElements: answer }) =>
      isObject(answer) && mentions(answer.publicIp ?? null, address) && typeof answer.allocationId === 'string' ? [answer.allocationId] : [],
    ),
  );
  const fromAssociations = associated.flatMap(({ requestParameters: asked }) =>
    isObject(asked) &&
    typeof asked.instanceId === 'string' &&
    (mentions(asked, address) || (typeof asked.allocationId === 'string' && allocations.has(asked.allocationId)))
      ? [{ instanceId: asked.instanceId, region, how: 'AssociateAddress' }]
      : [],
  );
  const fromLaunches = launched.flatMap(({ responseElements: answer }) => {
    const set = isObject(answer) && isObject(answer.instancesSet) ? answer.instancesSet.items : undefined;
    return (Array.isArray(set) ? set : []).flatMap((item) =>
      isObject(item) && typeof item.instanceId === 'string' && mentions(item, address) ? [{ instanceId: item.instanceId, region, how: 'RunInstances' }] : [],
    );
  });
  return [...fromAssociations, ...fromLaunches].filter(({ instanceId }) => /^i-[0-9a-f]+$/.test(instanceId));
}

/** CloudTrailEvent is a JSON text; one that is broken is no evidence of anything. */
function record(source: string | undefined): { [key: string]: Json } | undefined {
  try {
    const value: Json = JSON.parse(source ?? 'null');
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
