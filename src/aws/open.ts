import { AplombError, EXIT, isAplombError, type Json, type JsonObject, type Stored, text, utc } from '../kernel/index.ts';
import { directBlock } from './block-request.ts';
import { createClients } from './clients.ts';
import { learningClock } from './clock.ts';
import { toJson, toSdk } from './convert.ts';
import { beginning, credentialSets, sessionName } from './credential-sets.ts';
import { noRegion, toFailure } from './errors.ts';
import { createGate } from './gate.ts';
import { identities } from './identities.ts';
import { createLimiter } from './limiter.ts';
import { mergePages, nextToken, pagingOf } from './pages.ts';
import { createRecorder } from './recorder.ts';
import { discoverRegions } from './regions.ts';
import { loadSettings } from './settings.ts';
import { silences } from './silence.ts';
import { createTransport, type Exchange } from './transport.ts';
import type { Answer, Aws, OpenOptions, Region, SendRequest } from './types.ts';

/** Beyond this AWS refuses signatures, and local times in notes and logs mislead. */
const SKEW_WORTH_A_WARNING = 5 * 60_000;

/** Reads at work at once, everywhere together, and the milliseconds after which one without an answer no longer counts. */
const AT_ONCE = 96;
const PATIENCE = 3_000;

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
    connectTimeout: options.timeouts?.connect ?? 5_000,
    readTimeout: options.timeouts?.read ?? 30_000,
    mutationTimeout: options.timeouts?.mutation ?? 60_000,
    clock,
    recorder,
    limiter,
    gate: createGate(options.atOnce ?? AT_ONCE, PATIENCE),
  });
  const region = settings.region ?? 'us-east-1';
  const session = sessionName(options.sessionOf ?? options.case?.info?.id ?? 'response');
  const sets = credentialSets({
    settings,
    profile: (name) => loadSettings({ ...options, profile: name }),
    loopbackOnly: options.loopbackOnly === true,
    now: () => clock.now(),
    assume: async (set) => {
      const { arn } = await who.of(undefined);
      const { operation, input } = beginning(set, session, arn.split(':')[1] ?? 'aws');
      // Its answer holds secrets: it is on record, but not kept.
      const through = set.kind === 'root' && set.through ? { as: set.through } : {};
      const call = { ...through, service: 'sts', operation, region, input };
      return (await aws.send({ call, input, purpose: 'read', keep: false, phase: 'credentials' })).output as JsonObject;
    },
  });
  const clients = createClients(settings, sets.of, transport, clock);
  const expected = typeof options.expectAccount === 'string' ? options.expectAccount.split(',').map((one) => one.trim()) : options.expectAccount;
  const who = identities({ sets, region, expected, send: (request) => aws.send(request) });
  const silence = silences();
  let regions: Promise<readonly Region[]> | undefined;
  let refreshing: Promise<boolean> | undefined;
  let renewals = 0;
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
    const { as, service, operation, region } = request.call;
    const what = `${service}:${operation} in ${region}`;
    const read = request.purpose === 'read';
    if (!read) await who.mayChange(as);
    // Before a place in the queue is taken: a role that has to be assumed first waits in a queue too.
    if (as !== undefined) await sets.of(as)();
    const described = await clients.operation(service, operation);
    if ((described.payload !== undefined) !== wantsBytes) {
      throw new AplombError('Unsupported', `${what} ${wantsBytes ? 'has no byte payload' : 'answers with a byte stream'}.`, {
        fix: wantsBytes ? 'Use send().' : 'Use sendForBytes().',
      });
    }
    const input = toSdk(described.input, request.input, operation) ?? {};
    const place = { as, service, operation, region };
    const hurried = read && silence.isSilent(place);
    const exchange: Exchange = {
      ...place,
      phase: request.phase,
      purpose: request.purpose,
      hurried,
      account: who.accountOf(as),
      keep: request.keep,
      payload: wantsBytes,
      attempts: [],
    };
    const client = await clients.client(service, region, read && !hurried, as);
    try {
      const output: any = await limiter.run(
        place,
        request.signal,
        async () =>
          (await quickly(client, exchange, input, request.signal)) ??
          (await client.send(new described.Command(input), { abortSignal: request.signal, exchange })),
      );
      const last = exchange.last;
      if (!last) throw new Error('an answer without an exchange');
      silence.heard(place);
      noteIssued(exchange, output, input);
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
      const failure = await expiry(toFailure(error, what), place);
      silence.ended(place, failure);
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

  /** EC2 says of an expired session only that the request has; and once work is under way an expiry leaves it half done. */
  const expiry = async (failure: Error, place: { as?: string | undefined; service: string }): Promise<Error> => {
    if (place.service === 'ec2' && (failure as { code?: string }).code === 'RequestExpired')
      return exchangeOne(identityRequest(place.as), false).then(
        () => failure,
        (error: Error) => (isAplombError(error) ? error : failure),
      );
    if (!isAplombError(failure) || failure.code !== 'ExpiredCredentials' || who.accountOf(undefined) === null) return failure;
    return new AplombError(failure.code, failure.message, { cause: failure.cause, exit: EXIT.partial, ...(failure.fix ? { fix: failure.fix } : {}) });
  };
  const identityRequest = (as: string | undefined): SendRequest => ({
    call: { ...(as === undefined ? {} : { as }), service: 'sts', operation: 'GetCallerIdentity', region, input: {} },
    input: {},
    purpose: 'read',
    keep: false,
    phase: 'identity',
  });
  /** One question to the responder, however many calls have met the expiry. */
  const signedInAgain = (why: AplombError): Promise<boolean> => {
    refreshing ??= (async () => {
      if (!settings.renewable || !options.refresh || !(await options.refresh(why))) return false;
      sets.forget();
      clients.renew();
      renewals += 1;
      await who.renewed();
      return true;
    })().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };
  /** A read goes on after the responder has signed in again. A mutation's fate is the executor's to decide. */
  const exchanged = async (request: SendRequest, wantsBytes: boolean): Promise<{ answer: Answer; bytes: Buffer }> => {
    for (;;) {
      const before = renewals;
      try {
        return await exchangeOne(request, wantsBytes);
      } catch (error) {
        // Signed before somebody else's expiry was mended: once more, with what is fresh now.
        if (request.purpose === 'read' && renewals > before && /^(ExpiredCredentials|RequestExpired)$/.test(String((error as { code?: unknown }).code)))
          continue;
        const expired = isAplombError(error) && error.code === 'ExpiredCredentials' && request.purpose === 'read' && request.phase !== 'identity';
        if (!expired || !(await signedInAgain(error))) throw error;
      }
    }
  };

  const aws: Aws = {
    clock,
    endpoint: settings.endpoint,
    customEndpoint: settings.endpoint !== null,
    get region() {
      if (settings.region === undefined) throw noRegion();
      return settings.region;
    },
    identity: (as) => who.of(as),
    sets: sets.used,
    regions: () => {
      const asked = regions ?? discoverRegions(aws, region);
      regions = asked;
      asked.catch(() => {
        regions = undefined;
      });
      return asked;
    },
    async send(request) {
      return (await exchanged(request, false)).answer;
    },
    async *sendPages(request) {
      const described = await clients.operation(request.call.service, request.call.operation);
      const paging = pagingOf(described.input, described.output);
      const seen = new Set<string>();
      let input: Json = request.input;
      for (;;) {
        const { answer } = await exchanged({ ...request, input }, false);
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
      const { answer, bytes } = await exchanged(request, true);
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

/** Of a session that was given out: what is public of it, for whoever reads the case's log beside CloudTrail. */
function noteIssued(exchange: Exchange, output: any, input: any): void {
  const attempt = exchange.attempts.at(-1);
  const given = output?.Credentials;
  if (!attempt || exchange.service !== 'sts' || !given?.AccessKeyId) return;
  attempt.issued = {
    accessKeyId: String(given.AccessKeyId),
    of: String(input.RoleArn ?? input.TargetPrincipal ?? ''),
    session: String(input.RoleSessionName ?? ''),
    expires: given.Expiration instanceof Date ? given.Expiration.toISOString() : '',
  };
}
