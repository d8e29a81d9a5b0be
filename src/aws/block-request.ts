import type { HttpRequest } from '@smithy/core/protocols';
import { type Json, TOOL } from '../kernel/index.ts';
import type { LearningClock } from './clock.ts';
import type { Exchange, Transport } from './transport.ts';

export interface BlockRequest {
  readonly snapshotId: string;
  readonly index: number;
  readonly token: string;
}

/**
 * GetSnapshotBlock by the shortest way: the client's endpoint, credentials and signer, and our own transport, without the
 * client's middleware, which costs more time per block than the block itself. Only a 200 is taken: for anything
 * else it answers null, and the caller sends the same request through the client, with its retries and its errors.
 * Source: EBS direct APIs, GetSnapshotBlock (GET /snapshots/{id}/blocks/{index}?blockToken=).
 */
export async function directBlock(
  client: any,
  transport: Transport,
  clock: LearningClock,
  exchange: Exchange,
  block: BlockRequest,
  signal: AbortSignal | undefined,
): Promise<Json | null> {
  const { HttpRequest } = await import('@smithy/core/protocols');
  const { region } = exchange;
  const base = await endpointOf(client, region);
  const request = new HttpRequest({
    protocol: base.protocol,
    hostname: base.hostname,
    ...(base.port ? { port: Number(base.port) } : {}),
    method: 'GET',
    path: `${base.pathname.replace(/\/$/, '')}/snapshots/${encodeURIComponent(block.snapshotId)}/blocks/${block.index}`,
    query: { blockToken: block.token },
    headers: { host: base.host, 'user-agent': TOOL.replace(' ', '/') },
  });
  const signed: HttpRequest = await (await signerOf(client, region)).sign(request, {
    signingDate: new Date(clock.now()),
    signingRegion: region,
    signingService: 'ebs',
  });
  const { response } = await transport.handle(signed, { ...(signal ? { abortSignal: signal } : {}), exchange, bytesOnly: true });
  if (response.statusCode !== 200) return null;
  const { headers } = response;
  return {
    DataLength: Number(headers['x-amz-data-length']),
    Checksum: headers['x-amz-checksum'] ?? '',
    ChecksumAlgorithm: headers['x-amz-checksum-algorithm'] ?? '',
  };
}

const signers = new WeakMap<object, Promise<any>>();
/** The client's own signer, made once: it asks for the credentials anew at each signature. A client belongs to one region. */
function signerOf(client: any, region: string): Promise<any> {
  let known = signers.get(client);
  if (!known) {
    known = client.config.signer({ name: 'sigv4', signingName: 'ebs', signingRegion: region }) as Promise<any>;
    signers.set(client, known);
    known.catch(() => signers.delete(client));
  }
  return known;
}

const endpoints = new WeakMap<object, Promise<URL>>();
/** The client's own endpoint, worked out once: the custom one, or the region's by the client's rules. */
function endpointOf(client: any, region: string): Promise<URL> {
  let known = endpoints.get(client);
  if (!known) {
    known = (async () => {
      const custom = client.config.endpoint ? await client.config.endpoint() : undefined;
      if (custom) return new URL(`${custom.protocol}//${custom.hostname}${custom.port ? `:${custom.port}` : ''}${custom.path ?? '/'}`);
      const { url } = client.config.endpointProvider({
        Region: region,
        UseDualStack: await client.config.useDualstackEndpoint(),
        UseFIPS: await client.config.useFipsEndpoint(),
      });
      return url as URL;
    })();
    endpoints.set(client, known);
  }
  return known;
}
