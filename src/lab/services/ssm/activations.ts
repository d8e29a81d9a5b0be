import { LabError, type LabOperations } from '../../contract.ts';
import { iamTables, letters } from '../../world/index.ts';
import { shelf } from '../shelf.ts';

interface ActivationRow {
  id: string;
  description?: string;
  instanceName?: string;
  role: string;
  limit: number;
  expires: number;
  created: number;
  tags: { Key: string; Value: string }[];
}
const DAY = 86_400_000;
const activations = shelf<ActivationRow>(
  'ssmActivations',
  () =>
    new LabError(
      'InvalidActivation',
      'The activation is not valid. The activation might have been deleted, or the ActivationId and the ActivationCode do not match.',
    ),
);
const invalid = (message: string): LabError => new LabError('ValidationException', message, { status: 400 });

export const operations: LabOperations = {
  CreateActivation: {
    constraints: {
      Description: { length: [0, 256] },
      DefaultInstanceName: { length: [0, 256] },
      IamRole: { length: [0, 64] },
      RegistrationLimit: { min: 1, max: 1000 },
      Tags: { length: [0, 1000] },
    },
    run(input, ctx) {
      const name = String(input.IamRole).split('/').at(-1)!;
      const role = Object.values(iamTables(ctx.account).roles).find((row) => row.name === name);
      if (!role) throw invalid(`Nonexistent role or missing ssm service principal in trust policy: ${input.IamRole}`);
      if (!role.trust.includes('ssm.amazonaws.com')) throw invalid(`Nonexistent role or missing ssm service principal in trust policy: ${input.IamRole}`);
      const expires = input.ExpirationDate === undefined ? ctx.now() + DAY : new Date(input.ExpirationDate).getTime();
      if (expires <= ctx.now() || expires > ctx.now() + 30 * DAY) throw new LabError('InvalidParameters', 'ExpirationDate must be within the next 30 days.');
      const row: ActivationRow = {
        id: ctx.uuid(),
        description: input.Description,
        instanceName: input.DefaultInstanceName,
        role: input.IamRole,
        limit: input.RegistrationLimit ?? 1,
        expires,
        created: ctx.now(),
        tags: input.Tags ?? [],
      };
      activations.put(ctx, row.id, row);
      return { ActivationId: row.id, ActivationCode: letters(ctx.world, 20) };
    },
  },
  DescribeActivations: {
    constraints: { MaxResults: { min: 1, max: 50 } },
    run(input, ctx) {
      const wanted = (row: ActivationRow): boolean =>
        (input.Filters ?? []).every(({ FilterKey, FilterValues }: { FilterKey: string; FilterValues: string[] }) => {
          const value = { ActivationIds: row.id, DefaultInstanceName: row.instanceName, IamRole: row.role }[FilterKey];
          return value !== undefined && FilterValues.includes(value);
        });
      const { items, next } = ctx.page(activations.all(ctx).filter(wanted), input.NextToken, input.MaxResults, { size: 50 });
      return {
        ActivationList: items.map((row) => ({
          ActivationId: row.id,
          Description: row.description,
          DefaultInstanceName: row.instanceName,
          IamRole: row.role,
          RegistrationLimit: row.limit,
          RegistrationsCount: 0,
          ExpirationDate: new Date(row.expires),
          Expired: row.expires <= ctx.now(),
          CreatedDate: new Date(row.created),
          Tags: row.tags,
        })),
        NextToken: next,
      };
    },
  },
  DeleteActivation: {
    constraints: { ActivationId: { pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' } },
    run(input, ctx) {
      activations.drop(ctx, activations.get(ctx, input.ActivationId).id);
      return {};
    },
  },
};
