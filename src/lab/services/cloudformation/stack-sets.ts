import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { shelf } from '../shelf.ts';
import { capabilityNeeded, invalid, parseTemplate } from './template.ts';

interface StackSetRow {
  name: string;
  id: string;
  arn: string;
  description?: string;
  body: string;
  capabilities: string[];
  administration?: string;
  execution: string;
  model: 'SELF_MANAGED' | 'SERVICE_MANAGED';
  deleted: boolean;
}
const sets = shelf<StackSetRow>('cfnStackSets', (name) => new LabError('StackSetNotFoundException', `StackSet ${name} not found`));
const theSet = (ctx: LabContext, given: string): StackSetRow => {
  const row = sets.get(ctx, given.split(':')[0]);
  return row.deleted ? sets.get(ctx, `${given} `) : row;
};
const arn = (ctx: LabContext, id: string): string => `arn:aws:cloudformation:${ctx.region.name}:${ctx.account.id}:stackset/${id}`;
const resources = (input: any, ctx: LabContext): string[] => [arn(ctx, `${input.StackSetName}:*`)];
const CALL_AS = { enum: ['SELF', 'DELEGATED_ADMIN'] };

/** A stack set is kept with its template and roles. Stack instances in other accounts and Regions are not made by the lab. */
export const operations: LabOperations = {
  CreateStackSet: {
    constraints: {
      Description: { length: [1, 1024] },
      Tags: { length: [0, 50] },
      AdministrationRoleARN: { length: [20, 2048] },
      ExecutionRoleName: { length: [1, 64], pattern: '[a-zA-Z_0-9+=,.@-]+' },
      PermissionModel: { enum: ['SERVICE_MANAGED', 'SELF_MANAGED'] },
      CallAs: CALL_AS,
      'Capabilities[]': { enum: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] },
    },
    exclusive: [['TemplateBody', 'TemplateURL']],
    resources,
    run(input, ctx) {
      const { StackSetName } = input;
      if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(StackSetName)) throw invalid(`StackSet name ${StackSetName} is not valid`);
      if (sets.find(ctx, StackSetName)?.deleted === false)
        throw new LabError('NameAlreadyExistsException', `StackSet already exists with name: ${StackSetName}`);
      if (input.TemplateBody === undefined) throw invalid('TemplateURL must reference a valid S3 object to which you have access.');
      const needed = capabilityNeeded(parseTemplate(input.TemplateBody));
      if (needed !== undefined && !input.Capabilities?.some((one: string) => one === needed || one === 'CAPABILITY_NAMED_IAM'))
        throw new LabError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`, { status: 400 });
      const id = `${StackSetName}:${ctx.uuid()}`;
      sets.put(ctx, StackSetName, {
        name: StackSetName,
        id,
        arn: arn(ctx, id),
        description: input.Description,
        body: input.TemplateBody,
        capabilities: input.Capabilities ?? [],
        administration: input.AdministrationRoleARN,
        execution: input.ExecutionRoleName ?? 'AWSCloudFormationStackSetExecutionRole',
        model: input.PermissionModel ?? 'SELF_MANAGED',
        deleted: false,
      });
      return { StackSetId: id };
    },
  },
  ListStackSets: {
    constraints: { MaxResults: { min: 1, max: 100 }, Status: { enum: ['ACTIVE', 'DELETED'] }, CallAs: CALL_AS },
    run(input, ctx) {
      const rows = sets.all(ctx).filter((row) => input.Status === undefined || row.deleted === (input.Status === 'DELETED'));
      const { items, next } = ctx.page(rows, input.NextToken, input.MaxResults, { size: 100 });
      return {
        Summaries: items.map((row) => ({
          StackSetName: row.name,
          StackSetId: row.id,
          Description: row.description,
          Status: row.deleted ? 'DELETED' : 'ACTIVE',
          PermissionModel: row.model,
        })),
        NextToken: next,
      };
    },
  },
  DescribeStackSet: {
    constraints: { CallAs: CALL_AS },
    resources,
    run(input, ctx) {
      const row = theSet(ctx, input.StackSetName);
      return {
        StackSet: {
          StackSetName: row.name,
          StackSetId: row.id,
          StackSetARN: row.arn,
          Description: row.description,
          Status: 'ACTIVE',
          TemplateBody: row.body,
          Capabilities: row.capabilities,
          AdministrationRoleARN: row.administration,
          ExecutionRoleName: row.execution,
          PermissionModel: row.model,
          Parameters: [],
          Tags: [],
        },
      };
    },
  },
  DeleteStackSet: {
    constraints: { CallAs: CALL_AS },
    resources,
    run(input, ctx) {
      theSet(ctx, input.StackSetName).deleted = true;
      return {};
    },
  },
};
