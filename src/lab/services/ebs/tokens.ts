import { createHmac } from 'node:crypto';
import type { LabContext } from '../../contract.ts';

/**
 * Tokens of the EBS direct APIs hold what they stand for, sealed with the world's seed: nothing is stored, so reads stay reads.
 * They carry a nonce: listing a snapshot again gives other tokens, as in AWS.
 */
export interface TokenBody {
  /** b: block, n: next page. */
  kind: 'b' | 'n';
  /** What it belongs to: snapshot ids. */
  of: string;
  /** Block index. */
  at: number;
  /** Epoch milliseconds. */
  expires: number;
}
const seal = (ctx: LabContext, text: string): Buffer => createHmac('sha256', `${ctx.world.seed} ebs`).update(text).digest().subarray(0, 16);

export function writeToken(ctx: LabContext, body: TokenBody, nonce: string): string {
  const text = `${body.kind} ${body.of} ${body.at} ${body.expires} ${nonce}`;
  return Buffer.concat([seal(ctx, text), Buffer.from(text)]).toString('base64');
}
/** The token's content, or why it is none. */
export function readToken(ctx: LabContext, token: string, kind: TokenBody['kind'], of: string): TokenBody | 'invalid' | 'expired' {
  const bytes = Buffer.from(token, 'base64');
  const text = bytes.subarray(16).toString();
  const [gotKind, gotOf, at, expires] = text.split(' ');
  if (bytes.length < 17 || !seal(ctx, text).equals(bytes.subarray(0, 16)) || gotKind !== kind || gotOf !== of) return 'invalid';
  return Number(expires) <= ctx.now() ? 'expired' : { kind, of, at: Number(at), expires: Number(expires) };
}
