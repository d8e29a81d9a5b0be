/** What an alarm says, whoever sent it. Every text in it came from outside: ids are checked by form, words are shown made harmless. */
export interface Alarm {
  /** Which kind of paper it is: guardduty, health, security-hub, ocsf, trusted-advisor, e-mail, bare. */
  readonly source: string;
  /** Its own words for what happened, shortened by whoever shows them. */
  readonly titles: readonly string[];
  /** AKIA... or ASIA... */
  readonly accessKeyIds: readonly string[];
  readonly userNames: readonly string[];
  /** ARNs of users, roles and sessions. */
  readonly principals: readonly string[];
  readonly instances: readonly { readonly id: string; readonly region?: string }[];
  /** Addresses of the account's own resources (of an instance): they may find it. */
  readonly addresses: readonly string[];
  /** Addresses it calls the other side's. */
  readonly remote: readonly string[];
  /** 12 digits. */
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  /** Earliest time it names, UTC. The attacker may have begun before. */
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** Its own ids and types: finding type, event type code. */
  readonly findings: readonly { readonly id?: string; readonly type?: string; readonly severity?: string }[];
}
type Loose = { -readonly [K in keyof Alarm]?: Alarm[K] };

const unique = <T>(values: readonly T[]): T[] => [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
const LISTS = ['titles', 'accessKeyIds', 'userNames', 'principals', 'instances', 'addresses', 'remote', 'accounts', 'regions', 'findings'] as const;

/** Several papers (or a reader's few fields) as one alarm: lists joined without repeats, times widened. */
export function alarmOf(source: string, parts: readonly Loose[]): Alarm {
  const times = (field: 'firstSeen' | 'lastSeen') => parts.flatMap((part) => part[field] ?? []).sort();
  const lists = Object.fromEntries(LISTS.map((list) => [list, unique(parts.flatMap((part) => [...(part[list] ?? [])] as unknown[]))]));
  const instances = (lists.instances as Alarm['instances']).filter(
    (one, _, all) => one.region !== undefined || !all.some((other) => other.id === one.id && other.region !== undefined),
  );
  return { ...(lists as unknown as Alarm), instances, source, firstSeen: times('firstSeen')[0] ?? null, lastSeen: times('lastSeen').at(-1) ?? null };
}

/** Names anything that a response can begin with. */
export const namesSomething = (alarm: Alarm): boolean =>
  [alarm.accessKeyIds, alarm.userNames, alarm.principals, alarm.instances, alarm.addresses].some((list) => list.length > 0);

/** Reads one document of its kind; null when it is of another. */
export interface AlarmReader {
  readonly source: string;
  read(document: unknown): Loose | null;
}
export type AlarmPart = Loose;
