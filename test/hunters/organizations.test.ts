import { type Call_, testHunter } from './stand.ts';

const Content = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'cloudtrail:*', Resource: '*' }] });
const policy = async (as: Call_, Name: string): Promise<string> =>
  (await as('organizations', 'CreatePolicy', { Name, Description: 'fence', Type: 'SERVICE_CONTROL_POLICY', Content })).Policy.PolicySummary.Id;
const founded = async (as: Call_): Promise<void> => {
  await as('organizations', 'CreateOrganization', { FeatureSet: 'ALL' });
};
const rootOf = async (as: Call_): Promise<string> => (await as('organizations', 'ListRoots')).Roots[0].Id;

testHunter({
  type: 'AWS::Organizations::Organization',
  plant: async (as) => [(await as('organizations', 'CreateOrganization', { FeatureSet: 'ALL' })).Organization.Id],
  innocent: async () => [],
  looks: { detail: { managementAccount: true } },
});
testHunter({
  type: 'AWS::Organizations::Policy',
  before: founded,
  plant: async (as) => {
    const RootId = await rootOf(as);
    await as('organizations', 'EnablePolicyType', { RootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
    const made = [await policy(as, 'one'), await policy(as, 'two'), await policy(as, 'three')];
    for (const PolicyId of made) await as('organizations', 'AttachPolicy', { PolicyId, TargetId: RootId });
    return made;
  },
  innocent: async (as) => [await policy(as, 'guard rails')],
});
testHunter({
  type: 'AWS::Organizations::Account',
  before: founded,
  plant: async (as) => {
    for (const AccountName of ['sandbox-7', 'sandbox-8']) await as('organizations', 'CreateAccount', { AccountName, Email: `${AccountName}@example.net` });
    const { Accounts } = await as('organizations', 'ListAccounts', { MaxResults: 20 });
    const more = await as('organizations', 'ListCreateAccountStatus', {});
    return [
      ...new Set<string>(
        [...Accounts, ...more.CreateAccountStatuses.map((one: any) => ({ Id: one.AccountId, Name: one.AccountName }))]
          .filter((one: any) => /^sandbox/.test(one.Name) && one.Id !== undefined)
          .map((one: any) => one.Id),
      ),
    ];
  },
  innocent: async (as) => {
    await as('organizations', 'CreateAccount', { AccountName: 'research', Email: 'research@example.com' });
    return ['research'];
  },
  looks: { detail: { joined: 'CREATED' } },
});
testHunter({
  type: 'AWS::Organizations::Handshake',
  before: founded,
  plant: async (as) =>
    Promise.all(
      ['444455556666', '555566667777', '666677778888'].map(
        async (Id) => (await as('organizations', 'InviteAccountToOrganization', { Target: { Id, Type: 'ACCOUNT' } })).Handshake.Id,
      ),
    ),
  innocent: async (as) => [(await as('organizations', 'InviteAccountToOrganization', { Target: { Id: '777788889999', Type: 'ACCOUNT' } })).Handshake.Id],
  looks: { detail: { action: 'INVITE', state: 'OPEN' } },
});
