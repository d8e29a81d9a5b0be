import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { AplombError } from '../kernel/index.ts';
import { type Behaviours, behavioursOf } from './behaviour.ts';
import type { World } from './contract.ts';
import { control } from './control.ts';
import { type Intercept, type Lab, type Outcome, serve } from './pipeline.ts';
import { openService } from './wire/catalogue.ts';
import type { WireRequest } from './wire/request.ts';
import { worldNow } from './world/index.ts';

export interface LabOptions {
  world: World;
  /** 0: a free port. */
  port?: number;
  host?: string;
  /** Bearer token of the control interface. Default: a random one. */
  controlToken?: string;
  /** Signing names to load before listening, so that the first call is not slower than the others. */
  preload?: readonly string[];
  /** Behaviour added to (and asked before) that in services/. */
  behaviours?: Behaviours;
  /** Wire tests: answers every authenticated call instead of permissions, faults and behaviour. */
  intercept?: Intercept;
}
export interface RunningLab {
  readonly url: string;
  readonly port: number;
  readonly controlToken: string;
  /** The world being served; another one after a load over the control interface. */
  readonly world: World;
  close(): Promise<void>;
  /** Settles when the lab has stopped, whoever stopped it. */
  readonly closed: Promise<void>;
}

const MAX_BODY = 64 * 1024 * 1024;
/** A hanging call is given up on after this long, well after any client. */
const HANG = 15 * 60_000;

/** Serves a world over HTTP as AWS would: any SDK or the aws CLI with AWS_ENDPOINT_URL set to `url`. */
export async function startLab(options: LabOptions): Promise<RunningLab> {
  const { host = '127.0.0.1', port = 0, controlToken = randomBytes(24).toString('hex') } = options;
  const ending = new AbortController();
  // Every slow answer waits on it; hundreds at once are no leak.
  setMaxListeners(0, ending.signal);
  const lab: Lab = {
    world: options.world,
    intercept: options.intercept,
    behaviours: options.behaviours,
    sleep: (milliseconds) => wait(milliseconds, undefined, { signal: ending.signal, ref: false }).catch(() => undefined),
  };
  await Promise.all((options.preload ?? []).flatMap((name) => [openService(name), behavioursOf(name)]));

  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      if (process.env.DEBUG) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(message);
    if (!body) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    const request = toRequest(message, body);
    const ip = (message.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    if (request.path.startsWith('/_lab/')) {
      const { status, json } = await control({ lab, token: controlToken, port: (server.address() as AddressInfo).port, close }, request, ip);
      const text = JSON.stringify(json);
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' }).end(text);
      return;
    }
    send(response, await serve(lab, request, { ip }), request.method);
  }
  function send(response: ServerResponse, outcome: Outcome, method: string): void {
    if (outcome === 'drop') {
      response.destroy();
    } else if (outcome === 'hang') {
      const timer = setTimeout(() => response.destroy(), HANG).unref();
      response.once('close', () => clearTimeout(timer));
    } else {
      response.sendDate = false;
      const date = new Date(worldNow(lab.world)).toUTCString();
      // An answer to HEAD has no body but may say how long it would be (S3 HeadObject does).
      const headers = method === 'HEAD' ? outcome.headers : { ...outcome.headers, 'content-length': String(outcome.body.length) };
      response.writeHead(outcome.status, { ...headers, date }).end(method === 'HEAD' ? undefined : outcome.body);
    }
  }

  let stopping: Promise<void> | undefined;
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  function close(): Promise<void> {
    stopping ??= new Promise<void>((resolve) => {
      ending.abort();
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return stopping;
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(new AplombError('PortInUse', `port ${port} of ${host} is in use`, { cause: error, fix: 'choose another port, or 0 for a free one' }));
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
  const bound = (server.address() as AddressInfo).port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  return {
    url,
    port: bound,
    controlToken,
    get world() {
      return lab.world;
    },
    close,
    closed,
  };
}

async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function toRequest(message: IncomingMessage, body: Buffer): WireRequest {
  const [path = '/', ...search] = (message.url ?? '/').split('?');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return { method: message.method ?? 'GET', path, query: new URLSearchParams(search.join('?')), headers, rawBody: body, body };
}
