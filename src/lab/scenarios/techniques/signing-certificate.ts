import type { Act, Technique } from '../technique.ts';

async function certificate(act: Act, UserName = act.company.leakedUser): Promise<void> {
  // The outside of a certificate is all that anybody looks at here: IAM keeps what it is given.
  const lines = act.draw
    .bytes(570)
    .toString('base64')
    .match(/.{1,64}/g)!;
  const CertificateBody = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  const { Certificate } = await act.call('iam', 'UploadSigningCertificate', { UserName, CertificateBody });
  act.made('AWS::IAM::SigningCertificate', Certificate.CertificateId, '');
  act.attends('AWS::IAM::User', UserName, act.arn('iam', `user/${UserName}`));
  act.credential({ kind: 'certificate', id: Certificate.CertificateId, principal: UserName });
}

/** A certificate for an old way to sign requests that nobody remembers. */
export const technique: Technique = {
  id: 'signing-certificate',
  place: 'global',
  makes: ['AWS::IAM::SigningCertificate'],
  needs: ['iam:UploadSigningCertificate'],
  play: certificate,
  async innocent(act) {
    await certificate(act, act.company.programUser);
  },
};
