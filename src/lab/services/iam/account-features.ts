import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { hex, type OrganizationRow, organizationOf, speaksFor } from '../../world/index.ts';

type Feature = OrganizationRow['rootFeatures'][number];

/** Centralised root access belongs to the organisation: trusted access for IAM first, and only the management account or IAM's delegate. */
function organization(ctx: LabContext): OrganizationRow {
  const row = organizationOf(ctx.world, ctx.account);
  if (!row) throw new LabError('OrganizationNotFound', 'The account is not a member of an organization.', { status: 400 });
  if (!speaksFor(row, ctx.account.id, 'iam.amazonaws.com'))
    throw new LabError(
      'AccountNotManagementOrDelegatedAdministrator',
      'The account making the call is not the management account or a delegated administrator account for the organization.',
      { status: 400 },
    );
  if (row.services['iam.amazonaws.com'] === undefined)
    throw new LabError('ServiceAccessNotEnabled', 'Trusted access is not enabled for IAM in your organization.', { status: 400 });
  return row;
}
const told = (row: OrganizationRow): object => ({ OrganizationId: row.id, EnabledFeatures: row.rootFeatures });
function switched(ctx: LabContext, feature: Feature, on: boolean): object {
  const row = organization(ctx);
  row.rootFeatures = row.rootFeatures.filter((one) => one !== feature);
  if (on) row.rootFeatures.push(feature);
  return told(row);
}
const settings = (ctx: LabContext): Record<string, any> => (ctx.account.tables.settings ??= {});
const off = (): LabError => new LabError('FeatureDisabled', 'Outbound web identity federation is not enabled for this account.', { status: 404 });

export const operations: LabOperations = {
  ListOrganizationsFeatures: { run: (_input, ctx) => told(organization(ctx)) },
  EnableOrganizationsRootCredentialsManagement: { run: (_input, ctx) => switched(ctx, 'RootCredentialsManagement', true) },
  DisableOrganizationsRootCredentialsManagement: { run: (_input, ctx) => switched(ctx, 'RootCredentialsManagement', false) },
  EnableOrganizationsRootSessions: { run: (_input, ctx) => switched(ctx, 'RootSessions', true) },
  DisableOrganizationsRootSessions: { run: (_input, ctx) => switched(ctx, 'RootSessions', false) },
  /** From now on sts:GetWebIdentityToken gives tokens that other providers believe: a way out for whoever holds a role. */
  EnableOutboundWebIdentityFederation: {
    run(_input, ctx) {
      if (settings(ctx).outboundFederation) throw new LabError('FeatureEnabled', 'Outbound web identity federation is already enabled.', { status: 409 });
      settings(ctx).outboundFederation = { issuer: `https://${hex(ctx.world, 32)}.tokens.sts.global.api.aws`, since: ctx.now() };
      return { IssuerIdentifier: settings(ctx).outboundFederation.issuer };
    },
  },
  GetOutboundWebIdentityFederationInfo: {
    run(_input, ctx) {
      const federation = settings(ctx).outboundFederation;
      if (!federation) throw off();
      return { IssuerIdentifier: federation.issuer, JwtVendingEnabled: true };
    },
  },
  DisableOutboundWebIdentityFederation: {
    run(_input, ctx) {
      if (!settings(ctx).outboundFederation) throw off();
      delete settings(ctx).outboundFederation;
    },
  },
};
