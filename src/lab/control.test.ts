import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { type RunningLab, startLab } from './server.ts';
import { createAccount, newWorld } from './world/index.ts';

let lab: RunningLab | undefined;
afterEach(async () => lab?.close());

async function start(): Promise<RunningLab> {
  const world = newWorld({ seed: 'control' });
  createAccount(world, { id: '111122223333', name: 'Example' });
  world.truth = { attacker: '203.0.113.7' };
  world.briefing = { alarm: 'a leaked key' };
  lab = await startLab({ world, controlToken: 'correct horse' });
  return lab;
}
/** node:http, since fetch does not let the Host header be chosen. */
function ask(method: string, path: string, options: { body?: unknown; token?: string; host?: string } = {}): Promise<{ status: number; json: any }> {
  const { body, token = 'correct horse', host = `127.0.0.1:${lab!.port}` } = options;
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = { host, authorization: `Bearer ${token}`, 'content-length': Buffer.byteLength(text) };
    const call = request({ host: '127.0.0.1', port: lab!.port, path: `/_lab/${path}`, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, json: JSON.parse(Buffer.concat(parts).toString('utf8')) }));
    });
    call.on('error', reject).end(text);
  });
}

test('without the token the truth is not told, and nothing can be set', async () => {
  const { world } = await start();
  for (const [method, path] of [
    ['GET', 'truth'],
    ['GET', 'save'],
    ['GET', 'state'],
    ['GET', 'effects'],
    ['GET', 'connections'],
    ['GET', 'briefing'],
    ['POST', 'load'],
    ['POST', 'faults'],
    ['POST', 'settings'],
    ['POST', 'clock'],
    ['POST', 'shutdown'],
    ['GET', 'anything'],
  ] as const) {
    const answer = await ask(method, path, { token: 'wrong', body: method === 'POST' ? { offset: 5 } : undefined });
    expect([path, answer.status, JSON.stringify(answer.json)]).toEqual([path, 403, expect.not.stringContaining('203.0.113.7')]);
  }
  expect(world.offset).toBe(0);
  expect((await ask('GET', 'health', { token: 'wrong' })).json).toMatchObject({ ok: true });
});

test('under another Host name it answers nobody, so that no page reaches it by rebinding', async () => {
  const { port } = await start();
  for (const host of [`evil.example:${port}`, 'evil.example', '127.0.0.1', `127.0.0.1:${port + 1}`]) {
    expect((await ask('GET', 'truth', { host })).status, host).toBe(403);
  }
  expect((await ask('GET', 'truth', { host: `localhost:${port}` })).json).toEqual({ attacker: '203.0.113.7' });
});

test('a saved world can be loaded again, and is then the one that is served', async () => {
  const running = await start();
  const saved = (await ask('GET', 'save')).json;
  running.world.accounts = {};
  expect((await ask('POST', 'load', { body: saved })).status).toBe(200);
  expect(Object.keys(running.world.accounts)).toEqual(['111122223333']);
  expect((await ask('GET', 'truth')).json).toEqual({ attacker: '203.0.113.7' });
  expect((await ask('POST', 'load', { body: { version: 2 } })).status).toBe(400);
  expect((await ask('POST', 'load', { body: 'not json' })).status).toBe(400);
  expect(Object.keys(running.world.accounts)).toEqual(['111122223333']);
});

test('faults are added or replaced, settings merged, and nonsense is refused whole', async () => {
  const { world } = await start();
  await ask('POST', 'faults', { body: { kind: 'lie', operation: 'StopInstances' } });
  await ask('POST', 'faults', { body: [{ kind: 'latency', milliseconds: [1, 2] }] });
  expect(world.settings.faults.map(({ kind }) => kind)).toEqual(['lie', 'latency']);
  await ask('POST', 'faults', { body: { replace: [] } });
  expect(world.settings.faults).toEqual([]);
  expect((await ask('POST', 'faults', { body: { kind: 'earthquake' } })).status).toBe(400);
  await ask('POST', 'settings', { body: { speed: 60, trailDelay: [1, 2] } });
  expect(world.settings).toMatchObject({ speed: 60, trailDelay: [1, 2], iamDelay: 0 });
  for (const body of [{ speed: 0 }, { iamDelay: -1 }, { unknown: 1 }, { trailDelay: 5 }, { pageSize: 5, faults: [{}] }, []]) {
    expect((await ask('POST', 'settings', { body })).status, JSON.stringify(body)).toBe(400);
  }
  expect(world.settings).toMatchObject({ speed: 60, pageSize: 0 });
});

test('the clock is set and moved', async () => {
  const { world } = await start();
  await ask('POST', 'clock', { body: { offset: -1000 } });
  await ask('POST', 'clock', { body: { advance: 250 } });
  expect(world.offset).toBe(-750);
  expect((await ask('POST', 'clock', { body: { offset: 1, advance: 1 } })).status).toBe(400);
  expect((await ask('POST', 'clock', { body: { offset: 'soon' } })).status).toBe(400);
  expect(world.offset).toBe(-750);
});

test('shutdown answers, then stops the lab', async () => {
  const running = await start();
  expect((await ask('POST', 'shutdown')).status).toBe(200);
  await running.closed;
  await expect(ask('GET', 'health')).rejects.toThrow(/ECONNREFUSED/);
});

test('says who is connected, and nothing where nobody is', async () => {
  await start();
  expect(await ask('GET', 'connections')).toMatchObject({ status: 200, json: { connections: [], instances: [], time: expect.any(Number) } });
});

test('a port in use is told with a way out', async () => {
  const { port } = await start();
  await expect(startLab({ world: newWorld({ seed: 'x' }), port })).rejects.toMatchObject({ code: 'PortInUse', fix: expect.stringContaining('another port') });
});
