import type { Act, Technique } from '../technique.ts';

async function importPair(act: Act): Promise<void> {
  const name = act.name(['backup', 'laptop', 'ops']);
  const blob = Buffer.concat([Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0 ', 'latin1'), act.draw.bytes(32)]);
  const asked = { KeyName: name, PublicKeyMaterial: Buffer.from(`ssh-ed25519 ${blob.toString('base64')} x`) };
  const { KeyPairId: id } = await act.call('ec2', 'ImportKeyPair', asked);
  act.made('AWS::EC2::KeyPair', id, act.arn('ec2', `key-pair/${id}`), { names: [name] });
}

/** A key pair of his own, imported: the private half never was with AWS. */
export const technique: Technique = {
  id: 'key-pair',
  place: 'region',
  makes: ['AWS::EC2::KeyPair'],
  needs: ['ec2:ImportKeyPair'],
  play: importPair,
  innocent: importPair,
};
