import { services } from '../generated/lab.ts';
import type { LabOperation, LabOperations } from './contract.ts';

const loaded = new Map<string, Promise<Map<string, LabOperation>>>();

async function load(service: string): Promise<Map<string, LabOperation>> {
  const operations = new Map<string, LabOperation>();
  const files = Object.hasOwn(services, service) ? await services[service]!() : [];
  for (const file of files) {
    for (const [name, operation] of Object.entries(file)) {
      if (operations.has(name)) throw new Error(`two files under lab/services/${service} define ${name}`);
      operations.set(name, operation);
    }
  }
  return operations;
}

/** Everything a service of the lab can do, by operation name. Loaded on first use. */
export function behavioursOf(service: string): Promise<Map<string, LabOperation>> {
  let operations = loaded.get(service);
  if (!operations) {
    operations = load(service);
    loaded.set(service, operations);
  }
  return operations;
}
export type Behaviours = Readonly<Record<string, LabOperations>>;
