import { text as at, type TrailRecord } from '../../event.ts';
import { asked, below, list, strings, word } from '../data/reading.ts';

/** One rule of a security group as a request has it. */
export interface Rule {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  /** IPv4 and IPv6 ranges. */
  readonly ranges: readonly string[];
}
const number = (value: string, otherwise: number): number => (value === '' || !Number.isFinite(Number(value)) || Number(value) < 0 ? otherwise : Number(value));
const ruleOf = (one: ReturnType<typeof below>, ranges: readonly string[]): Rule => {
  const protocol = word(below(one, 'ipProtocol')) || '-1';
  const every = protocol === '-1';
  return { protocol, from: every ? 0 : number(word(below(one, 'fromPort')), 0), to: every ? 65_535 : number(word(below(one, 'toPort')), 65_535), ranges };
};
/** The rules that AuthorizeSecurityGroupIngress or ModifySecurityGroupRules asks for, in each form that these calls have. */
export function rulesOf(record: TrailRecord): readonly Rule[] {
  if (at(record, 'eventName') === 'ModifySecurityGroupRules') {
    return list(asked(record, 'SecurityGroupRule') ?? asked(record, 'securityGroupRuleSet') ?? asked(record, 'securityGroupRules'))
      .slice(0, 1_000)
      .map((one) => below(one, 'SecurityGroupRule') ?? one)
      .map((one) => ruleOf(one, [word(below(one, 'cidrIpv4')), word(below(one, 'cidrIpv6'))].filter(Boolean)));
  }
  const flat = word(asked(record, 'cidrIp'));
  const rules = list(asked(record, 'ipPermissions'))
    .slice(0, 1_000)
    .map((one) =>
      ruleOf(one, [
        ...strings(list(below(one, 'ipRanges')).map((range) => below(range, 'cidrIp'))),
        ...strings(list(below(one, 'ipv6Ranges')).map((range) => below(range, 'cidrIpv6'))),
      ]),
    );
  return flat
    ? [...rules, ruleOf(asked(record, 'ipProtocol') === undefined ? undefined : (record.requestParameters as ReturnType<typeof below>), [flat])]
    : rules;
}
/** Ranges so wide that they are the internet, whole or in halves. */
export const isWorld = (range: string): boolean => /^(0\.0\.0\.0\/[01]|128\.0\.0\.0\/1|::\/[0-3]|2000::\/3)$/.test(range.trim());
/** For the store: one of those ranges is named in the request. */
export const WORLD_NAMED = "regexp_matches(requestParameters::VARCHAR, '(0[.]0[.]0[.]0/[01]|128[.]0[.]0[.]0/1|::/[0-3])')";

/** Ports of remote administration, databases and control planes: nobody wants the world at them. */
const ADMIN: Readonly<Record<number, string>> = {
  20: 'FTP',
  21: 'FTP',
  22: 'SSH',
  23: 'Telnet',
  111: 'portmapper',
  135: 'RPC',
  139: 'NetBIOS',
  445: 'SMB',
  512: 'rexec',
  873: 'rsync',
  1433: 'SQL Server',
  1521: 'Oracle',
  2049: 'NFS',
  2375: 'Docker',
  2376: 'Docker',
  2379: 'etcd',
  3306: 'MySQL',
  3389: 'RDP',
  4444: 'Metasploit',
  5432: 'PostgreSQL',
  5601: 'Kibana',
  5900: 'VNC',
  5985: 'WinRM',
  5986: 'WinRM',
  6379: 'Redis',
  6443: 'Kubernetes',
  8500: 'Consul',
  9042: 'Cassandra',
  9200: 'Elasticsearch',
  10250: 'kubelet',
  11211: 'memcached',
  27017: 'MongoDB',
};
/** The first administrative port within a rule: `22 (SSH)`. */
export function adminPort({ from, to }: Rule): string | undefined {
  for (const [port, name] of Object.entries(ADMIN)) if (from <= Number(port) && Number(port) <= to) return `${port} (${name})`;
  return undefined;
}
/** All ports, or nearly. */
export const isWide = ({ from, to, protocol }: Rule): boolean => protocol !== 'icmp' && protocol !== 'icmpv6' && protocol !== '1' && to - from >= 10_000;
