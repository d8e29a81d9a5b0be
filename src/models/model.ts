import { SchedulerClient, type SchedulerClientConfig } from '@aws-sdk/client-scheduler';
import { makeBuilder, ServiceException } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';
import { TypeRegistry } from '@smithy/core/schema';

/**
 * Schemas, commands and clients of services for which no client package is installed, in the shape that the packages export
 * (Operation$ arrays, <Operation>Command and <Service>Client classes), on the SDK's own runtime.
 * Numbers are the runtime's: Smithy type codes and the bits of common traits.
 */
export const STRING = 0;
export const INTEGER = 1;
export const BOOLEAN = 2;
/** In the protocol's own format: seconds since the epoch for restJson1. */
export const TIMESTAMP = 4;
export const ISO_TIMESTAMP = 5;
const LIST = 64;
const MAP = 128;
const LABEL = 1;
const IDEMPOTENCY_TOKEN = 4;
const SENSITIVE = 8;

/** A schema: a number, an array, [schema, traits], or a function that gives one. */
export type Shape = unknown;
export type Members = Readonly<Record<string, Shape>>;
export type Structure = readonly unknown[];
export type OperationShape = readonly [9, string, string, object, () => Structure, () => Structure];

export const list = (item: Shape, name = 'List'): Shape => (typeof item === 'number' ? LIST | item : [1, 'aplomb.models', name, 0, item]);
export const map = (value: number): Shape => MAP | value;
export const label = (shape: Shape): Shape => [shape, LABEL];
export const query = (shape: Shape, name: string): Shape => [shape, { httpQuery: name }];
export const token = (shape: Shape): Shape => [shape, IDEMPOTENCY_TOKEN];
export const SECRET: Shape = [STRING, SENSITIVE];

export interface Model {
  structure(name: string, required: readonly string[], members: Members): Structure;
  /** @param http method, path with {labels}, status */
  operation(name: string, http: readonly [string, string, number], input: Structure, output: Structure): OperationShape;
  /** An error of the model: its schema, known to the client under the class that is thrown. */
  error(name: string, status: number, required: readonly string[], members: Members): Structure;
  command(operation: OperationShape): new (input: any) => any;
  /** Registries that the protocol looks errors up in. */
  readonly errorTypeRegistries: readonly TypeRegistry[];
}

/** @param service as the client is called: 'RolesAnywhere' */
export function model(namespace: string, service: string): Model {
  const synthetic = `smithy.ts.sdk.synthetic.${namespace}`;
  const registry = TypeRegistry.for(namespace);
  const base = TypeRegistry.for(synthetic);
  const baseName = `${service}ServiceException`;
  const asError = (schema: unknown, where: TypeRegistry, name: string, fault: 'client' | 'server'): void => {
    const Exception = class extends ServiceException {
      constructor(options: any) {
        super({ name, $fault: fault, ...options });
        Object.assign(this, options);
        // The base stands for errors that no model has: they keep the name AWS gave.
        this.name = name === baseName ? ((options as { name?: string }).name ?? name) : name;
      }
    };
    where.registerError(schema as any, Exception);
  };
  asError([-3, synthetic, baseName, 0, [], []], base, baseName, 'client');
  const ordered = (required: readonly string[], members: Members): [string[], Shape[], number] => {
    const names = [...required, ...Object.keys(members).filter((name) => !required.includes(name))];
    return [names, names.map((name) => members[name]), required.length];
  };
  const builder = makeBuilder<any, any, any>(
    {
      UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
      Endpoint: { type: 'builtInParams', name: 'endpoint' },
      Region: { type: 'builtInParams', name: 'region' },
      UseDualStack: { type: 'builtInParams', name: 'useDualstackEndpoint' },
    },
    service,
    `${service}Client`,
    getEndpointPlugin,
  );
  return {
    structure: (name, required, members) => [3, namespace, name, 0, ...ordered(required, members)],
    operation: (name, http, input, output) => [9, namespace, name, { http }, () => input, () => output],
    error(name, status, required, members) {
      const fault = status >= 500 ? 'server' : 'client';
      const schema = [-3, namespace, name, { error: fault, httpError: status }, ...ordered(required, members)];
      asError(schema, registry, name, fault);
      return schema;
    },
    command: (operation) => builder({}, () => [], operation[2], operation as any),
    errorTypeRegistries: [base, registry],
  };
}

export interface ClientOptions {
  /** Signing name. */
  readonly name: string;
  readonly serviceId: string;
  readonly namespace: string;
  readonly version: string;
  readonly errorTypeRegistries: readonly TypeRegistry[];
  /** The service's endpoints are dual-stack whatever was asked. */
  readonly dualStackOnly?: boolean;
}

/**
 * A client class. Scheduler's speaks the same protocol (restJson1), signs the same way and has the same endpoint rules, regional
 * with FIPS and dual-stack forms; only names differ, and every one of them is configuration. So its runtime is taken whole.
 */
export function clientClass(options: ClientOptions): new (config: SchedulerClientConfig) => SchedulerClient {
  const { name, serviceId, namespace, version, errorTypeRegistries, dualStackOnly } = options;
  return class extends SchedulerClient {
    constructor(config: SchedulerClientConfig) {
      const own = {
        apiVersion: version,
        serviceId,
        protocolSettings: { defaultNamespace: namespace, errorTypeRegistries, version, serviceTarget: serviceId },
        httpAuthSchemeProvider: ({ region }: { region?: string }) => [
          {
            schemeId: 'aws.auth#sigv4',
            signingProperties: { name, region },
            propertiesExtractor: (settings: object, context: object) => ({ signingProperties: { config: settings, context } }),
          },
        ],
      };
      super({ ...own, ...config } as SchedulerClientConfig);
      const settings = this.config as any;
      settings.defaultSigningName = name;
      const rules = settings.endpointProvider;
      settings.endpointProvider = (parameters: any, context: any) => {
        const custom = parameters.Endpoint !== undefined;
        const endpoint = rules(dualStackOnly && !custom ? { ...parameters, UseDualStack: true } : parameters, context);
        if (custom) return endpoint;
        const url = new URL(endpoint.url);
        url.hostname = url.hostname.replace(/^scheduler/, name);
        return { ...endpoint, url };
      };
    }
  };
}
