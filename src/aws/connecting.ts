import type { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** The time is counted in so many parts, and a part counts only when this process was awake to see its end. */
const PARTS = 5;

/**
 * Ends connections that are not made within `milliseconds`: counted from when the connection is tried, not from when a request began
 * to wait for one, and not while this process was too busy to hear that it was made. The agent itself is changed.
 */
export function connectWithin<A extends Agent>(agent: A, milliseconds: number): A {
  const create = agent.createConnection as (...args: unknown[]) => Socket;
  agent.createConnection = (...args: unknown[]) => {
    const socket = create.apply(agent, args);
    if (socket.connecting) limit(socket, milliseconds);
    return socket;
  };
  return agent;
}

function limit(socket: Socket, milliseconds: number): void {
  let left = PARTS;
  const timer = setInterval(() => {
    if (--left > 0) return;
    clearInterval(timer);
    socket.destroy(Object.assign(new Error(`no connection within ${milliseconds} ms`), { name: 'TimeoutError', code: 'ETIMEDOUT' }));
  }, milliseconds / PARTS);
  const made = (): void => clearInterval(timer);
  socket.once('connect', made);
  socket.once('close', made);
}
