import { Agent } from 'node:http';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { World } from '../contract.ts';
import type { Draw } from './draw.ts';

/** Somebody who calls AWS: credentials, where from, with what. */
export interface Actor {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  ip: string;
  userAgent: string;
}
const CLIENTS = { ec2: EC2Client, iam: IAMClient, sts: STSClient, cloudtrail: CloudTrailClient };
type Clients = { [S in keyof typeof CLIENTS]: InstanceType<(typeof CLIENTS)[S]> };

export interface Stage {
  /** Lab time, epoch milliseconds. */
  readonly now: number;
  /** When the latest call was made. */
  readonly called: number;
  /** Goes on to `time`; never back. */
  until(time: number): void;
  /** A client whose every call happens at the stage's time, from the actor's address, and takes a few seconds of the story. */
  as<S extends keyof Clients>(actor: Actor, service: S, region: string): Clients[S];
  close(): void;
}

/**
 * Real SDK clients over HTTP, played at past times: before each call the world's clock is set and the client's with it, so
 * the signature carries that time. CloudTrail would name the loopback address: the actor's is written into the event.
 */
export function openStage(lab: { url: string; world: World }, begin: number, draw: Draw): Stage {
  const { world } = lab;
  let time = begin;
  let called = begin;
  const requestHandler = new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 4 }) });
  const clients = new Map<string, { destroy(): void }>();

  const open = (actor: Actor, service: keyof Clients, region: string) => {
    const { accessKeyId, secretAccessKey, sessionToken } = actor;
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    const client = new CLIENTS[service]({ region, endpoint: lab.url, credentials, maxAttempts: 1, requestHandler });
    const middle = client.middlewareStack as EC2Client['middlewareStack'];
    middle.add(
      (next) => async (args) => {
        called = time;
        world.offset = time - Date.now();
        client.config.systemClockOffset = world.offset;
        const trails = Object.values(world.accounts).map(({ trail }) => ({ trail, seen: trail.length }));
        try {
          return await next(args);
        } finally {
          for (const { trail, seen } of trails) for (const { record } of trail.slice(seen)) record.sourceIPAddress = actor.ip;
          time += draw.int(800, 4_000);
        }
      },
      { step: 'initialize', name: 'stageTime', priority: 'high' },
    );
    middle.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        headers['user-agent'] = actor.userAgent;
        delete headers['x-amz-user-agent'];
        return next(args);
      },
      { step: 'build', name: 'stageAgent', priority: 'low' },
    );
    return client;
  };
  return {
    get now() {
      return time;
    },
    get called() {
      return called;
    },
    until(next) {
      time = Math.max(time, next);
    },
    as<S extends keyof Clients>(actor: Actor, service: S, region: string): Clients[S] {
      const key = `${actor.accessKeyId} ${actor.ip} ${actor.userAgent} ${service} ${region}`;
      let client = clients.get(key);
      if (!client) clients.set(key, (client = open(actor, service, region)));
      return client as Clients[S];
    },
    close() {
      for (const client of clients.values()) client.destroy();
      requestHandler.destroy();
    },
  };
}

/** The call must be refused with one of these codes; a script whose forbidden acts succeed tells another story. */
export async function refused(call: Promise<unknown>, ...codes: string[]): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (codes.includes((error as Error).name)) return;
    throw error;
  }
  throw new Error(`the lab allowed what it should refuse with ${codes.join(' or ')}`);
}
