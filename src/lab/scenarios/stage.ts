import { Agent } from 'node:http';
import { createRequire } from 'node:module';
import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { World } from '../contract.ts';
import type { Draw } from './draw.ts';

const require = createRequire(import.meta.url);

/** Somebody who calls AWS: credentials, where from, with what. */
export interface Actor {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  ip: string;
  userAgent: string;
}
/** Clients whose commands the stories write out with their types. Any other is opened by its package's name. */
interface Clients {
  ec2: EC2Client;
  iam: IAMClient;
  sts: STSClient;
  cloudtrail: CloudTrailClient;
}

export interface Stage {
  /** Lab time, epoch milliseconds. */
  readonly now: number;
  /** When the latest call was made. */
  readonly called: number;
  /** Goes on to `time`; never back. */
  until(time: number): void;
  /** A client whose every call happens at the stage's time, from the actor's address, and takes a few seconds of the story. */
  as<S extends keyof Clients>(actor: Actor, service: S, region: string): Clients[S];
  /** One call: the client's package name (`auto-scaling`), the operation and its input as the SDK takes it. */
  call(actor: Actor, service: string, operation: string, input: object, region: string): Promise<any>;
  close(): void;
}
/** How time passes between two calls. A story sets the lab's clock; somebody who acts in the present leaves it alone. */
export interface Pace {
  begin: number;
  draw: Draw;
}

/** The `...Client` class of a package. @throws Error when the package is not installed */
function clientClass(service: string): { module: any; Client: any } {
  const module = require(`@aws-sdk/client-${service}`);
  const Client = Object.entries(module).find(([name, value]) => /^[A-Za-z0-9]+Client$/.test(name) && typeof value === 'function')?.[1];
  return { module, Client };
}

/**
 * Real SDK clients over HTTP. With a pace they play at past times: before each call the world's clock is set and the client's
 * with it, so the signature carries that time. CloudTrail would name the loopback address: the actor's is written into the event.
 */
export function openStage(lab: { url: string; world: World }, pace: Pace | undefined): Stage {
  const { world } = lab;
  let time = pace?.begin ?? Date.now();
  let called = time;
  const requestHandler = new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 4 }) });
  const clients = new Map<string, { module: any; client: any }>();

  const open = (actor: Actor, service: string, region: string): { module: any; client: any } => {
    const { accessKeyId, secretAccessKey, sessionToken } = actor;
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    const { module, Client } = clientClass(service);
    const client = new Client({
      region,
      endpoint: lab.url,
      credentials,
      maxAttempts: 1,
      requestHandler,
      ...(service === 's3' ? { forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' } : {}),
    });
    const middle = client.middlewareStack as EC2Client['middlewareStack'];
    middle.add(
      (next) => async (args) => {
        if (pace) world.offset = time - Date.now();
        else time = Date.now() + world.offset;
        called = time;
        client.config.systemClockOffset = world.offset;
        const trails = Object.values(world.accounts).map(({ trail }) => ({ trail, seen: trail.length }));
        try {
          return await next(args);
        } finally {
          // What others call meanwhile, and what AWS's services do because of it, is not his.
          for (const { trail, seen } of trails)
            for (const { record } of trail.slice(seen))
              if (record.userIdentity.accessKeyId === accessKeyId || record.sharedEventID !== undefined) record.sourceIPAddress = actor.ip;
          if (pace) time += pace.draw.int(800, 4_000);
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
    return { module, client };
  };
  const clientOf = (actor: Actor, service: string, region: string): { module: any; client: any } => {
    const key = `${actor.accessKeyId} ${actor.ip} ${actor.userAgent} ${service} ${region}`;
    let opened = clients.get(key);
    if (!opened) clients.set(key, (opened = open(actor, service, region)));
    return opened;
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
    as: <S extends keyof Clients>(actor: Actor, service: S, region: string) => clientOf(actor, service, region).client as Clients[S],
    async call(actor, service, operation, input, region) {
      const { module, client } = clientOf(actor, service, region);
      const Command = module[`${operation}Command`];
      if (typeof Command !== 'function') throw new Error(`the client of ${service} has no operation ${operation}`);
      try {
        return await client.send(new Command(input));
      } catch (error) {
        // Which call of a long story it was; the name stays, since a script may expect the refusal.
        (error as Error).message = `${service}:${operation} in ${region}: ${(error as Error).message}`;
        throw error;
      }
    },
    close() {
      for (const { client } of clients.values()) client.destroy();
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
