import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { text } from '../../kernel/index.ts';
import type { World } from '../contract.ts';
import { buildDisk } from '../disks-build/build-disk.ts';
import type { FlowLog } from '../services/ec2/network-rows.ts';
import type { Instance, Volume } from '../services/ec2/rows.ts';
import { createAccount, newWorld } from '../world/index.ts';
import type { Flow } from '../world/network/index.ts';
import { draw } from './draw.ts';
import { SPAN } from './key-leak/cast.ts';
import { consoleOf } from './key-leak/console.ts';
import { found } from './key-leak/founding.ts';
import { emptyLoot, type Loot } from './loot.ts';
import { playScenes } from './moves.ts';
import type { Briefing, Scenario, Truth } from './scenario.ts';
import { openStage } from './stage.ts';
import { defaultTrouble } from './trouble.ts';
import type { WebServerFacts } from './web-server/facts.ts';
import { webServerManifest } from './web-server/manifest.ts';
import { attackScenes } from './web-shell/attack.ts';
import { type Cast, castFor } from './web-shell/cast.ts';
import { buildCompany, type Company } from './web-shell/company.ts';
import { everydayScenes } from './web-shell/everyday.ts';
import { notice } from './web-shell/notice.ts';
import { verdict } from './web-shell/verdict.ts';

const ID = 'web-shell';
const DISK = 'web-server-root.img';
/** Used where e2fsprogs is missing. Made by scripts/make-fixture-disk.mjs. */
const FIXTURE = fileURLToPath(new URL('../../../fixtures/web-server.sparse.gz', import.meta.url));

const factsFor = (cast: Cast, { web }: Company): WebServerFacts => ({
  now: cast.now,
  launched: web.launched + 12_000,
  company: cast.company,
  host: { name: cast.names.web, privateIp: web.privateIps[0], publicIp: web.publicIp, instanceId: web.instanceId, region: cast.home },
  staff: { ip: cast.addresses.office, user: cast.admin },
  attacker: { ip: cast.addresses.attacker, scanner: cast.addresses.scanner, ...cast.intruder },
  times: { scan: cast.times.scan, restarted: cast.times.restarted, shell: cast.times.shell, login: cast.times.login, cleaned: cast.times.cleaned },
});

export const scenario: Scenario = {
  id: ID,
  title: text('Somebody sits at the web server', 'Alguien está sentado ante el servidor web'),
  summary: text(
    'One server with three interfaces, in a scaling group and behind a load balancer. Whoever is on it holds connections that outlive their rules, one of them through a NAT gateway.',
    'Un servidor con tres interfaces, en un grupo de escalado y detrás de un balanceador. Quien está dentro mantiene conexiones que sobreviven a sus reglas, una de ellas a través de una puerta NAT.',
  ),

  async prepare({ seed, disks }) {
    const world = newWorld({ seed, disks });
    const cast = castFor(draw(`${seed}/${ID}`), Date.now());
    world.offset = -400 * SPAN.DAY;
    const account = createAccount(world, { id: cast.account, name: cast.company.name, alias: cast.company.slug, supportPlan: 'business' });
    found(world, account, { ...cast, times: { begin: 0 } as never });
    return world;
  },

  async play({ url, world, log }) {
    const dice = draw(`${world.seed}/${ID}`);
    const cast = castFor(dice, Date.now());
    const stage = openStage({ url, world }, { begin: cast.times.begin, draw: dice.fork('pace') });
    try {
      const company = await buildCompany(world, stage, cast);
      log(
        text(
          'a shop with a load balancer and seven servers was built, two months ago',
          'se construyó una tienda con un balanceador y siete servidores, hace dos meses',
        ),
      );
      const disk = buildDisk(webServerManifest(factsFor(cast, company), dice.fork('disk')), join(world.disks ?? '', DISK), FIXTURE);
      // The story may fail first; then this failure must not go unhandled.
      disk.catch(() => undefined);
      const loot = emptyLoot();
      const held: Flow[] = [];
      await playScenes(stage, [...attackScenes(world, stage, cast, company, loot, held), ...everydayScenes(world, stage, cast, company)]);
      if (stage.now > cast.now) throw new Error('the story ran past the present');
      log(text('somebody got into one of them, and is still there', 'alguien entró en uno de ellos, y sigue ahí'));
      const { from } = await disk;
      finish(world, cast, company, { loot, held, diskFrom: from });
    } finally {
      stage.close();
      world.offset = 0;
    }
  },

  contained: verdict,
};

/** Puts in place what no API call would: the disk, the console, the Marketplace's code, the answer key, the briefing, the weather. */
function finish(world: World, cast: Cast, company: Company, story: { loot: Loot; held: Flow[]; diskFrom: Truth['diskFrom'] }): void {
  const { web } = company;
  const tables = world.accounts[cast.account]!.regions[cast.home]!.tables as {
    volumes: Record<string, Volume>;
    instances: Record<string, Instance>;
    flowLogs: Record<string, FlowLog>;
  };
  const instance = tables.instances[web.instanceId]!;
  const rootVolume = web.volumes[instance.rootDevice]!;
  const productCodes = [{ ProductCodeId: draw(`${world.seed}/product`).hex(25), ProductCodeType: 'marketplace' }];
  Object.assign(tables.volumes[rootVolume]!, { disk: { file: DISK }, productCodes });
  Object.assign(instance, { console: consoleOf(factsFor(cast, company)), productCodes });
  tables.flowLogs[company.network.flowLogId]!.hurriedFrom = cast.now;
  const addresses = [cast.remote.shell, cast.remote.beacon, cast.remote.six, cast.addresses.scanner];
  const acts = world.accounts[cast.account]!.trail.filter(({ record }) => addresses.includes(record.sourceIPAddress)).map(
    ({ record }) => record.eventTime as string,
  );
  const truth: Truth = {
    scenario: ID,
    accessKeyId: '',
    userName: '',
    first: acts[0]!,
    last: acts.at(-1)!,
    addresses,
    regions: [cast.home],
    ...story.loot,
    instances: [{ id: web.instanceId, region: cast.home, account: cast.account, rootVolume, disk: DISK }],
    diskFrom: story.diskFrom,
    reactions: [],
    network: {
      interfaces: web.interfaces,
      connections: story.held.map(({ id }) => id),
      neighbours: company.neighbours.map(({ id }) => id),
      volumes: web.volumes,
      instanceStore: true,
      flowLog: company.network.flowLogId,
      autoScalingGroup: cast.group,
      targetGroup: company.targetGroupArn,
    },
  };
  const briefing: Briefing = {
    scenario: ID,
    account: cast.account,
    reference: `${cast.company.slug.toUpperCase()}-${new Date(cast.now).getUTCFullYear()}-${draw(world.seed).int(100, 999)}`,
    alarm: notice(cast, company, draw(`${world.seed}/finding`)),
    webServer: { name: cast.names.web, publicIp: web.publicIp, region: cast.home, instanceId: web.instanceId },
    responder: { userName: cast.responder, accessKeyId: company.responder.accessKeyId, secretAccessKey: company.responder.secretAccessKey, region: cast.home },
    responderIp: cast.addresses.responder,
    workstation: { name: cast.names.workstation, region: cast.home },
  };
  world.truth = truth;
  world.briefing = briefing;
  world.settings = defaultTrouble(world.seed);
}
