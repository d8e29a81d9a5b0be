import { type Caller, LabError, type World } from './contract.ts';
import { homeRegion } from './naming.ts';
import { type Refusal, refusal } from './refusals.ts';
import { openService, serviceName, serviceNames } from './wire/catalogue.ts';
import { targetOf, type WireRequest } from './wire/request.ts';
import type { WireService } from './wire/service.ts';
import { type Claim, readClaim, verifySignature } from './wire/sigv4.ts';
import { accountOf, regionEnabled, resolveCaller, worldNow } from './world/index.ts';

/** What the signature on a request says and proves. */
export interface Scope {
  readonly service: WireService;
  readonly region: string;
  /** Absent when the request is not signed. */
  readonly caller: Caller | undefined;
  /** Set when the signer must be turned away. */
  readonly refused: LabError | undefined;
  /** Operations that are called without a signature. */
  readonly openOperations: ReadonlySet<string>;
}
/** The schemas do not carry smithy's @optionalAuth; these two STS operations are all the installed clients have of it. */
const OPEN: Readonly<Record<string, ReadonlySet<string>>> = { sts: new Set(['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity']) };
const NONE: ReadonlySet<string> = new Set();

const REASON = { signature: 'signature', expired: 'skew', future: 'skew', hash: 'hash', incomplete: 'incomplete' } as const satisfies Record<string, Refusal>;

/** Finds the service and the caller of a request. Throws only when not even the service can be told. */
export async function authenticate(world: World, request: WireRequest): Promise<Scope> {
  let claim: Claim | undefined;
  let garbled: string | undefined;
  try {
    claim = readClaim(request);
  } catch (error) {
    garbled = (error as Error).message;
  }
  const service = claim ? await openService(serviceName(claim.service, versionOf(request))) : await guess(request);
  if (!service) {
    if (!claim) throw refusal(undefined, garbled === undefined ? 'unsigned' : 'garbled', garbled);
    throw new LabError('UnknownService', `The lab has no service with the signing name "${claim.service}".`, { status: 501 });
  }
  const region = homeRegion(service.signingName, claim?.region ?? 'us-east-1');
  const scope = { service, region, caller: undefined, openOperations: OPEN[service.signingName] ?? NONE };
  if (!claim) return { ...scope, refused: garbled === undefined ? undefined : refusal(service, 'garbled', garbled) };
  const known = resolveCaller(world, { accessKeyId: claim.accessKeyId, sessionToken: claim.sessionToken, now: worldNow(world) });
  if ('refused' in known) return { ...scope, refused: refusal(service, known.refused) };
  const verified = verifySignature(request, claim, known.secret, worldNow(world));
  if (!verified.ok) return { ...scope, refused: refusal(service, REASON[verified.reason], verified.detail) };
  if (!regionEnabled(accountOf(world, known.caller.account), region)) return { ...scope, refused: refusal(service, 'region') };
  return { ...scope, caller: known.caller, refused: undefined };
}

/** The query API's Version; only its requests are form encoded. */
const versionOf = (request: WireRequest): string | null =>
  request.query.get('Version') ??
  (/^application\/x-www-form-urlencoded/.test(request.headers['content-type'] ?? '')
    ? new URLSearchParams(request.rawBody.toString('utf8')).get('Version')
    : null);

/** An unsigned request names its service by the query API's Version or by X-Amz-Target. */
async function guess(request: WireRequest): Promise<WireService | undefined> {
  const version = versionOf(request);
  const [target] = targetOf(request);
  if (version === null && target === '') return undefined;
  for (const name of serviceNames) {
    const service = await openService(name);
    if (service && ((/Query$/.test(service.protocol) && service.version === version) || (target !== '' && service.target === target))) return service;
  }
  return undefined;
}
