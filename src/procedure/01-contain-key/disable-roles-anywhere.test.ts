import { describe, expect, it } from 'vitest';
import { fakeContext } from '../testing/fake-context.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './disable-roles-anywhere.ts';

const ANCHOR = '11111111-2222-4333-8444-555555555555';
const PROFILE = '99999999-2222-4333-8444-555555555555';
const found = (type: string, id: string, account = '111122223333', byKey = true) => ({
  type,
  id,
  arn: `arn:aws:rolesanywhere:eu-west-1:${account}:x/${id}`,
  region: 'eu-west-1',
  account,
  createdAt: null,
  alive: true,
  byKey,
});
const context = (all: object[], enabled: boolean, options = {}) =>
  fakeContext({
    options,
    answers: {
      'rolesanywhere:GetTrustAnchor': { trustAnchor: { enabled } },
      'rolesanywhere:GetProfile': { profile: { enabled } },
    },
    facts: { observed: { hunt: { found: all, tree: [] } as any } },
  });

describe('disable-roles-anywhere', () => {
  const all = [
    found('AWS::RolesAnywhere::TrustAnchor', ANCHOR),
    found('AWS::RolesAnywhere::Profile', PROFILE),
    found('AWS::RolesAnywhere::Profile', PROFILE.replace('9', '8'), undefined, false),
  ];
  it("closes the attacker's, where they are, and no others", async () => {
    const ctx = context(all, true);
    const { changes } = await planOf(action, ctx);
    expect(changes.map(({ call }) => `${call.operation} ${call.region}`)).toEqual(['DisableTrustAnchor eu-west-1', 'DisableProfile eu-west-1']);
    expect(await action.check(ctx)).toMatchObject([{ verdict: 'fails', why: { en: expect.stringContaining(ANCHOR) } }]);
    const after = context(all, false);
    expect((await planOf(action, after)).steps).toEqual([]);
    expect(await action.check(after)).toMatchObject([{ verdict: 'holds' }]);
  });
  it('works in another account under the credentials given for it, and says where there are none', async () => {
    const elsewhere = [found('AWS::RolesAnywhere::TrustAnchor', ANCHOR, '222233334444')];
    expect(await action.check(context(elsewhere, true))).toMatchObject([{ verdict: 'unknown', why: { en: expect.stringContaining('no credentials') } }]);
    const as = 'arn:aws:iam::222233334444:role/Responder';
    const ctx = context(elsewhere, true, { account: [as] });
    expect((await planOf(action, ctx)).changes).toMatchObject([{ call: { as, operation: 'DisableTrustAnchor' } }]);
    expect(ctx.calls.at(-1)).toMatchObject({ as });
  });
  it('is not known before a hunt', async () => {
    expect(await action.check(fakeContext())).toMatchObject([{ verdict: 'unknown' }]);
  });
});
