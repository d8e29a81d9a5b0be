import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { profileOf } from './iam-profile.ts';
import { stateOf } from './instance-model.ts';
import { filtered, paged } from './query.ts';
import type { Instance } from './rows.ts';
import { arn, arns, edit, gone, phase, rowsOf, towards, writable } from './tables.ts';

/** Which instance profile an instance has. A change takes a few seconds; until then the old answer stands. */

type Profile = NonNullable<Instance['profile']>;
const SECONDS = 3;
const profiled = (ctx: LabContext): Instance[] =>
  rowsOf<Instance>(ctx, 'instances').filter((row) => row.profile && !gone(row.profile, ctx.now()) && stateOf(ctx, row) !== 'terminated');
const stateOfProfile = (ctx: LabContext, profile: Profile): string => (profile.timeline ? phase(profile.timeline, ctx.now()) : 'associated');
const view = (ctx: LabContext, row: Instance, profile: Profile) => ({
  AssociationId: profile.associationId,
  InstanceId: row.id,
  IamInstanceProfile: { Arn: profile.arn, Id: profile.id },
  State: stateOfProfile(ctx, profile),
  Timestamp: new Date(profile.since),
});
const associate = (ctx: LabContext, row: Instance, wanted: { arn: string; id: string }): Profile => {
  row.profile = { ...wanted, associationId: ctx.id('iip-assoc'), since: ctx.now(), timeline: towards(ctx, 'associating', 'associated', SECONDS) };
  return row.profile;
};
/** The instance whose association a call names. */
function holder(ctx: LabContext, id: string): Instance & { profile: Profile } {
  writable(ctx, 'instances');
  const row = profiled(ctx).find((one) => one.profile!.associationId === id);
  if (!row) throw new LabError('InvalidAssociationID.NotFound', `An invalid association-id of '${id}' was given`);
  return row as Instance & { profile: Profile };
}

export const operations: LabOperations = {
  AssociateIamInstanceProfile: {
    run(input, ctx) {
      const row = edit<Instance>(ctx, 'instances', input.InstanceId);
      const wanted = profileOf(ctx, input.IamInstanceProfile ?? {});
      if (/terminated|shutting-down/.test(stateOf(ctx, row)))
        throw new LabError('IncorrectInstanceState', `The instance '${row.id}' is not running or stopped.`);
      if (row.profile && !gone(row.profile, ctx.now())) throw new LabError('IncorrectState', `There is an existing association for instance ${row.id}`);
      return { IamInstanceProfileAssociation: view(ctx, row, associate(ctx, row, wanted)) };
    },
    resources: (input, ctx) => arns(ctx, 'instance', input.InstanceId),
  },
  DisassociateIamInstanceProfile: {
    run(input, ctx) {
      const row = holder(ctx, input.AssociationId);
      row.profile.timeline = [{ state: 'disassociating', at: ctx.now() }];
      row.profile.until = ctx.due(SECONDS);
      return { IamInstanceProfileAssociation: view(ctx, row, row.profile) };
    },
    resources: (_input, ctx) => [arn(ctx, 'instance', '*')],
  },
  /** "for the specified running instance" (EC2 API reference). The association that follows has an id of its own. */
  ReplaceIamInstanceProfileAssociation: {
    run(input, ctx) {
      const row = holder(ctx, input.AssociationId);
      const wanted = profileOf(ctx, input.IamInstanceProfile ?? {});
      if (row.profile.until !== undefined) throw new LabError('IncorrectState', `The association '${input.AssociationId}' is not in the 'associated' state.`);
      if (!/pending|running/.test(stateOf(ctx, row))) throw new LabError('IncorrectInstanceState', `The instance '${row.id}' is not in the 'running' state.`);
      return { IamInstanceProfileAssociation: view(ctx, row, associate(ctx, row, wanted)) };
    },
    resources: (_input, ctx) => [arn(ctx, 'instance', '*')],
  },
  DescribeIamInstanceProfileAssociations: {
    run(input, ctx) {
      const all = profiled(ctx);
      const seen = input.AssociationIds?.length ? all.filter((row) => input.AssociationIds.includes(row.profile!.associationId)) : all;
      const rows = filtered(ctx, seen, input.Filters, { 'instance-id': (row) => row.id, state: (row) => stateOfProfile(ctx, row.profile!) });
      return paged(ctx, input, rows, 'IamInstanceProfileAssociations', (row) => view(ctx, row, row.profile!));
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
};
