import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { text } from '../../kernel/index.ts';
import type { World } from '../contract.ts';
import { buildDisk } from '../disks-build/build-disk.ts';
import type { Instance, Volume } from '../services/ec2/rows.ts';
import { createAccount, newWorld } from '../world/index.ts';
import { attendantsOf } from './attendants.ts';
import { contained } from './contained.ts';
import { draw } from './draw.ts';
import { attackScenes } from './key-leak/attack.ts';
import { type Cast, castFor, SPAN } from './key-leak/cast.ts';
import { buildCompany, type Company } from './key-leak/company.ts';
import { consoleOf } from './key-leak/console.ts';
import { everydayScenes } from './key-leak/everyday.ts';
import { found, foundingOf } from './key-leak/founding.ts';
import { notice } from './key-leak/notice.ts';
import { movesOf } from './key-leak/spread.ts';
import { emptyLoot, type Loot } from './loot.ts';
import { playMoves, playScenes } from './moves.ts';
import type { Briefing, Scenario, Truth } from './scenario.ts';
import { openStage } from './stage.ts';
import { techniques } from './techniques/index.ts';
import { defaultTrouble } from './trouble.ts';
import type { WebServerFacts } from './web-server/facts.ts';
import { webServerManifest } from './web-server/manifest.ts';

const ID = 'key-leak';
const DISK = 'web-server-root.img';
/** Used where e2fsprogs is missing. Made by scripts/make-fixture-disk.mjs. */
const FIXTURE = fileURLToPath(new URL('../../../fixtures/web-server.sparse.gz', import.meta.url));

/** The web server's disk follows the story's own times and addresses. */
const factsFor = (cast: Cast, company: Company): WebServerFacts => ({
  now: cast.now,
  launched: company.web.launched + 12_000,
  company: cast.company,
  host: { name: cast.names.web, privateIp: company.web.privateIp, publicIp: company.web.publicIp, instanceId: company.web.instanceId, region: cast.home },
  staff: { ip: cast.addresses.office, user: cast.admin },
  attacker: { ip: cast.addresses.attacker, scanner: cast.addresses.scanner, ...cast.intruder },
  times: { scan: cast.times.survey, restarted: cast.times.enter + 180_000, shell: cast.times.shell, login: cast.times.login, cleaned: cast.times.cleaned },
});

export const scenario: Scenario = {
  id: ID,
  title: text('A deploy key in a public repository', 'Una clave de despliegue en un repositorio público'),
  summary: text(
    'The access key of a deploy user was published. Somebody used it to mine, to stay, and to get into the web server.',
    'Se publicó la clave de acceso de un usuario de despliegue. Alguien la usó para minar, para quedarse y para entrar en el servidor web.',
  ),

  async prepare({ seed, disks }) {
    const world = newWorld({ seed, disks });
    const cast = castFor(draw(`${seed}/${ID}`), Date.now());
    world.offset = -400 * SPAN.DAY;
    const account = createAccount(world, { id: cast.account, name: cast.company.name, alias: cast.company.slug, supportPlan: 'business' });
    found(world, account, cast);
    return world;
  },

  async play({ url, world, log }) {
    const dice = draw(`${world.seed}/${ID}`);
    const cast = castFor(dice, Date.now());
    const stage = openStage({ url, world }, { begin: cast.times.begin, draw: dice.fork('pace') });
    try {
      const founding = foundingOf(world, cast);
      const company = await buildCompany(stage, cast, founding, techniques);
      const loot = emptyLoot();
      const attack = attackScenes(stage, cast, company, loot);
      const abuse = playMoves(movesOf(dice, cast, techniques), {
        stage,
        loot,
        draw: dice.fork('spread'),
        account: cast.account,
        company: company.props,
        colleague: company.admin,
        hands: attack.hands,
        taken: new Set(),
      });
      await abuse.before();
      log(text('a company was founded, two months ago', 'se fundó una empresa, hace dos meses'));
      const facts = factsFor(cast, company);
      const disk = buildDisk(webServerManifest(facts, dice.fork('disk')), join(world.disks ?? '', DISK), FIXTURE);
      // The story may fail first; then this failure must not go unhandled.
      disk.catch(() => undefined);
      const everyday = everydayScenes(stage, cast, company, founding, loot.lookAlikes);
      await playScenes(stage, [...attack.scenes, ...everyday, ...abuse.scenes]);
      log(text('its deploy key leaked, and was used', 'su clave de despliegue se filtró, y se usó'));
      const { from } = await disk;
      finish(world, cast, company, facts, loot, from);
    } finally {
      stage.close();
      world.offset = 0;
    }
  },

  contained,
};

/** Puts in place what no API call would: the disk, the console, the answer key, the briefing, the weather. */
function finish(world: World, cast: Cast, company: Company, facts: WebServerFacts, loot: Loot, diskFrom: Truth['diskFrom']): void {
  const tables = world.accounts[cast.account]!.regions[cast.home]!.tables as { volumes: Record<string, Volume>; instances: Record<string, Instance> };
  tables.volumes[company.web.rootVolume]!.disk = { file: DISK };
  tables.instances[company.web.instanceId]!.console = consoleOf(facts);
  const addresses = [cast.addresses.attacker, cast.addresses.scanner, cast.addresses.proxy];
  const acts = world.accounts[cast.account]!.trail.filter(({ record }) => addresses.includes(record.sourceIPAddress)).map(
    ({ record }) => record.eventTime as string,
  );
  const truth: Truth = {
    scenario: ID,
    accessKeyId: company.ci.accessKeyId,
    userName: cast.ci,
    first: acts[0]!,
    last: acts.at(-1)!,
    addresses,
    regions: [...new Set([...cast.attacked, ...cast.quiet, cast.home, 'us-east-1'])],
    ...loot,
    attendant: [...loot.attendant, ...attendantsOf(world, cast.account, loot.resources)],
    instances: [{ id: company.web.instanceId, region: cast.home, account: cast.account, rootVolume: company.web.rootVolume, disk: DISK }],
    diskFrom,
    reactions: [],
  };
  const briefing: Briefing = {
    scenario: ID,
    account: cast.account,
    reference: `${cast.company.slug.toUpperCase()}-${new Date(cast.now).getUTCFullYear()}-${draw(world.seed).int(100, 999)}`,
    alarm: notice(cast, company.ci.accessKeyId),
    webServer: { name: cast.names.web, publicIp: company.web.publicIp, region: cast.home },
    responder: { userName: cast.responder, accessKeyId: company.responder.accessKeyId, secretAccessKey: company.responder.secretAccessKey, region: cast.home },
    responderIp: cast.addresses.responder,
    workstation: { name: cast.names.workstation, region: cast.home },
  };
  world.truth = truth;
  world.briefing = briefing;
  world.settings = defaultTrouble(world.seed);
}
