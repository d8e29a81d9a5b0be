import { createHash, timingSafeEqual } from 'node:crypto';
import type { Fault } from './contract.ts';
import type { Lab } from './pipeline.ts';
import { mergeSettings, wrongFaults } from './settings.ts';
import type { WireRequest } from './wire/request.ts';
import { loadWorld, saveWorld, worldNow } from './world/index.ts';
import { connectionsOf } from './world/network/index.ts';
import { normalise, normaliseEffects } from './world/normalise.ts';

export interface ControlRoom {
  readonly lab: Lab;
  readonly token: string;
  readonly port: number;
  close(): Promise<void>;
}
export interface ControlAnswer {
  readonly status: number;
  readonly json: unknown;
}
type Handler = (room: ControlRoom, body: unknown) => ControlAnswer;
const ok = (json: unknown): ControlAnswer => ({ status: 200, json });
const bad = (message: string): ControlAnswer => ({ status: 400, json: { error: message } });
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the scorer, the scenarios and the tests may ask and set. Everything but health needs the bearer token. */
const ROUTES: Readonly<Record<string, Handler>> = {
  'GET health': ({ lab }) => ok({ ok: true, time: worldNow(lab.world) }),
  'GET briefing': ({ lab }) => ok(lab.world.briefing),
  'GET truth': ({ lab }) => ok(lab.world.truth),
  'GET state': ({ lab }) => ok(normalise(lab.world)),
  'GET effects': ({ lab }) => ok(lab.world.effects),
  // Who is still connected, and who could connect: never the responder's to ask.
  'GET connections': ({ lab }) => ok(connectionsOf(lab.world)),
  // Both without what differs from run to run, for comparing two runs; `aliases` names further texts that may differ, `without` tables.
  'POST normalise': ({ lab }, body) => {
    const given = isObject(body) ? body : {};
    const aliases = isObject(given.aliases) ? (given.aliases as Record<string, string>) : {};
    const without = Array.isArray(given.without) ? given.without.map(String) : [];
    return ok({ state: normalise(lab.world, { aliases, without }), effects: normaliseEffects(lab.world.effects, { aliases }) });
  },
  'GET save': ({ lab }) => ok(JSON.parse(saveWorld(lab.world))),
  'POST load': ({ lab }, body) => {
    const { disks } = lab.world;
    try {
      lab.world = { ...loadWorld(JSON.stringify(body)), ...(disks === undefined ? {} : { disks }) };
    } catch (error) {
      return bad((error as Error).message);
    }
    return ok({ ok: true });
  },
  'POST faults': ({ lab }, body) => {
    const replace = isObject(body) && 'replace' in body;
    const given = replace ? (body as { replace: unknown }).replace : body;
    const faults = Array.isArray(given) ? given : [given];
    const wrong = wrongFaults(faults);
    if (wrong !== undefined) return bad(wrong);
    const { settings } = lab.world;
    settings.faults = [...(replace ? [] : settings.faults), ...(faults as Fault[])];
    return ok({ faults: settings.faults.length });
  },
  'POST settings': ({ lab }, body) => {
    const { settings } = lab.world;
    const wrong = mergeSettings(settings, body);
    if (wrong !== undefined) return bad(wrong);
    return ok(settings);
  },
  'POST clock': ({ lab }, body) => {
    if (!isObject(body)) return bad('the clock takes {offset} or {advance}, in milliseconds');
    const { offset, advance } = body;
    if (Number.isFinite(offset) && advance === undefined) lab.world.offset = offset as number;
    else if (Number.isFinite(advance) && offset === undefined) lab.world.offset += advance as number;
    else return bad('the clock takes {offset} or {advance}, in milliseconds');
    return ok({ offset: lab.world.offset, time: worldNow(lab.world) });
  },
  'POST shutdown': ({ close }) => {
    // After the answer has left.
    setTimeout(() => void close(), 20);
    return ok({ ok: true });
  },
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const holdsToken = (header: string | undefined, token: string): boolean => timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));

/**
 * The control interface under /_lab/: loopback peers only, and only under a loopback Host name with our port, so that no
 * web page can reach it by DNS rebinding; the token keeps out the responder, who must not see the truth.
 */
export async function control(room: ControlRoom, request: WireRequest, ip: string): Promise<ControlAnswer> {
  const name = `${request.method} ${request.path.slice('/_lab/'.length)}`;
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((host) => `${host}:${room.port}`);
  const local = ip === '::1' || /^127\./.test(ip);
  if (!local || !hosts.includes(request.headers.host ?? '')) return { status: 403, json: { error: 'the control interface answers on loopback only' } };
  if (name !== 'GET health' && !holdsToken(request.headers.authorization, room.token)) return { status: 403, json: { error: 'a bearer token is needed' } };
  const handler = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  if (!handler) return { status: 404, json: { error: `the control interface has no ${name}` } };
  let body: unknown;
  if (request.rawBody.length > 0) {
    try {
      body = JSON.parse(request.rawBody.toString('utf8'));
    } catch {
      return bad('the body is not JSON');
    }
  }
  return handler(room, body);
}
