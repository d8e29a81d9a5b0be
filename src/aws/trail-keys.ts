import type { JsonObject } from '../kernel/index.ts';
import type { Aws } from './types.ts';

/** A key with which CloudTrail signed digests of a region, named as ListPublicKeys names it. */
export interface ListedPublicKey {
  readonly region: string;
  /** Hexadecimal, as digests name it. */
  readonly Fingerprint: string;
  /** RSA public key, PKCS#1 in DER, base64. */
  readonly Value: string;
  readonly ValidityStartTime: string;
  readonly ValidityEndTime: string;
}

/**
 * The public keys of a region that were in use at any time of the window (ListPublicKeys); digests must be checked with the keys of their
 * own region. Without a window AWS means now. @throws AwsFailure
 */
export async function publicKeys(
  aws: Aws,
  region: string,
  window: { readonly since: number; readonly until: number },
  options: { readonly as?: string; readonly signal?: AbortSignal } = {},
): Promise<readonly ListedPublicKey[]> {
  const input = { StartTime: new Date(window.since).toISOString(), EndTime: new Date(window.until).toISOString() };
  const { output } = await aws.sendAll({
    call: { ...(options.as === undefined ? {} : { as: options.as }), service: 'cloudtrail', operation: 'ListPublicKeys', region, input },
    input,
    purpose: 'read',
    keep: true,
    phase: 'trail keys',
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return (((output as JsonObject).PublicKeyList ?? []) as JsonObject[]).map((one) => ({
    region,
    Fingerprint: text(one.Fingerprint),
    Value: text(one.Value),
    ValidityStartTime: text(one.ValidityStartTime),
    ValidityEndTime: text(one.ValidityEndTime),
  }));
}
