import type { Act, Technique } from '../technique.ts';

async function rule(act: Act): Promise<void> {
  const Name = act.name(['sync', 'nightly', 'instance-state']);
  const { RuleArn } = await act.call('eventbridge', 'PutRule', { Name, ScheduleExpression: 'rate(6 hours)', State: 'ENABLED' });
  act.made('AWS::Events::Rule', Name, RuleArn);
  const Arn = `arn:aws:lambda:${act.region}:${act.account}:function:${act.company.slug}-worker`;
  await act.call('eventbridge', 'PutTargets', { Rule: Name, Targets: [{ Id: '1', Arn }] });
}

/** A rule that wakes something of his whenever the company does something. */
export const technique: Technique = {
  id: 'event-rule-target',
  place: 'region',
  makes: ['AWS::Events::Rule'],
  needs: ['events:PutRule', 'events:PutTargets'],
  play: rule,
  innocent: rule,
};
