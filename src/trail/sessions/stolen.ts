import { text as say, type Text } from '../../kernel/index.ts';
import { familyOf, ownSoftware, type Place, placesOf, systemOf, together } from './places.ts';
import { groupBy, numbered, str } from './rows.ts';
import type { Queryable, Sign, Stolen } from './words.ts';

/** From this sum on a use is shown. A new address with a new program is not enough: instances are stopped and started. */
const ENOUGH = 5;
const ENOUGH_ELSEWHERE = 4;
/** Records read whole, for what only they tell. */
const MOST_RECORDS = 2_000;

/** What the records of a use tell beyond the columns. */
interface Told {
  readonly endpoint?: string;
  readonly endpointAccount?: string;
  /** 1.0 or 2.0: the version of the metadata service that delivered the credentials. */
  readonly delivery?: string;
  readonly ownAddress?: string;
  readonly service?: string;
}
const sign = (weight: number, events: readonly number[], en: string, es: string): Sign => ({ what: say(en, es), weight, events });
const quoted = (values: Iterable<string>): string =>
  [...new Set(values)]
    .slice(0, 3)
    .map((value) => `«${value.slice(0, 120)}»`)
    .join(', ');

async function toldOf(db: Queryable, places: readonly Place[]): Promise<ReadonlyMap<number, Told>> {
  const wanted = places.slice(0, MOST_RECORDS).map(({ n }) => n);
  if (wanted.length === 0) return new Map();
  const rows = await db.query(
    `SELECT n, vpcEndpointId, vpcEndpointAccountId, ec2RoleDelivery, eventSource, json_extract_string(requestParameters, '$.iPAddress') AS ownAddress
     FROM events WHERE ${numbered(wanted)}`,
  );
  return new Map(
    rows.map((row) => [
      row.n as number,
      {
        endpoint: str(row.vpcEndpointId),
        endpointAccount: str(row.vpcEndpointAccountId),
        delivery: str(row.ec2RoleDelivery),
        ownAddress: str(row.ownAddress),
        service: str(row.eventSource),
      },
    ]),
  );
}

/**
 * The addresses of the instance itself: where its own software calls from (the agents that AWS puts on instances), and what they say its address is.
 * Without such software: the address its first key of several was used from, which is weaker.
 */
function homeOf(uses: readonly Place[], told: ReadonlyMap<number, Told>) {
  const own = uses.filter(ownSoftware);
  const addresses = new Set(own.flatMap((use) => [use.address, told.get(use.n)?.ownAddress ?? use.address]));
  if (own.length > 0) return { addresses, sure: true, uses: own, all: uses.filter(({ address }) => addresses.has(address)) };
  const keys = groupBy(uses, ({ address }) => address);
  const often = [...keys].filter(([, of]) => new Set(of.map(({ key }) => key)).size > 1);
  const usual =
    often.length > 0
      ? often.flatMap(([, of]) => of)
      : [...uses].sort((a, b) => Number(a.person !== undefined) - Number(b.person !== undefined) || b.uses - a.uses).slice(0, 1);
  return { addresses: new Set(usual.map(({ address }) => address)), sure: false, uses: usual, all: usual };
}

/** Ways out that do not compare: an instance is at one address towards the internet and at another towards a VPC endpoint, at once. */
const wayOf = (use: Place, told: ReadonlyMap<number, Told>): string => (told.get(use.n)?.endpoint ? 'endpoint' : use.address.includes(':') ? 'IPv6' : 'IPv4');

function signsOf(use: Place, whole: ReturnType<typeof homeOf>, told: ReadonlyMap<number, Told>): Sign[] {
  const signs: Sign[] = [];
  const uses = whole.uses.filter((other) => wayOf(other, told) === wayOf(use, told));
  const home = { ...whole, uses, addresses: new Set(uses.map(({ address }) => address)) };
  const at = [use.n];
  const here = told.get(use.n) ?? {};
  const known = quoted(home.addresses);
  if (home.sure && home.uses.length > 0)
    signs.push(
      sign(
        3,
        [use.n, home.uses[0]!.n],
        `not an address of the instance: its own software calls from ${known}`,
        `no es una dirección de la instancia: su propio software llama desde ${known}`,
      ),
    );
  else if (home.uses.length > 0)
    signs.push(sign(1, [use.n, home.uses[0]!.n], `the instance is otherwise seen at ${known}`, `la instancia se ve por lo demás en ${known}`));
  if (use.person !== undefined)
    signs.push(
      sign(
        3,
        use.personEvent === undefined ? at : [use.n, use.personEvent],
        `the user ${quoted([use.person])} calls from the same address`,
        `el usuario ${quoted([use.person])} llama desde la misma dirección`,
      ),
    );
  const homeAgents = whole.all.flatMap(({ agents }) => agents);
  const systems = new Set(homeAgents.map(systemOf));
  const odd = use.agents.find((agent) => ['attack-distribution', 'browser', 'macos'].includes(systemOf(agent) ?? '') && !systems.has(systemOf(agent)));
  const foreign = use.agents.find((agent) => systemOf(agent) === 'windows' && systems.has('linux') && !systems.has('windows'));
  if (odd !== undefined)
    signs.push(sign(3, at, `a user agent that instances do not have: ${quoted([odd])}`, `un agente de usuario que las instancias no tienen: ${quoted([odd])}`));
  else if (foreign !== undefined)
    signs.push(
      sign(2, at, `from Windows, but the instance runs Linux: ${quoted([foreign])}`, `desde Windows, pero la instancia ejecuta Linux: ${quoted([foreign])}`),
    );
  else if (homeAgents.length > 0 && use.agents.length > 0 && !use.agents.some((agent) => homeAgents.some((own) => familyOf(own) === familyOf(agent))))
    signs.push(sign(1, at, `a program that the instance does not use: ${quoted(use.agents)}`, `un programa que la instancia no usa: ${quoted(use.agents)}`));
  const sameService = whole.uses.map(({ n }) => told.get(n)).filter((other) => other?.service === here.service);
  const endpoints = new Set(sameService.flatMap((other) => other?.endpoint ?? []));
  const account = /^arn:[^:]*:sts::(\d{12}):/.exec(use.arn)?.[1];
  if (here.endpointAccount !== undefined && account !== undefined && here.endpointAccount !== account)
    signs.push(
      sign(
        4,
        at,
        `through a VPC endpoint of another account (${quoted([here.endpointAccount])})`,
        `por un punto de enlace de VPC de otra cuenta (${quoted([here.endpointAccount])})`,
      ),
    );
  else if (here.endpoint !== undefined && endpoints.size > 0 && !endpoints.has(here.endpoint))
    signs.push(
      sign(
        2,
        at,
        `through a VPC endpoint that the instance does not use (${quoted([here.endpoint])})`,
        `por un punto de enlace de VPC que la instancia no usa (${quoted([here.endpoint])})`,
      ),
    );
  else if (here.endpoint === undefined && endpoints.size > 0 && sameService.every((other) => other?.endpoint !== undefined))
    signs.push(
      sign(
        2,
        at,
        `not through the VPC endpoint that the instance uses (${quoted(endpoints)})`,
        `no por el punto de enlace de VPC que usa la instancia (${quoted(endpoints)})`,
      ),
    );
  const also = home.uses.find((other) => together(use, other));
  if (also !== undefined)
    signs.push(
      sign(
        1,
        [use.n, also.n],
        'the instance was calling from its own address at the same time',
        'la instancia llamaba desde su propia dirección al mismo tiempo',
      ),
    );
  if (here.delivery === '1.0' && whole.uses.some(({ n }) => told.get(n)?.delivery === '2.0'))
    signs.push(
      sign(
        1,
        at,
        'fetched with IMDSv1, while the software of the instance uses IMDSv2',
        'obtenida con IMDSv1, mientras que el software de la instancia usa IMDSv2',
      ),
    );
  if (use.api === 'GetCallerIdentity')
    signs.push(
      sign(
        1,
        at,
        'the first call from there asks whose credentials they are (GetCallerIdentity)',
        'la primera llamada desde allí pregunta de quién son las credenciales (GetCallerIdentity)',
      ),
    );
  if (use.crowd > 0)
    signs.push(
      sign(
        -2,
        at,
        'other instances call from that address too: it may be their shared way out',
        'otras instancias también llaman desde esa dirección: puede ser su salida común',
      ),
    );
  return signs;
}
const whyOf = (start: Text, signs: readonly Sign[]): Text =>
  say(`${start.en}: ${signs.map(({ what }) => what.en).join('; ')}`, `${start.es}: ${signs.map(({ what }) => what.es).join('; ')}`);
const stolenFrom = (kind: Stolen['kind'], use: Place, signs: readonly Sign[], start: Text): Stolen => ({
  kind,
  key: use.key,
  principal: use.principal,
  session: use.session,
  address: use.address,
  uses: use.uses,
  first: new Date(use.first).toISOString(),
  last: new Date(use.last).toISOString(),
  events: [use.n],
  score: signs.reduce((sum, { weight }) => sum + weight, 0),
  signs,
  why: whyOf(start, signs),
});
/** An address and a time alone prove little; something of another kind must be with them. */
const convincing = ({ kind, score, signs }: Stolen): boolean =>
  score >= (kind === 'instance-credentials' ? ENOUGH : ENOUGH_ELSEWHERE) && signs.filter(({ weight }) => weight > 0).length > 1;

function fromInstances(places: readonly Place[], told: ReadonlyMap<number, Told>): Stolen[] {
  const instances = [...groupBy(places, ({ arn }) => arn).values()].map((uses) => ({ uses, home: homeOf(uses, told) }));
  return instances.flatMap(({ uses, home }) => {
    return uses
      .filter((use) => !home.addresses.has(use.address) || (!home.sure && uses.length === 1))
      .map((use) => {
        const alone = home.uses.length === 1 && home.uses[0] === use;
        const signs = signsOf(use, alone ? { addresses: new Set(), sure: false, uses: [], all: [] } : home, told);
        return stolenFrom(
          'instance-credentials',
          use,
          signs,
          say('credentials of an instance used off the instance', 'credenciales de una instancia usadas fuera de ella'),
        );
      });
  });
}
function fromTwoPlaces(places: readonly Place[]): Stolen[] {
  return [...groupBy(places, ({ key }) => key).values()].flatMap((uses) => {
    const usual = [...uses].sort((a, b) => a.first - b.first || a.n - b.n)[0]!;
    return uses
      .filter((use) => use !== usual && together(use, usual))
      .map((use) => {
        const signs = [
          sign(
            2,
            [usual.n, use.n],
            `one session at two addresses at once: ${quoted([usual.address, use.address])}`,
            `una sesión en dos direcciones a la vez: ${quoted([usual.address, use.address])}`,
          ),
        ];
        if (!use.agents.some((agent) => usual.agents.some((other) => familyOf(other) === familyOf(agent))))
          signs.push(sign(2, [usual.n, use.n], `with another program there: ${quoted(use.agents)}`, `allí con otro programa: ${quoted(use.agents)}`));
        if (use.person !== undefined && use.person !== use.principal)
          signs.push(
            sign(2, [use.personEvent ?? use.n], `the user ${quoted([use.person])} calls from there`, `el usuario ${quoted([use.person])} llama desde allí`),
          );
        return stolenFrom('two-places', use, signs, say('one session used from two places', 'una sesión usada desde dos lugares'));
      });
  });
}
function fromNewNetworks(places: readonly Place[]): Stolen[] {
  return places.map((use) => {
    const signs = [
      sign(
        3,
        [use.n],
        `no earlier session of this role came from the network of ${quoted([use.address])}`,
        `ninguna sesión anterior de este rol venía de la red de ${quoted([use.address])}`,
      ),
    ];
    if (use.person !== undefined)
      signs.push(
        sign(1, [use.personEvent ?? use.n], `the user ${quoted([use.person])} calls from there`, `el usuario ${quoted([use.person])} llama desde allí`),
      );
    if (use.api === 'GetCallerIdentity') signs.push(sign(1, [use.n], 'its first call is GetCallerIdentity', 'su primera llamada es GetCallerIdentity'));
    if (use.agents.some((agent) => ['attack-distribution', 'macos'].includes(systemOf(agent) ?? '')))
      signs.push(sign(1, [use.n], `with ${quoted(use.agents)}`, `con ${quoted(use.agents)}`));
    return stolenFrom('new-network', use, signs, say('a session from a network never seen for its role', 'una sesión desde una red nunca vista para su rol'));
  });
}

/** Sessions used where they do not belong, the most convincing first. Use on the instance itself is not among them. */
export async function stolenOf(db: Queryable): Promise<readonly Stolen[]> {
  const places = await placesOf(db);
  const instances = places.get('instance') ?? [];
  const told = await toldOf(db, instances);
  return [...fromInstances(instances, told), ...fromTwoPlaces(places.get('two') ?? []), ...fromNewNetworks(places.get('new') ?? [])]
    .filter(convincing)
    .sort((a, b) => b.score - a.score || (a.first ?? '').localeCompare(b.first ?? '') || a.key.localeCompare(b.key) || a.address.localeCompare(b.address));
}
