import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callerIdentity, ec2Error, type Reply, type TestServer, testServer, xml } from '../../test/aws/endpoint.ts';
import type { AplombError, Call } from '../kernel/index.ts';
import { openAws } from './open.ts';
import type { Aws, OpenOptions } from './types.ts';

/** Bad luck in the middle of the work: credentials that expire, a place that falls silent. */
let root: string;
let server: TestServer;
let aws: Aws;
let valid: string;
const signIn = (key: string): void =>
  writeFileSync(join(root, 'credentials'), `[default]\naws_access_key_id = ${key}\naws_secret_access_key = s\naws_session_token = t\n`);
const keyOf = (authorization = ''): string => /Credential=(\w+)\//.exec(authorization)?.[1] ?? '';
const volumes = (id: string): string =>
  `<DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><volumeSet><item><volumeId>${id}</volumeId></item></volumeSet></DescribeVolumesResponse>`;
/** Knows one key; EC2 and STS refuse others each in their way. */
const account =
  (number = '111122223333'): Reply =>
  (seen, response) => {
    const key = keyOf(seen.headers.authorization);
    if (key === valid)
      return seen.operation === 'GetCallerIdentity' ? callerIdentity(response, `arn:aws:iam::${number}:user/ana`, number) : xml(response, 200, volumes(key));
    if (seen.operation === 'GetCallerIdentity')
      return xml(response, 403, '<ErrorResponse><Error><Code>ExpiredToken</Code><Message>expired</Message></Error></ErrorResponse>');
    return ec2Error(response, 400, 'RequestExpired', 'Request has expired.');
  };
async function start(reply: Reply, options: OpenOptions = {}): Promise<void> {
  server = await testServer(reply);
  const env = { AWS_ENDPOINT_URL: server.url, AWS_REGION: 'eu-west-1', AWS_SHARED_CREDENTIALS_FILE: join(root, 'credentials'), AWS_CONFIG_FILE: '/dev/null' };
  aws = await openAws({ env, ...options });
}
const read = (region = 'eu-west-1') => {
  const call: Call = { service: 'ec2', operation: 'DescribeVolumes', region, input: {} };
  return aws.send({ call, input: {}, purpose: 'read', keep: false, phase: 'test' });
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'aplomb-renewal-'));
  valid = 'ASIAFIRST00000000000';
  signIn(valid);
});
afterEach(async () => {
  await aws.close();
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

describe('credentials that expire in the middle', () => {
  it('are asked for once, however many calls have met it, and every read goes on', async () => {
    const asked: AplombError[] = [];
    const refresh = async (why: AplombError): Promise<boolean> => {
      asked.push(why);
      signIn('ASIASECOND0000000000');
      return true;
    };
    await start(account(), { refresh });
    await aws.identity();
    valid = 'ASIASECOND0000000000';
    const answers = await Promise.all([read(), read('us-east-1'), read(), read('eu-west-3')]);
    expect(answers.map((answer) => (answer.output as any).Volumes[0].VolumeId)).toEqual(Array(4).fill('ASIASECOND0000000000'));
    expect(asked.map((why) => why.code)).toEqual(['ExpiredCredentials']);
    expect(await aws.identity()).toMatchObject({ accessKeyId: 'ASIASECOND0000000000' });
  });

  it('end the work with exit 3 where nobody can be asked, or nobody signs in', async () => {
    for (const refresh of [undefined, async () => false]) {
      valid = 'ASIAFIRST00000000000';
      await start(account(), refresh ? { refresh } : {});
      await aws.identity();
      valid = 'another';
      await expect(read()).rejects.toMatchObject({ code: 'ExpiredCredentials', exit: 3, fix: expect.stringContaining('same command') });
      if (!refresh) {
        await aws.close();
        await server.close();
      }
    }
  });

  it('are not taken from another account', async () => {
    let number = '111122223333';
    const refresh = async (): Promise<boolean> => {
      number = '999988887777';
      signIn('ASIASECOND0000000000');
      return true;
    };
    await start((seen, response, request) => account(number)(seen, response, request), { refresh });
    await aws.identity();
    valid = 'ASIASECOND0000000000';
    await expect(read()).rejects.toMatchObject({ code: 'WrongAccount', exit: 3 });
  });
});

it('loses little time on a place that is silent, and none on the others; an answer makes it a place like any other', async () => {
  let silent = true;
  await start(
    (seen, response) => {
      if (silent && seen.headers.authorization?.includes('/us-east-1/')) return;
      return xml(response, 200, volumes('vol-1'));
    },
    { timeouts: { read: 100 } },
  );
  const inRegion = (): number => server.seen.filter((one) => one.headers.authorization?.includes('/us-east-1/')).length;
  for (const attempts of [3, 6, 7, 8]) {
    await expect(read('us-east-1')).rejects.toMatchObject({ status: undefined, code: 'TimeoutError' });
    expect(inRegion()).toBe(attempts);
    await read();
  }
  silent = false;
  await read('us-east-1');
  silent = true;
  await expect(read('us-east-1')).rejects.toMatchObject({ code: 'TimeoutError' });
  expect(inRegion()).toBe(9 + 3);
});
