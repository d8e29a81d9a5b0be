import { AplombError, EXIT, type JsonObject } from '../kernel/index.ts';
import { AwsError, isAwsFailure } from './errors.ts';
import type { AwsSettings, Credentials } from './settings.ts';

/** What the `as` of a call stands for. */
export type CredentialSet =
  | { readonly kind: 'profile'; readonly name: string }
  | { readonly kind: 'role'; readonly arn: string; readonly account: string }
  /** `through`: the set that may call AssumeRoot, where the responder's own may not. */
  | { readonly kind: 'root'; readonly account: string; readonly policy: string; readonly through?: string };

const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]{1,600}$/;
const ROOT = /^root:(\d{12})\/(?:root-task\/)?(\w{1,64})(?: through (profile:[^\p{C}]{1,128}|arn:\S{1,700}))?$/u;
/** AWS's own limit for AssumeRoot. Seconds. */
const ROOT_SECONDS = 900;
/** Sessions are renewed so long before they end. Milliseconds. */
const EARLY = { role: 5 * 60_000, root: 2 * 60_000 };

/**
 * `profile:NAME`, the ARN of a role, or `root:ACCOUNT/TASKPOLICY` (a name such as IAMDeleteRootUserCredentials), which may end in
 * ` through SET` for the management account's credentials.
 * @throws AplombError UnknownCredentials (exit 2)
 */
export function parseCredentialSet(as: string): CredentialSet {
  const profile = /^profile:([^\p{C}]{1,128})$/u.exec(as)?.[1];
  if (profile !== undefined) return { kind: 'profile', name: profile };
  const role = ROLE.exec(as);
  if (role) return { kind: 'role', arn: as, account: role[1]! };
  const root = ROOT.exec(as);
  if (root) return { kind: 'root', account: root[1]!, policy: root[2]!, ...(root[3] ? { through: root[3] } : {}) };
  throw unknown(as, 'it is none of profile:NAME, the ARN of a role, and root:ACCOUNT/TASKPOLICY');
}
const unknown = (as: string, why: string): AplombError =>
  new AplombError('UnknownCredentials', `There are no credentials "${as.replace(/\p{C}/gu, '?').slice(0, 200)}": ${why}.`, {
    fix: 'Name a profile (profile:NAME) or the ARN of a role that the responder may assume.',
    exit: EXIT.usage,
  });

/** 2 to 64 characters that STS allows in a session's name. @example sessionName('20260301-kq3d') // 'aplomb-20260301-kq3d' */
export const sessionName = (of: string): string => `aplomb-${of.replace(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);

/** The request that begins a session of the set. Source: AWS STS API Reference, AssumeRole and AssumeRoot (regional endpoints only). */
export function beginning(set: Exclude<CredentialSet, { kind: 'profile' }>, session: string, partition: string): { operation: string; input: JsonObject } {
  if (set.kind === 'role') return { operation: 'AssumeRole', input: { RoleArn: set.arn, RoleSessionName: session } };
  const policy = `arn:${partition}:iam::aws:policy/root-task/${set.policy}`;
  return { operation: 'AssumeRoot', input: { TargetPrincipal: set.account, TaskPolicyArn: { arn: policy }, DurationSeconds: ROOT_SECONDS } };
}

export interface CredentialSets {
  /** A provider for the SDK, one a set; undefined stands for the responder's own. */
  of(as: string | undefined): () => Promise<Credentials>;
  /** The account of a set, where its name says it. */
  accountOf(as: string): string | null;
  /** Sets used so far. */
  used(): readonly string[];
  /** Forgets what was given out: the responder has signed in again. */
  forget(): void;
}

/**
 * Credentials beside the responder's own. Roles are assumed with the responder's, and again before they expire. Secrets stay in
 * this process's memory.
 * @param assume sends AssumeRole or AssumeRoot as the responder
 */
export function credentialSets(options: {
  readonly settings: AwsSettings;
  readonly profile: (name: string) => Promise<AwsSettings>;
  readonly loopbackOnly: boolean;
  readonly now: () => number;
  readonly assume: (set: Exclude<CredentialSet, { kind: 'profile' }>) => Promise<JsonObject>;
}): CredentialSets {
  const providers = new Map<string, () => Promise<Credentials>>();
  const used = new Set<string>();
  const profileProvider = (name: string): (() => Promise<Credentials>) => {
    let loaded: Promise<AwsSettings> | undefined;
    return async () => {
      if (options.loopbackOnly) throw unknown(`profile:${name}`, 'a rehearsal reads no profiles');
      loaded ??= options.profile(name);
      loaded.catch(() => {
        loaded = undefined;
      });
      return (await loaded).credentials();
    };
  };
  const assumed = (set: Exclude<CredentialSet, { kind: 'profile' }>): (() => Promise<Credentials>) => {
    let session: Promise<Credentials> | undefined;
    let until = 0;
    return () => {
      if (session && options.now() < until) return session;
      until = Number.POSITIVE_INFINITY;
      session = options
        .assume(set)
        .then((output) => {
          const given = (output.Credentials ?? {}) as Record<string, string>;
          const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration } = given;
          if (!accessKeyId || !secretAccessKey || !sessionToken) throw new AwsError('InvalidAnswer', 'STS gave no credentials');
          const expiration = new Date(Expiration ?? options.now() + ROOT_SECONDS * 1000);
          until = expiration.getTime() - EARLY[set.kind];
          return { accessKeyId, secretAccessKey, sessionToken, expiration };
        })
        .catch((error: unknown) => {
          session = undefined;
          if (!isAwsFailure(error)) throw error;
          const what = set.kind === 'role' ? `the role ${set.arn}` : `the root user of ${set.account}`;
          const { status, requestId } = error;
          throw new AwsError(error.code, `${what} could not be assumed: ${error.message}`, {
            ...(status === undefined ? {} : { status }),
            ...(requestId === undefined ? {} : { requestId }),
            cause: error,
          });
        });
      return session;
    };
  };
  return {
    of(as) {
      if (as === undefined) return options.settings.credentials;
      let provider = providers.get(as);
      if (!provider) {
        const set = parseCredentialSet(as);
        provider = set.kind === 'profile' ? profileProvider(set.name) : assumed(set);
        providers.set(as, provider);
        used.add(as);
      }
      return provider;
    },
    accountOf(as) {
      const set = parseCredentialSet(as);
      return set.kind === 'profile' ? null : set.account;
    },
    used: () => [...used],
    forget: () => {
      options.settings.forget();
      providers.clear();
    },
  };
}
