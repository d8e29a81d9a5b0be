import type { Cost, Found } from '../../kernel/index.ts';
import type { Costs } from '../shared/hunt-result.ts';
import { instancePrice, PRICES, volumePrice } from './prices.ts';

const HOUR = 3_600_000;
const dollars = (value: number, digits: number): string => value.toFixed(digits);

function perHour(one: Found): number | undefined {
  const detail = one.detail ?? {};
  if (one.type === 'AWS::EC2::Instance') {
    // A stopped instance costs its volumes only; Windows and dedicated hosts cost more than the table says.
    if (detail.state !== 'running' && detail.state !== 'pending') return undefined;
    if (detail.platform === 'windows' || detail.tenancy === 'dedicated' || detail.tenancy === 'host') return undefined;
    return typeof detail.instanceType === 'string' ? instancePrice(detail.instanceType) : undefined;
  }
  if (one.type === 'AWS::EC2::Volume') {
    const type = detail.volumeType;
    return typeof type === 'string' && typeof detail.sizeGiB === 'number' ? volumePrice(type, detail.sizeGiB) : undefined;
  }
  return undefined;
}

/** What a thing costs while it lives, and what it cost if it ran all the time since it was made; undefined where no price is sure. */
export function costOf(one: Found, now: number): Cost | undefined {
  const hourly = one.alive ? perHour(one) : undefined;
  if (hourly === undefined) return undefined;
  const born = one.createdAt === null ? Number.NaN : Date.parse(one.createdAt);
  const hours = Number.isNaN(born) ? 0 : Math.max(0, (now - born) / HOUR);
  const spot = one.detail?.lifecycle === 'spot' ? '; Spot costs less' : '';
  return { perHour: dollars(hourly, 4), soFar: dollars(hourly * hours, 2), source: `${PRICES}${spot}` };
}

/** Types that cost by the hour for being there: without a figure they are counted, so that nobody takes the sum for the whole. */
const RUNS =
  /^AWS::(EC2::(Instance|Volume|Snapshot|Image|EIP|Host|VPNConnection|TransitGateway.*)|ECS::(Service|Task)|EKS::|SageMaker::|Lightsail::|RDS::|Bedrock::ProvisionedModelThroughput|EMR::|Glue::|CodeBuild::|AppRunner::|Batch::|AutoScaling::)/;

/** Sums of what the attacker made and what lives. */
export function costsOf(found: readonly Found[]): Costs {
  const regions = new Map<string, { perHour: number; soFar: number }>();
  const mine = found.filter((one) => one.byKey === true && one.alive);
  const priced = mine.filter((one) => one.cost !== undefined);
  for (const { region, cost } of priced) {
    const sum = regions.get(region) ?? { perHour: 0, soFar: 0 };
    regions.set(region, { perHour: sum.perHour + Number(cost!.perHour), soFar: sum.soFar + Number(cost!.soFar) });
  }
  const total = [...regions.values()].reduce((all, one) => ({ perHour: all.perHour + one.perHour, soFar: all.soFar + one.soFar }), { perHour: 0, soFar: 0 });
  const written = (sum: { perHour: number; soFar: number }) => ({ perHour: dollars(sum.perHour, 4), soFar: dollars(sum.soFar, 2) });
  return {
    ...written(total),
    regions: [...regions].sort((a, b) => b[1].perHour - a[1].perHour || a[0].localeCompare(b[0])).map(([region, sum]) => ({ region, ...written(sum) })),
    priced: priced.length,
    unpriced: mine.filter((one) => one.cost === undefined && one.detail?.state !== 'stopped' && RUNS.test(one.type)).length,
  };
}
