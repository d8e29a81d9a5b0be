import { type Call_, testHunter } from './stand.ts';

const identity = async (as: Call_, EmailIdentity: string) => {
  await as('sesv2', 'CreateEmailIdentity', { EmailIdentity });
  return EmailIdentity;
};
testHunter({
  type: 'AWS::SES::EmailIdentity',
  plant: async (as) => [
    await identity(as, 'invoice-portal.example'),
    await identity(as, 'billing@invoice-portal.example'),
    await identity(as, 'payments.example'),
  ],
  innocent: async (as) => [await identity(as, 'news@company.example')],
});
testHunter({
  type: 'AWS::SES::Account',
  plant: async (as) => {
    await as('sesv2', 'PutAccountDetails', { MailType: 'TRANSACTIONAL', WebsiteURL: 'https://invoice-portal.example', ProductionAccessEnabled: true });
    return ['ses-account-eu-west-1'];
  },
  innocent: async () => [],
  looks: { detail: { productionAccess: false, review: 'PENDING' } },
});
