import { LabError, type LabOperations } from '../../contract.ts';
import { type CredentialRow, uniqueId } from '../../world/index.ts';
import { add, meansRoot, resources, rowsOf, theRow, theUser } from './credential-rows.ts';
import { date, iam, limit, name128, page, paged, status } from './shared.ts';

const certificateId = { length: [24, 128] as [number, number], pattern: '^[\\w]+$' };
const WHAT = 'The Certificate with id';
const described = (row: CredentialRow): object => ({
  UserName: row.user,
  CertificateId: row.id,
  CertificateBody: row.body,
  Status: row.status,
  UploadDate: date(row.created),
});

/** X.509 signing certificates of IAM users. */
export const operations: LabOperations = {
  UploadSigningCertificate: {
    constraints: { UserName: name128, CertificateBody: { length: [1, 16384] } },
    resources,
    run(input, ctx) {
      const user = theUser(input, ctx);
      if (!/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(input.CertificateBody))
        throw new LabError('MalformedCertificate', 'Certificate is malformed.', { status: 400 });
      if (rowsOf(ctx, 'certificate').some((row) => row.body === input.CertificateBody))
        throw new LabError('DuplicateCertificate', 'The certificate already exists.', { status: 409 });
      if (rowsOf(ctx, 'certificate', user.name).length >= 2) throw limit('Cannot exceed quota for CertificatesPerUser: 2');
      const id = uniqueId(ctx.world, 'ASCA') + ctx.letters(3);
      return { Certificate: described(add(ctx, { id, kind: 'certificate', user: user.name, body: input.CertificateBody })) };
    },
  },
  ListSigningCertificates: {
    constraints: { UserName: name128, ...paged },
    resources,
    run(input, ctx) {
      const rows = meansRoot(input, ctx) ? [] : rowsOf(ctx, 'certificate', theUser(input, ctx).name);
      const { items, ...rest } = page(ctx, rows, input);
      return { Certificates: items.map(described), ...rest };
    },
  },
  UpdateSigningCertificate: {
    constraints: { UserName: name128, CertificateId: certificateId, Status: status },
    resources,
    run(input, ctx) {
      theRow(ctx, 'certificate', input.CertificateId, theUser(input, ctx).name, WHAT).status = input.Status;
    },
  },
  DeleteSigningCertificate: {
    constraints: { UserName: name128, CertificateId: certificateId },
    resources,
    run(input, ctx) {
      delete iam(ctx).credentials[theRow(ctx, 'certificate', input.CertificateId, theUser(input, ctx).name, WHAT).id];
    },
  },
};
