import { isIP } from 'node:net';

/**
 * A member of a document whose names may be written in either of AWS's two ways: GetFindings answers `AccessKeyDetails`,
 * EventBridge and exports say `accessKeyDetails`.
 */
export function at(document: unknown, ...path: string[]): unknown {
  let value = document;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const wanted = name.toLowerCase();
    const key = Object.keys(value).find((each) => each.toLowerCase() === wanted);
    value = key === undefined ? undefined : (value as Record<string, unknown>)[key];
  }
  return value;
}
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
/** A text that is not empty, as a list of one; else nothing. */
export const word = (value: unknown): string[] => (typeof value === 'string' && value.trim() !== '' && value.length <= 4096 ? [value.trim()] : []);

const matching =
  (form: RegExp) =>
  (value: unknown): string[] =>
    word(value).filter((each) => form.test(each));
/** Access key ids: 20 characters, base32 after the prefix. IAM User Guide, "IAM identifiers". */
export const keyId = matching(/^A[KS]IA[A-Z2-7]{16}$/);
export const instanceId = matching(/^i-[0-9a-f]{8,17}$/);
export const account = matching(/^\d{12}$/);
export const region = matching(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/);
export const userName = matching(/^[\w+=,.@-]{1,64}$/);
export const principal = matching(/^arn:aws[a-z-]*:(iam|sts)::\d{12}:(user|role|assumed-role|federated-user)\/[\w+=,.@/-]+$/);
export const address = (value: unknown): string[] => word(value).filter((each) => isIP(each) !== 0);
/** UTC, or null. */
export function utcOf(value: unknown): string | null {
  const time = typeof value === 'number' ? (value < 1e12 ? value * 1000 : value) : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) && Math.abs(time) < 8.64e15 ? new Date(time).toISOString() : null;
}
