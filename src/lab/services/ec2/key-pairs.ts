import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { filtered } from './query.ts';
import type { KeyPair } from './rows.ts';
import { arn, date, rowsOf, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

const generate = promisify(generateKeyPair);

/** The fields of an SSH wire-format blob (RFC 4253, section 6.6). */
const wire = (...fields: (string | Buffer)[]): Buffer =>
  Buffer.concat(
    fields.flatMap((field) => {
      const bytes = Buffer.from(field as string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
const unsigned = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'base64url');
  return bytes[0]! & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
};
const colons = (hex: string): string => hex.match(/../g)!.join(':');

/** A new pair: the public key in OpenSSH form, the private one as PEM, the fingerprint as EC2 shows it for its own keys. */
async function makePair(type: KeyPair['type']): Promise<{ publicKey: string; material: string; fingerprint: string }> {
  if (type === 'ed25519') {
    const pair = await generate('ed25519');
    const blob = wire('ssh-ed25519', Buffer.from(pair.publicKey.export({ format: 'jwk' }).x!, 'base64url'));
    return {
      publicKey: `ssh-ed25519 ${blob.toString('base64')}`,
      material: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      fingerprint: createHash('sha256').update(blob).digest('base64'),
    };
  }
  const pair = await generate('rsa', { modulusLength: 2048 });
  const { n, e } = pair.publicKey.export({ format: 'jwk' });
  return {
    publicKey: `ssh-rsa ${wire('ssh-rsa', unsigned(e!), unsigned(n!)).toString('base64')}`,
    material: pair.privateKey.export({ format: 'pem', type: 'pkcs1' }).toString(),
    // SHA-1 over the DER of the private key (Amazon EC2 User Guide, "Verify the fingerprint of your key pair").
    fingerprint: colons(
      createHash('sha1')
        .update(pair.privateKey.export({ format: 'der', type: 'pkcs8' }))
        .digest('hex'),
    ),
  };
}
/** An imported key: MD5 of the blob for RSA, SHA-256 for Ed25519. */
function readPublicKey(material: Uint8Array): { type: KeyPair['type']; publicKey: string; fingerprint: string } {
  const [name = '', body = ''] = Buffer.from(material).toString('utf8').trim().split(/\s+/);
  const blob = Buffer.from(body, 'base64');
  const inside = blob.length > 4 ? blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1') : '';
  if (inside !== name || !/^ssh-(rsa|ed25519)$/.test(name)) throw new LabError('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
  return name === 'ssh-rsa'
    ? { type: 'rsa', publicKey: `${name} ${body}`, fingerprint: colons(createHash('md5').update(blob).digest('hex')) }
    : { type: 'ed25519', publicKey: `${name} ${body}`, fingerprint: createHash('sha256').update(blob).digest('base64') };
}
function free(ctx: LabContext, name: string): void {
  if (name.length === 0 || name.length > 255 || !/^[\x20-\x7e]+$/.test(name))
    throw new LabError('InvalidParameterValue', `Invalid value '${name}' for keyPairName.`);
  if (rowsOf<KeyPair>(ctx, 'keyPairs').some((row) => row.name === name)) throw new LabError('InvalidKeyPair.Duplicate', `The keypair already exists: ${name}`);
}
function store(ctx: LabContext, row: Omit<KeyPair, 'id' | 'created'>, specifications: any): KeyPair {
  const pair: KeyPair = { id: ctx.id('key'), created: ctx.now(), ...row };
  tagNew(ctx, pair.id, specifications, 'key-pair');
  writable<KeyPair>(ctx, 'keyPairs')[pair.id] = pair;
  return pair;
}
const resources = (input: any, ctx: LabContext): string[] => [arn(ctx, 'key-pair', input.KeyName ?? '*')];

export const operations: LabOperations = {
  /** The private key is answered once and kept nowhere. */
  CreateKeyPair: {
    async run(input, ctx) {
      free(ctx, input.KeyName);
      const type: KeyPair['type'] = input.KeyType ?? 'rsa';
      if (input.KeyFormat === 'ppk') throw new LabError('UnsupportedOperation', 'The lab makes keys in PEM format only.');
      const made = await makePair(type);
      free(ctx, input.KeyName);
      const pair = store(ctx, { name: input.KeyName, type, publicKey: made.publicKey, fingerprint: made.fingerprint }, input.TagSpecifications);
      return { KeyPairId: pair.id, KeyName: pair.name, KeyFingerprint: pair.fingerprint, KeyMaterial: made.material, Tags: tagsOf(ctx, pair.id) };
    },
    resources,
    constraints: { KeyType: { enum: ['rsa', 'ed25519'] }, KeyFormat: { enum: ['pem', 'ppk'] } },
  },
  ImportKeyPair: {
    run(input, ctx) {
      free(ctx, input.KeyName);
      const pair = store(ctx, { name: input.KeyName, ...readPublicKey(input.PublicKeyMaterial) }, input.TagSpecifications);
      return { KeyPairId: pair.id, KeyName: pair.name, KeyFingerprint: pair.fingerprint, Tags: tagsOf(ctx, pair.id) };
    },
    resources,
  },
  DescribeKeyPairs: {
    run(input, ctx) {
      const all = rowsOf<KeyPair>(ctx, 'keyPairs');
      for (const name of input.KeyNames ?? [])
        if (!all.some((row) => row.name === name)) throw new LabError('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);
      for (const id of input.KeyPairIds ?? [])
        if (!all.some((row) => row.id === id)) throw new LabError('InvalidKeyPair.NotFound', `The key pair with id '${id}' does not exist`);
      const asked = all.filter(
        (row) => (!input.KeyNames?.length || input.KeyNames.includes(row.name)) && (!input.KeyPairIds?.length || input.KeyPairIds.includes(row.id)),
      );
      const rows = filtered(ctx, asked, input.Filters, {
        'key-pair-id': (row) => row.id,
        'key-name': (row) => row.name,
        fingerprint: (row) => row.fingerprint,
        'key-type': (row) => row.type,
      });
      return {
        KeyPairs: rows.map((row) => ({
          KeyPairId: row.id,
          KeyName: row.name,
          KeyType: row.type,
          KeyFingerprint: row.fingerprint,
          CreateTime: date(row.created),
          PublicKey: input.IncludePublicKey ? `${row.publicKey} ${row.name}` : undefined,
          Tags: tagsOf(ctx, row.id),
        })),
      };
    },
  },
  /** Deleting what is not there succeeds. */
  DeleteKeyPair: {
    run(input, ctx) {
      if (input.KeyName === undefined && input.KeyPairId === undefined)
        throw new LabError('MissingParameter', 'The request must contain the parameter KeyName or KeyPairId');
      const row = rowsOf<KeyPair>(ctx, 'keyPairs').find((item) => (input.KeyPairId === undefined ? item.name === input.KeyName : item.id === input.KeyPairId));
      if (row) {
        delete writable(ctx, 'keyPairs')[row.id];
        delete writable(ctx, 'tags')[row.id];
      }
      return { Return: true, KeyPairId: row?.id };
    },
    resources,
  },
};
