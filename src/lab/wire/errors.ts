import type { LabError } from '../contract.ts';
import { writeJson } from './json.ts';
import { type WireResponse, XML } from './response.ts';
import { bytes, HTTP_DATE, toText } from './scalar.ts';
import { members, traitsOf } from './schema.ts';
import type { WireError, WireService } from './service.ts';
import { escapeXml, xmlMembers } from './xml-write.ts';

/**
 * An error as the service's protocol words it: modelled errors take code, status and members from the schema, others go out
 * as they are (EC2 models none). `head`: answers to HEAD have no body.
 */
export function writeError(service: WireService | undefined, error: LabError, requestId: string, head = false): WireResponse {
  const known = service?.errors.get(error.code);
  const status = error.status ?? known?.status ?? 400;
  const headers = { 'x-amzn-requestid': requestId };
  const shape = { status, headers, body: Buffer.alloc(0) };
  if (service?.protocol === 'ec2Query') {
    const body = `<Response><Errors><Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`;
    return { ...shape, headers: { ...headers, 'content-type': 'text/xml;charset=UTF-8' }, body: bytes(XML + body) };
  }
  const code = known?.code ?? error.code;
  if (service?.protocol === 'awsQuery') {
    const type = status >= 500 ? 'Receiver' : 'Sender';
    const inner = `<Type>${type}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(error.message)}</Message>${xmlFields(known, error)}`;
    const body = `<ErrorResponse xmlns="${service.xmlNamespace}"><Error>${inner}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { ...shape, headers: { ...headers, 'content-type': 'text/xml' }, body: bytes(body) };
  }
  if (service?.protocol === 'restXml') {
    const inner = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(error.message)}</Message>${xmlFields(known, error)}<RequestId>${requestId}</RequestId>`;
    const body = head ? '' : `${XML}<Error>${inner}</Error>`;
    return { ...shape, headers: { ...headers, 'x-amz-request-id': requestId, 'content-type': 'application/xml' }, body: bytes(body) };
  }
  return { ...shape, ...jsonError(service, known, error, status, headers, code) };
}

function jsonError(
  service: WireService | undefined,
  known: WireError | undefined,
  error: LabError,
  status: number,
  base: Record<string, string>,
  code: string,
) {
  const name = known?.name ?? error.code;
  const headers: Record<string, string> = { ...base };
  let body: Record<string, unknown> = { message: error.message };
  if (known) {
    const message = [...members(known.schema)].find(([member]) => /^message$/i.test(member))?.[0];
    const fields: Record<string, unknown> = { ...error.fields, ...(message && error.message ? { [message]: error.message } : {}) };
    const rest = service?.protocol === 'restJson1';
    if (rest) Object.assign(headers, takeHeaders(known, fields));
    const written = writeJson(known.schema, fields, rest) as Record<string, unknown>;
    body = message ? written : { ...body, ...written };
  }
  if (service?.protocol === 'restJson1') {
    headers['x-amzn-errortype'] = name;
    headers['content-type'] = 'application/json';
  } else {
    body = { __type: name, ...body };
    headers['content-type'] = `application/x-amz-json-1.${service?.protocol === 'awsJson1_0' ? 0 : 1}`;
    if (service?.queryCompatible) headers['x-amzn-query-error'] = `${code};${status >= 500 ? 'Receiver' : 'Sender'}`;
  }
  return { headers, body: bytes(JSON.stringify(body)) };
}

/** Moves members the model binds to headers out of `fields`. */
function takeHeaders(known: WireError, fields: Record<string, unknown>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, member] of members(known.schema)) {
    const header: string | undefined = traitsOf(member).httpHeader?.toLowerCase();
    if (header === undefined || fields[name] === undefined) continue;
    headers[header] = toText(member, fields[name], HTTP_DATE);
    delete fields[name];
  }
  return headers;
}

/** Modelled members beside the message, which has its own element. */
function xmlFields(known: WireError | undefined, error: LabError): string {
  if (!known || !error.fields) return '';
  return xmlMembers(known.schema, Object.fromEntries(Object.entries(error.fields).filter(([name]) => !/^message$/i.test(name))));
}
