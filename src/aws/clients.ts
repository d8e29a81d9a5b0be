import { createRequire } from 'node:module';
import type { NormalizedSchema as Schema } from '@smithy/core/schema';
import { AplombError } from '../kernel/index.ts';
import { models } from '../models/index.ts';
import type { LearningClock } from './clock.ts';
import { readRetries } from './retries.ts';
import { type AwsSettings, type Credentials, checkRegion } from './settings.ts';
import type { Transport } from './transport.ts';

const require = createRequire(import.meta.url);
/**
 * Services a Call may name: `x` is the package @aws-sdk/client-x. Required, not imported: the clients are CommonJS, of which
 * an import parses every megabyte twice more to find the names of the exports; that is half of a command's start.
 */
const SERVICES: ReadonlySet<string> = new Set([
  'account',
  'amplify',
  'apprunner',
  'auto-scaling',
  'batch',
  'bedrock',
  'cloudformation',
  'cloudtrail',
  'cloudwatch',
  'cloudwatch-logs',
  'codebuild',
  'config-service',
  'dlm',
  'ebs',
  'ec2',
  'ecs',
  'eks',
  'elastic-load-balancing',
  'elastic-load-balancing-v2',
  'emr',
  'eventbridge',
  'glue',
  'guardduty',
  'iam',
  'identitystore',
  'inspector2',
  'kms',
  'lambda',
  'lightsail',
  'organizations',
  'rds',
  's3',
  'sagemaker',
  'scheduler',
  'secrets-manager',
  'sesv2',
  'sns',
  'ssm',
  'sso-admin',
  'sts',
  'support',
]);

export interface Operation {
  readonly Command: new (input: any) => any;
  readonly input: Schema;
  readonly output: Schema;
  /** Name of the output member that is the raw payload, if any. */
  readonly payload: string | undefined;
}
export interface Clients {
  operation(service: string, name: string): Promise<Operation>;
  client(service: string, region: string, retried: boolean, as: string | undefined): Promise<any>;
  /** New clients from here on: the credentials are others now. */
  renew(): void;
  close(): void;
}

/** Lazy clients: a service's code is loaded by its first call; one client per service, region, retry habit and set of credentials. */
export function createClients(
  settings: AwsSettings,
  credentials: (as: string | undefined) => () => Promise<Credentials>,
  transport: Transport,
  clock: LearningClock,
): Clients {
  const modules = new Map<string, any>();
  const operations = new Map<string, Promise<Operation>>();
  const clients = new Map<string, Promise<any>>();
  let loading: Promise<unknown> = Promise.resolve();
  const load = async (service: string): Promise<any> => {
    const own = Object.hasOwn(models, service) ? models[service] : undefined;
    if (own) return own();
    if (!SERVICES.has(service)) {
      throw new AplombError('UnknownService', `There is no client for the service "${service}".`, {
        fix: `Known: ${[...SERVICES, ...Object.keys(models)].sort().join(', ')}.`,
      });
    }
    if (modules.has(service)) return modules.get(service);
    // One after the other, and between two whatever else waits: a hunt needs dozens, and its first answers are coming in.
    const next = loading.then(async () => {
      if (modules.has(service)) return;
      await new Promise((resolve) => setImmediate(resolve));
      modules.set(service, require(`@aws-sdk/client-${service}`));
    });
    loading = next.catch(() => undefined);
    await next;
    return modules.get(service);
  };
  const describe = async (service: string, name: string): Promise<Operation> => {
    const module = await load(service);
    const { NormalizedSchema } = await import('@smithy/core/schema');
    const Command = module[`${name}Command`];
    const schema = module[`${name}$`];
    if (typeof Command !== 'function' || !Array.isArray(schema)) {
      throw new AplombError('UnknownOperation', `The client of ${service} has no operation "${name}".`, {
        fix: 'Check the spelling, or update the AWS client.',
      });
    }
    const input = NormalizedSchema.of(schema[4]);
    const output = NormalizedSchema.of(schema[5]);
    const payload = output.isStructSchema() ? [...output.structIterator()].find(([, member]) => member.isStreaming())?.[0] : undefined;
    return { Command, input, output, payload };
  };
  const create = async (service: string, region: string, retried: boolean, as: string | undefined): Promise<any> => {
    const module = await load(service);
    const Client = Object.entries(module).find(
      ([name, value]) => /^[A-Za-z0-9]+Client$/.test(name) && !name.startsWith('__') && typeof value === 'function',
    )?.[1] as any;
    const endpoint = settings.endpointOf(service);
    const client = new Client({
      region,
      credentials: credentials(as),
      requestHandler: transport,
      ...(endpoint ? { endpoint } : {}),
      ...(retried ? { retryStrategy: readRetries } : { maxAttempts: 1 }),
    });
    // Every client signs with the one offset that all of them learn; the SDK's own guess per client is not used.
    Object.defineProperty(client.config, 'systemClockOffset', { get: () => clock.offset(), set: () => {} });
    return client;
  };
  return {
    operation(service, name) {
      const key = `${service} ${name}`;
      let operation = operations.get(key);
      if (!operation) {
        operation = describe(service, name);
        operations.set(key, operation);
      }
      return operation;
    },
    client(service, region, retried, as) {
      const key = `${service} ${checkRegion(region)} ${retried} ${as ?? ''}`;
      let client = clients.get(key);
      if (!client) {
        client = create(service, region, retried, as);
        clients.set(key, client);
      }
      return client;
    },
    renew: () => clients.clear(),
    close() {
      for (const client of clients.values()) void client.then((one) => one.destroy());
      transport.destroy();
    },
  };
}
