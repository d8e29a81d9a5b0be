import { LabError, type LabOperations } from '../../contract.ts';
import { type CredentialRow, randomBytes, secretKey, uniqueId } from '../../world/index.ts';
import { add, resources, rowsOf, theRow, theUser } from './credential-rows.ts';
import { credentialId, date, iam, invalid, limit, name64, page, paged, status } from './shared.ts';

/** Services whose credential is a bearer token with a public part (alias) instead of a user name and a password. */
const TOKENS = ['bedrock.amazonaws.com', 'logs.amazonaws.com'];
const SERVICES = ['codecommit.amazonaws.com', 'cassandra.amazonaws.com', ...TOKENS];
const WHAT = 'Service specific credential';
const DAY = 86_400_000;

const described = (row: CredentialRow): Record<string, unknown> => ({
  UserName: row.user,
  Status: row.status,
  ...(row.serviceUser === undefined ? {} : { ServiceUserName: row.serviceUser }),
  ...(row.alias === undefined ? {} : { ServiceCredentialAlias: row.alias }),
  CreateDate: date(row.created),
  ...(row.expires === undefined ? {} : { ExpirationDate: date(row.expires) }),
  ServiceSpecificCredentialId: row.id,
  ServiceName: row.service,
});
/** A Bedrock key is base64 of its public part and a secret, behind the letters ABSK. */
const secretOf = (row: CredentialRow, secret: string): object =>
  row.alias === undefined ? { ServicePassword: secret } : { ServiceCredentialSecret: `ABSK${Buffer.from(`${row.alias}:${secret}`).toString('base64')}` };

export const operations: LabOperations = {
  CreateServiceSpecificCredential: {
    constraints: { UserName: name64, CredentialAgeDays: { min: 1, max: 36600 } },
    resources,
    conditions: (input) => ({ 'iam:ServiceSpecificCredentialServiceName': String(input.ServiceName) }),
    run(input, ctx) {
      const user = theUser(input, ctx);
      if (!SERVICES.includes(input.ServiceName))
        throw new LabError('NotSupportedService', `No such service ${input.ServiceName} or it does not support service-specific credentials.`, { status: 404 });
      if (rowsOf(ctx, 'service', user.name).filter((row) => row.service === input.ServiceName).length >= 2)
        throw limit('Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2');
      const token = TOKENS.includes(input.ServiceName);
      if (input.CredentialAgeDays !== undefined && !token) throw invalid(`CredentialAgeDays is not supported for ${input.ServiceName}.`);
      const row = add(ctx, {
        id: uniqueId(ctx.world, 'ACCA'),
        kind: 'service',
        user: user.name,
        service: input.ServiceName,
        ...(token
          ? { alias: `${user.name}${rowsOf(ctx, 'service', user.name).length > 0 ? '+1' : ''}-at-${ctx.account.id}` }
          : { serviceUser: `${user.name}-at-${ctx.account.id}` }),
        ...(input.CredentialAgeDays === undefined ? {} : { expires: ctx.now() + input.CredentialAgeDays * DAY }),
      });
      return { ServiceSpecificCredential: { ...described(row), ...secretOf(row, secretKey(ctx.world)) } };
    },
  },
  ListServiceSpecificCredentials: {
    constraints: { UserName: name64, ...paged },
    resources: (input, ctx) => (input.AllUsers ? ['*'] : resources(input, ctx)),
    run(input, ctx) {
      if (input.AllUsers && input.UserName !== undefined) throw invalid('UserName and AllUsers cannot be given together.');
      const rows = rowsOf(ctx, 'service', input.AllUsers ? undefined : theUser(input, ctx).name);
      const { items, ...rest } = page(
        ctx,
        rows.filter((row) => (input.ServiceName ?? row.service) === row.service),
        input,
      );
      return { ServiceSpecificCredentials: items.map(described), ...rest };
    },
  },
  UpdateServiceSpecificCredential: {
    constraints: { UserName: name64, ServiceSpecificCredentialId: credentialId, Status: status },
    resources,
    run(input, ctx) {
      theRow(ctx, 'service', input.ServiceSpecificCredentialId, theUser(input, ctx).name, WHAT).status = input.Status;
    },
  },
  ResetServiceSpecificCredential: {
    constraints: { UserName: name64, ServiceSpecificCredentialId: credentialId },
    resources,
    run(input, ctx) {
      const row = theRow(ctx, 'service', input.ServiceSpecificCredentialId, theUser(input, ctx).name, WHAT);
      // The new password counts at once; the status stays as it was.
      return { ServiceSpecificCredential: { ...described(row), ...secretOf(row, randomBytes(ctx.world, 30).toString('base64')) } };
    },
  },
  DeleteServiceSpecificCredential: {
    constraints: { UserName: name64, ServiceSpecificCredentialId: credentialId },
    resources,
    run(input, ctx) {
      delete iam(ctx).credentials[theRow(ctx, 'service', input.ServiceSpecificCredentialId, theUser(input, ctx).name, WHAT).id];
    },
  },
};
