import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

/** Identity providers whose assertions roles may accept: who holds the certificate may be anybody. */
export const hunter: Hunter = {
  type: 'AWS::IAM::SAMLProvider',
  scope: 'global',
  title: text('SAML identity providers', 'Proveedores de identidad SAML'),
  permissions: ['iam:ListSAMLProviders'],
  createdByEvents: ['CreateSAMLProvider'],
  changedByEvents: ['UpdateSAMLProvider'],
  names: ['sAMLProviderArn'],
  async *scan(ctx, region) {
    const all = listed<{ Arn?: string; CreateDate?: string; ValidUntil?: string }>(ctx, 'iam', region, 'ListSAMLProviders', 'SAMLProviderList');
    for await (const one of all) {
      if (one.Arn === undefined) continue;
      const detail = present({ validUntil: time(one.ValidUntil), identityCenter: /AWSSSO_.*_DO_NOT_DELETE$/.test(one.Arn) || undefined });
      yield foundAt(ctx, 'AWS::IAM::SAMLProvider', region, one.Arn, one.Arn, { createdAt: time(one.CreateDate), detail });
    }
  },
};
