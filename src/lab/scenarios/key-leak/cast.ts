import { DEFAULT_REGIONS, OPT_IN_REGIONS } from '../../world/index.ts';
import type { Draw } from '../draw.ts';

/** Names, places, addresses and times of one telling. Everything follows from the seed, and times from `now`. */
export interface Cast {
  now: number;
  account: string;
  company: { slug: string; name: string; domain: string };
  home: string;
  /** A second region where the company has a few things. */
  second: string;
  /** Regions the company never used, where he mines; and more of them, where he only leaves things. */
  attacked: [string, string, string];
  quiet: [string, string];
  admin: string;
  ci: string;
  scientist: string;
  newcomer: string;
  responder: string;
  ciRole: string;
  /** A program's user, and the role that the company's functions and jobs run with. */
  program: string;
  serviceRole: string;
  roleByColleague: string;
  names: { web: string; app: string; workstation: string; training: string };
  /** Public, from the documentation ranges; the lab gives its own instances addresses in 203.0.113.0/24. */
  addresses: { office: string; runner: string; responder: string; attacker: string; scanner: string; proxy: string };
  /** Staff and the attacker use the same tool: an agent alone accuses nobody. */
  agents: { shared: string; runner: string; script: string };
  backdoor: { user: string; password: string; role: string; foreignAccount: string };
  loot: { group: string; pair: string; types: string[]; counts: [number, number, number] };
  intruder: { keyComment: string; minerName: string; pool: string; wallet: string; shellFile: string };
  workstationZone: number;
  /** An opt-in region the company has switched on. */
  optedIn: string;
  times: Times;
}
/** Epoch milliseconds. */
export interface Times {
  begin: number;
  leaked: number;
  probe: number;
  survey: number;
  persist: number;
  mine: [number, number, number];
  enter: number;
  shell: number;
  login: number;
  cleaned: number;
  blind: number;
  last: number;
  notice: number;
}
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Account numbers of the kind that AWS documentation uses. */
const ACCOUNTS = ['111122223333', '222233334444', '444455556666', '555566667777', '666677778888', '777788889999'];
const COMPANIES = [
  ['juniper', 'Juniper Garden Supplies'],
  ['halcyon', 'Halcyon Bicycles'],
  ['marigold', 'Marigold Tea'],
  ['tidewater', 'Tidewater Books'],
  ['lantern', 'Lantern Outdoor'],
  ['copperleaf', 'Copperleaf Ceramics'],
] as const;
const PEOPLE = ['ana.ruiz', 'ben.okafor', 'carla.moreau', 'dinesh.rao', 'elif.demir', 'farah.haddad', 'greta.lind', 'hugo.santos', 'ines.vidal', 'jonas.weber'];
const HOMES = ['eu-west-1', 'eu-central-1', 'us-east-2', 'us-west-2', 'ap-southeast-2', 'ca-central-1'];

export function castFor(draw: Draw, now: number): Cast {
  const [slug, name] = draw.pick(COMPANIES);
  const home = draw.pick(HOMES);
  // us-east-1 holds IAM's events: the company works there too, and no hunt can be done by looking for strange regions.
  const second = 'us-east-1';
  const strange = draw.sample(
    DEFAULT_REGIONS.filter((region) => region !== home && region !== second),
    5,
  );
  const [admin, scientist, newcomer] = draw.sample(PEOPLE, 3) as [string, string, string];
  const suffix = draw.hex(4);
  const ago = (hours: number, jitterMinutes: number) => now - hours * HOUR - draw.int(0, jitterMinutes) * MINUTE - draw.int(0, 59_999);
  const times: Times = {
    begin: ago(60 * 24, 600),
    leaked: ago(26.4, 20),
    probe: ago(25.5, 30),
    survey: ago(21, 60),
    persist: ago(15, 60),
    mine: [ago(11, 40), ago(9, 40), ago(7, 40)],
    enter: ago(5.4, 25),
    shell: ago(4.6, 15),
    login: ago(4, 15),
    cleaned: ago(3.5, 10),
    blind: ago(2.2, 25),
    last: ago(0.75, 4),
    notice: ago(0.4, 5),
  };
  return {
    now,
    account: draw.pick(ACCOUNTS),
    company: { slug, name, domain: `${slug}.example` },
    home,
    second,
    attacked: strange.slice(0, 3) as Cast['attacked'],
    quiet: strange.slice(3) as Cast['quiet'],
    admin,
    scientist,
    newcomer,
    ci: draw.pick(['ci-deploy', 'github-actions', 'jenkins', 'release-bot', 'pipeline']),
    responder: `responder-${draw.pick(['lee', 'kim', 'sol', 'mar', 'noa'])}`,
    program: `${slug}-${draw.pick(['exporter', 'mailer', 'invoices', 'stock-sync'])}`,
    serviceRole: `${slug}-jobs`,
    ciRole: `${slug}-${draw.pick(['release', 'rollout', 'delivery'])}`,
    roleByColleague: `${slug}-${draw.pick(['training', 'notebooks', 'reports'])}-role`,
    names: { web: `${slug}-web-${draw.int(1, 4)}`, app: `${slug}-app-${draw.int(1, 4)}`, workstation: 'forensic-workstation', training: `${slug}-training` },
    addresses: {
      office: `198.51.100.${draw.int(200, 220)}`,
      runner: `198.51.100.${draw.int(221, 240)}`,
      responder: `198.51.100.${draw.int(20, 80)}`,
      attacker: `192.0.2.${draw.int(10, 90)}`,
      scanner: `192.0.2.${draw.int(100, 170)}`,
      proxy: `192.0.2.${draw.int(180, 240)}`,
    },
    agents: {
      shared: `aws-cli/2.${draw.int(31, 34)}.${draw.int(0, 20)} md/awscrt#0.29.${draw.int(0, 4)} ua/2.1 os/linux#6.${draw.int(5, 12)}.0 md/arch#x86_64 lang/python#3.13.7`,
      runner: `Boto3/1.40.${draw.int(1, 60)} md/Botocore#1.40.${draw.int(1, 60)} ua/2.1 os/linux md/arch#x86_64 lang/python#3.12.11`,
      script: `python-requests/2.${draw.int(28, 32)}.${draw.int(0, 4)}`,
    },
    backdoor: {
      user: `${draw.pick(['aws-support-agent', 'cloudwatch-sync', 'backup-operator', 'health-monitor', 's3-replication'])}-${suffix}`,
      password: `${draw.word(14)}!7a`,
      role: draw.pick(['AWSSupportAccessHelper', 'OrganizationAuditAccess', 'CloudHealthReader']) + suffix,
      foreignAccount: '999988887777',
    },
    loot: {
      group: draw.pick(['default-ssh', 'launch-wizard-9', 'web-open', 'gpu-sg']),
      pair: draw.pick(['mykey', 'tempkey', 'k1', 'prod-key']),
      types: draw.sample(['g5.xlarge', 'g4dn.12xlarge', 'p3.2xlarge', 'g5.12xlarge', 'g6.xlarge', 'p4d.24xlarge'], 3),
      counts: [draw.int(1, 3), draw.int(1, 3), draw.int(1, 2)],
    },
    intruder: {
      keyComment: draw.pick(['root@kali', 'user@localhost', 'me@vps']),
      minerName: draw.pick(['kworkerd', 'ksoftirqds', 'kthrotlds', 'kdevtmpfsi']),
      pool: `pool-${draw.hex(4)}.miner.example:443`,
      wallet: `4${draw.word(94)}`,
      shellFile: `.${draw.pick(['thumb', 'cache', 'img'])}-${draw.hex(4)}.php`,
    },
    workstationZone: draw.int(0, 1),
    optedIn: draw.pick(OPT_IN_REGIONS),
    times,
  };
}
export const SPAN = { MINUTE, HOUR, DAY };
