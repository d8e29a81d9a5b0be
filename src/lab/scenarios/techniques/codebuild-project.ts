import type { Act, Technique } from '../technique.ts';
import { startup } from '../words.ts';

async function project(act: Act): Promise<void> {
  const name = act.name(['release-check', 'docs', 'lint']);
  const command = act.by.ip.startsWith('198.') ? 'npm test' : startup(act).trim().split('\n').at(-1);
  const { project: made } = await act.call('codebuild', 'CreateProject', {
    name,
    source: { type: 'NO_SOURCE', buildspec: `version: 0.2\nphases:\n  build:\n    commands:\n      - ${command}\n` },
    artifacts: { type: 'NO_ARTIFACTS' },
    environment: { type: 'LINUX_CONTAINER', image: 'aws/codebuild/standard:7.0', computeType: 'BUILD_GENERAL1_2XLARGE' },
    serviceRole: act.company.serviceRoleArn,
  });
  act.made('AWS::CodeBuild::Project', name, made.arn);
}

/** A build that is no build: code that runs with a role of the company. */
export const technique: Technique = {
  id: 'codebuild-project',
  place: 'region',
  makes: ['AWS::CodeBuild::Project'],
  needs: ['codebuild:CreateProject', 'iam:PassRole'],
  play: project,
  innocent: project,
};
