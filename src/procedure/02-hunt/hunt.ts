import type { Action, ActionContext, Found, Hunter } from '../../kernel/index.ts';
import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { check } from '../shared/checks.ts';
import { type HuntedRegion, type HuntResult, huntOf, isByKey } from '../shared/hunt-result.ts';
import { namedKey, parseAccessKeyId } from '../shared/key.ts';
import { oneLine } from '../shared/names.ts';
import { partition } from '../shared/partition.ts';
import { attribute } from './attribute.ts';
import { credentialsOf } from './credentials.ts';
import { type Act, indexActs, join, unseen } from './join.ts';
import { lookup, type Window } from './lookup.ts';
import { type KnownRegion, listRegions } from './regions.ts';
import { type Scanned, scanRegion } from './scan.ts';
import { growTree, type Tree } from './tree.ts';

const DAY = 86_400_000;
const REACH_DAYS = 90; // CloudTrail's event history

/** From the option, else the alarm, else as far back as CloudTrail's event history goes. @throws AplombError InvalidTime */
function sinceOf(ctx: ActionContext): { since: string; window: Window } {
  const reach = ctx.now() - REACH_DAYS * DAY + 60_000;
  const given = ctx.options.since ?? ctx.facts.alarm.since;
  const since = given === undefined || given === null ? reach : Date.parse(String(given));
  if (Number.isNaN(since) || since > ctx.now())
    throw new AplombError('InvalidTime', `"${oneLine(given, 40)}" is not a time in the past`, {
      fix: 'give a UTC time such as 2026-11-22T08:00:00Z',
      exit: EXIT.usage,
    });
  const utc = (time: number) => new Date(time).toISOString();
  return { since: utc(since), window: { from: utc(Math.max(since, reach)), to: utc(ctx.now()) } };
}

/** An option that may be given several times, or as one comma-separated text. */
const several = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value])
    .flatMap((one) => String(one).split(','))
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** Only these types, by CloudFormation name or its end: AWS::Lambda::Function, Lambda::Function, function. @throws AplombError UnknownType */
function wanted(hunters: readonly Hunter[], types: readonly string[]): readonly Hunter[] {
  if (types.length === 0) return hunters;
  const ends = (hunter: Hunter, type: string) => `::${hunter.type}`.toLowerCase().endsWith(`::${type.toLowerCase()}`);
  const unknown = types.find((type) => !hunters.some((hunter) => ends(hunter, type)));
  if (unknown !== undefined)
    throw new AplombError('UnknownType', `no hunter looks for "${oneLine(unknown, 60)}"`, {
      fix: `known: ${hunters.map((hunter) => hunter.type).join(', ')}`,
      exit: EXIT.usage,
    });
  return hunters.filter((hunter) => types.some((type) => ends(hunter, type)));
}

const EMPTY: Tree = { nodes: [], whole: true, unread: [], evidence: [] };

/** When regions were switched on or off within the window: what ran there may have been out of sight. */
async function switches(ctx: ActionContext, region: string, window: Window) {
  const { events, unread } = await lookup(ctx, [region], 'EventSource', 'account.amazonaws.com', window);
  const times = new Map<string, string[]>();
  for (const event of events) {
    if (!/^(Enable|Disable)Region$/.test(event.name) || event.error !== null) continue;
    const name = event.values.find(([member]) => /^regionname$/i.test(member))?.[1];
    if (name) times.set(name, [...(times.get(name) ?? []), event.time].sort());
  }
  return { times, unread };
}

async function observe(ctx: ActionContext): Promise<HuntResult> {
  const key = namedKey(ctx);
  const accessKeyId = key === undefined || key === null ? null : parseAccessKeyId(key).accessKeyId;
  const { since, window } = sinceOf(ctx);
  const { globalRegion } = partition(ctx);
  const [all, registered] = await Promise.all([listRegions(ctx), ctx.hunters()]);
  const hunters = wanted(registered, several(ctx.options.type));
  const only = several(ctx.options.region);
  const stranger = only.find((name) => !all.some((one) => one.region === name));
  if (stranger !== undefined)
    throw new AplombError('UnknownRegion', `"${oneLine(stranger, 40)}" is not a region of this partition`, {
      fix: `its regions: ${all.map((one) => one.region).join(', ')}`,
      exit: EXIT.usage,
    });
  const known = only.length === 0 ? all : all.filter((one) => only.includes(one.region));
  const enabled = known.filter((one) => one.enabled).map((one) => one.region);
  const regional = hunters.filter((one) => one.scope === 'regional');
  // Global services answer in one region: they are asked unless only others are wanted.
  const worldwide = only.length === 0 || only.includes(globalRegion) ? hunters.filter((one) => one.scope === 'global') : [];

  let done = 0;
  const scans = [...enabled.map((region) => ({ region, over: regional })), { region: globalRegion, over: worldwide }].map(async ({ region, over }) => {
    const scanned = await scanRegion(ctx, over, region, since);
    if (over === regional) {
      done++;
      ctx.progress(text(`${region}: looked at (${done} of ${enabled.length})`, `${region}: revisada (${done} de ${enabled.length})`), {
        region,
        done,
        of: enabled.length,
      });
    }
    return scanned;
  });
  const [scanned, tree, switched] = await Promise.all([
    Promise.all(scans),
    accessKeyId === null ? EMPTY : growTree(ctx, enabled, accessKeyId, window),
    enabled.includes(globalRegion) ? switches(ctx, globalRegion, window) : { times: new Map<string, string[]>(), unread: [] },
  ]);

  const byType = new Map(hunters.map((hunter) => [hunter.type, hunter]));
  const acts: Act[] = tree.nodes.flatMap((node) => node.events.map((event) => ({ event, credential: node.credential })));
  const index = indexActs(acts);
  const joined = scanned.flatMap((one) => one.found).map((one) => join(one, byType, index));
  const inspected = new Set(scanned.filter((one) => one.denied.length + one.failed.length === 0).map((one) => one.region));
  const made = joined.filter((one) => one.how === 'created' && one.found.byKey === true).map((one) => one.found);
  const gone = unseen(acts, hunters, made, inspected, ctx.facts.account ?? '');
  // Kept: what the key made or changed, and whatever else came to be in the window.
  const kept = joined
    .filter(({ found, how }) => how !== null || (found.reasons ?? []).length > 0 || (found.createdAt !== null && found.createdAt >= since))
    .map((one) => one.found);
  const others = await attribute(ctx, kept, byType, globalRegion, tree, window);
  const found = [...others.found, ...gone].sort((a, b) => order(a).localeCompare(order(b)));
  const unread = [...tree.unread, ...switched.unread, ...others.unread];
  return {
    accessKeyId,
    account: ctx.facts.account ?? null,
    since,
    trailSince: window.from,
    until: window.to,
    regions: known.map((one) => rowOf(one, scanned, unread, found, switched.times.get(one.region))),
    found,
    tree: credentialsOf(tree, found),
    closed: tree.whole && tree.unread.length === 0,
    unread,
    evidence: tree.evidence,
  };
}
const order = (one: Found): string => `${isByKey(one) ? 0 : 1} ${one.region} ${one.type} ${one.createdAt ?? ''} ${one.id}`;

function rowOf(
  known: KnownRegion,
  scanned: readonly Scanned[],
  unread: readonly { region: string; why: string }[],
  found: readonly Found[],
  switched: readonly string[] | undefined,
): HuntedRegion {
  const scans = scanned.filter((one) => one.region === known.region);
  const denied = scans.flatMap((one) => one.denied);
  const failed = scans.flatMap((one) => one.failed);
  const trail = [...new Set(unread.filter((one) => one.region === known.region).map((one) => one.why))];
  const why = [...(known.why ? [known.why] : []), ...failed, ...denied, ...trail].join('; ').slice(0, 1000);
  const trailDenied = trail.length > 0 && trail.every((one) => /AccessDenied|Unauthorized|NotAuthorized|UnrecognizedClient|OptInRequired/.test(one));
  const status = !known.enabled
    ? 'not-enabled'
    : failed.length > 0 || (trail.length > 0 && !trailDenied)
      ? 'failed'
      : denied.length > 0 || trailDenied
        ? 'denied'
        : 'inspected';
  return {
    region: known.region,
    status,
    found: found.filter((one) => one.region === known.region).length,
    ...(why ? { why } : {}),
    ...(switched ? { switched } : {}),
  };
}

/** Looks everywhere, for everything the key made, and for every credential it issued. Changes nothing. */
export const action: Action<HuntResult> = {
  id: 'hunt',
  step: 2,
  title: text('Hunt in all regions for what the key made', 'Buscar en todas las regiones lo que creó la clave'),
  permissions: ['ec2:DescribeRegions', 'account:ListRegions', 'cloudtrail:LookupEvents'],
  observe,
  plan: () => [],
  async check(ctx) {
    const hunt = huntOf(ctx.facts);
    if (!hunt) return [check('regions-inspected', 'unknown', text('there was no hunt yet', 'aún no hubo búsqueda'), [])];
    const unsure = hunt.regions.filter(
      (one) => one.status === 'denied' || one.status === 'failed' || (one.status === 'not-enabled' && one.switched !== undefined),
    );
    const count = (status: HuntedRegion['status']) => hunt.regions.filter((one) => one.status === status).length;
    const named = unsure
      .map((one) => `${one.region} (${one.switched ? `switched ${one.switched.join(', ')}` : oneLine(one.why ?? one.status, 120)})`)
      .join('; ');
    const off = count('not-enabled');
    const regions = check(
      'regions-inspected',
      unsure.length > 0 || hunt.regions.length === 0 ? 'unknown' : 'holds',
      unsure.length > 0
        ? text(`not inspected: ${named}`, `sin inspeccionar: ${named}`)
        : text(
            `${count('inspected')} regions inspected; ${off} are not enabled: nothing can be seen there, which is not the same as clean`,
            `${count('inspected')} regiones inspeccionadas; ${off} no están habilitadas: allí no se ve nada, que no es lo mismo que estar limpias`,
          ),
      [],
    );
    if (hunt.accessKeyId === null) return [regions];
    const unread = [...new Set(hunt.unread.map((one) => `${one.region}: ${one.why}`))].join('; ').slice(0, 600);
    const short = hunt.since < hunt.trailSince;
    return [
      regions,
      check(
        'key-activity-read',
        unread || short ? 'unknown' : 'holds',
        unread
          ? text(`not all events could be read: ${unread}`, `no se pudieron leer todos los eventos: ${unread}`)
          : short
            ? text(
                `events were read from ${hunt.trailSince} on: CloudTrail's event history goes back 90 days, not to ${hunt.since}`,
                `se leyeron eventos desde ${hunt.trailSince}: el historial de CloudTrail alcanza 90 días, no hasta ${hunt.since}`,
              )
            : text(
                `every event of every credential from ${hunt.trailSince} to ${hunt.until} that CloudTrail had delivered; delivery takes about 5 minutes, so hunt once more before closing`,
                `todo evento de toda credencial desde ${hunt.trailSince} hasta ${hunt.until} que CloudTrail había entregado; la entrega tarda unos 5 minutos, así que busque de nuevo antes de cerrar`,
              ),
        hunt.evidence,
      ),
      check(
        'tree-closed',
        hunt.closed ? 'holds' : 'unknown',
        hunt.closed
          ? text(
              `${hunt.tree.length} credentials: the leaked one and all that were issued with it`,
              `${hunt.tree.length} credenciales: la filtrada y todas las emitidas con ella`,
            )
          : text('there may be more credentials than were followed', 'puede haber más credenciales de las que se siguieron'),
        hunt.evidence,
      ),
    ];
  },
};
