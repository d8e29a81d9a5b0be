import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** Query and EC2 protocols: the form's members. */
  readonly form: Record<string, string>;
  /** Action of the form, the X-Amz-Target's operation, or method and path. */
  readonly operation: string;
}
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}
export type Reply = (seen: Seen, response: ServerResponse, request: IncomingMessage) => void | Promise<void>;

/** A scripted endpoint on loopback for the unit tests of this folder: it answers bytes, it knows no AWS. */
export async function testServer(reply: Reply): Promise<TestServer> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const form = Object.fromEntries(new URLSearchParams(body));
      const headers = request.headers as Record<string, string>;
      const operation = form.Action ?? headers['x-amz-target']?.split('.').at(-1) ?? `${request.method} ${request.url}`;
      const one: Seen = { method: request.method ?? '', url: request.url ?? '', headers, body, form, operation };
      seen.push(one);
      void Promise.resolve(reply(one, response, request));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    seen,
    env: { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'a-secret-for-tests', AWS_REGION: 'eu-west-1' },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const xml = (response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'req-1', ...headers });
  response.end(body);
};
export const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'req-1', ...headers });
  response.end(JSON.stringify(body));
};
export const ec2Error = (response: ServerResponse, status: number, code: string, message = code): void =>
  xml(response, status, `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>req-e</RequestID></Response>`);
export const callerIdentity = (response: ServerResponse, arn = 'arn:aws:iam::111122223333:user/responder', account = '111122223333'): void =>
  xml(
    response,
    200,
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>AIDAEXAMPLE</UserId><Account>${account}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  );
