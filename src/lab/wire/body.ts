import { LabError } from '../contract.ts';

/** What a client wraps in aws-chunked framing (with or without trailers) is the payload between the chunk headers. */
export function unchunk(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at, 'latin1');
    const size = end < 0 ? Number.NaN : Number.parseInt(body.toString('latin1', at, end), 16);
    if (Number.isNaN(size) || end + 2 + size > body.length) throw new LabError('IncompleteBody', 'The request body terminated unexpectedly.', { status: 400 });
    if (size === 0) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
