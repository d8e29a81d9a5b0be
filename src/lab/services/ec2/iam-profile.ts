import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { iamTables } from '../../world/index.ts';

/** An instance profile of the account, by name or ARN, as IAM's table has it. */
export function profileOf(ctx: LabContext, given: { Name?: string; Arn?: string }): { arn: string; id: string } {
  if (given.Name !== undefined && given.Arn !== undefined)
    throw new LabError('InvalidParameterCombination', 'The parameter name may not be used in combination with arn');
  const found = Object.values(iamTables(ctx.account).instanceProfiles).find((row) =>
    given.Arn !== undefined ? row.arn === given.Arn : row.name === given.Name,
  );
  if (!found)
    throw new LabError(
      'InvalidParameterValue',
      `Value (${given.Arn ?? given.Name}) for parameter iamInstanceProfile.${given.Arn ? 'arn' : 'name'} is invalid. Invalid IAM Instance Profile ${given.Arn ? 'ARN' : 'name'}`,
    );
  return { arn: found.arn, id: found.id };
}
