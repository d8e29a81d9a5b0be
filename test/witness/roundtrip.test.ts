import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LabError } from '../../src/lab/contract.ts';
import { openService } from '../../src/lab/wire/catalogue.ts';
import type { WireOperation, WireService } from '../../src/lab/wire/service.ts';
import { comparable, dice, randomStructure } from './random.ts';
import { INSTALLED, openStage, type Stage } from './stage.ts';

/** Each modelled operation goes through that many times, with other values. */
const ROUNDS = 2;

/** Operations whose wire the lab does not serve, each with its reason. */
const EXEMPT: Readonly<Record<string, string>> = {
  's3:SelectObjectContent': 'answers an event stream',
  'logs:StartLiveTail': 'answers an event stream, on a host of its own',
  'logs:GetLogObject': 'answers an event stream, on a host of its own',
  's3:WriteGetObjectResponse': 'belongs to s3-object-lambda and its own host',
  's3:ListDirectoryBuckets': 'is signed for s3express',
};
/** Modelled errors that the SDK cannot tell apart, each with its reason. One that it can is a failure too. */
const ALIKE: Readonly<Record<string, string>> = {
  'monitoring:DashboardNotFoundError': 'has the code of ResourceNotFound',
};
/** What an HTTP client adds by itself to what it sends and reads. */
const ADDED: Readonly<Record<string, readonly string[]>> = { s3: ['ContentLength', 'ExpiresString'] };
/** Members that one side alters by design or checks before sending: a fixed value, or undefined to leave them out. */
const FIXED: Readonly<Record<string, { input?: Record<string, unknown>; output?: Record<string, unknown> }>> = {
  s3: {
    input: {
      Bucket: 'witness-bucket', // the client refuses names that are none
      ChecksumAlgorithm: 'SHA256', // the client computes it, so it must know it
      ContentLength: undefined, // set by the client from the body, see ADDED
      SSECustomerKey: undefined, // sent as base64 together with its MD5
      CopySourceSSECustomerKey: undefined,
    },
    output: { ContentLength: undefined, ExpiresString: undefined },
  },
};

let stage: Stage;
let answer: (operation: WireOperation, input: Record<string, unknown>) => unknown = () => ({});
beforeAll(async () => {
  stage = await openStage((operation, input) => answer(operation, input));
});
afterAll(() => stage.lab.close());

interface SdkClient {
  send(command: unknown, options?: { abortSignal: AbortSignal }): Promise<Record<string, any>>;
  destroy(): void;
}
async function sdk(service: WireService): Promise<{ client: SdkClient; command(name: string, input: unknown): unknown }> {
  const exports = (await import(service.package)) as Record<string, any>;
  const Client = Object.values(exports).find((value) => typeof value === 'function' && /[a-z0-9]Client$/i.test(value.name) && value.prototype?.send);
  const client = new Client({
    endpoint: stage.lab.url,
    region: 'us-east-1',
    credentials: { accessKeyId: stage.key.id, secretAccessKey: stage.key.secret },
    maxAttempts: 1,
    forcePathStyle: true,
    useQueueUrlAsEndpoint: false,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // SQS: random answers do not carry the MD5 of random bodies.
    ...(service.signingName === 'sqs' ? { md5: false } : {}),
  });
  return { client, command: (name, input) => new exports[`${name}Command`](input) };
}

/** Streams as bytes, and without what the SDK adds. */
async function received(output: Record<string, any>): Promise<unknown> {
  const { $metadata: _, ...rest } = output;
  for (const [name, value] of Object.entries(rest)) if (typeof value?.transformToByteArray === 'function') rest[name] = await value.transformToByteArray();
  return comparable(rest);
}

const without = (names: readonly string[], value: unknown): unknown =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) : value;

/** The top-level members in which two comparable values differ. */
function difference(want: unknown, got: unknown): string {
  if (typeof want !== 'object' || typeof got !== 'object' || !want || !got) return short(got);
  const [a, b] = [want, got] as Record<string, unknown>[];
  const names = [...new Set([...Object.keys(a!), ...Object.keys(b!)])].filter((name) => !isDeepStrictEqual(a![name], b![name]));
  return names.map((name) => `${name}: ${short(a![name])} became ${short(b![name])}`).join('; ');
}
const short = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, 200);

async function roundTrip(service: WireService) {
  const { client, command } = await sdk(service);
  const query = /Query$/.test(service.protocol);
  const added = ADDED[service.signingName] ?? [];
  const wrong: string[] = [];
  let inputs = 0;
  let outputs = 0;
  let seed = 1;
  for (const operation of service.operations.values()) {
    const name = `${service.signingName}:${operation.name}`;
    if (EXEMPT[name]) continue;
    for (let round = 0; round < ROUNDS; round++) {
      const options = {
        next: dice(seed++),
        empty: !query && service.protocol !== 'restXml',
      };
      const fixed = FIXED[service.signingName] ?? {};
      const sent = randomStructure(operation.inputSchema, { ...options, fixed: fixed.input ?? {} });
      const given = randomStructure(operation.outputSchema, { ...options, fixed: fixed.output ?? {} });
      let arrived: unknown = 'nothing arrived';
      answer = (reached, input) => {
        arrived = reached.name === operation.name ? without(added, comparable(input)) : `reached ${reached.name}`;
        return given;
      };
      let back: unknown;
      try {
        back = without(added, await received(await client.send(command(operation.name, sent), { abortSignal: AbortSignal.timeout(5000) })));
      } catch (error) {
        back = `${(error as Error).name}: ${(error as Error).message}`;
      }
      if (isDeepStrictEqual(arrived, comparable(sent))) inputs++;
      else wrong.push(`${name} input ${difference(comparable(sent), arrived)}`);
      if (isDeepStrictEqual(back, comparable(given))) outputs++;
      else wrong.push(`${name} output ${difference(comparable(given), back)}`);
    }
  }
  client.destroy();
  return { wrong, inputs, outputs };
}

test.each(INSTALLED)(
  '%s: every operation reaches the lab and its answer the client, unchanged',
  async (signingName) => {
    const service = (await openService(signingName))!;
    const { wrong, inputs, outputs } = await roundTrip(service);
    const exempt = Object.keys(EXEMPT).filter((name) => name.startsWith(`${signingName}:`));
    const tried = (service.operations.size - exempt.length) * ROUNDS;
    process.stdout.write(
      `round trip ${signingName} (${service.protocol}): ${service.operations.size} operations, ${exempt.length} exempt, ${inputs}/${tried} inputs and ${outputs}/${tried} outputs equal\n`,
    );
    expect(wrong).toEqual([]);
    expect([inputs, outputs]).toEqual([tried, tried]);
  },
  120_000,
);

test.each(INSTALLED)(
  '%s: every modelled error arrives as itself',
  async (signingName) => {
    const service = (await openService(signingName))!;
    const { client, command } = await sdk(service);
    const operation = [...service.operations.values()].find(({ name }) => !EXEMPT[`${signingName}:${name}`])!;
    const errors = [...new Set(service.errors.values())];
    const wrong: string[] = [];
    let seed = 1;
    for (const error of errors) {
      const options = { next: dice(seed++), empty: false };
      // Account binds errorType to the very header that carries the error's name.
      const fields = randomStructure(error.schema, { ...options, fixed: { errorType: undefined } });
      const messageMember = Object.keys(fields).find((name) => /^message$/i.test(name));
      const message = messageMember ? `what went wrong: ${String(fields[messageMember])}` : 'what went wrong';
      if (messageMember) fields[messageMember] = message;
      answer = () => {
        throw new LabError(error.code, message, { fields });
      };
      const caught: any = await client
        .send(command(operation.name, randomStructure(operation.inputSchema, { ...options, fixed: FIXED[signingName]?.input ?? {} })))
        .then(
          () => new Error('it was answered'),
          (failure) => failure,
        );
      const got = {
        name: caught.name,
        status: caught.$metadata?.httpStatusCode,
        fields: comparable({ ...pick(caught, Object.keys(fields)), ...(messageMember ? { [messageMember]: caught.message } : {}) }),
      };
      const want = { name: error.name, status: error.status, fields: comparable(fields) };
      const alike = Object.hasOwn(ALIKE, `${signingName}:${error.name}`);
      if (isDeepStrictEqual(got, want) === alike) wrong.push(`${error.name}\n    want ${short(want)}\n    got  ${short(got)} ${caught.message}`);
    }
    client.destroy();
    const alike = Object.keys(ALIKE).filter((name) => name.startsWith(`${signingName}:`)).length;
    process.stdout.write(`modelled errors ${signingName}: ${errors.length - wrong.length - alike}/${errors.length} equal, ${alike} exempt\n`);
    expect(wrong).toEqual([]);
  },
  60_000,
);

const pick = (from: Record<string, unknown>, names: string[]) => Object.fromEntries(names.map((name) => [name, from[name]]));
