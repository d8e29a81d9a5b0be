import { type ActionContext, AplombError, EXIT } from '../../kernel/index.ts';
import { failureCode, targetOf } from './ec2.ts';
import { partition } from './partition.ts';
import { inPlace, type Place, placeOf } from './place.ts';

/** Where copies of the evidence go: another account, another Region, or both. */
export interface Forensic extends Place {
  readonly account: string;
  /** The IAM principal that reads and copies there, as key policies and grants name it. */
  readonly principal: string;
}
const REGION = /^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/;
/**
 * The destination as the options `forensic` (credentials: `profile:NAME` or the ARN of a role) and `forensicRegion` name it;
 * without them the instance's own account and Region.
 * @throws AplombError InvalidRegion (exit 2), AwsFailure when the credentials do not work
 */
export async function forensicOf(ctx: ActionContext): Promise<Forensic> {
  const target = targetOf(ctx);
  const place = placeOf(ctx, target);
  const { as, region } = place;
  if (!REGION.test(region))
    throw new AplombError('InvalidRegion', `${JSON.stringify(region)} is not a Region.`, { exit: EXIT.usage, fix: 'It looks like eu-central-1.' });
  const who = inPlace(place, { service: 'sts', operation: 'GetCallerIdentity', region: partition(ctx).globalRegion, input: {} });
  const { Account, Arn } = (await ctx.read<{ Account?: string; Arn?: string }>(who)).output;
  const account = Account ?? target.account;
  return { ...place, account, principal: as?.startsWith('arn:') ? as : await principalOf(ctx, place, Arn ?? '', account) };
}

/** The role behind a session. Its path is known to IAM alone; who may not ask gets the ARN without one. */
async function principalOf(ctx: ActionContext, place: Place, arn: string, account: string): Promise<string> {
  const [, partitionName = 'aws', , , , resource = ''] = arn.split(':');
  const name = /^assumed-role\/([^/]+)\//.exec(resource)?.[1];
  if (name === undefined) return arn || `arn:${partitionName}:iam::${account}:root`;
  try {
    const role = inPlace(place, { service: 'iam', operation: 'GetRole', region: partition(ctx).globalRegion, input: { RoleName: name } });
    const { output } = await ctx.read<{ Role?: { Arn?: string } }>(role);
    if (output.Role?.Arn) return output.Role.Arn;
  } catch (error) {
    if (failureCode(error) === undefined) throw error;
  }
  return `arn:${partitionName}:iam::${account}:role/${name}`;
}
