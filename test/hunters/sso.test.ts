import { expect } from 'vitest';
import { addIdentityCenter } from '../../src/lab/world/index.ts';
import { ACCOUNT, type Call_, REGION, testHunter } from './stand.ts';

const ANYTHING = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
const instance = async (as: Call_): Promise<{ InstanceArn: string; IdentityStoreId: string }> => (await as('sso-admin', 'ListInstances')).Instances[0];
const permissionSet = async (as: Call_, Name: string): Promise<string> =>
  (await as('sso-admin', 'CreatePermissionSet', { InstanceArn: (await instance(as)).InstanceArn, Name })).PermissionSet.PermissionSetArn;
const person = async (as: Call_, UserName: string): Promise<string> => {
  const { IdentityStoreId } = await instance(as);
  return (await as('identitystore', 'CreateUser', { IdentityStoreId, UserName, DisplayName: UserName, Name: { GivenName: 'A', FamilyName: 'B' } })).UserId;
};
const assign = async (as: Call_, PrincipalId: string, PermissionSetArn: string): Promise<string> => {
  const { InstanceArn } = await instance(as);
  await as('sso-admin', 'CreateAccountAssignment', {
    InstanceArn,
    PermissionSetArn,
    TargetId: ACCOUNT,
    TargetType: 'AWS_ACCOUNT',
    PrincipalType: 'USER',
    PrincipalId,
  });
  return PrincipalId;
};
const sets = async (as: Call_): Promise<string[]> =>
  (await as('sso-admin', 'ListPermissionSets', { InstanceArn: (await instance(as)).InstanceArn })).PermissionSets;
const world: NonNullable<Parameters<typeof testHunter>[0]['world']> = (where, account) => void addIdentityCenter(where, account, REGION);

testHunter({
  type: 'AWS::SSO::PermissionSet',
  world,
  plant: async (as) => {
    const made = [await permissionSet(as, 'Support'), await permissionSet(as, 'Audit'), await permissionSet(as, 'Billing')];
    for (const PermissionSetArn of made)
      await as('sso-admin', 'PutInlinePolicyToPermissionSet', { InstanceArn: (await instance(as)).InstanceArn, PermissionSetArn, InlinePolicy: ANYTHING });
    return made;
  },
  innocent: async (as) => [await permissionSet(as, 'Developers')],
  looks: { detail: { administratorBy: 'inline' }, reasons: [{ code: 'by-key' }, { code: 'admin' }] },
});
testHunter({
  type: 'AWS::SSO::Assignment',
  world,
  before: async (as) => {
    await permissionSet(as, 'Developers');
  },
  plant: async (as) => {
    const made = [];
    for (const name of ['helpdesk', 'vendor', 'guest']) made.push(await assign(as, await person(as, name), (await sets(as))[0]!));
    return made;
  },
  innocent: async (as) => [await assign(as, await person(as, 'ann'), (await sets(as))[0]!)],
  looks: { detail: { principalType: 'USER', permissionSets: [expect.stringContaining('permissionSet/')] } },
});
testHunter({
  type: 'AWS::IdentityStore::User',
  world,
  plant: async (as) => [await person(as, 'helpdesk'), await person(as, 'vendor'), await person(as, 'guest')],
  innocent: async (as) => [await person(as, 'ann')],
});
