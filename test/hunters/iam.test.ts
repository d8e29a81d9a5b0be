import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const ANYTHING = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
const READING = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }] });
const trusting = (account: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }] });
const OWN = '111122223333';
const OTHER = '999988887777';
const user = async (as: Call_, UserName: string): Promise<string> => (await as('iam', 'CreateUser', { UserName })).User.UserName;
const users = async (as: Call_) => {
  for (const name of ['ann', 'ben', 'cat']) await user(as, name);
};
const certificate = (name: string) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(name).toString('base64')}\n-----END CERTIFICATE-----`;
const sshKey = (name: string) => `ssh-rsa ${Buffer.from(`\0\0\0\x07ssh-rsa${name}`).toString('base64')}`;

testHunter({
  type: 'AWS::IAM::User',
  plant: async (as) => {
    const made = [await user(as, 'support-agent'), await user(as, 'backup')];
    for (const UserName of made) await as('iam', 'AttachUserPolicy', { UserName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    return made;
  },
  innocent: async (as) => [await user(as, 'new-colleague')],
  looks: { detail: { administratorBy: 'AdministratorAccess' }, reasons: [{ code: 'by-key' }, { code: 'admin' }] },
});
testHunter({
  type: 'AWS::IAM::Group',
  plant: async (as) => {
    for (const GroupName of ['auditors', 'operators', 'readers']) {
      await as('iam', 'CreateGroup', { GroupName });
      await as('iam', 'PutGroupPolicy', { GroupName, PolicyName: 'all', PolicyDocument: ANYTHING });
    }
    return ['auditors', 'operators', 'readers'];
  },
  innocent: async (as) => [(await as('iam', 'CreateGroup', { GroupName: 'developers' })).Group.GroupName],
  looks: { detail: { administratorBy: 'all' } },
});
testHunter({
  type: 'AWS::IAM::Role',
  plant: async (as) => {
    const made = [];
    for (const RoleName of ['audit', 'maintenance', 'vendor'])
      made.push((await as('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trusting(OTHER) })).Role.RoleName);
    return made;
  },
  innocent: async (as) => [(await as('iam', 'CreateRole', { RoleName: 'build', AssumeRolePolicyDocument: trusting(OWN) })).Role.RoleName],
  looks: { detail: { trusts: [OTHER] }, reasons: [{ code: 'by-key' }, { code: 'outsider-trust' }] },
});
testHunter({
  type: 'AWS::IAM::ManagedPolicy',
  before: async (as) => {
    for (const PolicyName of ['deploy', 'logs', 'reports']) await as('iam', 'CreatePolicy', { PolicyName, PolicyDocument: READING });
  },
  // A version that lets in more, on a policy the company made and uses.
  plant: async (as) => {
    const made = [];
    for (const name of ['deploy', 'logs']) {
      const PolicyArn = `arn:aws:iam::${OWN}:policy/${name}`;
      await as('iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument: ANYTHING, SetAsDefault: true });
      made.push(PolicyArn);
    }
    return made;
  },
  innocent: async () => [`arn:aws:iam::${OWN}:policy/reports`],
  changes: true,
  looks: { detail: { inForce: 'v2', versions: 2, administratorBy: expect.stringContaining('v2') } },
});
for (const kind of ['User', 'Group', 'Role'] as const)
  testHunter({
    type: `AWS::IAM::${kind}Policy`,
    before: async (as) => {
      for (const name of ['ann', 'ben', 'cat'])
        await as('iam', `Create${kind}`, { [`${kind}Name`]: name, ...(kind === 'Role' ? { AssumeRolePolicyDocument: trusting(OWN) } : {}) });
    },
    plant: async (as) => {
      for (const name of ['ann', 'ben']) await as('iam', `Put${kind}Policy`, { [`${kind}Name`]: name, PolicyName: 'access', PolicyDocument: ANYTHING });
      return ['ann', 'ben'];
    },
    // The same policy name on another principal, by the company.
    innocent: async (as) => {
      await as('iam', `Put${kind}Policy`, { [`${kind}Name`]: 'cat', PolicyName: 'access', PolicyDocument: READING });
      return ['cat'];
    },
    looks: { detail: { policies: ['access'], administratorBy: 'access' } },
  });
testHunter({
  type: 'AWS::IAM::AccessKey',
  before: users,
  plant: async (as) => [
    (await as('iam', 'CreateAccessKey', { UserName: 'ann' })).AccessKey.AccessKeyId,
    (await as('iam', 'CreateAccessKey', { UserName: 'ben' })).AccessKey.AccessKeyId,
  ],
  innocent: async (as) => [(await as('iam', 'CreateAccessKey', { UserName: 'ann' })).AccessKey.AccessKeyId],
});
testHunter({
  type: 'AWS::IAM::LoginProfile',
  before: users,
  plant: async (as) => {
    for (const UserName of ['ann', 'ben']) await as('iam', 'CreateLoginProfile', { UserName, Password: 'correct-horse-9' });
    return ['ann', 'ben'];
  },
  innocent: async (as) => {
    await as('iam', 'CreateLoginProfile', { UserName: 'cat', Password: 'battery-staple-7' });
    return ['cat'];
  },
});
testHunter({
  type: 'AWS::IAM::VirtualMFADevice',
  before: users,
  plant: async (as) => {
    const made = [];
    for (const VirtualMFADeviceName of ['phone', 'tablet']) {
      const { SerialNumber } = (await as('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName })).VirtualMFADevice;
      if (VirtualMFADeviceName === 'phone')
        await as('iam', 'EnableMFADevice', { UserName: 'ann', SerialNumber, AuthenticationCode1: '123456', AuthenticationCode2: '654321' });
      made.push(SerialNumber);
    }
    return made;
  },
  innocent: async (as) => {
    const { SerialNumber } = (await as('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'office' })).VirtualMFADevice;
    await as('iam', 'EnableMFADevice', { UserName: 'cat', SerialNumber, AuthenticationCode1: '123456', AuthenticationCode2: '654321' });
    return [SerialNumber];
  },
});
const credential = async (as: Call_, UserName: string, ServiceName: string): Promise<string> =>
  (await as('iam', 'CreateServiceSpecificCredential', { UserName, ServiceName })).ServiceSpecificCredential.ServiceSpecificCredentialId;
testHunter({
  type: 'AWS::IAM::ServiceSpecificCredential',
  before: users,
  plant: async (as) => [await credential(as, 'ann', 'bedrock.amazonaws.com'), await credential(as, 'ben', 'bedrock.amazonaws.com')],
  innocent: async (as) => [await credential(as, 'ann', 'codecommit.amazonaws.com')],
  looks: { detail: { service: 'bedrock.amazonaws.com', status: 'Active' } },
});
testHunter({
  type: 'AWS::IAM::SSHPublicKey',
  before: users,
  plant: async (as) =>
    Promise.all(
      ['ann', 'ben'].map(
        async (UserName) => (await as('iam', 'UploadSSHPublicKey', { UserName, SSHPublicKeyBody: sshKey(UserName) })).SSHPublicKey.SSHPublicKeyId,
      ),
    ),
  innocent: async (as) => [(await as('iam', 'UploadSSHPublicKey', { UserName: 'ann', SSHPublicKeyBody: sshKey('office') })).SSHPublicKey.SSHPublicKeyId],
});
testHunter({
  type: 'AWS::IAM::SigningCertificate',
  before: users,
  plant: async (as) =>
    Promise.all(
      ['ann', 'ben'].map(
        async (UserName) => (await as('iam', 'UploadSigningCertificate', { UserName, CertificateBody: certificate(UserName) })).Certificate.CertificateId,
      ),
    ),
  innocent: async (as) => [
    (await as('iam', 'UploadSigningCertificate', { UserName: 'ann', CertificateBody: certificate('office') })).Certificate.CertificateId,
  ],
});
const provider = async (as: Call_, host: string): Promise<string> =>
  (await as('iam', 'CreateOpenIDConnectProvider', { Url: `https://${host}`, ClientIDList: ['sts.amazonaws.com'], ThumbprintList: ['a'.repeat(40)] }))
    .OpenIDConnectProviderArn;
testHunter({
  type: 'AWS::IAM::OIDCProvider',
  plant: async (as) => [await provider(as, 'login.example.net'), await provider(as, 'id.example.org'), await provider(as, 'sso.example.io')],
  innocent: async (as) => [await provider(as, 'token.actions.githubusercontent.com')],
  looks: { detail: { audiences: 'sts.amazonaws.com' } },
});
const saml = async (as: Call_, Name: string): Promise<string> =>
  (await as('iam', 'CreateSAMLProvider', { Name, SAMLMetadataDocument: `<EntityDescriptor entityID="${Name}">${' '.repeat(1000)}</EntityDescriptor>` }))
    .SAMLProviderArn;
testHunter({
  type: 'AWS::IAM::SAMLProvider',
  plant: async (as) => [await saml(as, 'okta2'), await saml(as, 'adfs2')],
  innocent: async (as) => [await saml(as, 'okta')],
});
testHunter({
  type: 'AWS::IAM::OutboundWebIdentityFederation',
  plant: async (as) => [(await as('iam', 'EnableOutboundWebIdentityFederation')).IssuerIdentifier],
  innocent: async () => [],
});
