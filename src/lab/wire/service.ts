import { type Bindings, bindingsOf, compileRoute, type Route } from './route.ts';
import { isError, isOperation, requiredMembers, type Schema, schemaOf, type Traits } from './schema.ts';

export type Protocol = 'ec2Query' | 'awsQuery' | 'awsJson1_0' | 'awsJson1_1' | 'restJson1' | 'restXml';
const PROTOCOLS: readonly string[] = ['ec2Query', 'awsQuery', 'awsJson1_0', 'awsJson1_1', 'restJson1', 'restXml'];

export interface WireOperation {
  readonly service: WireService;
  readonly name: string;
  readonly inputSchema: Schema;
  readonly outputSchema: Schema;
  readonly input: Bindings;
  readonly output: Bindings;
  /** REST protocols only. */
  readonly route: Route | undefined;
  /** S3: acts on a bucket, so its path begins with one. */
  readonly takesBucket: boolean;
}
export interface WireError {
  /** Shape name, e.g. NoSuchEntityException. */
  readonly name: string;
  /** Code on the wire of the query protocols, e.g. NoSuchEntity. */
  readonly code: string;
  readonly status: number;
  readonly schema: Schema;
}
/** One service as its SDK client models it. */
export interface WireService {
  /** The lab's own: the signing name, unless two services share one. */
  readonly name: string;
  readonly package: string;
  readonly signingName: string;
  readonly serviceId: string;
  readonly protocol: Protocol;
  readonly xmlNamespace: string;
  readonly version: string;
  /** Prefix of X-Amz-Target. */
  readonly target: string;
  /** JSON service that once spoke awsQuery: answers errors with x-amzn-query-error as well. */
  readonly queryCompatible: boolean;
  readonly operations: ReadonlyMap<string, WireOperation>;
  /** Modelled errors by wire code and by shape name. */
  readonly errors: ReadonlyMap<string, WireError>;
}

interface ClientConfig {
  serviceId: string;
  defaultSigningName: string;
  protocol: { getShapeId(): string; useNestedResult?(): boolean };
  protocolSettings: { xmlNamespace?: string; version?: string; serviceTarget?: string; awsQueryCompatible?: boolean };
}
type ClientClass = new (config: object) => { config: ClientConfig; destroy(): void };
const isClient = (value: unknown): value is ClientClass =>
  typeof value === 'function' && /[a-z0-9]Client$/i.test(value.name) && typeof value.prototype?.send === 'function';

/** Builds the server's view from an imported client package. Nothing is sent: the client is constructed for its configuration only. */
export function describeService(name: string, packageName: string, exports: Record<string, unknown>): WireService {
  const Client = Object.values(exports).find(isClient);
  if (!Client) throw new TypeError(`${packageName} exports no client`);
  const client = new Client({ region: 'us-east-1', credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' } });
  const { config } = client;
  const operations = new Map<string, WireOperation>();
  const errors = new Map<string, WireError>();
  const settings = config.protocolSettings;
  // EC2 clients of before 2026 call their protocol awsQuery; they differ by not nesting results.
  const named = config.protocol.getShapeId().split('#')[1] ?? '';
  const protocol = config.protocol.useNestedResult?.() === false ? 'ec2Query' : named;
  if (!PROTOCOLS.includes(protocol)) throw new TypeError(`${packageName} speaks ${named}, which the lab does not`);
  const service: WireService = {
    name,
    package: packageName,
    signingName: config.defaultSigningName,
    serviceId: config.serviceId,
    protocol: protocol as Protocol,
    xmlNamespace: settings.xmlNamespace ?? '',
    version: settings.version ?? '',
    target: settings.serviceTarget ?? '',
    queryCompatible: settings.awsQueryCompatible === true,
    operations,
    errors,
  };
  for (const value of Object.values(exports)) {
    if (isOperation(value)) {
      const inputSchema = schemaOf(value[4]);
      const input = bindingsOf(inputSchema);
      const outputSchema = schemaOf(value[5]);
      const http = (value[3] as Traits | 0 | undefined) || {};
      const route = typeof http === 'object' && http.http ? compileRoute(http.http, inputSchema, input) : undefined;
      const takesBucket = requiredMembers(inputSchema).includes('Bucket');
      operations.set(value[2], { service, name: value[2], inputSchema, outputSchema, input, output: bindingsOf(outputSchema), route, takesBucket });
    } else if (isError(value) && value[1].startsWith('com.amazonaws')) {
      const error = describeError(value);
      errors.set(error.code, error);
      errors.set(error.name, error);
    }
  }
  client.destroy();
  return service;
}

function describeError(raw: readonly [-3, string, string, unknown, ...unknown[]]): WireError {
  const traits = (typeof raw[3] === 'object' && raw[3] !== null ? raw[3] : {}) as Traits;
  const [code, status] = (traits.awsQueryError ?? []) as [string?, number?];
  return { name: raw[2], code: code ?? raw[2], status: status ?? traits.httpError ?? (traits.error === 'server' ? 500 : 400), schema: schemaOf(raw) };
}
