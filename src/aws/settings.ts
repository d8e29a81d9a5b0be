import { homedir } from 'node:os';
import { join } from 'node:path';
import { AplombError, EXIT } from '../kernel/index.ts';
import { unknownProfile } from './errors.ts';
import type { OpenOptions } from './types.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}
export interface AwsSettings {
  readonly region: string | undefined;
  /** Never throws before it is called: reading commands of local evidence need no credentials. */
  readonly credentials: () => Promise<Credentials>;
  /** True where signing in again, elsewhere, gives this process fresh credentials: a profile, not keys in the environment. */
  readonly renewable: boolean;
  /** Reads the credentials anew at the next request. */
  forget(): void;
  endpointOf(service: string): string | undefined;
  /** The first custom endpoint that is set, for the session entry. */
  readonly endpoint: string | null;
}

type Section = Record<string, string | undefined>;

/** A region's name is part of a host name: nothing else may stand there. */
export function checkRegion(region: string): string {
  if (/^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/.test(region)) return region;
  throw new AplombError('InvalidRegion', `"${region.slice(0, 60)}" is not the name of an AWS region.`, {
    fix: 'Use a name such as eu-west-1.',
    exit: EXIT.usage,
  });
}

/**
 * Region, credentials and endpoints by the conventions of the AWS CLI (docs: "Configuration settings and precedence",
 * "Service-specific endpoints"). With `loopbackOnly` no file is read and only static credentials of the environment count.
 */
export async function loadSettings(options: OpenOptions): Promise<AwsSettings> {
  const env = options.env ?? process.env;
  const profileName = options.profile ?? env.AWS_PROFILE;
  const loopback = options.loopbackOnly === true;
  const hasStatic = Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);
  const files = loopback ? { profile: {}, services: {} } : await readProfile(env, profileName, options.profile !== undefined || !hasStatic);
  const ignore = env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === 'true';
  const endpointOf = (service: string): string | undefined => {
    if (ignore) return undefined;
    // AWS_ENDPOINT_URL_<ID>, and <id> in the services section: the service id with underscores.
    const key = service.replaceAll('-', '_');
    return (
      env[`AWS_ENDPOINT_URL_${key.toUpperCase()}`] ||
      env.AWS_ENDPOINT_URL ||
      (loopback ? undefined : files.services[`${key}.endpoint_url`] || files.profile.endpoint_url) ||
      undefined
    );
  };
  const specific = Object.keys(env).find((name) => name.startsWith('AWS_ENDPOINT_URL_') && env[name]);
  const configured = Object.entries(files.services).find(([name, value]) => name.endsWith('.endpoint_url') && value)?.[1];
  const endpoint = ignore ? null : env.AWS_ENDPOINT_URL || (specific && env[specific]) || configured || files.profile.endpoint_url || null;
  const region = options.region || env.AWS_REGION || env.AWS_DEFAULT_REGION || files.profile.region;
  if (region !== undefined) checkRegion(region);
  // Like the AWS CLI: a --profile beats the environment's keys, which beat AWS_PROFILE.
  const renewable = !loopback && !(hasStatic && options.profile === undefined);
  let chain = providerChain(env, profileName, region);
  return {
    region,
    credentials: renewable ? () => chain() : async () => environmentCredentials(env, loopback),
    renewable,
    forget: () => {
      chain = providerChain(env, profileName, region, true);
    },
    endpointOf,
    endpoint,
  };
}

function environmentCredentials(env: NodeJS.ProcessEnv, only: boolean): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  if (!accessKeyId || !secretAccessKey) {
    throw new AplombError('NoCredentials', `No AWS credentials were found${only ? ' in the environment, the only place a rehearsal looks' : ''}.`, {
      fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    });
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

function providerChain(env: NodeJS.ProcessEnv, profile: string | undefined, region: string | undefined, anew = false): () => Promise<Credentials> {
  let provider: Promise<() => Promise<Credentials>> | undefined;
  let cached: Credentials | undefined;
  let pending: Promise<Credentials> | undefined;
  const load = async (): Promise<Credentials> => {
    // Loaded late: the chain pulls in SSO, web identity and metadata clients.
    provider ??= import('@aws-sdk/credential-providers').then(({ fromNodeProviderChain }) =>
      fromNodeProviderChain({
        ...(profile ? { profile } : {}),
        ...(anew ? { ignoreCache: true } : {}),
        ...(env.AWS_SHARED_CREDENTIALS_FILE ? { filepath: env.AWS_SHARED_CREDENTIALS_FILE } : {}),
        ...(env.AWS_CONFIG_FILE ? { configFilepath: env.AWS_CONFIG_FILE } : {}),
        ...(region ? { clientConfig: { region } } : {}),
      }),
    );
    cached = await (await provider)();
    return cached;
  };
  return () => {
    const fresh = cached && (cached.expiration === undefined || cached.expiration.getTime() - Date.now() > 5 * 60_000);
    if (fresh && cached) return Promise.resolve(cached);
    pending ??= load().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}

async function readProfile(env: NodeJS.ProcessEnv, name: string | undefined, mustExist: boolean): Promise<{ profile: Section; services: Section }> {
  const filepath = env.AWS_SHARED_CREDENTIALS_FILE || join(homedir(), '.aws', 'credentials');
  const configFilepath = env.AWS_CONFIG_FILE || join(homedir(), '.aws', 'config');
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ filepath, configFilepath, ignoreCache: true });
  const wanted = name || 'default';
  const profile: Section = { ...configFile[wanted], ...credentialsFile[wanted] };
  if (name && mustExist && !(name in configFile) && !(name in credentialsFile)) throw unknownProfile(name, `${configFilepath}, ${filepath}`);
  const services = profile.services ? (configFile[`services.${profile.services}`] ?? {}) : {};
  return { profile, services };
}
