import type { Text } from '../../kernel/index.ts';

/** What is needed of the trail's store here: read-only SQL over the view `events`. */
export interface Queryable {
  query(sql: string, values?: readonly (string | number | boolean | null)[]): Promise<Record<string, unknown>[]>;
}

/** One credential that was issued, who issued it, and how it was used. Times are ISO 8601 UTC. */
export interface Edge {
  /** Access key id; for a console session `sign-in <ARN> <time>`; for a console password `password of <user ARN>`. */
  readonly issued: string;
  /** Access key ids that the credential was used with: itself, or all keys of a console session. */
  readonly keys: readonly string[];
  /** What signed the issuing call: an access key id or another `issued`; the principal where CloudTrail names no credential. */
  readonly issuedBy: string;
  /** Principal of the issuing call: ARN, or host name of an AWS service. */
  readonly principal: string;
  /** API that issued it: AssumeRole, CreateAccessKey, ConsoleLogin, SwitchRole ... or `ForwardAccess` for what services did in the caller's name. */
  readonly via: string;
  /** Principal the credential stands for: role or user ARN. */
  readonly to?: string;
  /** Role ARN, when it is a role's session. */
  readonly role?: string;
  readonly session?: string;
  /** IAM Identity Center user, or subject of the certificate, behind it. */
  readonly person?: string;
  /** Account the credential acts in. */
  readonly account?: string;
  /** Account of the caller, when it is another. */
  readonly fromAccount?: string;
  readonly time?: string;
  /** Event that issued it, and the other records that prove it (the other account's record, the sign-in's). */
  readonly n: number;
  readonly also: readonly number[];
  readonly uses: number;
  readonly firstUse?: string;
  readonly lastUse?: string;
  readonly firstUseEvent?: number;
  /** At most 20 addresses, and how many there are. */
  readonly fromIps: readonly string[];
  readonly ips: number;
  /** `named`: the issuing record names the key. `inferred`: from identity and time, as CloudTrail names no key there. */
  readonly proof: 'named' | 'inferred';
  readonly why: Text;
}

/** One thing that speaks for theft, and the events that show it. */
export interface Sign {
  readonly what: Text;
  readonly weight: number;
  readonly events: readonly number[];
}
/** Use of a credential that does not fit the place it was issued to. */
export interface Stolen {
  readonly kind: 'instance-credentials' | 'two-places' | 'new-network';
  readonly key: string;
  readonly principal: string;
  readonly session?: string;
  readonly address: string;
  readonly uses: number;
  readonly first?: string;
  readonly last?: string;
  /** A few events of that use. */
  readonly events: readonly number[];
  /** Sum of the signs' weights. */
  readonly score: number;
  readonly signs: readonly Sign[];
  readonly why: Text;
}
