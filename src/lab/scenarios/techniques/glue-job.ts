import type { Act, Technique } from '../technique.ts';

async function job(act: Act): Promise<void> {
  const name = act.name(['clean', 'dedupe', 'partition']);
  const Command = { Name: 'pythonshell', ScriptLocation: `s3://${act.company.slug}-jobs/${name}.py`, PythonVersion: '3.9' };
  await act.call('glue', 'CreateJob', { Name: name, Role: act.company.serviceRoleArn, Command });
  act.made('AWS::Glue::Job', name, act.arn('glue', `job/${name}`));
}

/** A job that runs his script with a role of the company. */
export const technique: Technique = {
  id: 'glue-job',
  place: 'region',
  makes: ['AWS::Glue::Job'],
  needs: ['glue:CreateJob', 'iam:PassRole'],
  play: job,
  innocent: job,
};
