import { createHash } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { finished, Readable } from 'node:stream';
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { type Stored, utc } from '../kernel/index.ts';
import type { LearningClock } from './clock.ts';
import { connectWithin } from './connecting.ts';
import type { Gate } from './gate.ts';
import type { Limiter } from './limiter.ts';
import { checkLoopback, loopbackLookup } from './loopback.ts';
import type { Attempt, Recorder } from './recorder.ts';
import { saysThrottled } from './retries.ts';
import type { Purpose } from './types.ts';

/** What one call of send() shares with the transport; the SDK hands it through untouched. */
export interface Exchange {
  readonly phase: string;
  readonly purpose: Purpose;
  readonly as: string | undefined;
  /** The place was silent before: it gets little time to show that it is back. */
  readonly hurried: boolean;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly account: string | null;
  readonly keep: boolean;
  /** The payload is a stream member: its bytes are taken from here, not through the SDK's stream. */
  readonly payload: boolean;
  attempts: Attempt[];
  last?: { status: number; requestId: string; date: number | null; sha256: string; body: Stored | null; bytes: Buffer };
}
interface HandlerOptions {
  readonly abortSignal?: AbortSignal;
  readonly requestTimeout?: number;
  readonly exchange?: Exchange;
  /** Nobody reads the response's stream: the bytes are taken from the exchange. */
  readonly bytesOnly?: boolean;
}
export interface Transport {
  handle(request: HttpRequest, options?: HandlerOptions): Promise<{ response: HttpResponse }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): object;
  destroy(): void;
}

/** A mutation waits for no read; and what is held to two a second where it is asked would lose its turn by waiting once more. */
const waitsItsTurn = ({ purpose, service }: Exchange): boolean => purpose !== 'mutation' && service !== 'cloudtrail';

/** Milliseconds for an answer of a place that was silent before. */
const HURRIED = 5_000;

const aborted = (signal: AbortSignal): Error => Object.assign(new Error('Request aborted', { cause: signal.reason }), { name: 'AbortError' });

interface Body {
  readonly bytes: Buffer;
  readonly sha256: string;
}
/** Announced lengths up to this are read into one buffer; the announcement is not believed beyond it. */
const PREALLOCATED = 16 * 2 ** 20;

/** Reads and hashes a body whole. Silence longer than `stall` milliseconds is a timeout, whatever the total length. */
function readBody(stream: unknown, announced: number, stall: number, signal: AbortSignal | undefined): Promise<Body> {
  if (!(stream instanceof Readable)) {
    const bytes = Buffer.from((stream as Uint8Array | undefined) ?? []);
    return Promise.resolve({ bytes, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    const whole = announced > 0 && announced <= PREALLOCATED ? Buffer.allocUnsafeSlow(announced) : undefined;
    const chunks: Buffer[] = [];
    let copied = 0;
    const late = () => stream.destroy(Object.assign(new Error(`no data for ${stall} ms`), { name: 'TimeoutError', code: 'ETIMEDOUT' }));
    const onAbort = () => signal && stream.destroy(aborted(signal));
    const timer = setTimeout(late, stall);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    stream.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      if (whole && chunks.length === 0 && copied + chunk.length <= whole.length) copied += chunk.copy(whole, copied);
      else chunks.push(chunk);
      timer.refresh();
    });
    finished(stream, (error) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else {
        const start = whole?.subarray(0, copied) ?? Buffer.alloc(0);
        resolve({ bytes: chunks.length === 0 ? start : Buffer.concat([start, ...chunks]), sha256: hash.digest('hex') });
      }
    });
  });
}

const requestDigest = (request: HttpRequest): string => {
  const query = Object.entries(request.query ?? {})
    .flatMap(([key, value]) => [value].flat().map((one) => `${encodeURIComponent(key)}=${encodeURIComponent(one ?? '')}`))
    .join('&');
  const hash = createHash('sha256').update(`${request.method} ${request.path}${query ? `?${query}` : ''}\n`);
  const body = request.body as unknown;
  if (typeof body === 'string' || body instanceof Uint8Array) hash.update(body);
  return hash.digest('hex');
};

/**
 * The one HTTP handler under every client: keep-alive, hard timeouts, the loopback fence, the recorder and the clock.
 * Proxy variables are never honoured: the agents are our own and take no proxy.
 */
export async function createTransport(options: {
  loopbackOnly: boolean;
  connectTimeout: number;
  readTimeout: number;
  mutationTimeout: number;
  clock: LearningClock;
  recorder: Recorder;
  limiter: Pick<Limiter, 'before' | 'after'>;
  gate: Gate;
}): Promise<Transport> {
  const { NodeHttpHandler } = await import('@smithy/node-http-handler');
  // How many are at work at once is the gate's to say: a request that waits here for a socket would look like one without an answer.
  const agent = { keepAlive: true, ...(options.loopbackOnly ? { lookup: loopbackLookup } : {}) };
  const handler = new NodeHttpHandler({
    httpAgent: connectWithin(new HttpAgent(agent), options.connectTimeout),
    httpsAgent: connectWithin(new HttpsAgent(agent), options.connectTimeout),
    throwOnRequestTimeout: true,
    socketAcquisitionWarningTimeout: 2 ** 31 - 1,
  });
  const { clock, recorder, limiter, gate } = options;
  return {
    async handle(request, { exchange, bytesOnly, ...rest } = {}) {
      if (options.loopbackOnly) checkLoopback(request.hostname);
      const timeout =
        exchange?.purpose === 'mutation' ? options.mutationTimeout : exchange?.hurried ? Math.min(HURRIED, options.readTimeout) : options.readTimeout;
      if (exchange) await limiter.before(exchange, rest.abortSignal, exchange.purpose === 'mutation');
      const leave = exchange && waitsItsTurn(exchange) ? await gate.enter(rest.abortSignal) : undefined;
      const sent = clock.local();
      const started = performance.now();
      const seen: { status: number | null; requestId: string | null; bytes: Buffer | null; sha256: string | null; kept: Stored | null } = {
        status: null,
        requestId: null,
        bytes: null,
        sha256: null,
        kept: null,
      };
      const attemptTime = utc(clock.now());
      try {
        const { response } = await handler.handle(request, { ...rest, requestTimeout: timeout });
        const received = clock.local();
        const { bytes, sha256 } = await readBody(response.body, Number(response.headers['content-length']), timeout, rest.abortSignal);
        // Only a whole answer counts as one: a body cut off in the middle leaves the outcome unknown.
        seen.status = response.statusCode;
        seen.requestId = requestIdOf(response.headers);
        seen.bytes = bytes;
        seen.sha256 = sha256;
        const date = Date.parse(response.headers.date ?? '');
        if (!Number.isNaN(date)) clock.learn(date, sent, received);
        const good = response.statusCode < 300;
        if (exchange) limiter.after(exchange, saysThrottled(response.statusCode, response.headers['x-amzn-errortype'], bytes));
        if (exchange?.keep && good) seen.kept = await recorder.keep(bytes, sha256, exchange.phase);
        if (exchange) {
          exchange.last = {
            status: response.statusCode,
            requestId: seen.requestId ?? '',
            date: Number.isNaN(date) ? null : date,
            sha256: seen.sha256,
            body: seen.kept,
            bytes,
          };
        }
        response.body = exchange?.payload && good && !bytesOnly ? Readable.from([]) : bytes;
        return { response };
      } finally {
        leave?.();
        if (exchange) {
          const attempt: Attempt = {
            time: attemptTime,
            phase: exchange.phase,
            purpose: exchange.purpose,
            ...(exchange.as === undefined ? {} : { as: exchange.as }),
            service: exchange.service,
            operation: exchange.operation,
            region: exchange.region,
            account: exchange.account,
            attempt: exchange.attempts.length + 1,
            host: `${request.hostname}${request.port ? `:${request.port}` : ''}`,
            milliseconds: Math.round(performance.now() - started),
            request: requestDigest(request),
            status: seen.status,
            requestId: seen.requestId,
            response: seen.sha256,
            bytes: seen.bytes?.length ?? null,
            kept: seen.kept !== null,
          };
          exchange.attempts.push(attempt);
          recorder.add(attempt);
        }
      }
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy: () => handler.destroy(),
  };
}

const requestIdOf = (headers: Record<string, string>): string | null =>
  headers['x-amzn-requestid'] ?? headers['x-amz-request-id'] ?? headers['x-amzn-request-id'] ?? null;
