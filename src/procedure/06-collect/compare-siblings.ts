import { type ActionContext, type Collector, sha256, text } from '../../kernel/index.ts';
import { derived, notApplicable, take, unavailable } from '../shared/collected.ts';
import { ec2, failureCode, targetOf } from '../shared/ec2.ts';
import { differences, type Member, siblingsOf, traitsOf } from './siblings.ts';

/** So many siblings are compared: a fleet of thousands says nothing more. */
const MOST = 20;

/** SHA-256 of the user data; it is compared, not kept here: each may hold secrets. */
async function userDataOf(ctx: ActionContext, region: string, InstanceId: string, reading: string[]): Promise<string | undefined> {
  try {
    const call = ec2(region, 'DescribeInstanceAttribute', { InstanceId, Attribute: 'userData' });
    const { output, evidence } = await ctx.read<{ UserData?: { Value?: string } }>(call);
    reading.push(...evidence);
    const value = output.UserData?.Value;
    return value ? `sha256 ${sha256(Buffer.from(value, 'base64'))}` : 'none';
  } catch (error) {
    if (failureCode(error) === undefined) throw error;
    return undefined;
  }
}

/** What is different here? The same machine, made from the same plan, shows what somebody changed by hand. */
export const collector: Collector = {
  id: 'compare-siblings',
  step: 6,
  title: text('Comparison with its siblings', 'Comparación con sus hermanas'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeInstanceAttribute'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const all = await take<{ Reservations?: { Instances?: Member[] }[] }>(
      ctx,
      'instances-of-region',
      ec2(region, 'DescribeInstances', { IncludeManagedResources: true }),
      { all: true },
    );
    if (!all.output) {
      yield { ...all.item, name: 'sibling-differences' };
      return;
    }
    const members = (all.output.Reservations ?? []).flatMap(({ Instances }) => Instances ?? []);
    const suspect = members.find((one) => one.InstanceId === instanceId);
    if (!suspect) {
      const gone = Object.assign(new Error(`EC2 does not list ${instanceId} in ${region}`), { code: 'InvalidInstanceID.NotFound' });
      yield unavailable('sibling-differences', gone);
      return;
    }
    const family = siblingsOf(suspect, members);
    if (!family) {
      const none = text('No other instance has its group, template, image or name.', 'Ninguna otra instancia tiene su grupo, plantilla, imagen o nombre.');
      yield notApplicable('sibling-differences', none, all.item.reading);
      return;
    }
    const compared = [...family.siblings].sort((a, b) => (a.InstanceId < b.InstanceId ? -1 : 1)).slice(0, MOST);
    const reading = [...all.item.reading];
    const traits = await Promise.all([suspect, ...compared].map(async (one) => traitsOf(one, await userDataOf(ctx, region, one.InstanceId, reading))));
    const [own, ...others] = traits;
    const found = differences(own!, new Map(compared.map((one, index) => [one.InstanceId, others[index]!])));
    yield derived(
      'sibling-differences',
      {
        instance: instanceId,
        relation: family.relation,
        by: family.by,
        siblings: family.siblings.length,
        compared: compared.map((one) => ({ instance: one.InstanceId, launched: one.LaunchTime ?? null })),
        launched: suspect.LaunchTime ?? null,
        differences: found,
      },
      reading,
    );
  },
};
