import type { Act, Technique } from '../technique.ts';

async function sshKey(act: Act, UserName = act.company.leakedUser): Promise<void> {
  const blob = Buffer.concat([Buffer.from('\0\0\0\x07ssh-rsa\0\0\0\x03\x01\0\x01\0\0\x01\x01\0', 'latin1'), act.draw.bytes(256)]);
  const { SSHPublicKey } = await act.call('iam', 'UploadSSHPublicKey', { UserName, SSHPublicKeyBody: `ssh-rsa ${blob.toString('base64')}` });
  act.made('AWS::IAM::SSHPublicKey', SSHPublicKey.SSHPublicKeyId, '');
  act.attends('AWS::IAM::User', UserName, act.arn('iam', `user/${UserName}`));
  act.credential({ kind: 'ssh', id: SSHPublicKey.SSHPublicKeyId, principal: UserName });
}

/** An SSH key for the company's repositories. */
export const technique: Technique = {
  id: 'ssh-key',
  place: 'global',
  makes: ['AWS::IAM::SSHPublicKey'],
  needs: ['iam:UploadSSHPublicKey'],
  play: sshKey,
  async innocent(act) {
    await sshKey(act, act.company.programUser);
  },
};
