import { codeOf } from '../../engine/outcome.ts';
import type { ActionContext } from '../../kernel/index.ts';
import { AplombError } from '../../kernel/index.ts';
import { partition } from '../shared/partition.ts';
import { inShort, isAwsFailure } from '../shared/reading.ts';

export interface KnownRegion {
  readonly region: string;
  readonly enabled: boolean;
  /** What the two lists say when they disagree or the region is on its way. */
  readonly why?: string;
}
const isRegion = (name: unknown): name is string => typeof name === 'string' && /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(name);

/**
 * Every region of the partition, enabled or not, never from a list of our own: EC2's answer checked against the
 * account service's. A region that either calls enabled is inspected.
 * @throws AplombError RegionsUnknown when neither answers.
 */
export async function listRegions(ctx: ActionContext): Promise<KnownRegion[]> {
  const region = partition(ctx).globalRegion;
  const [ec2, account] = await Promise.allSettled([
    ctx.readAll<{ Regions?: { RegionName?: string; OptInStatus?: string }[] }>({
      service: 'ec2',
      operation: 'DescribeRegions',
      region,
      input: { AllRegions: true },
    }),
    ctx.readAll<{ Regions?: { RegionName?: string; RegionOptStatus?: string }[] }>({
      service: 'account',
      operation: 'ListRegions',
      region,
      input: { MaxResults: 50 },
    }),
  ]);
  for (const one of [ec2, account]) if (one.status === 'rejected' && !isAwsFailure(one.reason)) throw one.reason;
  if (ec2.status === 'rejected' && account.status === 'rejected')
    throw new AplombError('RegionsUnknown', `AWS does not say which regions there are (${inShort(ec2.reason)}; ${inShort(account.reason)})`, {
      fix: 'work with a role that may call ec2:DescribeRegions or account:ListRegions',
      cause: ec2.reason,
    });

  const byEc2 = new Map<string, string>();
  const byAccount = new Map<string, string>();
  if (ec2.status === 'fulfilled')
    for (const one of ec2.value.output.Regions ?? []) if (isRegion(one.RegionName)) byEc2.set(one.RegionName, one.OptInStatus ?? '');
  if (account.status === 'fulfilled')
    for (const one of account.value.output.Regions ?? []) if (isRegion(one.RegionName)) byAccount.set(one.RegionName, one.RegionOptStatus ?? '');
  return [...new Set([...byEc2.keys(), ...byAccount.keys()])].sort().map((name) => {
    const [one, other] = [byEc2.get(name), byAccount.get(name)];
    const ec2Enabled = one === 'opt-in-not-required' || one === 'opted-in';
    // ENABLING and DISABLING may already, or still, hold things that can be seen.
    const accountEnabled = other !== undefined && other !== 'DISABLED' && other !== '';
    const disagree = one !== undefined && other !== undefined && ec2Enabled !== accountEnabled;
    const moving = other === 'ENABLING' || other === 'DISABLING';
    const unasked = account.status === 'rejected' && !ec2Enabled ? `account:ListRegions could not be asked (${codeOf(account.reason)})` : undefined;
    const why = disagree || moving ? `ec2 says ${one ?? 'nothing'}, account says ${other}` : unasked;
    return { region: name, enabled: ec2Enabled || accountEnabled, ...(why ? { why } : {}) };
  });
}
