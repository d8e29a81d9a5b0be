import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { readOrAbsent } from '../../shared/reading.ts';
import { each, listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

/** Identity providers whose tokens roles may accept: an intruder's own lets him in without any key. */
export const hunter: Hunter = {
  type: 'AWS::IAM::OIDCProvider',
  scope: 'global',
  title: text('OpenID Connect identity providers', 'Proveedores de identidad OpenID Connect'),
  permissions: ['iam:ListOpenIDConnectProviders', 'iam:GetOpenIDConnectProvider'],
  createdByEvents: ['CreateOpenIDConnectProvider'],
  changedByEvents: ['AddClientIDToOpenIDConnectProvider', 'RemoveClientIDFromOpenIDConnectProvider', 'UpdateOpenIDConnectProviderThumbprint'],
  names: ['openIDConnectProviderArn'],
  async *scan(ctx, region) {
    const ask = async ({ Arn: arn }: { Arn?: string }): Promise<Found[]> => {
      if (arn === undefined) return [];
      const call = { service: 'iam', operation: 'GetOpenIDConnectProvider', region, input: { OpenIDConnectProviderArn: arn } };
      const answer = await readOrAbsent<{ Url?: string; CreateDate?: string; ClientIDList?: string[] }>(ctx, call);
      if (!answer) return [];
      const { Url: url, CreateDate: created, ClientIDList: clients = [] } = answer.output;
      const detail = present({ url: oneLine(url), audiences: oneLine(clients.join(', ')) });
      return [foundAt(ctx, 'AWS::IAM::OIDCProvider', region, arn, arn, { createdAt: time(created), detail })];
    };
    yield* each(listed<{ Arn?: string }>(ctx, 'iam', region, 'ListOpenIDConnectProviders', 'OpenIDConnectProviderList'), ask);
  },
};
