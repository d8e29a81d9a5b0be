import type { Json } from '../kernel/index.ts';
import { isAwsFailure } from './errors.ts';
import type { Aws, Region } from './types.ts';

const OPT_IN: Record<string, Region['optIn']> = {
  ENABLED: 'opted-in',
  ENABLING: 'opted-in',
  DISABLING: 'opted-in',
  DISABLED: 'not-opted-in',
  ENABLED_BY_DEFAULT: 'opt-in-not-required',
};

/**
 * DescribeRegions(AllRegions), cross-checked with account:ListRegions where that is permitted: a region that only the
 * account service names is added, and its status word is kept beside EC2's.
 */
export async function discoverRegions(aws: Pick<Aws, 'send' | 'sendAll'>, home: string): Promise<readonly Region[]> {
  const request = { purpose: 'read', keep: true, phase: 'regions' } as const;
  const ec2 = aws.send({
    ...request,
    call: { service: 'ec2', operation: 'DescribeRegions', region: home, input: { AllRegions: true } },
    input: { AllRegions: true },
  });
  const account = aws
    .sendAll({ ...request, call: { service: 'account', operation: 'ListRegions', region: 'us-east-1', input: {} }, input: { MaxResults: 50 } })
    .catch((error: unknown) => {
      // Not permitted, or a partition without the service: EC2's word stands alone.
      if (isAwsFailure(error)) return null;
      throw error;
    });
  const [described, listed] = await Promise.all([ec2, account]);
  const status = new Map(rows(listed?.output, 'Regions').map((row) => [String(row.RegionName), String(row.RegionOptStatus)]));
  const regions = new Map<string, Region>();
  for (const row of rows(described.output, 'Regions')) {
    const name = String(row.RegionName);
    const word = status.get(name);
    regions.set(name, { name, optIn: row.OptInStatus as Region['optIn'], ...(word ? { status: word } : {}) });
  }
  for (const [name, word] of status) {
    if (!regions.has(name)) regions.set(name, { name, optIn: OPT_IN[word] ?? 'not-opted-in', status: word });
  }
  return [...regions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const rows = (output: Json | undefined, member: string): Record<string, Json>[] => ((output as any)?.[member] ?? []) as Record<string, Json>[];
