import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { type LabContext, LabError, type LabOperations, type World } from '../../contract.ts';

interface SigningKey {
  /** PKCS#8, PEM. */
  secret: string;
  /** PKCS#1, DER, base64: what ListPublicKeys gives. */
  value: string;
  fingerprint: string;
  from: number;
  until: number;
}
const TABLE = 'trailSigningKeys';
const DAY = 86_400_000;
/** Of this process, by region: a pair takes longer to make than a day's digests to sign, and AWS's own are no secret between accounts. */
const pairs = new Map<string, { secret: string; der: Buffer }>();
function pairOf(region: string): { secret: string; der: Buffer } {
  const made = pairs.get(region);
  if (made) return made;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pair = { secret: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, der: publicKey.export({ type: 'pkcs1', format: 'der' }) };
  pairs.set(region, pair);
  return pair;
}

/** CloudTrail has one pair of keys a region, the same for every account; it is kept with the first account that needed it. */
export function signingKey(world: World, account: string, region: string): SigningKey {
  for (const one of Object.values(world.accounts)) if (one.tables[TABLE]?.[region]) return one.tables[TABLE][region] as SigningKey;
  const { secret, der } = pairOf(region);
  const now = Date.now() + world.offset;
  const key: SigningKey = {
    secret,
    value: der.toString('base64'),
    fingerprint: createHash('md5').update(der).digest('hex'),
    from: now - 400 * DAY,
    until: now + 400 * DAY,
  };
  const tables = world.accounts[account]!.tables;
  (tables[TABLE] ??= {})[region] = key;
  return key;
}
/** SHA256withRSA, hexadecimal. */
export function signer(key: SigningKey): (text: string) => string {
  const secret = createPrivateKey(key.secret);
  return (text) => sign('sha256', Buffer.from(text), secret).toString('hex');
}
export const publicKeyOf = (key: SigningKey) => createPublicKey({ key: Buffer.from(key.value, 'base64'), format: 'der', type: 'pkcs1' });

export const operations: LabOperations = {
  ListPublicKeys: {
    run(input, ctx: LabContext) {
      const time = (given: unknown, absent: number): number => (given === undefined ? absent : new Date(given as string).getTime());
      // Without a time frame the current time is meant.
      const [start, end] = [time(input.StartTime, ctx.now()), time(input.EndTime, ctx.now())];
      if (start > end) throw new LabError('InvalidTimeRangeException', 'StartTime must be before EndTime.', { status: 400 });
      const key = signingKey(ctx.world, ctx.account.id, ctx.region.name);
      if (key.from > end || key.until < start) return { PublicKeyList: [] };
      return {
        PublicKeyList: [
          {
            Value: Buffer.from(key.value, 'base64'),
            Fingerprint: key.fingerprint,
            ValidityStartTime: new Date(key.from),
            ValidityEndTime: new Date(key.until),
          },
        ],
      };
    },
  },
};
