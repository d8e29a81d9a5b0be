import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { type CredentialRow, letters } from '../../world/index.ts';
import { meansRoot, resources, rowsOf, theRow, theUser } from './credential-rows.ts';
import { conflict, date, exists, iam, info, limit, name64, name128, noSuchEntity, page, paged, path, tagConstraints } from './shared.ts';

const serial = { length: [9, 256] as [number, number], pattern: '^[\\w+=/:,.@-]+$' };
const code = { length: [6, 6] as [number, number], pattern: '^[\\d]+$' };
const isVirtual = (id: string): boolean => id.startsWith('arn:');
const rootDevice = (ctx: LabContext): string => `arn:aws:iam::${ctx.account.id}:mfa/root-account-mfa-device`;
const device = (ctx: LabContext, id: string): CredentialRow | undefined => {
  const row = Object.hasOwn(iam(ctx).credentials, id) ? iam(ctx).credentials[id] : undefined;
  return row?.kind === 'mfa' ? row : undefined;
};
/** `created` is when the device was enabled for its user; while it is nobody's, when it was made. */
const described = (row: CredentialRow): object => ({ UserName: row.user, SerialNumber: row.id, EnableDate: date(row.created) });
const unknown = (id: string): LabError => noSuchEntity(`VirtualMFADevice with serial number ${id} doesn't exist.`);

function virtual(ctx: LabContext, row: CredentialRow): object {
  const user = row.user === null ? undefined : iam(ctx).users[row.user];
  return {
    SerialNumber: row.id,
    ...(row.user === null ? {} : { EnableDate: date(row.created) }),
    ...(user ? { User: { Path: user.path, UserName: user.name, UserId: user.id, Arn: user.arn, CreateDate: date(user.created) } } : {}),
  };
}

export const operations: LabOperations = {
  CreateVirtualMFADevice: {
    constraints: { Path: path, VirtualMFADeviceName: { pattern: '^[\\w+=,.@-]+$' }, ...tagConstraints },
    resources: (input, ctx) => [`arn:aws:iam::${ctx.account.id}:mfa${input.Path ?? '/'}${input.VirtualMFADeviceName}`],
    run(input, ctx) {
      const id = `arn:aws:iam::${ctx.account.id}:mfa${input.Path ?? '/'}${input.VirtualMFADeviceName}`;
      if (device(ctx, id)) throw exists('MFADevice entity at the same path and name already exists.');
      iam(ctx).credentials[id] = { id, kind: 'mfa', user: null, created: ctx.now(), status: 'Active' };
      const seed = letters(ctx.world, 64);
      return { VirtualMFADevice: { SerialNumber: id, Base32StringSeed: Buffer.from(seed) } };
    },
  },
  DeleteVirtualMFADevice: {
    constraints: { SerialNumber: serial },
    resources: (input) => [input.SerialNumber],
    run(input, ctx) {
      const row = device(ctx, input.SerialNumber);
      if (!row) throw unknown(input.SerialNumber);
      if (row.user !== null) throw conflict('MFA VirtualDevice in use. Must deactivate first.');
      delete iam(ctx).credentials[row.id];
    },
  },
  EnableMFADevice: {
    constraints: { UserName: name128, SerialNumber: serial, AuthenticationCode1: code, AuthenticationCode2: code },
    resources,
    run(input, ctx) {
      const user = theUser(input, ctx);
      const row = device(ctx, input.SerialNumber);
      if (isVirtual(input.SerialNumber) && !row) throw unknown(input.SerialNumber);
      if (row && row.user !== null) throw exists(`MFA Device already in use.`);
      if (rowsOf(ctx, 'mfa', user.name).length >= 8) throw limit('Cannot exceed quota for MFADevicesPerUser: 8');
      if (input.AuthenticationCode1 === input.AuthenticationCode2)
        throw new LabError('InvalidAuthenticationCode', 'Authentication code for device is not valid', { status: 403 });
      iam(ctx).credentials[input.SerialNumber] = { id: input.SerialNumber, kind: 'mfa', user: user.name, created: ctx.now(), status: 'Active' };
    },
  },
  DeactivateMFADevice: {
    constraints: { UserName: name128, SerialNumber: serial },
    resources,
    run(input, ctx) {
      if (meansRoot(input, ctx)) {
        if (!info(ctx).rootMfa) throw noSuchEntity(`MFA Device invalid for user: device ${input.SerialNumber} cannot be found.`);
        info(ctx).rootMfa = false;
        return;
      }
      const row = theRow(ctx, 'mfa', input.SerialNumber, theUser(input, ctx).name, 'MFA Device invalid for user: device');
      // A virtual device stays, assigned to nobody; a hardware token was never the account's.
      if (isVirtual(row.id)) row.user = null;
      else delete iam(ctx).credentials[row.id];
    },
  },
  GetMFADevice: {
    constraints: { SerialNumber: serial, UserName: name64 },
    resources,
    run(input, ctx) {
      const row = device(ctx, input.SerialNumber);
      if (!row || (input.UserName !== undefined && row.user !== input.UserName)) throw unknown(input.SerialNumber);
      return { SerialNumber: row.id, ...(row.user === null ? {} : { UserName: row.user, EnableDate: date(row.created) }) };
    },
  },
  ListMFADevices: {
    constraints: { UserName: name128, ...paged },
    resources,
    run(input, ctx) {
      const root = meansRoot(input, ctx);
      const own = root
        ? info(ctx).rootMfa
          ? [{ UserName: ctx.account.id, SerialNumber: rootDevice(ctx), EnableDate: date(info(ctx).created) }]
          : []
        : rowsOf(ctx, 'mfa', theUser(input, ctx).name).map(described);
      const { items, ...rest } = page(ctx, own, input);
      return { MFADevices: items, ...rest };
    },
  },
  ListVirtualMFADevices: {
    constraints: { AssignmentStatus: { enum: ['Assigned', 'Unassigned', 'Any'] }, ...paged },
    run(input, ctx) {
      const status = input.AssignmentStatus ?? 'Any';
      const rows = rowsOf(ctx, 'mfa').filter((row) => isVirtual(row.id) && (status === 'Any' || (row.user !== null) === (status === 'Assigned')));
      const { items, ...rest } = page(ctx, rows, input);
      return { VirtualMFADevices: items.map((row) => virtual(ctx, row)), ...rest };
    },
  },
};
