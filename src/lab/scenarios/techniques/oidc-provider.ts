import type { Technique } from '../technique.ts';
import { document } from '../words.ts';

/** An identity provider of his own, and a role that believes it: no key, no password, nothing to deactivate. */
export const technique: Technique = {
  id: 'oidc-provider',
  place: 'global',
  makes: ['AWS::IAM::OIDCProvider', 'AWS::IAM::Role'],
  needs: ['iam:CreateOpenIDConnectProvider', 'iam:CreateRole', 'iam:PutRolePolicy'],
  async play(act) {
    const host = `${act.draw.pick(['id', 'token', 'login'])}-${act.draw.hex(4)}.oidc.example`;
    const { OpenIDConnectProviderArn } = await act.call('iam', 'CreateOpenIDConnectProvider', {
      Url: `https://${host}`,
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: [act.draw.hex(40)],
    });
    act.made('AWS::IAM::OIDCProvider', host, OpenIDConnectProviderArn);
    const name = act.name(['github-actions', 'ci-federated', 'cluster-sync']);
    const statement = { Effect: 'Allow', Principal: { Federated: OpenIDConnectProviderArn }, Action: 'sts:AssumeRoleWithWebIdentity' };
    const trusted = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const { Role } = await act.call('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: trusted });
    act.made('AWS::IAM::Role', name, Role.Arn);
    await act.call('iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'access', PolicyDocument: document('Allow', '*') });
    act.credential({ kind: 'role', id: name, principal: name });
  },
};
