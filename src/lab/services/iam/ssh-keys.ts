import { createHash } from 'node:crypto';
import { LabError, type LabOperations } from '../../contract.ts';
import { type CredentialRow, uniqueId } from '../../world/index.ts';
import { add, resources, rowsOf, theRow, theUser } from './credential-rows.ts';
import { credentialId, date, iam, limit, name64, page, paged, status } from './shared.ts';

const WHAT = 'The Public Key with id';
const described = (row: CredentialRow): Record<string, unknown> => ({
  UserName: row.user,
  SSHPublicKeyId: row.id,
  Status: row.status,
  UploadDate: date(row.created),
});
const whole = (row: CredentialRow): object => ({ ...described(row), Fingerprint: row.fingerprint, SSHPublicKeyBody: row.body });
const fingerprint = (text: string): string =>
  createHash('md5')
    .update(Buffer.from(text.split(/\s+/)[1] ?? '', 'base64'))
    .digest('hex')
    .replace(/..(?=.)/g, '$&:');

/** SSH public keys of IAM users, for CodeCommit. */
export const operations: LabOperations = {
  UploadSSHPublicKey: {
    constraints: { UserName: name64, SSHPublicKeyBody: { length: [1, 16384] } },
    resources,
    run(input, ctx) {
      const user = theUser(input, ctx);
      if (!/^(ssh-rsa [A-Za-z0-9+/=]+|-----BEGIN PUBLIC KEY-----)/.test(input.SSHPublicKeyBody))
        throw new LabError('InvalidPublicKey', 'The public key is not valid.', { status: 400 });
      const own = rowsOf(ctx, 'ssh', user.name);
      const print = fingerprint(input.SSHPublicKeyBody);
      if (own.some((row) => row.fingerprint === print)) throw new LabError('DuplicateSSHPublicKey', 'The SSH public key already exists.', { status: 400 });
      if (own.length >= 5) throw limit('Cannot exceed quota for SSHPublicKeysPerUser: 5');
      const row = add(ctx, { id: uniqueId(ctx.world, 'APKA'), kind: 'ssh', user: user.name, body: input.SSHPublicKeyBody, fingerprint: print });
      return { SSHPublicKey: whole(row) };
    },
  },
  GetSSHPublicKey: {
    constraints: { UserName: name64, SSHPublicKeyId: credentialId, Encoding: { enum: ['SSH', 'PEM'] } },
    resources,
    run: (input, ctx) => ({ SSHPublicKey: whole(theRow(ctx, 'ssh', input.SSHPublicKeyId, theUser(input, ctx).name, WHAT)) }),
  },
  ListSSHPublicKeys: {
    constraints: { UserName: name64, ...paged },
    resources,
    run(input, ctx) {
      const { items, ...rest } = page(ctx, rowsOf(ctx, 'ssh', theUser(input, ctx).name), input);
      return { SSHPublicKeys: items.map(described), ...rest };
    },
  },
  UpdateSSHPublicKey: {
    constraints: { UserName: name64, SSHPublicKeyId: credentialId, Status: status },
    resources,
    run(input, ctx) {
      theRow(ctx, 'ssh', input.SSHPublicKeyId, theUser(input, ctx).name, WHAT).status = input.Status;
    },
  },
  DeleteSSHPublicKey: {
    constraints: { UserName: name64, SSHPublicKeyId: credentialId },
    resources,
    run(input, ctx) {
      delete iam(ctx).credentials[theRow(ctx, 'ssh', input.SSHPublicKeyId, theUser(input, ctx).name, WHAT).id];
    },
  },
};
