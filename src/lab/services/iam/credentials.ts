import { createHash } from 'node:crypto';
import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { type CredentialRow, secretKey, type UserRow, uniqueId } from '../../world/index.ts';
import { credentialId, date, exists, find, iam, invalid, limit, name64, name128, noSuchEntity, ownUser, page, paged, status, userArn } from './shared.ts';

const password = { length: [1, 128] as [number, number] };
const body = { length: [1, 16384] as [number, number] };
const serial = { length: [9, 256] as [number, number], pattern: '^[\\w+=/:,.@-]+$' };
const code = { length: [6, 6] as [number, number], pattern: '^[\\d]+$' };
const resources = (input: any, ctx: LabContext): string[] => userArn(input.UserName, ctx);

const theUser = (input: { UserName?: string }, ctx: LabContext): UserRow => find(iam(ctx).users, ownUser(input, ctx), 'user');
const rowsOf = (ctx: LabContext, kind: CredentialRow['kind'], user?: string): CredentialRow[] =>
  Object.values(iam(ctx).credentials)
    .filter((row) => row.kind === kind && (user === undefined || row.user === user))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
function theRow(ctx: LabContext, kind: CredentialRow['kind'], id: string, user: string, what: string): CredentialRow {
  const row = iam(ctx).credentials[id];
  if (row?.kind !== kind || row.user !== user) throw noSuchEntity(`${what} ${id} cannot be found.`);
  return row;
}
function add(ctx: LabContext, row: Omit<CredentialRow, 'created' | 'status'>): CredentialRow {
  const full: CredentialRow = { ...row, created: ctx.now(), status: 'Active' };
  iam(ctx).credentials[row.id] = full;
  return full;
}
const login = (user: UserRow): object => ({ UserName: user.name, CreateDate: date(user.login!.created), PasswordResetRequired: user.login!.resetRequired });
const noLogin = (user: UserRow): LabError => noSuchEntity(`Login Profile for User ${user.name} cannot be found.`);

const service = (row: CredentialRow): Record<string, unknown> => ({
  UserName: row.user,
  Status: row.status,
  ServiceUserName: row.serviceUser,
  CreateDate: date(row.created),
  ...(row.expires === undefined ? {} : { ExpirationDate: date(row.expires) }),
  ServiceSpecificCredentialId: row.id,
  ServiceName: row.service,
});
const ssh = (row: CredentialRow): Record<string, unknown> => ({
  UserName: row.user,
  SSHPublicKeyId: row.id,
  Status: row.status,
  UploadDate: date(row.created),
});
const certificate = (row: CredentialRow): object => ({
  UserName: row.user,
  CertificateId: row.id,
  CertificateBody: row.body,
  Status: row.status,
  UploadDate: date(row.created),
});
const fingerprint = (text: string): string =>
  createHash('md5')
    .update(Buffer.from(text.split(/\s+/)[1] ?? '', 'base64'))
    .digest('hex')
    .replace(/..(?=.)/g, '$&:');

export const operations: LabOperations = {
  CreateLoginProfile: {
    constraints: { UserName: name64, Password: password },
    resources,
    run(input, ctx) {
      const user = theUser(input, ctx);
      if (user.login) throw exists(`Login Profile for user ${user.name} already exists.`);
      if (String(input.Password ?? '').length < 8) throw new LabError('PasswordPolicyViolation', 'Password should have a minimum length of 8', { status: 400 });
      user.login = { created: ctx.now(), resetRequired: input.PasswordResetRequired ?? false, password: input.Password };
      return { LoginProfile: login(user) };
    },
  },
  GetLoginProfile: {
    constraints: { UserName: name64 },
    resources,
    run(input, ctx) {
      const user = theUser(input, ctx);
      if (!user.login) throw noLogin(user);
      return { LoginProfile: login(user) };
    },
  },
  UpdateLoginProfile: {
    constraints: { UserName: name64, Password: password },
    resources,
    run(input, ctx) {
      const user = theUser(input, ctx);
      if (!user.login) throw noLogin(user);
      user.login.password = input.Password ?? user.login.password;
      user.login.resetRequired = input.PasswordResetRequired ?? user.login.resetRequired;
    },
  },
  DeleteLoginProfile: {
    constraints: { UserName: name64 },
    resources,
    run(input, ctx) {
      const user = theUser(input, ctx);
      if (!user.login) throw noLogin(user);
      delete user.login;
    },
  },
  EnableMFADevice: {
    constraints: { UserName: name128, SerialNumber: serial, AuthenticationCode1: code, AuthenticationCode2: code },
    resources,
    run(input, ctx) {
      const user = theUser(input, ctx);
      if (iam(ctx).credentials[input.SerialNumber]?.user) throw exists('MFA Device already in use.');
      if (rowsOf(ctx, 'mfa', user.name).length >= 8) throw limit('Cannot exceed quota for MFADevicesPerUser: 8');
      add(ctx, { id: input.SerialNumber, kind: 'mfa', user: user.name });
    },
  },
  DeactivateMFADevice: {
    constraints: { UserName: name128, SerialNumber: serial },
    resources,
    run(input, ctx) {
      theRow(ctx, 'mfa', input.SerialNumber, theUser(input, ctx).name, 'MFA Device invalid for user: device');
      delete iam(ctx).credentials[input.SerialNumber];
    },
  },
  ListMFADevices: {
    constraints: { UserName: name128, ...paged },
    resources,
    run(input, ctx) {
      const { items, ...rest } = page(ctx, rowsOf(ctx, 'mfa', theUser(input, ctx).name), input);
      return { MFADevices: items.map((row) => ({ UserName: row.user, SerialNumber: row.id, EnableDate: date(row.created) })), ...rest };
    },
  },
  ListVirtualMFADevices: {
    constraints: { AssignmentStatus: { enum: ['Assigned', 'Unassigned', 'Any'] }, ...paged },
    run(input, ctx) {
      const rows = input.AssignmentStatus === 'Unassigned' ? [] : rowsOf(ctx, 'mfa').filter((row) => row.id.startsWith('arn:'));
      const { items, ...rest } = page(ctx, rows, input);
      const user = (name: string | null): object => {
        const row = name === null ? undefined : iam(ctx).users[name];
        return row ? { User: { Path: row.path, UserName: row.name, UserId: row.id, Arn: row.arn, CreateDate: date(row.created) } } : {};
      };
      return { VirtualMFADevices: items.map((row) => ({ SerialNumber: row.id, EnableDate: date(row.created), ...user(row.user) })), ...rest };
    },
  },
  CreateServiceSpecificCredential: {
    constraints: { UserName: name64, CredentialAgeDays: { min: 1, max: 36600 } },
    resources,
    run(input, ctx) {
      const user = theUser(input, ctx);
      const known = ['codecommit.amazonaws.com', 'cassandra.amazonaws.com', 'bedrock.amazonaws.com', 'logs.amazonaws.com'];
      if (!known.includes(input.ServiceName))
        throw new LabError('NotSupportedService', `No such service ${input.ServiceName} or it does not support service-specific credentials.`, { status: 404 });
      if (rowsOf(ctx, 'service', user.name).filter((row) => row.service === input.ServiceName).length >= 2)
        throw limit('Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2');
      const row = add(ctx, {
        id: uniqueId(ctx.world, 'ACCA'),
        kind: 'service',
        user: user.name,
        service: input.ServiceName,
        serviceUser: `${user.name}-at-${ctx.account.id}`,
        ...(input.CredentialAgeDays === undefined ? {} : { expires: ctx.now() + input.CredentialAgeDays * 86_400_000 }),
      });
      return { ServiceSpecificCredential: { ...service(row), ServicePassword: secretKey(ctx.world) } };
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
      return { ServiceSpecificCredentials: items.map(service), ...rest };
    },
  },
  UpdateServiceSpecificCredential: {
    constraints: { UserName: name64, ServiceSpecificCredentialId: credentialId, Status: status },
    resources,
    run(input, ctx) {
      theRow(ctx, 'service', input.ServiceSpecificCredentialId, theUser(input, ctx).name, 'Service specific credential').status = input.Status;
    },
  },
  DeleteServiceSpecificCredential: {
    constraints: { UserName: name64, ServiceSpecificCredentialId: credentialId },
    resources,
    run(input, ctx) {
      delete iam(ctx).credentials[theRow(ctx, 'service', input.ServiceSpecificCredentialId, theUser(input, ctx).name, 'Service specific credential').id];
    },
  },
  UploadSSHPublicKey: {
    constraints: { UserName: name64, SSHPublicKeyBody: body },
    resources,
    run(input, ctx) {
      const user = theUser(input, ctx);
      if (!/^(ssh-rsa [A-Za-z0-9+/=]+|-----BEGIN PUBLIC KEY-----)/.test(input.SSHPublicKeyBody))
        throw new LabError('InvalidPublicKey', 'The public key is not valid.', { status: 400 });
      if (rowsOf(ctx, 'ssh', user.name).length >= 5) throw limit('Cannot exceed quota for SSHPublicKeysPerUser: 5');
      const row = add(ctx, {
        id: uniqueId(ctx.world, 'APKA'),
        kind: 'ssh',
        user: user.name,
        body: input.SSHPublicKeyBody,
        fingerprint: fingerprint(input.SSHPublicKeyBody),
      });
      return { SSHPublicKey: { ...ssh(row), Fingerprint: row.fingerprint, SSHPublicKeyBody: row.body } };
    },
  },
  ListSSHPublicKeys: {
    constraints: { UserName: name64, ...paged },
    resources,
    run(input, ctx) {
      const { items, ...rest } = page(ctx, rowsOf(ctx, 'ssh', theUser(input, ctx).name), input);
      return { SSHPublicKeys: items.map(ssh), ...rest };
    },
  },
  UpdateSSHPublicKey: {
    constraints: { UserName: name64, SSHPublicKeyId: credentialId, Status: status },
    resources,
    run(input, ctx) {
      theRow(ctx, 'ssh', input.SSHPublicKeyId, theUser(input, ctx).name, 'The Public Key with id').status = input.Status;
    },
  },
  DeleteSSHPublicKey: {
    constraints: { UserName: name64, SSHPublicKeyId: credentialId },
    resources,
    run(input, ctx) {
      delete iam(ctx).credentials[theRow(ctx, 'ssh', input.SSHPublicKeyId, theUser(input, ctx).name, 'The Public Key with id').id];
    },
  },
  UploadSigningCertificate: {
    constraints: { UserName: name128, CertificateBody: body },
    resources,
    run(input, ctx) {
      const user = theUser(input, ctx);
      if (!/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(input.CertificateBody))
        throw new LabError('MalformedCertificate', 'Certificate is malformed.', { status: 400 });
      if (rowsOf(ctx, 'certificate', user.name).length >= 2) throw limit('Cannot exceed quota for CertificatesPerUser: 2');
      return {
        Certificate: certificate(
          add(ctx, { id: uniqueId(ctx.world, 'ASCA') + ctx.letters(3), kind: 'certificate', user: user.name, body: input.CertificateBody }),
        ),
      };
    },
  },
  ListSigningCertificates: {
    constraints: { UserName: name128, ...paged },
    resources,
    run(input, ctx) {
      const { items, ...rest } = page(ctx, rowsOf(ctx, 'certificate', theUser(input, ctx).name), input);
      return { Certificates: items.map(certificate), ...rest };
    },
  },
  UpdateSigningCertificate: {
    constraints: { UserName: name128, CertificateId: { length: [24, 128], pattern: '^[\\w]+$' }, Status: status },
    resources,
    run(input, ctx) {
      theRow(ctx, 'certificate', input.CertificateId, theUser(input, ctx).name, 'The Certificate with id').status = input.Status;
    },
  },
};
