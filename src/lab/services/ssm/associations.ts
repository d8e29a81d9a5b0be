import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { rowOf } from '../ec2/tables.ts';
import { shelf } from '../shelf.ts';
import { documentExists } from './documents.ts';

interface AssociationRow {
  id: string;
  document: string;
  version: number;
  title?: string;
  instance?: string;
  targets: { Key: string; Values: string[] }[];
  parameters: Record<string, string[]>;
  schedule?: string;
  created: number;
  updated: number;
}
const missing = (): LabError => new LabError('AssociationDoesNotExist', 'The specified association does not exist.');
const associations = shelf<AssociationRow>('ssmAssociations', missing);
function theAssociation(ctx: LabContext, input: any): AssociationRow {
  const row = associations
    .all(ctx)
    .find((one) => (input.AssociationId === undefined ? one.document === input.Name && one.instance === input.InstanceId : one.id === input.AssociationId));
  if (!row) throw missing();
  return row;
}
const DOCUMENT = { pattern: '^[a-zA-Z0-9_\\-.:/]{3,128}$' };
const TITLE = { pattern: '^[a-zA-Z0-9_\\-.]{3,128}$' };
const ID = { pattern: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}' };
const TARGETS = { length: [0, 5] as [number, number] };
const SCHEDULE = { length: [1, 256] as [number, number] };
const short = (row: AssociationRow) => ({
  Name: row.document,
  InstanceId: row.instance,
  AssociationId: row.id,
  AssociationVersion: String(row.version),
  Targets: row.targets,
  Overview: { Status: 'Pending', DetailedStatus: 'Creating' },
  ScheduleExpression: row.schedule,
  AssociationName: row.title,
});
const full = (row: AssociationRow) => ({
  ...short(row),
  Date: new Date(row.created),
  LastUpdateAssociationDate: new Date(row.updated),
  DocumentVersion: '$DEFAULT',
  Parameters: row.parameters,
});
function check(ctx: LabContext, input: any): void {
  if (input.Name !== undefined && !documentExists(ctx, input.Name)) throw new LabError('InvalidDocument', `Document with name ${input.Name} does not exist.`);
  if (input.ScheduleExpression !== undefined && !/^(rate|cron|at)\(.+\)$/.test(input.ScheduleExpression))
    throw new LabError('InvalidSchedule', 'The schedule is invalid. Verify your cron or rate expression and try again.');
}

export const operations: LabOperations = {
  CreateAssociation: {
    constraints: { Name: DOCUMENT, AssociationName: TITLE, Targets: TARGETS, ScheduleExpression: SCHEDULE },
    run(input, ctx) {
      check(ctx, input);
      const { InstanceId, Targets } = input;
      if ((InstanceId === undefined) === (Targets === undefined || Targets.length === 0))
        throw new LabError('InvalidTarget', 'The target is not valid or does not exist. Specify one of InstanceId and Targets.');
      if (InstanceId !== undefined && !rowOf(ctx, 'instances', InstanceId))
        throw new LabError('InvalidInstanceId', `Instances [[${InstanceId}]] not in a valid state for account ${ctx.account.id}`);
      if (InstanceId !== undefined && associations.all(ctx).some((row) => row.instance === InstanceId && row.document === input.Name))
        throw new LabError('AssociationAlreadyExists', 'The specified association already exists.');
      const row: AssociationRow = {
        id: ctx.uuid(),
        document: input.Name,
        version: 1,
        title: input.AssociationName,
        instance: InstanceId,
        targets: Targets ?? [{ Key: 'InstanceIds', Values: [InstanceId] }],
        parameters: input.Parameters ?? {},
        schedule: input.ScheduleExpression,
        created: ctx.now(),
        updated: ctx.now(),
      };
      return { AssociationDescription: full(associations.put(ctx, row.id, row)) };
    },
  },
  ListAssociations: {
    constraints: { MaxResults: { min: 1, max: 50 } },
    run(input, ctx) {
      const wanted = (row: AssociationRow): boolean =>
        (input.AssociationFilterList ?? []).every(
          ({ key, value }: { key: string; value: string }) =>
            ({ Name: row.document, AssociationName: row.title, AssociationId: row.id, InstanceId: row.instance })[key] === value,
        );
      const { items, next } = ctx.page(associations.all(ctx).filter(wanted), input.NextToken, input.MaxResults, { size: 50 });
      return { Associations: items.map(short), NextToken: next };
    },
  },
  DescribeAssociation: {
    constraints: { Name: DOCUMENT, AssociationId: ID },
    run: (input, ctx) => ({ AssociationDescription: full(theAssociation(ctx, input)) }),
  },
  UpdateAssociation: {
    constraints: { AssociationId: ID, Name: DOCUMENT, AssociationName: TITLE, Targets: TARGETS, ScheduleExpression: SCHEDULE },
    run(input, ctx) {
      const row = theAssociation(ctx, { AssociationId: input.AssociationId });
      check(ctx, input);
      row.document = input.Name ?? row.document;
      row.parameters = input.Parameters ?? row.parameters;
      row.targets = input.Targets ?? row.targets;
      row.schedule = input.ScheduleExpression;
      row.title = input.AssociationName ?? row.title;
      row.version++;
      row.updated = ctx.now();
      return { AssociationDescription: full(row) };
    },
  },
  DeleteAssociation: {
    constraints: { Name: DOCUMENT, AssociationId: ID },
    run(input, ctx) {
      associations.drop(ctx, theAssociation(ctx, input).id);
      return {};
    },
  },
};
