import { NormalizedSchema } from '@smithy/core/schema';

/**
 * The schemas the SDK clients ship, seen from the server's side. `NormalizedSchema` is the one public door to them; the
 * raw arrays behind it are read only for what it does not tell: operations, and how many members are required.
 */
export type Schema = NormalizedSchema;
type Ref = Parameters<typeof NormalizedSchema.of>[0];

/** Exported operation schema: [9, namespace, name, traits, input, output]. */
export type OperationArray = readonly [9, string, string, unknown, unknown, unknown];
/** Exported error schema: [-3, namespace, name, traits, member names, members, required count]. */
export type ErrorArray = readonly [-3, string, string, unknown, ...unknown[]];

const isSchemaArray = (value: unknown): value is readonly unknown[] => Array.isArray(value) && typeof value[0] === 'number' && typeof value[2] === 'string';
export const isOperation = (value: unknown): value is OperationArray => isSchemaArray(value) && value[0] === 9;
export const isError = (value: unknown): value is ErrorArray => isSchemaArray(value) && value[0] === -3;

export const schemaOf = (ref: unknown): Schema => NormalizedSchema.of((typeof ref === 'function' ? (ref as () => unknown)() : ref) as Ref);

/** Traits by their Smithy name, without the namespace. */
export type Traits = Record<string, any>;
export const traitsOf = (schema: Schema): Traits => schema.getMergedTraits() as Traits;

/** [name, schema] of each member; empty for unit and everything that is no structure. */
export function members(schema: Schema): Iterable<[string, Schema]> {
  return schema.isStructSchema() ? schema.structIterator() : [];
}

/** Names of the required members: the schemas list them first and say how many there are. */
export function requiredMembers(schema: Schema): readonly string[] {
  if (!schema.isStructSchema()) return [];
  const raw = schema.getSchema() as unknown as readonly unknown[];
  return (raw[4] as readonly string[]).slice(0, (raw[6] as number | undefined) ?? 0);
}
