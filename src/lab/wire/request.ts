import { LabError } from '../contract.ts';
import { readJson } from './json.ts';
import { readQuery } from './query.ts';
import { type Addressed, matchRoute } from './route.ts';
import { fromText, malformed } from './scalar.ts';
import { type Schema, traitsOf } from './schema.ts';
import type { WireOperation, WireService } from './service.ts';
import { readXml } from './xml-read.ts';

export interface WireRequest extends Addressed {
  /** As it came, still percent-encoded, without the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As signed. */
  readonly rawBody: Buffer;
  /** Without transfer framing such as aws-chunked. */
  readonly body: Buffer;
}
/** An operation found in a request; `read` gives its input and throws LabError when it cannot be parsed. */
export interface Addressee {
  readonly operation: WireOperation;
  read(): Record<string, unknown>;
}

/** Which operation a request is for. Throws the protocol's "no such operation". */
export function addressee(service: WireService, request: WireRequest): Addressee {
  switch (service.protocol) {
    case 'ec2Query':
    case 'awsQuery':
      return queryAddressee(service, request);
    case 'awsJson1_0':
    case 'awsJson1_1':
      return jsonAddressee(service, request);
    default:
      return restAddressee(service, request);
  }
}

function queryAddressee(service: WireService, request: WireRequest): Addressee {
  const ec2 = service.protocol === 'ec2Query';
  const parameters = request.method === 'POST' ? new URLSearchParams(request.body.toString('utf8')) : request.query;
  const action = parameters.get('Action');
  if (action === null) throw new LabError('MissingAction', 'The request must contain the parameter Action', { status: 400 });
  const operation = service.operations.get(action);
  const message = ec2
    ? `The action ${action} is not valid for this web service.`
    : `Could not find operation ${action} for version ${parameters.get('Version')}`;
  if (!operation) throw new LabError('InvalidAction', message, { status: 400 });
  const read = () => {
    try {
      return readQuery(operation.inputSchema, parameters, ec2);
    } catch (error) {
      throw recoded(error, ec2 ? 'InvalidParameterValue' : 'MalformedInput');
    }
  };
  return { operation, read };
}

/** [target, operation] of X-Amz-Target. Some clients put more in front: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents. */
export function targetOf(request: WireRequest): [target: string, operation: string] {
  const parts = (request.headers['x-amz-target'] ?? '').split('.');
  return [parts.at(-2) ?? '', parts.at(-1) ?? ''];
}

function jsonAddressee(service: WireService, request: WireRequest): Addressee {
  const [target, name] = targetOf(request);
  const operation = target === service.target ? service.operations.get(name) : undefined;
  if (!operation) throw new LabError('UnknownOperationException', `${service.serviceId} has no operation "${name}"`, { status: 400 });
  return { operation, read: () => jsonBody(operation.inputSchema, request.body, false) };
}

function jsonBody(schema: Schema, body: Buffer, names: boolean): Record<string, unknown> {
  if (body.length === 0 || !schema.isStructSchema()) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw malformed('Could not parse request body into JSON');
  }
  return (readJson(schema, value, names) ?? {}) as Record<string, unknown>;
}

/** S3 in path style: the bucket is the first segment, which the SDK's routes leave out. */
function splitBucket(path: string): { bucket: string | undefined; path: string } {
  const match = /^\/([^/]+)(\/.*)?$/.exec(path);
  return match ? { bucket: decodeURIComponent(match[1]!), path: match[2] || '/' } : { bucket: undefined, path };
}

function restAddressee(service: WireService, request: WireRequest): Addressee {
  const s3 = service.signingName === 's3';
  const { bucket, path } = s3 ? splitBucket(request.path) : { bucket: undefined, path: request.path };
  const all = [...service.operations.values()];
  const candidates = s3 ? all.filter((operation) => operation.takesBucket === (bucket !== undefined)) : all;
  const hit = matchRoute(candidates, { ...request, path });
  if (!hit)
    throw new LabError(s3 ? 'MethodNotAllowed' : 'UnknownOperationException', `no operation for ${request.method} ${request.path}`, { status: s3 ? 405 : 404 });
  const read = () => {
    try {
      const input = restInput(hit.operation, hit.labels, request);
      if (bucket !== undefined) input.Bucket = bucket;
      return input;
    } catch (error) {
      throw service.protocol === 'restXml' ? recoded(error, 'MalformedXML') : error;
    }
  };
  return { operation: hit.operation, read };
}

function restInput(operation: WireOperation, labels: Record<string, string>, request: WireRequest): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const bound = operation.input;
  for (const [name, member] of bound.labels) if (labels[name] !== undefined) input[name] = fromText(member, labels[name]);
  for (const [name, member, wire] of bound.query) {
    if (!request.query.has(wire)) continue;
    if (member.isListSchema()) input[name] = request.query.getAll(wire).map((text) => fromText(member.getValueSchema(), text));
    else input[name] = fromText(member, request.query.get(wire) ?? '');
  }
  if (bound.queryParams) {
    const known = new Set(bound.query.map(([, , wire]) => wire));
    input[bound.queryParams[0]] = Object.fromEntries([...request.query].filter(([key]) => !known.has(key)));
  }
  for (const [name, member, header] of bound.headers) {
    const text = request.headers[header];
    if (text === undefined) continue;
    input[name] = member.isListSchema() ? text.split(/\s*,\s*/).map((item) => fromText(member.getValueSchema(), item)) : fromText(member, text);
  }
  for (const [name, , prefix] of bound.prefixHeaders) {
    const entries = Object.entries(request.headers).filter(([header]) => header.startsWith(prefix));
    if (entries.length > 0) input[name] = Object.fromEntries(entries.map(([header, text]) => [header.slice(prefix.length), text]));
  }
  const { body } = request;
  const readStructure = (schema: Schema) => (operation.service.protocol === 'restXml' ? readXml(schema, body) : jsonBody(schema, body, true));
  if (bound.payload) {
    const [name, member] = bound.payload;
    if (member.isBlobSchema()) {
      if (body.length > 0 || traitsOf(member).streaming) input[name] = body;
    } else if (member.isStringSchema()) input[name] = body.toString('utf8');
    else if (body.length > 0) input[name] = readStructure(member);
  } else if (bound.body.length > 0 && body.length > 0) {
    const structure = readStructure(operation.inputSchema);
    for (const [name] of bound.body) if (structure[name] !== undefined) input[name] = structure[name];
  }
  return input;
}

const recoded = (error: unknown, code: string): unknown =>
  error instanceof LabError && error.code === 'SerializationException' ? new LabError(code, error.message, { status: 400 }) : error;
