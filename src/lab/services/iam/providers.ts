import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { hex } from '../../world/index.ts';
import { shelf } from '../shelf.ts';
import { arn, date, exists, limit, noSuchEntity, tagConstraints, tagList, tagMap } from './shared.ts';

interface OidcRow {
  arn: string;
  url: string;
  clients: string[];
  thumbprints: string[];
  created: number;
  tags: Record<string, string>;
}
interface SamlRow {
  arn: string;
  id: string;
  document: string;
  created: number;
  tags: Record<string, string>;
}
const oidc = shelf<OidcRow>('oidcProviders', (id) => noSuchEntity(`OpenIDConnect Provider not found for arn ${id}`), 'account');
const saml = shelf<SamlRow>('samlProviders', (id) => noSuchEntity(`Manifest not found for arn ${id}`), 'account');
const badInput = (message: string): LabError => new LabError('InvalidInput', message, { status: 400 });

const thumbprint = { length: [40, 40] as [number, number] };
const clientId = { length: [1, 255] as [number, number] };
const TEN_YEARS = 10 * 365 * 86_400_000;
const oidcArn = (input: any): string[] => [input.OpenIDConnectProviderArn];
const samlArn = (input: any): string[] => [input.SAMLProviderArn];
const nameOf = (url: string): string => url.replace(/^https:\/\//, '').replace(/\/$/, '');

function checkMetadata(text: string): void {
  if (!/<([\w.-]+:)?EntityDescriptor[\s>]/.test(text)) throw badInput('Could not parse metadata');
}

export const operations: LabOperations = {
  CreateOpenIDConnectProvider: {
    constraints: { Url: { length: [1, 255] }, 'ClientIDList[]': clientId, 'ThumbprintList[]': thumbprint, ...tagConstraints },
    resources: (input, ctx) => [`arn:aws:iam::${ctx.account.id}:oidc-provider/${nameOf(String(input.Url))}`],
    run(input, ctx: LabContext) {
      if (!/^https:\/\/[^\s?#]+$/.test(input.Url)) throw badInput('Invalid Open ID Connect Provider URL');
      const id = `arn:aws:iam::${ctx.account.id}:oidc-provider/${nameOf(input.Url)}`;
      if (oidc.find(ctx, id)) throw exists(`Provider with url ${input.Url} already exists.`);
      if (oidc.all(ctx).length >= 100) throw limit('Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100');
      if ((input.ThumbprintList ?? []).length > 5) throw badInput('Thumbprint list must contain fewer than 5 entries.');
      oidc.put(ctx, id, {
        arn: id,
        url: nameOf(input.Url),
        clients: input.ClientIDList ?? [],
        thumbprints: input.ThumbprintList ?? [],
        created: ctx.now(),
        tags: tagMap(input.Tags),
      });
      return { OpenIDConnectProviderArn: id, ...(input.Tags?.length ? { Tags: input.Tags } : {}) };
    },
  },
  GetOpenIDConnectProvider: {
    constraints: { OpenIDConnectProviderArn: arn },
    resources: oidcArn,
    run(input, ctx) {
      const row = oidc.get(ctx, input.OpenIDConnectProviderArn);
      return { Url: row.url, ClientIDList: row.clients, ThumbprintList: row.thumbprints, CreateDate: date(row.created), Tags: tagList(row.tags) };
    },
  },
  ListOpenIDConnectProviders: { run: (_input, ctx) => ({ OpenIDConnectProviderList: oidc.all(ctx).map((row) => ({ Arn: row.arn })) }) },
  AddClientIDToOpenIDConnectProvider: {
    constraints: { OpenIDConnectProviderArn: arn, ClientID: clientId },
    resources: oidcArn,
    run(input, ctx) {
      const row = oidc.get(ctx, input.OpenIDConnectProviderArn);
      if (!row.clients.includes(input.ClientID)) row.clients.push(input.ClientID);
    },
  },
  RemoveClientIDFromOpenIDConnectProvider: {
    constraints: { OpenIDConnectProviderArn: arn, ClientID: clientId },
    resources: oidcArn,
    run(input, ctx) {
      const row = oidc.get(ctx, input.OpenIDConnectProviderArn);
      row.clients = row.clients.filter((client) => client !== input.ClientID);
    },
  },
  UpdateOpenIDConnectProviderThumbprint: {
    constraints: { OpenIDConnectProviderArn: arn, 'ThumbprintList[]': thumbprint },
    resources: oidcArn,
    run(input, ctx) {
      oidc.get(ctx, input.OpenIDConnectProviderArn).thumbprints = input.ThumbprintList;
    },
  },
  DeleteOpenIDConnectProvider: {
    constraints: { OpenIDConnectProviderArn: arn },
    resources: oidcArn,
    run(input, ctx) {
      oidc.drop(ctx, oidc.get(ctx, input.OpenIDConnectProviderArn).arn);
    },
  },
  CreateSAMLProvider: {
    constraints: { SAMLMetadataDocument: { length: [1000, 10_000_000] }, Name: { length: [1, 128], pattern: '^[\\w._-]+$' }, ...tagConstraints },
    resources: (input, ctx) => [`arn:aws:iam::${ctx.account.id}:saml-provider/${input.Name}`],
    run(input, ctx) {
      const id = `arn:aws:iam::${ctx.account.id}:saml-provider/${input.Name}`;
      checkMetadata(input.SAMLMetadataDocument);
      if (saml.find(ctx, id)) throw exists(`SAMLProvider with name ${input.Name} already exists.`);
      if (saml.all(ctx).length >= 100) throw limit('Cannot exceed quota for SAMLProvidersPerAccount: 100');
      const row = { arn: id, id: hex(ctx.world, 32).toUpperCase(), document: input.SAMLMetadataDocument, created: ctx.now(), tags: tagMap(input.Tags) };
      saml.put(ctx, id, row);
      return { SAMLProviderArn: id, ...(input.Tags?.length ? { Tags: input.Tags } : {}) };
    },
  },
  GetSAMLProvider: {
    constraints: { SAMLProviderArn: arn },
    resources: samlArn,
    run(input, ctx) {
      const row = saml.get(ctx, input.SAMLProviderArn);
      return {
        SAMLProviderUUID: row.id,
        SAMLMetadataDocument: row.document,
        CreateDate: date(row.created),
        ValidUntil: date(row.created + TEN_YEARS),
        Tags: tagList(row.tags),
      };
    },
  },
  ListSAMLProviders: {
    run: (_input, ctx) => ({
      SAMLProviderList: saml.all(ctx).map((row) => ({ Arn: row.arn, ValidUntil: date(row.created + TEN_YEARS), CreateDate: date(row.created) })),
    }),
  },
  UpdateSAMLProvider: {
    constraints: { SAMLProviderArn: arn, SAMLMetadataDocument: { length: [1000, 10_000_000] } },
    resources: samlArn,
    run(input, ctx) {
      const row = saml.get(ctx, input.SAMLProviderArn);
      if (input.SAMLMetadataDocument !== undefined) {
        checkMetadata(input.SAMLMetadataDocument);
        row.document = input.SAMLMetadataDocument;
      }
      return { SAMLProviderArn: row.arn };
    },
  },
  DeleteSAMLProvider: {
    constraints: { SAMLProviderArn: arn },
    resources: samlArn,
    run(input, ctx) {
      saml.drop(ctx, saml.get(ctx, input.SAMLProviderArn).arn);
    },
  },
};
