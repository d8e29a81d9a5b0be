import { AplombError, type Json, type JsonObject, type Stored, text, utc } from '../kernel/index.ts';
import { directBlock } from './block-request.ts';
import { createClients } from './clients.ts';
import { learningClock } from './clock.ts';
import { toJson, toSdk } from './convert.ts';
import { identityError, noRegion, toFailure } from './errors.ts';
import { createLimiter } from './limiter.ts';
import { mergePages, nextToken, pagingOf } from './pages.ts';
import { createRecorder } from './recorder.ts';
import { discoverRegions } from './regions.ts';
import { loadSettings } from './settings.ts';
import { createTransport, type Exchange } from './transport.ts';
import type { Answer, Aws, Identity, OpenOptions, Region, SendRequest } from './types.ts';

/** Beyond this AWS refuses signatures, and local times in notes and logs mislead. */
const SKEW_WORTH_A_WARNING = 5 * 60_000;

/**
 * Opens the only door to AWS. Nothing is sent and no credential is looked for before the first call.
 * @throws AplombError UnknownProfile, InvalidRegion (exit 2).
 * @example const aws = await openAws({ region: 'eu-west-1', case: file }); (await aws.identity()).arn
 */
export async function openAws(options: OpenOptions = {}): Promise<Aws> {
  const settings = await loadSettings(options);
  const clock = learningClock(options.clock);
  const recorder = createRecorder(options.case ?? null);
  const limiter = createLimiter({ rated: options.rated ?? true });
  const transport = await createTransport({
    loopbackOnly: options.loopbackOnly === true,
    maxConnections: options.maxConnections ?? 64,
    connectTimeout: options.timeouts?.connect ?? 5_000,
    readTimeout: options.timeouts?.read ?? 30_000,
    mutationTimeout: options.timeouts?.mutation ?? 60_000,
    clock,
    recorder,
  });
  const clients = createClients(settings, transport, clock);
  let identity: Promise<Identity> | undefined;
  let account: string | null = null;
  let regions: Promise<readonly Region[]> | undefined;
  let accountChecked: Promise<void> | undefined;
  let skewTold = false;

  const warnOfSkew = (): void => {
    const offset = clock.offset();
    if (skewTold || Math.abs(offset) <= SKEW_WORTH_A_WARNING) return;
    skewTold = true;
    const minutes = Math.round(Math.abs(offset) / 60_000);
    const [en, es] = offset > 0 ? ['behind', 'retrasado'] : ['ahead of', 'adelantado'];
    options.emit?.({
      kind: 'event',
      code: 'progress',
      level: 'warn',
      time: utc(clock.now()),
      text: text(
        `This computer's clock is ${minutes} minutes ${en} AWS's. AWS's time is used; set the clock before you write times by hand.`,
        `El reloj de este equipo va ${minutes} minutos ${es} respecto a AWS. Se usa la hora de AWS; corríjalo antes de anotar horas a mano.`,
      ),
      data: { clockOffset: Math.round(offset) },
    });
  };

  const exchangeOne = async (request: SendRequest, wantsBytes: boolean): Promise<{ answer: Answer; bytes: Buffer }> => {
    const { service, operation, region } = request.call;
    const what = `${service}:${operation} in ${region}`;
    if (request.call.as !== undefined) {
      throw new AplombError('UnknownCredentials', `${what} asks for the credentials "${request.call.as}", which are not configured.`, {
        fix: 'Run it with a --profile of that account.',
      });
    }
    if (request.purpose !== 'read') await checkAccount();
    const described = await clients.operation(service, operation);
    if ((described.payload !== undefined) !== wantsBytes) {
      throw new AplombError('Unsupported', `${what} ${wantsBytes ? 'has no byte payload' : 'answers with a byte stream'}.`, {
        fix: wantsBytes ? 'Use send().' : 'Use sendForBytes().',
      });
    }
    const input = toSdk(described.input, request.input, operation) ?? {};
    const exchange: Exchange = {
      phase: request.phase,
      purpose: request.purpose,
      service,
      operation,
      region,
      account,
      keep: request.keep,
      payload: wantsBytes,
      attempts: [],
    };
    const client = await clients.client(service, region, request.purpose === 'read');
    try {
      const output: any = await limiter.run(
        { service, operation, region },
        request.signal,
        async () =>
          (await quickly(client, exchange, input, request.signal)) ??
          (await client.send(new described.Command(input), { abortSignal: request.signal, exchange })),
      );
      const last = exchange.last;
      if (!last) throw new Error('an answer without an exchange');
      if (described.payload) delete output[described.payload];
      return {
        bytes: last.bytes,
        answer: {
          output: toJson(output),
          requestId: last.requestId || output.$metadata?.requestId || '',
          status: last.status,
          date: last.date,
          attempts: exchange.attempts.length,
          body: last.body,
          sha256: last.sha256,
        },
      };
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason;
      const failure = toFailure(error, what);
      const attempt = exchange.attempts.at(-1);
      if (attempt) attempt.code = (failure as { code?: string }).code ?? failure.name;
      throw failure;
    } finally {
      warnOfSkew();
    }
  };

  /** Blocks come by the thousand: the first try goes past the client. Whatever is not a clean answer is left to the client. */
  const quickly = async (client: any, exchange: Exchange, input: any, signal: AbortSignal | undefined): Promise<Json | null> => {
    if (exchange.service !== 'ebs' || exchange.operation !== 'GetSnapshotBlock') return null;
    const block = { snapshotId: String(input.SnapshotId), index: Number(input.BlockIndex), token: String(input.BlockToken) };
    return directBlock(client, transport, clock, exchange, block, signal).catch((error) => {
      if (error instanceof AplombError || signal?.aborted) throw error;
      return null;
    });
  };

  const checkAccount = (): Promise<void> => {
    accountChecked ??= (async () => {
      if (options.expectAccount === undefined) return;
      const caller = await aws.identity();
      if (caller.account !== options.expectAccount) {
        throw new AplombError('WrongAccount', `The credentials belong to account ${caller.account}, not to ${options.expectAccount}. Nothing was changed.`, {
          fix: 'Choose the credentials of the account that this case is about.',
        });
      }
    })();
    return accountChecked;
  };

  const whoAmI = async (): Promise<Identity> => {
    const region = settings.region ?? 'us-east-1';
    const request: SendRequest = {
      call: { service: 'sts', operation: 'GetCallerIdentity', region, input: {} },
      input: {},
      purpose: 'read',
      keep: true,
      phase: 'identity',
    };
    const { output } = (await aws.send(request).catch((error) => {
      throw identityError(error);
    })) as { output: JsonObject };
    const keys = await settings.credentials();
    account = String(output.Account);
    return { arn: String(output.Arn), account, userId: String(output.UserId), accessKeyId: keys.accessKeyId ?? null };
  };

  // A failed look-up is not remembered: the next command of the same process may have better luck.
  const remember = <T>(get: () => Promise<T> | undefined, set: (value: Promise<T> | undefined) => void, make: () => Promise<T>): Promise<T> => {
    const known = get();
    if (known) return known;
    const made = make();
    set(made);
    made.catch(() => set(undefined));
    return made;
  };

  const aws: Aws = {
    clock,
    endpoint: settings.endpoint,
    customEndpoint: settings.endpoint !== null,
    get region() {
      if (settings.region === undefined) throw noRegion();
      return settings.region;
    },
    identity: () =>
      remember(
        () => identity,
        (value) => {
          identity = value;
        },
        whoAmI,
      ),
    regions: () =>
      remember(
        () => regions,
        (value) => {
          regions = value;
        },
        () => discoverRegions(aws, settings.region ?? 'us-east-1'),
      ),
    async send(request) {
      return (await exchangeOne(request, false)).answer;
    },
    async *sendPages(request) {
      const described = await clients.operation(request.call.service, request.call.operation);
      const paging = pagingOf(described.input, described.output);
      const seen = new Set<string>();
      let input: Json = request.input;
      for (;;) {
        const { answer } = await exchangeOne({ ...request, input }, false);
        const token = paging ? nextToken(paging, (answer.output ?? {}) as JsonObject) : undefined;
        yield { answer, next: token === undefined ? null : token };
        if (!paging || token === undefined) return;
        const mark = JSON.stringify(token);
        if (seen.has(mark)) {
          throw new AplombError(
            'EndlessPages',
            `${request.call.service}:${request.call.operation} in ${request.call.region} repeats a page token; the list is not complete.`,
            {
              fix: 'Try again. If it persists the endpoint is not AWS, or is broken.',
            },
          );
        }
        seen.add(mark);
        input = { ...(request.input as JsonObject), [paging.input]: token };
      }
    },
    async sendAll(request) {
      const described = await clients.operation(request.call.service, request.call.operation);
      const paging = pagingOf(described.input, described.output);
      const pages: JsonObject[] = [];
      const bodies: Stored[] = [];
      let last: Answer | undefined;
      let attempts = 0;
      for await (const { answer } of aws.sendPages(request)) {
        pages.push((answer.output ?? {}) as JsonObject);
        if (answer.body) bodies.push(answer.body);
        attempts += answer.attempts;
        last = answer;
      }
      return { ...last!, attempts, output: pages.length === 1 && !paging ? pages[0]! : mergePages(pages, paging), bodies };
    },
    async sendForBytes(request) {
      const { answer, bytes } = await exchangeOne(request, true);
      return { output: answer.output, data: bytes, answer };
    },
    async hasInput(service, operation, member) {
      const { input } = await clients.operation(service, operation);
      return input.isStructSchema() && [...input.structIterator()].some(([name]) => name === member);
    },
    flush: (phase, more) => recorder.flush(phase, more),
    async close() {
      clients.close();
    },
  };
  return aws;
}
