import { writeJson } from './json.ts';
import { bytes, HTTP_DATE, toText } from './scalar.ts';
import { type Schema, traitsOf } from './schema.ts';
import type { WireOperation } from './service.ts';
import { escapeXml, xmlElement, xmlMembers } from './xml-write.ts';

export interface WireResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}
export const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A behaviour's output as the HTTP answer the operation's protocol gives. Members the schema does not know are left out. */
export function writeResponse(operation: WireOperation, output: unknown, requestId: string): WireResponse {
  const { service } = operation;
  const value = (output ?? {}) as Record<string, any>;
  const headers: Record<string, string> = { 'x-amzn-requestid': requestId };
  switch (service.protocol) {
    case 'ec2Query': {
      const members = operation.outputSchema.isStructSchema() ? xmlMembers(operation.outputSchema, value) : '<return>true</return>';
      const namespace = `${service.xmlNamespace.replace(/\/$/, '')}/`;
      const body = `${XML}<${operation.name}Response xmlns="${namespace}"><requestId>${requestId}</requestId>${members}</${operation.name}Response>`;
      return answer(200, { ...headers, 'content-type': 'text/xml;charset=UTF-8' }, body);
    }
    case 'awsQuery': {
      const result = operation.outputSchema.isStructSchema()
        ? `<${operation.name}Result>${xmlMembers(operation.outputSchema, value)}</${operation.name}Result>`
        : '';
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      const body = `<${operation.name}Response xmlns="${service.xmlNamespace}">${result}${metadata}</${operation.name}Response>`;
      return answer(200, { ...headers, 'content-type': 'text/xml' }, body);
    }
    case 'awsJson1_0':
    case 'awsJson1_1': {
      const body = operation.outputSchema.isStructSchema() ? JSON.stringify(writeJson(operation.outputSchema, value, false)) : '';
      return answer(200, { ...headers, 'content-type': `application/x-amz-json-1.${service.protocol.endsWith('0') ? 0 : 1}` }, body);
    }
    default:
      return writeRest(operation, value, headers);
  }
}
const answer = (status: number, headers: Record<string, string>, body: string | Uint8Array): WireResponse => ({ status, headers, body: bytes(body) });

function writeRest(operation: WireOperation, value: Record<string, any>, headers: Record<string, string>): WireResponse {
  const bound = operation.output;
  const xml = operation.service.protocol === 'restXml';
  if (xml) headers['x-amz-request-id'] = headers['x-amzn-requestid']!;
  for (const [name, member, header] of bound.headers) {
    const own = value[name];
    if (own === null || own === undefined) continue;
    const text = (schema: Schema, item: unknown) => toText(schema, item, HTTP_DATE);
    headers[header] = member.isListSchema() ? own.map((item: unknown) => text(member.getValueSchema(), item)).join(', ') : text(member, own);
  }
  for (const [name, , prefix] of bound.prefixHeaders) {
    for (const [key, text] of Object.entries(value[name] ?? {})) headers[prefix + key] = String(text);
  }
  const status = (bound.status !== undefined && value[bound.status]) || operation.route?.status || 200;
  const typed = { 'content-type': xml ? 'application/xml' : 'application/json', ...headers };
  if (bound.payload) {
    const [name, member] = bound.payload;
    const own = value[name];
    if (own === null || own === undefined) return answer(status, headers, '');
    if (member.isBlobSchema()) return answer(status, { 'content-type': 'application/octet-stream', ...headers }, bytes(own));
    if (member.isStringSchema()) return answer(status, { 'content-type': 'text/plain', ...headers }, String(own));
    return answer(status, typed, xml ? xmlDocument(operation, member, own) : JSON.stringify(writeJson(member, own, true)));
  }
  if (bound.body.length === 0) return answer(status, headers, xml ? '' : '{}');
  if (!xml) {
    const body = Object.fromEntries(bound.body.map(([name]) => [name, value[name]]));
    return answer(status, typed, JSON.stringify(writeJson(operation.outputSchema, body, true)));
  }
  return answer(status, typed, xmlDocument(operation, operation.outputSchema, value));
}

function xmlDocument(operation: WireOperation, schema: Schema, value: any): string {
  const namespace = ` xmlns="${operation.service.xmlNamespace}"`;
  // S3 answers this one without the wrapper its model has (smithy's s3UnwrappedXmlOutput).
  if (operation.name === 'GetBucketLocation') return `${XML}<LocationConstraint${namespace}>${escapeXml(value.LocationConstraint ?? '')}</LocationConstraint>`;
  return XML + xmlElement(schema, value, traitsOf(schema).xmlName ?? schema.getName() ?? 'Result', namespace);
}
