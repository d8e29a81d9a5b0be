import { Agent, createServer, request } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { connectWithin } from './connecting.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
async function server(): Promise<number> {
  const http = createServer((_, response) => void setTimeout(() => response.end('here'), 120));
  open.push({ close: () => void http.close().closeAllConnections() });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return (http.address() as AddressInfo).port;
}
const get = (agent: Agent, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const one = request({ agent, port, host: '127.0.0.1' }, (response) => response.resume().on('end', () => resolve(response.statusCode!)));
    one.on('error', reject).end();
  });

it('ends a connection that is never made, in good time and with a name', async () => {
  class Dark extends Agent {
    override createConnection(): Socket {
      // Connecting for ever: no answer comes from a place that drops what it is sent.
      return Object.defineProperty(new Socket(), 'connecting', { value: true });
    }
  }
  const started = performance.now();
  await expect(get(connectWithin(new Dark(), 100), 1)).rejects.toMatchObject({ name: 'TimeoutError', code: 'ETIMEDOUT' });
  expect(performance.now() - started).toBeGreaterThan(90);
});

it('does not count the wait for a free socket, nor for the answer', async () => {
  const agent = connectWithin(new Agent({ maxSockets: 1 }), 100);
  const port = await server();
  expect(await Promise.all([1, 2, 3].map(() => get(agent, port)))).toEqual([200, 200, 200]);
  agent.destroy();
});

it('does not count the time in which this process heard nothing', async () => {
  const port = await server();
  const agent = connectWithin(new Agent(), 100);
  const answer = get(agent, port);
  // After the connection is begun the process is busy for longer than the whole time allowed.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  const until = performance.now() + 300;
  while (performance.now() < until);
  expect(await answer).toBe(200);
  agent.destroy();
});
