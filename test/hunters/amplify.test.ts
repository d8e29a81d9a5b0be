import { type Call_, testHunter } from './stand.ts';

const iamServiceRoleArn = 'arn:aws:iam::111122223333:role/pages';
const app = async (as: Call_, name: string): Promise<string> => (await as('amplify', 'CreateApp', { name, iamServiceRoleArn })).app.appId;
testHunter({
  type: 'AWS::Amplify::App',
  plant: async (as) => [await app(as, 'login'), await app(as, 'login2'), await app(as, 'login3')],
  innocent: async (as) => [await app(as, 'brochure')],
  looks: { roles: [iamServiceRoleArn] },
});
