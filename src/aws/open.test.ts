import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { callerIdentity, ec2Error, json, type Reply, testServer, xml } from '../../test/aws/endpoint.ts';
import { packLines, unpackLine } from '../evidence/packs.ts';
import type { AplombEvent, CaseFile, LedgerBodies, LedgerEntry, Stored } from '../kernel/index.ts';
import { openAws } from './open.ts';
import type { OpenOptions, SendRequest } from './types.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const start = async (reply: Reply, options: OpenOptions = {}) => {
  const server = await testServer(reply);
  open.push(server);
  const aws = await openAws({ env: server.env, ...options });
  open.push(aws);
  return { server, aws };
};
const ask = (service: string, operation: string, input: any = {}, more: Partial<SendRequest> = {}): SendRequest => ({
  call: { service, operation, region: 'eu-west-1', input },
  input,
  purpose: 'read',
  keep: false,
  phase: 'test',
  ...more,
});
/** The part of a case that this layer uses, in memory. */
const memoryCase = () => {
  const items = new Map<string, Buffer>();
  const entries: Pick<LedgerEntry, 'kind' | 'body'>[] = [];
  const file = {
    async store(data: Uint8Array): Promise<Stored> {
      const sha256 = createHash('sha256').update(data).digest('hex');
      items.set(sha256, Buffer.from(data));
      return { sha256, bytes: data.length };
    },
    append: (kind: any, body: any) => entries.push({ kind, body }),
  };
  return { items, entries, file: file as unknown as CaseFile };
};
const VOLUMES =
  '<DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><volumeSet><item><volumeId>vol-1</volumeId><size>8</size><createTime>2026-11-22T10:00:00.000Z</createTime></item></volumeSet></DescribeVolumesResponse>';
const VPC = '<CreateVpcResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><vpc><vpcId>vpc-1</vpcId></vpc></CreateVpcResponse>';

describe('send', () => {
  it('answers plain JSON and keeps the bytes that came over HTTP', async () => {
    const { items, entries, file } = memoryCase();
    const { aws, server } = await start((_, response) => xml(response, 200, VOLUMES), { case: file });
    const answer = await aws.send(ask('ec2', 'DescribeVolumes', {}, { keep: true }));
    expect(answer.output).toEqual({ Volumes: [{ VolumeId: 'vol-1', Size: 8, CreateTime: '2026-11-22T10:00:00.000Z' }] });
    expect(answer.sha256).toBe(answer.body?.sha256);
    expect(server.seen[0]?.headers.authorization).toContain('/eu-west-1/ec2/aws4_request');
    const log = await aws.flush('observe');
    expect(entries).toEqual([{ kind: 'reads', body: { phase: 'observe', calls: 1, log, kept: [answer.body] } }]);
    expect(items.get(answer.body?.sha256 ?? '')?.toString()).toBe(VOLUMES);
    const line = items.get(log?.sha256 ?? '')?.toString() ?? '';
    expect(JSON.parse(line)).toMatchObject({
      service: 'ec2',
      operation: 'DescribeVolumes',
      status: 200,
      attempt: 1,
      requestId: 'req-1',
      response: answer.sha256,
      kept: true,
    });
    expect(line).not.toContain('a-secret-for-tests');
    expect(line).not.toContain('Signature');
    expect(await aws.flush('again')).toBeNull();
  });

  it('retries a throttled read and records every attempt', async () => {
    const { items, file } = memoryCase();
    let calls = 0;
    const { aws } = await start((_, response) => (calls++ < 2 ? ec2Error(response, 503, 'RequestLimitExceeded') : xml(response, 200, VOLUMES)), { case: file });
    expect((await aws.send(ask('ec2', 'DescribeVolumes'))).attempts).toBe(3);
    const log = await aws.flush('x');
    const lines = items
      .get(log?.sha256 ?? '')
      ?.toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines?.map((line) => [line.attempt, line.status])).toEqual([
      [1, 503],
      [2, 503],
      [3, 200],
    ]);
  });

  it.each(['mutation', 'dry-run'] as const)('sends a %s once, whatever the answer', async (purpose) => {
    const { aws, server } = await start((_, response) => ec2Error(response, 503, 'RequestLimitExceeded'));
    await expect(aws.send(ask('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' }, { purpose }))).rejects.toMatchObject({
      name: 'AwsFailure',
      code: 'RequestLimitExceeded',
      status: 503,
    });
    expect(server.seen.length).toBe(1);
  });

  it('gives an answer cut off in the middle no status, because the outcome is unknown', async () => {
    const { aws, server } = await start((_, response) => {
      response.writeHead(200, { 'content-length': '5000' });
      response.write(VPC.slice(0, 40));
      setTimeout(() => response.destroy(), 20);
    });
    await expect(aws.send(ask('ec2', 'CreateVpc', {}, { purpose: 'mutation' }))).rejects.toMatchObject({ name: 'AwsFailure', status: undefined });
    expect(server.seen.length).toBe(1);
  });

  it('times out without a status when no answer comes', async () => {
    const { aws } = await start(() => {}, { timeouts: { mutation: 80 } });
    await expect(aws.send(ask('ec2', 'CreateVpc', {}, { purpose: 'mutation' }))).rejects.toMatchObject({
      name: 'AwsFailure',
      code: 'TimeoutError',
      status: undefined,
      message: 'no answer in time (ec2:CreateVpc in eu-west-1)',
    });
  });

  it('has so many reads at work at once over all Regions; those who wait are not late, and a mutation waits for none of them', async () => {
    let working = 0;
    let most = 0;
    const { aws } = await start(
      async ({ operation }, response) => {
        if (operation === 'CreateVpc') return xml(response, 200, VPC);
        most = Math.max(most, ++working);
        await new Promise((resolve) => setTimeout(resolve, 60));
        working -= 1;
        xml(response, 200, VOLUMES);
      },
      // Each of twelve waits longer for its turn than a connection or an answer may take.
      { atOnce: 2, timeouts: { connect: 150, read: 250 } },
    );
    const done: string[] = [];
    const reads = Array.from({ length: 12 }, async (_, n) => {
      const { call, ...rest } = ask('ec2', 'DescribeVolumes');
      await aws.send({ ...rest, call: { ...call, region: `eu-west-${(n % 3) + 1}` } });
      done.push('read');
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await aws.send(ask('ec2', 'CreateVpc', {}, { purpose: 'mutation' }));
    expect(done.length).toBeLessThan(12);
    await Promise.all(reads);
    expect([most, done.length]).toEqual([2, 12]);
  });

  it('names a refused connection', async () => {
    const { aws, server } = await start(() => {});
    await server.close();
    await expect(aws.send(ask('ec2', 'CreateVpc', {}, { purpose: 'mutation' }))).rejects.toMatchObject({ code: 'ECONNREFUSED', status: undefined });
  });

  it('strips Exception from codes and keeps the request id', async () => {
    const { aws } = await start((_, response) =>
      xml(
        response,
        404,
        '<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>no user</Message></Error><RequestId>r-9</RequestId></ErrorResponse>',
        { 'x-amzn-requestid': 'r-9' },
      ),
    );
    await expect(aws.send(ask('iam', 'GetUser', { UserName: 'x' }))).rejects.toMatchObject({
      code: 'NoSuchEntity',
      status: 404,
      requestId: 'r-9',
      message: 'no user',
    });
    const other = await start((_, response) => json(response, 400, { __type: 'InvalidTimeRangeException', message: 'no' }));
    await expect(other.aws.send(ask('cloudtrail', 'LookupEvents'))).rejects.toMatchObject({ code: 'InvalidTimeRange', status: 400 });
  });

  it('sends times as times', async () => {
    const { aws, server } = await start((_, response) => json(response, 200, { Events: [{ EventId: 'e', EventTime: 1763805600 }] }));
    const { output } = await aws.send(ask('cloudtrail', 'LookupEvents', { StartTime: '2025-11-22T10:00:00.000Z' }));
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ StartTime: 1763805600 });
    expect(output).toEqual({ Events: [{ EventId: 'e', EventTime: '2025-11-22T10:00:00.000Z' }] });
  });

  it('refuses members and operations that do not exist, before anything is sent', async () => {
    const { aws, server } = await start((_, response) => xml(response, 200, VOLUMES));
    await expect(aws.send(ask('ec2', 'DescribeVolumes', { VolumeId: ['vol-1'] }))).rejects.toMatchObject({ name: 'AplombError', code: 'InvalidInput' });
    await expect(aws.send(ask('ec2', 'DescribeVolums'))).rejects.toMatchObject({ code: 'UnknownOperation' });
    await expect(aws.send(ask('s4', 'GetObject'))).rejects.toMatchObject({ code: 'UnknownService' });
    await expect(
      aws.send({ ...ask('ec2', 'DescribeVolumes'), call: { service: 'ec2', operation: 'DescribeVolumes', region: 'evil.example.com#', input: {} } }),
    ).rejects.toMatchObject({ code: 'InvalidRegion', exit: 2 });
    expect(server.seen).toEqual([]);
  });

  it('is cancelled by its signal', async () => {
    const { aws } = await start(() => {});
    const stop = new AbortController();
    const pending = aws.send(ask('ec2', 'DescribeVolumes', {}, { signal: stop.signal }));
    setTimeout(() => stop.abort(new Error('Ctrl-C')), 30);
    await expect(pending).rejects.toThrow('Ctrl-C');
  });
});

describe('sendAll', () => {
  it('follows every page and joins the lists', async () => {
    const page = (id: string, next: string) =>
      `<DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><volumeSet><item><volumeId>${id}</volumeId></item></volumeSet>${next}</DescribeVolumesResponse>`;
    const { items, entries, file } = memoryCase();
    const { aws, server } = await start(
      ({ form }, response) => xml(response, 200, form.NextToken === 't' ? page('vol-2', '') : page('vol-1', '<nextToken>t</nextToken>')),
      { case: file },
    );
    const all = await aws.sendAll(ask('ec2', 'DescribeVolumes', {}, { keep: true }));
    expect(all.output).toEqual({ Volumes: [{ VolumeId: 'vol-1' }, { VolumeId: 'vol-2' }] });
    await aws.flush('x');
    const [pack] = (entries[0]!.body as LedgerBodies['reads']).kept;
    const packed = [...packLines(items.get(pack?.sha256 ?? '') ?? Buffer.alloc(0))].map(unpackLine);
    expect(packed.map(({ sha256 }) => sha256)).toEqual(all.bodies.map((body) => body.sha256));
    expect(packed.map(({ data }) => data.toString())).toEqual([page('vol-1', '<nextToken>t</nextToken>'), page('vol-2', '')]);
    expect(server.seen.length).toBe(2);
  });

  it('knows IAM markers', async () => {
    const page = (name: string, tail: string) =>
      `<ListUsersResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListUsersResult><Users><member><UserName>${name}</UserName></member></Users>${tail}</ListUsersResult></ListUsersResponse>`;
    const { aws } = await start(({ form }, response) =>
      xml(response, 200, form.Marker ? page('b', '<IsTruncated>false</IsTruncated>') : page('a', '<IsTruncated>true</IsTruncated><Marker>m</Marker>')),
    );
    expect((await aws.sendAll(ask('iam', 'ListUsers'))).output).toEqual({ Users: [{ UserName: 'a' }, { UserName: 'b' }], IsTruncated: false });
  });

  it('does not run for ever on a repeated token', async () => {
    const { aws } = await start((_, response) => json(response, 200, { Events: [], NextToken: 'same' }));
    await expect(aws.sendAll(ask('cloudtrail', 'LookupEvents'))).rejects.toMatchObject({ code: 'EndlessPages' });
  });
});

describe('identity and account', () => {
  it('is asked once', async () => {
    const { aws, server } = await start((_, response) => callerIdentity(response));
    expect(await aws.identity()).toEqual({
      arn: 'arn:aws:iam::111122223333:user/responder',
      account: '111122223333',
      userId: 'AIDAEXAMPLE',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    });
    await aws.identity();
    expect(server.seen.length).toBe(1);
  });

  it('refuses every mutation in another account', async () => {
    const { aws, server } = await start(({ operation }, response) => (operation === 'GetCallerIdentity' ? callerIdentity(response) : xml(response, 200, VPC)), {
      expectAccount: '999999999999',
    });
    for (const _ of [1, 2]) await expect(aws.send(ask('ec2', 'CreateVpc', {}, { purpose: 'mutation' }))).rejects.toMatchObject({ code: 'WrongAccount' });
    expect(server.seen.map((one) => one.operation)).toEqual(['GetCallerIdentity']);
  });

  it.each([
    ['InvalidClientTokenId', 'InvalidCredentials'],
    ['ExpiredToken', 'ExpiredCredentials'],
  ])('says %s as %s', async (wire, code) => {
    const { aws } = await start((_, response) => xml(response, 403, `<ErrorResponse><Error><Code>${wire}</Code><Message>no</Message></Error></ErrorResponse>`));
    await expect(aws.identity()).rejects.toMatchObject({ name: 'AplombError', code, exit: 1, fix: expect.any(String) });
  });

  it('says which credentials, profile or region is missing', async () => {
    const env = { AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials', AWS_CONFIG_FILE: '/nonexistent/config' };
    await expect(openAws({ env, profile: 'nobody' })).rejects.toMatchObject({ code: 'UnknownProfile', exit: 2 });
    await expect(openAws({ env, region: '../etc' })).rejects.toMatchObject({ code: 'InvalidRegion', exit: 2 });
    const aws = await openAws({ env });
    open.push(aws);
    expect(() => aws.region).toThrow(expect.objectContaining({ code: 'NoRegion', exit: 2 }));
    const rehearsal = await openAws({ env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, region: 'eu-west-1', loopbackOnly: true });
    open.push(rehearsal);
    await expect(rehearsal.identity()).rejects.toMatchObject({ code: 'NoCredentials', exit: 1 });
  });
});

describe('the clock', () => {
  it('follows the Date header, signs with it at once and warns once', async () => {
    const events: AplombEvent[] = [];
    const ahead = 3 * 3600_000;
    const { aws, server } = await start(
      (_, response) => {
        response.sendDate = false;
        callerIdentity({
          writeHead: (status: number, headers: object) => response.writeHead(status, { ...headers, date: new Date(Date.now() + ahead).toUTCString() }),
          end: (body: string) => response.end(body),
        } as any);
      },
      { emit: (event) => events.push(event) },
    );
    await aws.identity();
    await aws.send(ask('sts', 'GetCallerIdentity'));
    expect(Math.abs(aws.clock.now() - Date.now() - ahead)).toBeLessThan(1500);
    const signed = server.seen[1]?.headers['x-amz-date'] ?? '';
    expect(signed.slice(0, 11)).toBe(new Date(Date.now() + ahead).toISOString().replace(/[-:]/g, '').slice(0, 11));
    expect(events.filter((event) => event.level === 'warn').length).toBe(1);
  });

  it('repeats a read that was refused for a skewed clock', async () => {
    let calls = 0;
    const date = { date: new Date(Date.now() + 3600_000).toUTCString() };
    const { aws } = await start((_, response) => {
      response.sendDate = false;
      if (calls++ === 0)
        xml(
          response,
          403,
          '<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired: is now earlier than</Message></Error></ErrorResponse>',
          date,
        );
      else xml(response, 200, VOLUMES, date);
    });
    expect((await aws.send(ask('ec2', 'DescribeVolumes'))).attempts).toBe(2);
  });

  it('asks once for what does not exist, though the clock is wrong', async () => {
    const { aws, server } = await start((_, response) => {
      response.sendDate = false;
      const error = '<Response><Errors><Error><Code>InvalidVolume.NotFound</Code><Message>gone</Message></Error></Errors></Response>';
      xml(response, 400, error, { date: new Date(Date.now() - 3600_000).toUTCString() });
    });
    await expect(aws.send(ask('ec2', 'DescribeVolumes'))).rejects.toMatchObject({ code: 'InvalidVolume.NotFound' });
    expect(server.seen).toHaveLength(1);
  });
});

describe('loopback only', () => {
  const env = (url: string) => ({ AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's', AWS_PROFILE: 'ignored' });
  it.each(['http://169.254.169.254', 'http://example.com', 'http://10.0.0.1:80', 'http://[::ffff:127.0.0.1]:1', 'http://127.evil.example', 'http://0.0.0.0:1'])(
    'refuses %s',
    async (url) => {
      const aws = await openAws({ env: env(url), region: 'eu-west-1', loopbackOnly: true });
      open.push(aws);
      await expect(aws.send(ask('ec2', 'DescribeVolumes'))).rejects.toMatchObject({ code: 'NotLoopback' });
    },
  );

  it('refuses AWS itself when no endpoint is set', async () => {
    const { AWS_ENDPOINT_URL: _, ...bare } = env('');
    const aws = await openAws({ env: bare, region: 'eu-west-1', loopbackOnly: true });
    open.push(aws);
    await expect(aws.send(ask('ec2', 'DescribeVolumes'))).rejects.toMatchObject({ code: 'NotLoopback' });
  });

  it('does not follow redirects and ignores proxies', async () => {
    let proxied = 0;
    const proxy = createServer((socket) => {
      proxied++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    open.push({ close: async () => void proxy.close() });
    const before = { ...process.env };
    const address = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;
    Object.assign(process.env, { HTTP_PROXY: address, http_proxy: address, NODE_USE_ENV_PROXY: '1' });
    try {
      const { aws, server } = await start(
        (_, response) => {
          response.writeHead(307, { location: 'http://169.254.169.254/' });
          response.end();
        },
        { loopbackOnly: true },
      );
      await expect(aws.send(ask('ec2', 'CreateVpc', {}, { purpose: 'mutation' }))).rejects.toMatchObject({ status: 307 });
      expect(server.seen.length).toBe(1);
      expect(proxied).toBe(0);
    } finally {
      for (const name of ['HTTP_PROXY', 'http_proxy', 'NODE_USE_ENV_PROXY']) if (before[name] === undefined) delete process.env[name];
    }
  });

  it('accepts localhost by name', async () => {
    const server = await testServer((_, response) => xml(response, 200, VOLUMES));
    open.push(server);
    const aws = await openAws({ env: { ...server.env, AWS_ENDPOINT_URL: `http://localhost:${server.port}` }, loopbackOnly: true });
    open.push(aws);
    expect((await aws.send(ask('ec2', 'DescribeVolumes'))).status).toBe(200);
    expect(aws.customEndpoint).toBe(true);
  });
});
