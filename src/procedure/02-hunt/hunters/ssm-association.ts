import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read, unlessGone } from '../hunting/calls.ts';
import { arnFor, foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';
import { commandReasons } from '../hunting/startup-code.ts';

interface Association {
  AssociationId?: string;
  AssociationName?: string;
  Name?: string;
  InstanceId?: string;
  Targets?: { Key?: string; Values?: string[] }[];
  ScheduleExpression?: string;
  LastExecutionDate?: string;
}
interface Description extends Association {
  /** When it was made. */
  Date?: string;
  LastUpdateAssociationDate?: string;
  Parameters?: Record<string, string[]>;
  AssociationDispatchAssumeRole?: string;
}
const targetsOf = (one: Association): string => (one.Targets ?? []).map(({ Key, Values }) => `${Key ?? ''}=${(Values ?? []).slice(0, 5).join(',')}`).join(' ');

/** A command that Systems Manager runs again and again on instances. Parameters are looked at, not repeated: they may carry secrets. */
export const hunter: Hunter = {
  type: 'AWS::SSM::Association',
  scope: 'regional',
  title: text('Systems Manager associations', 'Asociaciones de Systems Manager'),
  permissions: ['ssm:ListAssociations', 'ssm:DescribeAssociation'],
  createdByEvents: ['CreateAssociation', 'CreateAssociationBatch'],
  changedByEvents: ['UpdateAssociation', 'StartAssociationsOnce'],
  names: ['associationId', 'associationIds'],
  arn: (id, { partition, region, account }) => `arn:${partition}:ssm:${region}:${account}:association/${id}`,
  async *scan(ctx, region) {
    yield* each(listed<Association>(ctx, 'ssm', region, 'ListAssociations', 'Associations', { MaxResults: 50 }), async (short): Promise<Found[]> => {
      const { AssociationId } = short;
      if (AssociationId === undefined) return [];
      const answer = await unlessGone(() => read<{ AssociationDescription?: Description }>(ctx, 'ssm', region, 'DescribeAssociation', { AssociationId }));
      const one: Description = answer?.AssociationDescription ?? short;
      return [
        foundAt(ctx, 'AWS::SSM::Association', region, arnFor(ctx, 'ssm', region, `association/${AssociationId}`), AssociationId, {
          createdAt: time(one.Date),
          roles: rolesOf(ctx, one.AssociationDispatchAssumeRole),
          reasons: commandReasons(Object.values(one.Parameters ?? {}).flat()),
          detail: present({
            name: oneLine(short.AssociationName),
            document: oneLine(short.Name),
            targets: oneLine(targetsOf(short)),
            schedule: oneLine(short.ScheduleExpression),
            lastUpdated: time(one.LastUpdateAssociationDate),
            lastRun: time(short.LastExecutionDate),
          }),
        }),
      ];
    });
  },
};
