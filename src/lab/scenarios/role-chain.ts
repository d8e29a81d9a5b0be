import { text } from '../../kernel/index.ts';
import type { World } from '../contract.ts';
import { addAccessKey, addOrganization, addUser, createAccount, iamTables, newWorld } from '../world/index.ts';
import { attendantsOf } from './attendants.ts';
import { campaign } from './campaign.ts';
import { contained } from './contained.ts';
import { type Draw, draw } from './draw.ts';
import { SPAN } from './key-leak/cast.ts';
import { found } from './key-leak/founding.ts';
import { openAttacker } from './live.ts';
import { emptyLoot, type Loot } from './loot.ts';
import { playMoves, playScenes } from './moves.ts';
import { attackScenes } from './role-chain/attack.ts';
import { type Cast, castFor } from './role-chain/cast.ts';
import { buildOrganisation, type Organisation } from './role-chain/company.ts';
import { everydayScenes } from './role-chain/everyday.ts';
import { notice } from './role-chain/notice.ts';
import type { Briefing, Scenario, Truth } from './scenario.ts';
import { type Actor, openStage } from './stage.ts';
import { techniques } from './techniques/index.ts';
import { defaultTrouble } from './trouble.ts';

const ID = 'role-chain';

export const scenario: Scenario = {
  id: ID,
  title: text('Three roles deep, and still there', 'Tres roles adentro, y sigue ahí'),
  summary: text(
    'A key led through three roles of two accounts to every right. A federated console stays behind, and whoever did it answers when the key is taken away.',
    'Una clave llevó, por tres roles de dos cuentas, a todos los permisos. Queda una consola federada, y quien lo hizo responde cuando se le quita la clave.',
  ),

  async prepare({ seed, disks }) {
    const world = newWorld({ seed, disks });
    const cast = castFor(draw(`${seed}/${ID}`), Date.now());
    world.offset = -400 * SPAN.DAY;
    const { company } = cast;
    const account = createAccount(world, { id: cast.account, name: company.name, alias: company.slug, supportPlan: 'business' });
    const management = createAccount(world, { id: cast.management, name: `${company.name} management`, alias: `${company.slug}-org`, supportPlan: 'business' });
    found(world, account, { ...cast, times: { begin: 0 } as never });
    addUser(world, management, { name: cast.admin, attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
    addAccessKey(world, management, cast.admin);
    addOrganization(world, management, { members: [account], scp: true });
    return world;
  },

  async play({ url, world, log }) {
    const dice = draw(`${world.seed}/${ID}`);
    const cast = castFor(dice, Date.now());
    const stage = openStage({ url, world }, { begin: cast.times.begin, draw: dice.fork('pace') });
    try {
      const admins = { workload: administrator(world, cast.account, cast), management: administrator(world, cast.management, cast) };
      const company = await buildOrganisation(stage, cast, admins, techniques);
      log(text('an organisation of two accounts was founded, two months ago', 'se fundó una organización de dos cuentas, hace dos meses'));
      const loot = emptyLoot();
      const attack = attackScenes(world, stage, cast, company, loot);
      const moves = abuse(dice, cast, company, { stage, loot, held: attack.held });
      for (const one of moves) await one.before();
      await playScenes(stage, [...attack.scenes, ...everydayScenes(stage, cast, company), ...moves.flatMap(({ scenes }) => scenes)]);
      if (stage.now > cast.now) throw new Error('the story ran past the present');
      log(text('its key was used, through three roles and two accounts', 'su clave se usó, a través de tres roles y dos cuentas'));
      finish(world, cast, company, loot);
    } finally {
      stage.close();
      world.offset = 0;
    }
  },

  live: (lab) => openAttacker(lab),
  contained,
};

function administrator(world: World, account: string, cast: Cast): Actor {
  const { id, secret } = Object.values(iamTables(world.accounts[account]!).accessKeys).find((key) => key.user === cast.admin)!;
  return { accessKeyId: id, secretAccessKey: secret, ip: cast.addresses.office, userAgent: cast.agents.shared };
}

/** What he leaves behind with each of his credentials: with key and federation over hours, with the roles in the last minutes. */
function abuse(
  dice: Draw,
  cast: Cast,
  company: Organisation,
  play: { stage: ReturnType<typeof openStage>; loot: Loot; held: ReturnType<typeof attackScenes>['held'] },
) {
  const { held, stage, loot } = play;
  const { times, home, quiet, attacked } = cast;
  const withIam = (actions: readonly string[]): boolean => actions.some((action) => /^(iam|organizations|account):(?!PassRole)/.test(action));
  const outside = techniques.filter(({ place, needs }) => place === 'region' && !withIam(needs));
  const inside = techniques.filter(({ place, needs }) => place === 'global' && withIam(needs) && needs.every((action) => action.startsWith('iam:')));
  const common = { home, officeRegions: [home, cast.second] };
  const taken = new Set<string>();
  const players = { stage, loot, taken };
  const workload = { ...players, account: cast.account, company: company.props.workload, colleague: company.admin };
  const early = campaign(dice.fork('early'), {
    ...common,
    techniques: outside,
    regions: quiet,
    from: times.spread[0],
    to: times.spread[1],
    atLeast: 8,
    hands: 3,
  });
  const deep = { from: times.deep[0], to: times.deep[1] };
  const persistence = campaign(dice.fork('deep'), { ...common, ...deep, techniques: inside, regions: quiet, atLeast: 5, hands: 1 });
  const above = campaign(dice.fork('above'), { ...common, ...deep, techniques: outside, regions: attacked.slice(0, 2), atLeast: 4, hands: 1 });
  return [
    playMoves(early, { ...workload, draw: dice.fork('early play'), hands: [() => held.leaked, () => held.federated, () => held.console] }),
    playMoves(persistence, { ...workload, draw: dice.fork('deep play'), hands: [() => held.third] }),
    playMoves(above, {
      ...players,
      account: cast.management,
      company: company.props.management,
      colleague: company.platform,
      draw: dice.fork('above play'),
      hands: [() => held.second],
    }),
  ];
}

function finish(world: World, cast: Cast, company: Organisation, loot: Loot): void {
  const addresses = [cast.addresses.attacker, cast.addresses.scanner, cast.addresses.proxy];
  const acts = [cast.account, cast.management]
    .flatMap((id) => world.accounts[id]!.trail)
    .filter(({ record }) => addresses.includes(record.sourceIPAddress))
    .map(({ record }) => record.eventTime as string)
    .sort();
  const truth: Truth = {
    scenario: ID,
    accessKeyId: company.leaked.accessKeyId,
    userName: cast.ci,
    first: acts[0]!,
    last: acts.at(-1)!,
    addresses,
    regions: [...new Set([...cast.quiet, ...cast.attacked.slice(0, 2), cast.home, 'us-east-1'])],
    ...loot,
    attendant: [...loot.attendant, ...attendantsOf(world, cast.account, loot.resources)],
    instances: [],
    reactions: [],
  };
  const briefing: Briefing = {
    scenario: ID,
    account: cast.account,
    reference: `${cast.company.slug.toUpperCase()}-${new Date(cast.now).getUTCFullYear()}-${draw(world.seed).int(100, 999)}`,
    alarm: notice(cast, company.leaked.accessKeyId),
    accounts: [{ id: cast.management, name: `${cast.company.name} management`, roleArn: company.roleArns.response }],
    responder: {
      userName: cast.responder,
      accessKeyId: company.responder.accessKeyId,
      secretAccessKey: company.responder.secretAccessKey,
      region: cast.home,
    },
    responderIp: cast.addresses.responder,
  };
  world.truth = truth;
  world.briefing = briefing;
  world.settings = defaultTrouble(world.seed);
}
