import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { imageOf } from '../ec2/image-catalogue.ts';
import { actor, isGone, type StackResource, type StackRow, stacks, status, theStack } from './model.ts';
import { KINDS, type Send, sender } from './provision.ts';
import { capabilityNeeded, invalid, type Made, parseTemplate, resolve, type Scope, type Template } from './template.ts';

const TOKEN = { length: [1, 128] as [number, number], pattern: '[a-zA-Z0-9][-a-zA-Z0-9]*' };
const view = (ctx: LabContext, row: StackRow) => ({
  StackId: row.id,
  StackName: row.name,
  Description: row.description,
  Parameters: row.parameters,
  CreationTime: new Date(row.created),
  DeletionTime: row.deleted === undefined ? undefined : new Date(row.deleted),
  StackStatus: status(ctx, row),
  StackStatusReason: row.failure,
  DisableRollback: false,
  NotificationARNs: [],
  Capabilities: row.capabilities,
  Outputs: status(ctx, row) === 'CREATE_COMPLETE' ? (row.outputs ?? []) : [],
  RoleARN: row.role,
  Tags: row.tags,
  EnableTerminationProtection: row.protected,
  DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
});
const resourceView = (ctx: LabContext, row: StackRow, one: StackResource) => ({
  LogicalResourceId: one.name,
  PhysicalResourceId: one.id,
  ResourceType: one.type,
  LastUpdatedTimestamp: new Date(row.created),
  Timestamp: new Date(row.created),
  ResourceStatus:
    row.deleted !== undefined || (row.failure !== undefined && !row.kept)
      ? 'DELETE_COMPLETE'
      : row.doneAt <= ctx.now()
        ? 'CREATE_COMPLETE'
        : 'CREATE_IN_PROGRESS',
  StackId: row.id,
  StackName: row.name,
  DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
});
const arn = (ctx: LabContext, name: string): string => `arn:aws:cloudformation:${ctx.region.name}:${ctx.account.id}:stack/${name}`;
const stackResource = (input: any, ctx: LabContext): string[] => {
  const given = String(input.StackName ?? '*');
  return [given.startsWith('arn:') ? given : `${arn(ctx, given)}/*`];
};

/** Types whose resources get the stack's tags too, beside their own. */
const TAGGED = new Set(['VPC', 'Subnet', 'RouteTable', 'SecurityGroup', 'VPCEndpoint', 'Instance'].map((name) => `AWS::EC2::${name}`));
/** A parameter of the SSM kind is given by name and used by value. */
function parameterValue(ctx: LabContext, type: string, value: unknown): unknown {
  if (type === 'Number') return Number(value);
  if (type !== 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>') return value;
  try {
    return imageOf(ctx, `resolve:ssm:${String(value)}`).id;
  } catch (error) {
    throw error instanceof LabError ? invalid(`Unable to fetch parameters [${String(value)}] from parameter store for this account.`) : error;
  }
}

/** Makes the template's resources one after another, each after those it refers to. @returns why it failed */
async function provision(ctx: LabContext, send: Send, row: StackRow, template: Template): Promise<string | undefined> {
  const under = new Set<string>();
  const parameters = Object.fromEntries(
    Object.entries(template.Parameters ?? {}).map(([name, one]) => [
      name,
      parameterValue(ctx, one.Type, row.parameters.find((given) => given.ParameterKey === name)?.ParameterValue ?? one.Default),
    ]),
  );
  const pseudo = {
    'AWS::Region': ctx.region.name,
    'AWS::AccountId': ctx.account.id,
    'AWS::StackName': row.name,
    'AWS::StackId': row.id,
    'AWS::Partition': 'aws',
  };
  const scope: Scope = { parameters, pseudo, resource };
  async function resource(name: string): Promise<Made> {
    const made = row.resources.find((one) => one.name === name);
    if (made) return made;
    const one = template.Resources[name];
    if (!one) throw invalid(`Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`);
    if (under.has(name)) throw invalid(`Circular dependency between resources: [${[...under].join(', ')}]`);
    under.add(name);
    for (const before of [one.DependsOn ?? []].flat()) await resource(before);
    const kind = KINDS[one.Type];
    if (!kind) throw invalid(`Template format error: Unrecognized resource types: [${one.Type}]`);
    const properties = await resolve(scope, one.Properties ?? {});
    if (row.tags.length > 0 && TAGGED.has(one.Type))
      properties.Tags = [...row.tags.filter((tag) => !properties.Tags?.some((own: any) => own.Key === tag.Key)), ...(properties.Tags ?? [])];
    const entry: StackResource = {
      name,
      type: one.Type,
      ...(one.DeletionPolicy === 'Retain' ? { retain: true as const } : {}),
      ...(await kind.make(send, properties, `${row.name}-${name}-${ctx.letters(12)}`)),
    };
    row.resources.push(entry);
    return entry;
  }
  try {
    for (const name of Object.keys(template.Resources)) await resource(name);
    row.outputs = [];
    for (const [OutputKey, one] of Object.entries(template.Outputs ?? {}))
      row.outputs.push({
        OutputKey,
        OutputValue: String(await resolve(scope, one.Value)),
        ...(one.Description === undefined ? {} : { Description: one.Description }),
      });
    return undefined;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return `The following resource(s) failed to create: [${[...under].at(-1) ?? ''}]. ${error.message}`;
  }
}
/** The last made goes first. What cannot be removed stays. */
async function remove(ctx: LabContext, send: Send, row: StackRow, retained: readonly string[] = []): Promise<void> {
  for (const one of [...row.resources].reverse()) {
    if (one.retain || retained.includes(one.name)) continue;
    try {
      await KINDS[one.type]!.remove(send, one, ctx);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
    }
  }
}
const SECONDS_EACH = 15;

export const operations: LabOperations = {
  CreateStack: {
    constraints: {
      TimeoutInMinutes: { min: 1 },
      NotificationARNs: { length: [0, 5] },
      'Capabilities[]': { enum: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] },
      RoleARN: { length: [20, 2048] },
      OnFailure: { enum: ['DO_NOTHING', 'ROLLBACK', 'DELETE'] },
      Tags: { length: [0, 50] },
      ClientRequestToken: TOKEN,
    },
    exclusive: [['TemplateBody', 'TemplateURL']],
    resources: stackResource,
    async run(input, ctx) {
      if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(input.StackName))
        throw invalid(
          `1 validation error detected: Value '${input.StackName}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
        );
      const there = stacks.all(ctx).find((row) => row.name === input.StackName && !isGone(ctx, row));
      if (there && input.ClientRequestToken !== undefined && there.token === input.ClientRequestToken) return { StackId: there.id };
      if (there) throw new LabError('AlreadyExistsException', `Stack [${input.StackName}] already exists`);
      if (input.TemplateBody === undefined)
        throw invalid(
          input.TemplateURL === undefined
            ? 'Either Template URL or Template Body must be specified.'
            : 'TemplateURL must reference a valid S3 object to which you have access.',
        );
      const template = parseTemplate(input.TemplateBody);
      const needed = capabilityNeeded(template);
      const given: string[] = input.Capabilities ?? [];
      if (needed !== undefined && !given.includes(needed) && !given.includes('CAPABILITY_NAMED_IAM'))
        throw new LabError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
      const lacking = Object.entries(template.Parameters ?? {})
        .filter(([name, one]) => one.Default === undefined && !input.Parameters?.some((parameter: any) => parameter.ParameterKey === name))
        .map(([name]) => name);
      if (lacking.length > 0) throw invalid(`Parameters: [${lacking.join(', ')}] must have values`);
      const send = sender(ctx, actor(ctx, input.RoleARN));
      const row: StackRow = {
        name: input.StackName,
        id: `${arn(ctx, input.StackName)}/${ctx.uuid()}`,
        description: template.Description,
        body: input.TemplateBody,
        parameters: (input.Parameters ?? []).map((one: any) => ({
          ParameterKey: one.ParameterKey,
          ParameterValue: template.Parameters?.[one.ParameterKey]?.NoEcho ? '****' : one.ParameterValue,
        })),
        capabilities: given,
        role: input.RoleARN,
        tags: input.Tags ?? [],
        created: ctx.now(),
        doneAt: ctx.due(SECONDS_EACH * Object.keys(template.Resources).length),
        protected: input.EnableTerminationProtection ?? false,
        resources: [],
        ...(input.ClientRequestToken === undefined ? {} : { token: input.ClientRequestToken }),
      };
      stacks.put(ctx, row.id, row);
      const making = { ...row, parameters: input.Parameters ?? [] };
      row.failure = await provision(ctx, send, making, template);
      row.outputs = making.outputs;
      row.kept = input.OnFailure === 'DO_NOTHING' || input.DisableRollback === true;
      if (row.failure !== undefined && !row.kept) await remove(ctx, send, row);
      return { StackId: row.id };
    },
  },
  DescribeStacks: {
    resources: stackResource,
    run(input, ctx) {
      const rows = input.StackName === undefined ? stacks.all(ctx).filter((row) => !isGone(ctx, row)) : [theStack(ctx, input.StackName)];
      const { items, next } = ctx.page(rows, input.NextToken, undefined, { size: 100 });
      return { Stacks: items.map((row) => view(ctx, row)), NextToken: next };
    },
  },
  ListStacks: {
    run(input, ctx) {
      const wanted: string[] = input.StackStatusFilter ?? [];
      const rows = stacks.all(ctx).filter((row) => wanted.length === 0 || wanted.includes(status(ctx, row)));
      const { items, next } = ctx.page(rows, input.NextToken, undefined, { size: 100 });
      return {
        StackSummaries: items.map((row) => {
          const { StackId, StackName, CreationTime, DeletionTime, StackStatus, StackStatusReason, DriftInformation } = view(ctx, row);
          return { StackId, StackName, TemplateDescription: row.description, CreationTime, DeletionTime, StackStatus, StackStatusReason, DriftInformation };
        }),
        NextToken: next,
      };
    },
  },
  ListStackResources: {
    resources: stackResource,
    run(input, ctx) {
      const row = theStack(ctx, input.StackName);
      const { items, next } = ctx.page(row.resources, input.NextToken, undefined, { size: 100 });
      return { StackResourceSummaries: items.map((one) => resourceView(ctx, row, one)), NextToken: next };
    },
  },
  DescribeStackResources: {
    resources: stackResource,
    run(input, ctx) {
      const rows =
        input.StackName === undefined
          ? stacks.all(ctx).filter((row) => !isGone(ctx, row) && row.resources.some((one) => one.id === input.PhysicalResourceId))
          : [theStack(ctx, input.StackName)];
      if (rows.length === 0) throw invalid(`Stack for ${input.PhysicalResourceId} does not exist`);
      return { StackResources: rows.flatMap((row) => row.resources.slice(0, 100).map((one) => resourceView(ctx, row, one))) };
    },
  },
  GetTemplate: {
    resources: stackResource,
    constraints: { TemplateStage: { enum: ['Original', 'Processed'] } },
    run: (input, ctx) => ({ TemplateBody: theStack(ctx, input.StackName ?? '').body, StagesAvailable: ['Original', 'Processed'] }),
  },
  UpdateTerminationProtection: {
    resources: stackResource,
    run(input, ctx) {
      const row = theStack(ctx, input.StackName);
      row.protected = input.EnableTerminationProtection;
      return { StackId: row.id };
    },
  },
  DeleteStack: {
    constraints: { RoleARN: { length: [20, 2048] }, ClientRequestToken: TOKEN, DeletionMode: { enum: ['STANDARD', 'FORCE_DELETE_STACK'] } },
    resources: stackResource,
    async run(input, ctx) {
      const row = stacks.all(ctx).find((one) => (one.name === input.StackName || one.id === input.StackName) && one.deleted === undefined);
      // Deleting what is not there succeeds.
      if (!row) return {};
      if (row.protected) throw invalid(`Stack [${row.name}] cannot be deleted while TerminationProtection is enabled`);
      row.deleted = ctx.now();
      row.goneAt = ctx.due(SECONDS_EACH * row.resources.length);
      if (row.failure === undefined || row.kept) await remove(ctx, sender(ctx, actor(ctx, input.RoleARN ?? row.role)), row, input.RetainResources);
      return {};
    },
  },
};
