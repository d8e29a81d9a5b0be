import type { Act, Technique } from '../technique.ts';

async function app(act: Act): Promise<void> {
  const { app: made } = await act.call('amplify', 'CreateApp', { name: act.name(['landing', 'help-desk', 'promo']) });
  act.made('AWS::Amplify::App', made.appId, made.appArn);
}

/** An application that is built and served for him: a page to fish with, under an address of AWS. */
export const technique: Technique = {
  id: 'amplify-app',
  place: 'region',
  makes: ['AWS::Amplify::App'],
  needs: ['amplify:CreateApp'],
  play: app,
  innocent: app,
};
