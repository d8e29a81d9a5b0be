import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import fs from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { AplombError } from '../kernel/error.ts';
import { fileFault } from './faults.ts';

/** The SubjectPublicKeyInfo header of every Ed25519 key (RFC 8410); the raw 32 bytes follow. */
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');
const SIGNED_PREFIX = Buffer.from('aplomb-ledger-v1\n', 'ascii');

/** The responder's signing key. The private half stays in the configuration folder, never in a case. */
export interface Signer {
  /** The raw public key, 64 lower-case hexadecimal digits. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** Ed25519 over the prefix and the 32 bytes of `hash`; 128 hexadecimal digits. */
  sign(hash: string): string;
}

/** `SHA256:` and the unpadded base64 of the SHA-256 of the raw public key: short enough for a notebook. */
export const fingerprintOf = (publicKey: string): string =>
  `SHA256:${createHash('sha256').update(Buffer.from(publicKey, 'hex')).digest('base64').replace(/=+$/, '')}`;

export const publicKeyObject = (publicKey: string): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_HEADER, Buffer.from(publicKey, 'hex')]), format: 'der', type: 'spki' });

const signedBytes = (hash: string) => Buffer.concat([SIGNED_PREFIX, Buffer.from(hash, 'hex')]);

export const signatureHolds = (hash: string, sig: string, key: KeyObject): boolean => verify(null, signedBytes(hash), key, Buffer.from(sig, 'hex'));

/** As `signatureHolds`, on the thread pool. */
export const signatureHoldsAsync = (hash: string, sig: string, key: KeyObject): Promise<boolean> =>
  new Promise((resolve, reject) =>
    verify(null, signedBytes(hash), key, Buffer.from(sig, 'hex'), (error, holds) => (error === null ? resolve(holds) : reject(error))),
  );

/** Where keys live: APLOMB_CONFIG_DIR, else aplomb under XDG_CONFIG_HOME, else ~/.config/aplomb. */
export function configDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env.APLOMB_CONFIG_DIR) return path.resolve(env.APLOMB_CONFIG_DIR);
  const base = env.XDG_CONFIG_HOME && path.isAbsolute(env.XDG_CONFIG_HOME) ? env.XDG_CONFIG_HOME : path.join(homedir(), '.config');
  return path.join(base, 'aplomb');
}
const keyFile = (dir: string) => path.join(dir, 'responder-key.pem');

function signerOf(key: KeyObject): Signer {
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEADER.length).toString('hex');
  return { publicKey, fingerprint: fingerprintOf(publicKey), sign: (hash) => sign(null, signedBytes(hash), key).toString('hex') };
}

/**
 * The key of this machine's responder, or undefined when there is none yet.
 * @throws AplombError `KeyUnreadable`, `KeyTooOpen` (others may read the file)
 */
export function loadSigner(dir = configDir()): Signer | undefined {
  const file = keyFile(dir);
  let fd: number;
  try {
    fd = fs.openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
  try {
    const { mode } = fs.fstatSync(fd);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new AplombError('KeyTooOpen', `Other users of this machine can read the signing key ${file}.`, {
        fix: `chmod 600 the file. If someone may have copied it, remove it as well: the next case is then opened with a new key.`,
      });
    const key = createPrivateKey(fs.readFileSync(fd));
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key');
    return signerOf(key);
  } catch (error) {
    if (error instanceof AplombError) throw error;
    throw unreadable(file, error);
  } finally {
    fs.closeSync(fd);
  }
}

/** The responder's key, made on first use (0600, folder 0700). Two processes that make it at once end with the same one. */
export function ensureSigner(dir = configDir()): Signer {
  const existing = loadSigner(dir);
  if (existing) return existing;
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  const draft = path.join(dir, `.responder-key.${process.pid}.${Date.now()}`);
  try {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
    const fd = fs.openSync(draft, 'wx', 0o600);
    try {
      fs.writeFileSync(fd, pem);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    try {
      // A link never replaces: whoever comes second uses the first one's key.
      fs.linkSync(draft, keyFile(dir));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  } catch (error) {
    throw fileFault(error, 'write the signing key', keyFile(dir));
  } finally {
    fs.rmSync(draft, { force: true });
  }
  const signer = loadSigner(dir);
  if (!signer) throw unreadable(keyFile(dir), undefined);
  return signer;
}

const unreadable = (file: string, cause: unknown) =>
  new AplombError('KeyUnreadable', `The signing key ${file} cannot be read.`, {
    fix: 'Restore the file from a backup, or move it away: a new key is made for the next case. Cases opened with the old key need the old key.',
    cause,
  });
